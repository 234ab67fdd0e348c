"""Additive models on binned features: sums of table look-ups through a link.

===========  ==================================================================
file         holds
===========  ==================================================================
``feature``  :class:`Feature`: from a voter's value to a bin
``card``     :class:`Scorecard`: one predictor as a sum of tables, and each table's contribution
``model``    :class:`ScoreModel`: predictors, a link, the columns they become
``files``    score models as JSON
===========  ==================================================================
"""

from hustings.scores.scorecard.card import Scorecard, Term
from hustings.scores.scorecard.feature import MISSING, Feature
from hustings.scores.scorecard.files import read_models, write_models
from hustings.scores.scorecard.model import ScoreModel

__all__ = ["MISSING", "Feature", "ScoreModel", "Scorecard", "Term", "read_models", "write_models"]
