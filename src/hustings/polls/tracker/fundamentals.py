r"""The prior of the nation.

Question: what is expected of the nation before any poll?

Model. Three priors for the nation's log-ratios, from the most to the least informed:

* ``fundamentals`` (two-option US presidential contests with facts at hand): Abramowitz's time-for-change regression
  (PS: Political Science & Politics 41(4), 2008), of the incumbent party's logit two-party share on June net approval,
  second-quarter growth and whether it is in its first term, fitted by least squares to earlier elections only. The sd
  is the predictive sd, inflated by the root mean square of the standardised errors that the same regression made when
  it predicted each earlier election from those before it.
* ``history``: two options: even odds, with the root mean square of past contests' logits as sd; more options: the
  last result, with the root mean square of past swings; two contests of usual spread are counted with those seen.
  Only contests that offered every option count.
* ``flat``: sd 1 for each contrast.

``auto`` takes the first that exists. Growth of the second quarter is published at the end of July: before 1 August of
the election's year the fundamentals are not known.
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings import facts
from hustings.contests import Contest
from hustings.errors import ConfigError
from hustings.maths.logratio import contrast_root
from hustings.polls.tracker.history import History

Array = NDArray[np.float64]

KINDS = ("auto", "fundamentals", "history", "flat")
FLAT_SD_LOGIT = 1.0
UNSEEN_SPREAD_LOGIT = 0.2
UNSEEN_CONTESTS = 2
"""One close result does not make the next one close: two contests of 5 points' spread stand beside those seen."""
FIRST_MONTH_WITH_GROWTH = 8
_PREDICTORS = ("june_net_approval_share", "second_quarter_growth_rate", "first_term")
_FIRST_CHECKED = 8
"""Earlier elections that the regression needs before its predictions of the next are counted."""


class NationalPrior(NamedTuple):
    """Mean (contrast,) and common sd of the nation's log-ratios, and where they come from."""

    mean: Array
    sd: float
    kind: str


def national_prior(contest: Contest, history: History, *, as_of: dt.date, kind: str = "auto") -> NationalPrior:
    """Prior of the nation's log-ratios.

    Raises
    ------
    ConfigError
        ``kind`` is none of :data:`KINDS`, or asks for fundamentals that are not at hand or not yet known.
    """
    if kind not in KINDS:
        raise ConfigError(f"there is no national prior {kind!r}", hint=f"one of: {', '.join(KINDS)}")
    n_contrasts = len(contest.options) - 1
    if kind in ("auto", "fundamentals"):
        prior = _from_fundamentals(contest, as_of)
        if prior is not None:
            return prior
        if kind == "fundamentals":
            raise ConfigError(
                f"no fundamentals for {contest.name} as of {as_of}",
                hint="they are known from 1 August, for US presidential elections 1976-2016; try --national-prior history",
            )
    complete = history.whole[history.offered.all(axis=1)]
    if kind != "flat" and len(complete):
        return _from_history(complete)
    return NationalPrior(np.zeros(n_contrasts), FLAT_SD_LOGIT * n_contrasts, "flat")


def _from_history(whole: Array) -> NationalPrior:
    """Two options: even odds, with the past's spread. More: the last result, with the spread of past swings."""
    if whole.shape[1] == 1:
        return NationalPrior(np.zeros(1), _spread(whole, UNSEEN_SPREAD_LOGIT), "history")
    # Whitened, so that the spread is the same whichever option the log-ratios are taken against.
    swings = np.asarray(np.linalg.solve(contrast_root(whole.shape[1]), np.diff(whole, axis=0).T), dtype=float)
    return NationalPrior(whole[-1], _spread(swings, 2.0 * UNSEEN_SPREAD_LOGIT), "history")


def _spread(seen: Array, unseen: float) -> float:
    """Root mean square of what was seen and of :data:`UNSEEN_CONTESTS` contests of the usual spread."""
    total = float(np.sum(seen**2)) + UNSEEN_CONTESTS * unseen**2
    return float(np.sqrt(total / (seen.size + UNSEEN_CONTESTS)))


def _from_fundamentals(contest: Contest, as_of: dt.date) -> NationalPrior | None:
    year = contest.date.year
    table = facts.fundamentals()
    this = table.filter((pl.col("year") == year) & pl.col("incumbent_option").is_in(contest.option_ids))
    earlier = table.filter(pl.col("year") < year)
    known = as_of >= dt.date(year, FIRST_MONTH_WITH_GROWTH, 1)
    # Eight earlier elections are needed before the regression's own past predictions can be checked.
    if (
        earlier.height <= _FIRST_CHECKED
        or contest.rule != "electors"
        or len(contest.options) != 2
        or this.is_empty()
        or not known
    ):
        return None
    design = np.column_stack([np.ones(earlier.height), earlier.select(_PREDICTORS).cast(pl.Float64).to_numpy()])
    share = earlier["incumbent_two_party_share"].to_numpy()
    outcome = np.log(share / (1.0 - share))
    row = np.append(1.0, this.select(_PREDICTORS).cast(pl.Float64).to_numpy()[0])
    mean, sd = predict_next(design, outcome, row)
    checks = [predict_next(design[:n], outcome[:n], design[n]) for n in range(_FIRST_CHECKED, len(outcome))]
    z = [(outcome[_FIRST_CHECKED + i] - m) / s for i, (m, s) in enumerate(checks)]
    inflation = max(1.0, float(np.sqrt(np.mean(np.square(z))))) if z else 1.0
    incumbent_first = this["incumbent_option"][0] == contest.option_ids[0]
    return NationalPrior(np.array([mean if incumbent_first else -mean]), sd * inflation, "fundamentals")


def predict_next(design: Array, outcome: Array, row: Array) -> tuple[float, float]:
    """Least-squares prediction of a new observation and the sd of its Student-t predictive distribution.

    Parameters
    ----------
    design : (past, predictor) array
    outcome : (past,) array
    row : (predictor,) array

    Returns
    -------
    mean, sd : float
    """
    coefficients, *_ = np.linalg.lstsq(design, outcome, rcond=None)
    freedom = len(outcome) - design.shape[1]
    variance = float(((outcome - design @ coefficients) ** 2).sum()) / freedom
    leverage = float(row @ np.linalg.pinv(design.T @ design) @ row)
    heavy = freedom / (freedom - 2) if freedom > 2 else 3.0
    return float(row @ coefficients), float(np.sqrt(variance * (1.0 + leverage) * heavy))
