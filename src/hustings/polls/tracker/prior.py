"""What is expected of each unit before any poll: its lean, the nation's level, and who deviates with whom."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hustings.contests import Contest
from hustings.polls.tracker.fundamentals import NationalPrior, national_prior
from hustings.polls.tracker.history import read_history
from hustings.polls.tracker.kernel import shared_covariance, volatility
from hustings.polls.tracker.spec import TrackerSpec

Array = NDArray[np.float64]


class UnitPrior(NamedTuple):
    """Prior of the units on election day.

    A unit's log-ratios are ``lean + level + deviation``. The deviation of a top-level unit is ``loadings @ y`` with
    independent ``y_f ~ N(0, unit_shared^2 * shared_variance_f + unit_own^2)``; a district has its parent's, and
    ``district_loadings @ d`` of its own, with ``d ~ N(0, unit_own^2)``, which averages to 0 over the parent's votes.

    Attributes
    ----------
    lean : (unit, contrast) array
        Expected log-ratio of the unit minus the nation's.
    loadings : (unit, factor) array
        One factor for each top-level unit.
    shared_variance : (factor,) array
        Variance of each factor per unit of ``unit_shared^2``, decreasing.
    district_loadings : (unit, district) array
        0 for top-level units.
    votes : (unit,) array
        Expected votes; 0 for districts, whose parent has them.
    nation : NationalPrior
        Mean and sd of the nation's log-ratios.
    """

    lean: Array
    loadings: Array
    shared_variance: Array
    district_loadings: Array
    votes: Array
    nation: NationalPrior


def unit_prior(contest: Contest, spec: TrackerSpec, *, as_of: dt.date, national: str) -> UnitPrior:
    """Everything that is expected before the polls.

    Parameters
    ----------
    contest : Contest
        Its past results are the only results used.
    spec : TrackerSpec
        Assumptions.
    as_of : datetime.date
        Fundamentals published later are not used.
    national : str
        ``auto``, ``fundamentals``, ``history`` or ``flat`` (see :func:`~.fundamentals.national_prior`).
    """
    history = read_history(contest)
    top = np.array([unit.parent is None for unit in contest.units], dtype=bool)
    covariance = shared_covariance(contest, history, spec.kernel)
    spread = np.sqrt(volatility(history, top, spec.volatility_prior_contests))
    scaled = covariance / np.outer(spread, spread)
    mean_variance = np.mean(np.diag(scaled))
    scaled = scaled / mean_variance if mean_variance > 0 else scaled
    variance, vectors = np.linalg.eigh(scaled)
    order = np.argsort(-variance)
    # The sign of an eigenvector is arbitrary: fix it, so that the same contest gives the same bytes everywhere.
    vectors = vectors[:, order] * np.where(vectors[:, order].sum(axis=0) < 0, -1.0, 1.0)
    index = {unit.id: i for i, unit in enumerate(unit for unit in contest.units if unit.parent is None)}
    parents = np.array([index[unit.parent or unit.id] for unit in contest.units])
    loadings = (spread[:, None] * vectors)[parents]
    votes = np.array([0.0 if unit.parent else unit.expected_votes for unit in contest.units])
    return UnitPrior(
        lean=_expected_lean(contest, history.lean, spec.lean_persistence),
        loadings=loadings,
        shared_variance=np.clip(variance[order], 0.0, None),
        district_loadings=_district_loadings(contest),
        votes=votes,
        nation=national_prior(contest, history, as_of=as_of, kind=national),
    )


def _expected_lean(contest: Contest, leans: Array, persistence: tuple[float, float]) -> Array:
    """Last leans, shrunk as past leans have been; a district without a past leans like its parent."""
    n_units, n_contrasts = len(contest.units), len(contest.options) - 1
    lean = np.full((n_units, n_contrasts), np.nan)
    if len(leans) > 1:
        lean = persistence[0] * leans[-1] + persistence[1] * leans[-2]
    if len(leans):
        lean = np.where(np.isnan(lean), sum(persistence) * leans[-1], lean)
    index = {unit_id: i for i, unit_id in enumerate(contest.unit_ids)}
    for i, unit in enumerate(contest.units):
        if unit.parent is not None and np.isnan(lean[i]).any():
            lean[i] = lean[index[unit.parent]]
    return np.asarray(np.nan_to_num(lean))


def _district_loadings(contest: Contest) -> Array:
    """Own deviations of districts, projected so that each parent's districts average to 0 by votes."""
    districts = [i for i, unit in enumerate(contest.units) if unit.parent is not None]
    loadings = np.zeros((len(contest.units), len(districts)))
    for parent in sorted({contest.units[i].parent or "" for i in districts}):
        columns = [k for k, i in enumerate(districts) if contest.units[i].parent == parent]
        votes = np.array([contest.units[districts[k]].expected_votes for k in columns])
        centring = np.eye(len(columns)) - votes[None, :] / votes.sum()
        loadings[np.ix_([districts[k] for k in columns], columns)] = centring
    return loadings
