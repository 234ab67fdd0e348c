"""What results alone teach: how leans persist, who moves with whom, and how far."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple
from unittest import mock

import numpy as np
import polars as pl
from scipy import optimize

from hustings import facts
from hustings.contests import Contest, actual_result, load_contest
from hustings.polls.tracker import kernel as kernel_module
from hustings.polls.tracker.prior import UnitPrior, unit_prior
from hustings.polls.tracker.spec import KernelWeights, TrackerSpec
from learning.pooling import SEARCH_MEDIANS, Array, Evidence, fit_log_scales

YEARS = tuple(range(1980, 2025, 4))
WEIGHT_NAMES = ("region", "swings", "history", "lean", "covariates")
COVARIATES_TAUGHT_FROM = 2012
"""First ``through_year`` whose contests may use the census covariates of 2013."""
PRIOR_CONTESTS = 4.0
"""Centre of the weak prior of ``volatility_prior_contests``."""


class Swing(NamedTuple):
    """One election's leans against what was expected of them, and the covariances of deviations (top-level units)."""

    deviation: Array
    shared: Array
    own: Array


@cache
def contest_of(year: int) -> Contest:
    """The US presidential contest of a year."""
    return load_contest(f"us-president-{year}")


@cache
def results_of(year: int) -> tuple[Array, float]:
    """Actual logit of every unit of the contest (a district's own), and of the whole."""
    contest = contest_of(year)
    table = actual_result(contest).pivot(index="unit", on="option", values="votes")
    votes = {row["unit"]: (row["dem"], row["rep"]) for row in table.iter_rows(named=True)}
    parents = {unit.id: unit.parent for unit in contest.units}
    units = [votes.get(unit.id, votes[parents[unit.id] or unit.id]) for unit in contest.units]
    top = [votes[unit.id] for unit in contest.units if unit.parent is None]
    whole = np.sum(top, axis=0)
    return np.array([np.log(d / r) for d, r in units]), float(np.log(whole[0] / whole[1]))


def known_prior(year: int, spec: TrackerSpec, *, covariates: bool = False) -> UnitPrior:
    """The tracker's own prior of the units; ``covariates`` lets elections before 2015 be explained by them."""
    contest = contest_of(year)
    first = 0 if covariates else kernel_module.COVARIATES_KNOWN_FROM_YEAR
    with mock.patch.object(kernel_module, "COVARIATES_KNOWN_FROM_YEAR", first):
        return unit_prior(contest, spec, as_of=contest.date, national="flat")


def swing_of(year: int, spec: TrackerSpec, *, covariates: bool = False) -> Swing:
    """Leans of an election against what the tracker would have expected."""
    prior = known_prior(year, spec, covariates=covariates)
    top = np.array([unit.parent is None for unit in contest_of(year).units])
    logits, whole = results_of(year)
    loadings = prior.loadings[top]
    return Swing(
        (logits - whole - prior.lean[:, 0])[top], (loadings * prior.shared_variance) @ loadings.T, loadings @ loadings.T
    )


def gaussian(value: Array, covariance: Array) -> float:
    """Log density of ``value ~ N(0, covariance)``, up to the constant."""
    factor = np.linalg.cholesky(covariance)
    half = np.linalg.solve(factor, value)
    return float(-0.5 * half @ half - np.log(np.diag(factor)).sum())


def swing_likelihood(swing: Swing, scales: Array) -> float:
    """Deviations ``~ N(0, shared^2 C + own^2 D + 1)``: the level, which all units have in common, is left free."""
    return gaussian(swing.deviation, scales[0] ** 2 * swing.shared + scales[1] ** 2 * swing.own + 1.0)


def lean_persistence(through: int) -> tuple[float, float]:
    """Regression of leans on the last two leans, all elections pooled, without an intercept."""
    table = facts.state_results().filter(pl.col("year") <= through).sort("year", "state")
    leans = []
    for year in sorted(table["year"].unique().to_list()):
        dem, rep = (table.filter(pl.col("year") == year)[c].to_numpy() for c in ("dem_votes", "rep_votes"))
        leans.append(np.log(dem / rep) - np.log(dem.sum() / rep.sum()))
    design = np.column_stack([np.concatenate(leans[1:-1]), np.concatenate(leans[:-2])])
    coefficients = np.linalg.lstsq(design, np.concatenate(leans[2:]), rcond=None)[0]
    return float(coefficients[0]), float(coefficients[1])


def unit_evidence(through: int, spec: TrackerSpec) -> dict[str, list[Evidence]]:
    """Scales of the units' deviations in each election 1980 .. ``through``."""
    covariates = through >= COVARIATES_TAUGHT_FROM
    found: dict[str, list[Evidence]] = {"unit_shared": [], "unit_own": []}
    for year in (y for y in YEARS if y <= through):
        swing = swing_of(year, spec, covariates=covariates)
        medians = [SEARCH_MEDIANS[name] for name in found]
        for name, e in zip(
            found, fit_log_scales(lambda s, w=swing: swing_likelihood(w, s), medians, year), strict=True
        ):
            found[name] += [e] if e else []
    return found


def learn_kernel(through: int, persistence: tuple[float, float]) -> tuple[KernelWeights, float]:
    """Weights of the kinds of likeness, and of the prior volatility: most probable given all swings so far.

    Each election has its own two scales, at their most probable values. A priori each logarithm of a weight is
    N(0, 1) around equal weights, of the volatility's prior contests N(log 4, 1).
    """
    years = [y for y in YEARS if y <= through]
    covariates = through >= COVARIATES_TAUGHT_FROM
    names = WEIGHT_NAMES if covariates else WEIGHT_NAMES[:-1]
    scales = {year: np.log([0.05, 0.05]) for year in years}

    def spec_of(x: Array) -> TrackerSpec:
        weights = dict.fromkeys(WEIGHT_NAMES, 0.0) | dict(zip(names, np.exp(x[:-1]).tolist(), strict=True))
        return TrackerSpec(
            {}, KernelWeights(**weights), persistence, volatility_prior_contests=float(PRIOR_CONTESTS * np.exp(x[-1]))
        )

    def negative(x: Array) -> float:
        spec, total = spec_of(x), float(0.5 * x @ x)
        for year in years:
            swing = swing_of(year, spec, covariates=covariates)
            found = optimize.minimize(
                lambda s, w=swing: float(0.5 * ((s - np.log(0.05)) ** 2).sum() - swing_likelihood(w, np.exp(s))),
                scales[year],
                method="BFGS",
                options={"gtol": 1e-4},
            )
            scales[year] = found.x
            total += found.fun
        return total

    best = optimize.minimize(negative, np.zeros(len(names) + 1), method="L-BFGS-B", options={"eps": 1e-3, "ftol": 1e-6})
    spec = spec_of(best.x)
    weights = np.array([getattr(spec.kernel, name) for name in WEIGHT_NAMES])
    weights /= weights.sum()
    return KernelWeights(*weights.tolist()), spec.volatility_prior_contests
