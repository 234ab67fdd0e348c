"""What a model can and cannot do, measured on data that its fit did not see.

===============  ==================================================================
file             holds
===============  ==================================================================
``arrays``       scores, outcomes and weights, checked; means over tied scores
``deciles``      :func:`decile_table`: tenths of the voters, highest scores first
``groups``       :func:`calibration_table`: mean score against outcome, group by group
``importance``   :func:`importance_table`: how much each term moves the scores
``measures``     :func:`measures`: log loss, Brier, AUC, calibration slope and intercept
``text``         :func:`card_text`: the whole card as a page for a terminal and for GitHub
===============  ==================================================================
"""

from hustings.scores.cards.deciles import decile_table
from hustings.scores.cards.groups import calibration_table, crossed
from hustings.scores.cards.importance import importance_table
from hustings.scores.cards.measures import measures
from hustings.scores.cards.text import card_text

__all__ = ["calibration_table", "card_text", "crossed", "decile_table", "importance_table", "measures"]
