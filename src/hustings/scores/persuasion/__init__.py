"""What contact changes, learned from randomised tests only.

===============  ==================================================================
file             holds
===============  ==================================================================
``data``         :class:`Experiment`, and :func:`check_experiment`, which refuses what is not randomised
``balance``      whether an assignment looks like the lot it says it was
``sources``      tests out of a survey's splits, and out of locked lists
``holdout``      :func:`cut_list`: hold-outs drawn by lot and locked when a list is cut
``binning``      features in few bins
``nuisance``     guesses of the outcome under each arm, made in other folds
``final_stage``  differences between people, drawn to none as far as the noise demands
``learner``      :func:`fit_effects`: averages, differences, held-out judgement
``model``        :func:`fit_persuasion`: tests in, model and card out
===============  ==================================================================
"""

from hustings.scores.persuasion.data import Checked, Experiment, check_experiment
from hustings.scores.persuasion.holdout import CutList, check_lock, cut_list, lock_list
from hustings.scores.persuasion.learner import Effects, fit_effects
from hustings.scores.persuasion.model import fit_persuasion
from hustings.scores.persuasion.sources import from_list, from_survey

__all__ = [
    "Checked",
    "CutList",
    "Effects",
    "Experiment",
    "check_experiment",
    "check_lock",
    "cut_list",
    "fit_effects",
    "fit_persuasion",
    "from_list",
    "from_survey",
    "lock_list",
]
