"""What a model can and cannot do, measured on data that its fit did not see.

===============  ==================================================================
file             holds
===============  ==================================================================
``arrays``       scores, outcomes and weights, checked; means over tied scores
``deciles``      :func:`decile_table`: tenths of the voters, highest scores first
``groups``       :func:`calibration_table`: mean score against outcome, group by group
``importance``   :func:`importance_table`: how much each term moves the scores
``measures``     :func:`measures`: log loss, Brier, AUC, calibration slope and intercept
===============  ==================================================================
"""

from hustings.scores.cards.deciles import decile_table
from hustings.scores.cards.groups import calibration_table, crossed
from hustings.scores.cards.importance import importance_table
from hustings.scores.cards.measures import measures

__all__ = ["calibration_table", "crossed", "decile_table", "importance_table", "measures"]
