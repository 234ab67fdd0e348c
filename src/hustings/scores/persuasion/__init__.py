"""What contact changes, learned from randomised tests only.

===============  ==================================================================
file             holds
===============  ==================================================================
``data``         :class:`Experiment`, and :func:`check_experiment`, which refuses what is not randomised
``balance``      whether an assignment looks like the lot it says it was
``sources``      one test out of a survey's split, or out of a locked list
``holdout``      :func:`cut_list`: hold-outs drawn by lot and locked when a list is cut
``describing``   people of a test as the voter file had them on its day; how they voted
``lists``        a campaign's locked lists as tests: votes in the file, answers in later interviews
``messages``     message tests of a campaign's own surveys
``campaign``     :func:`campaign_experiments`: all of these, as far as their outcomes are known
``binning``      features in few bins
``nuisance``     guesses of the outcome under each arm, made in other folds
``final_stage``  differences between people, drawn to none as far as the noise demands
``pooling``      one treatment in several tests
``learner``      :func:`fit_effects`: averages, differences, held-out judgement
``model``        :func:`fit_persuasion`: tests in, model and card out
===============  ==================================================================
"""

from hustings.scores.persuasion.campaign import (
    Gathered,
    campaign_experiments,
    experiment_files,
    gather_experiments,
    has_outcomes,
    outcome_files,
)
from hustings.scores.persuasion.data import Checked, Experiment, check_experiment
from hustings.scores.persuasion.holdout import CutList, check_lock, cut_list, lock_list
from hustings.scores.persuasion.learner import Effects, fit_effects
from hustings.scores.persuasion.lists import list_folders, outcome_elections
from hustings.scores.persuasion.model import fit_persuasion
from hustings.scores.persuasion.sources import from_list, from_survey

__all__ = [
    "Checked",
    "CutList",
    "Effects",
    "Experiment",
    "Gathered",
    "campaign_experiments",
    "check_experiment",
    "check_lock",
    "cut_list",
    "experiment_files",
    "fit_effects",
    "fit_persuasion",
    "from_list",
    "from_survey",
    "gather_experiments",
    "has_outcomes",
    "list_folders",
    "lock_list",
    "outcome_elections",
    "outcome_files",
]
