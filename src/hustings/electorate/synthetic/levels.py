"""Levels that make the model meet what is known: the state's last two-option share, turnout by kind of election."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from hustings.electorate.synthetic.marginals import two_option_share
from hustings.electorate.synthetic.people import draw_people
from hustings.electorate.synthetic.plan import Plan
from hustings.electorate.synthetic.settings import model
from hustings.electorate.synthetic.spec import stream

PILOT = 40_000
STEPS = 50
WIDEST_LOGIT = 12.0


@dataclass(frozen=True)
class Levels:
    """What is added to every person's logit: for support, and for turnout by kind of election."""

    support: float
    turnout: dict[str, float]


def calibrate(plan: Plan) -> Levels:
    """Solve the levels on a pilot sample drawn from the map.

    Parameters
    ----------
    plan : Plan
        The map.

    Returns
    -------
    Levels
        Under which the expected electorate of a presidential year splits as the state did last, and each kind
        of election has its turnout.
    """
    rng = stream(plan.spec, "pilot")
    precinct = np.sort(rng.choice(len(plan.size), PILOT, p=plan.size / plan.size.sum()))
    cumulative = np.cumsum(plan.cells, axis=1)
    starts = np.searchsorted(precinct, np.arange(len(plan.size) + 1))
    cell = np.zeros(PILOT, np.int64)
    u = rng.random(PILOT)
    for k in np.unique(precinct):
        mine = slice(starts[k], starts[k + 1])
        cell[mine] = np.searchsorted(cumulative[k], u[mine] * cumulative[k, -1], side="right")
    people = draw_people(rng, plan, precinct, np.minimum(cell, cumulative.shape[1] - 1), 0)
    targets = model()["turnout"]["target_share"]
    vote = people["turnout_logit"].astype(float)
    turnout = {kind: _solve(vote, np.ones(PILOT), share) for kind, share in targets.items()}
    weight = expit(vote + turnout["general"])
    return Levels(_solve(people["support_logit"].astype(float), weight, two_option_share(plan.spec)), turnout)


def _solve(logit: NDArray[np.float64], weight: NDArray[np.float64], share: float) -> float:
    """Find what to add to the logits so that their weighted mean probability is the share, by bisection."""
    low, high = -WIDEST_LOGIT, WIDEST_LOGIT
    for _ in range(STEPS):
        middle = (low + high) / 2
        if float(np.average(expit(logit + middle), weights=weight)) < share:
            low = middle
        else:
            high = middle
    return (low + high) / 2
