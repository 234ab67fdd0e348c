"""Polls of all units and the nation, over time, as one Gaussian.

================  ==============================================================
file              holds
================  ==============================================================
``spec``          what is assumed: scales, constants, grids
``constants``     the assumptions for a contest, learned from earlier ones
``history``       earlier results as leans
``kernel``        which units move together
``fundamentals``  what is expected of the nation
``prior``         the three together
``design``        polls as linear functions of the coordinates
``likelihood``    Newton expansion and robustness weights
``scales``        marginal likelihood of the scales, integrated over points
``fit``           all of it in order
``rows``          units as linear functions of the coordinates
``outlook``       the result: a mixture of Gaussians over the units
``predict``       what is expected of polls that the fit has not seen
================  ==============================================================
"""

from hustings.polls.tracker.constants import default_spec
from hustings.polls.tracker.fit import TrackerFit, fit_tracker
from hustings.polls.tracker.outlook import Outlook, outlook
from hustings.polls.tracker.predict import PollPredictions, predict_polls
from hustings.polls.tracker.spec import ScalePrior, TrackerSpec

__all__ = [
    "Outlook",
    "PollPredictions",
    "ScalePrior",
    "TrackerFit",
    "TrackerSpec",
    "default_spec",
    "fit_tracker",
    "outlook",
    "predict_polls",
]
