"""Weights: base, non-response, calibration, trimming, and an account of what each of them did.

================  ==============================================================
file              holds
================  ==============================================================
``spec``          :class:`WeightingSpec`: what is to be done
``margins``       :class:`Margin`: totals to meet, matched with the answers
``nonresponse``   the chance to answer, from who was asked and who answered
``calibration``   raking, bounded calibration, trimming
``replicates``    bootstrap weights of everybody asked, every step done again
``report``        :class:`WeightingReport`: targets asked and met, what moved
``weigh``         :func:`weigh`: the steps in their order
``prepare``       from a wave's files to what is weighed
``targets``       a population that somebody else counted
``of_wave``       :func:`weigh_wave`: from what is wished to weights
``files``         a weighting on disk, and the same again from its recipe
================  ==============================================================
"""

from hustings.survey.weighting.margins import Margin, margins_from_cells
from hustings.survey.weighting.of_wave import WeighedWave, Wish, weigh_wave, weighed_wave
from hustings.survey.weighting.report import WeightingReport
from hustings.survey.weighting.spec import WeightingSpec
from hustings.survey.weighting.weigh import Weighting, unweighted, weigh

__all__ = [
    "Margin",
    "WeighedWave",
    "Weighting",
    "WeightingReport",
    "WeightingSpec",
    "Wish",
    "margins_from_cells",
    "unweighted",
    "weigh",
    "weigh_wave",
    "weighed_wave",
]
