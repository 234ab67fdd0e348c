"""Whom voters support: multilevel regression on interviews, summed over those who will vote.

==================  ==============================================================
file                holds
==================  ==============================================================
``spec``            :class:`SupportSpec`: units, terms, predictors, priors; a sensible one of the columns at hand
``data``            interviews checked, weighted and counted into cells
``fit``             :func:`fit_support`: the model fitted; what it says of people
``poststratify``    :func:`poststratify`: people summed to units, with the errors of support and turnout
``error``           how far surveys lie from results beyond sampling error
``shift``           agreement with past results, and with where a unit is known to stand
``compile``         a fit as scorecards
``model``           :func:`fit_support_model`: the fit with its card
``people``          interviews of the campaign's own waves as rows
``summing``         the sum over the campaign's voters
==================  ==============================================================
"""

from hustings.scores.support.compile import compile_support
from hustings.scores.support.error import SurveyError, survey_error
from hustings.scores.support.fit import SupportFit, fit_support
from hustings.scores.support.model import fit_support_model
from hustings.scores.support.poststratify import UnitEstimates, poststratify
from hustings.scores.support.shift import Bias, correct, logit_shift, past_vote_bias
from hustings.scores.support.spec import SupportSpec, default_spec

__all__ = [
    "Bias",
    "SupportFit",
    "SupportSpec",
    "SurveyError",
    "UnitEstimates",
    "compile_support",
    "correct",
    "default_spec",
    "fit_support",
    "fit_support_model",
    "logit_shift",
    "past_vote_bias",
    "poststratify",
    "survey_error",
]
