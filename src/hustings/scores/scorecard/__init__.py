"""Additive models on binned features: sums of table look-ups through a link.

===========  ==================================================================
file         holds
===========  ==================================================================
``feature``  :class:`Feature`: from a voter's value to a bin
``card``     :class:`Scorecard`: one predictor as a sum of tables, and each table's contribution
``model``    :class:`ScoreModel`: predictors, a link, the columns they become
``files``    score models as JSON
``boosted``  an explainable boosting machine as a scorecard
``kernel``   :class:`Kernel`: several models over many voters in one pass
``packing``  four predictors in one table, small tables fused
``axes``     from columns to places in tables, fast
``piece``    :class:`Piece`: voters as arrays, texts and few-valued numbers by their codes
===========  ==================================================================
"""

from hustings.scores.scorecard.card import Scorecard, Term
from hustings.scores.scorecard.feature import MISSING, Feature
from hustings.scores.scorecard.files import read_models, write_models
from hustings.scores.scorecard.kernel import Kernel, compile_kernel
from hustings.scores.scorecard.model import ScoreModel
from hustings.scores.scorecard.piece import Coded, Indexed, Piece

__all__ = [
    "MISSING",
    "Coded",
    "Feature",
    "Indexed",
    "Kernel",
    "Piece",
    "ScoreModel",
    "Scorecard",
    "Term",
    "compile_kernel",
    "read_models",
    "write_models",
]
