"""What nobody sees in a real file: education, income, support, turnout, and what a conversation changes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hustings.electorate.synthetic.plan import Plan
from hustings.electorate.synthetic.settings import model, numbers, parties, state_settings
from hustings.electorate.synthetic.spec import YEAR_DAYS, Arrays, day_number


def add_latent(rng: np.random.Generator, people: Arrays, plan: Plan) -> None:
    """Add ``education``, ``income``, ``support_logit`` and ``turnout_logit`` (both before calibration)."""
    _add_education(rng, people, plan)
    n = len(people["born"])
    people["support_logit"] = (
        support_effects(people, plan) + rng.normal(0.0, model()["support"]["person_sd"], n)
    ).astype(np.float32)
    people["turnout_logit"] = (
        turnout_effects(people, plan) + rng.normal(0.0, model()["turnout"]["person_sd"], n)
    ).astype(np.float32)


def _add_education(rng: np.random.Generator, people: Arrays, plan: Plan) -> None:
    """Education and income share a latent value that is higher in some precincts."""
    n = len(people["born"])
    mean = (
        numbers("education", "race")[people["race"]]
        + numbers("education", "age")[people["age"]]
        + plan.education[people["precinct"]]
    )
    latent = mean + rng.logistic(0.0, 1.0, n) + 0.1
    people["education"] = np.searchsorted(numbers("education", "cuts"), latent).astype(np.int8)
    money = 0.6 * latent + rng.logistic(0.0, 0.9, n) + 0.5 * (people["age"] == 2)
    people["income"] = np.searchsorted([-1.2, 0.2, 1.3, 2.4], money).astype(np.int8)


def support_effects(people: Arrays, plan: Plan) -> NDArray[np.float64]:
    """Logit of preferring the first option, but for the state's level and the person's own part, shape (n,)."""
    total: NDArray[np.float64] = (
        _party(people, plan, [p.support for p in parties()])
        + numbers("support", "race")[people["race"]]
        + numbers("support", "age")[people["age"]]
        + numbers("support", "education")[people["education"]]
        + model()["support"]["women"] * (people["woman"] - 0.5)
        + plan.support[people["precinct"]]
    )
    return total


def turnout_effects(people: Arrays, plan: Plan) -> NDArray[np.float64]:
    """Logit of voting, but for the election's level and the person's own part, shape (n,)."""
    numbers_ = model()["turnout"]
    years = (day_number(plan.spec.as_of) - people["registered"]) / YEAR_DAYS
    total: NDArray[np.float64] = (
        _party(people, plan, [p.turnout for p in parties()])
        + numbers("turnout", "race")[people["race"]]
        + numbers("turnout", "age")[people["age"]]
        + numbers("turnout", "education")[people["education"]]
        + numbers_["women"] * (people["woman"] - 0.5)
        + numbers_["log_years_registered"] * np.log1p(np.maximum(years, 0))
        + numbers_["mover"] * people["mover"]
        + plan.turnout[people["precinct"]]
    )
    return total


def _party(people: Arrays, plan: Plan, effects: list[float]) -> NDArray[np.float64]:
    """Effect of the registered party; none where parties are not registered."""
    known = state_settings(plan.spec.state)["party_registration"]
    found: NDArray[np.float64] = np.asarray(effects)[people["party"]] * (1.0 if known else 0.0)
    return found
