"""Effects of each treatment: the average, whether people differ, and by how much where they do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import ndtri

from hustings.maths.doubly_robust import arm_signals, best_linear_predictor
from hustings.maths.uplift import Estimate, policy_value, qini, treated_part
from hustings.scores.persuasion.binning import bin_matrix, indicators, places, shallow_features
from hustings.scores.persuasion.data import Checked
from hustings.scores.persuasion.final_stage import Posterior, Sums, evidence, no_difference_p, posterior, sum_up
from hustings.scores.persuasion.nuisance import Nuisance, draw_folds, predict_outcomes
from hustings.scores.persuasion.pooling import Part, stack
from hustings.scores.scorecard import Feature, Scorecard, Term

Array = NDArray[np.float64]
Codes = NDArray[np.int64]

N_FOLDS = 6
"""The halves of six folds are twenty fits, each judged on the other half."""
SIGNIFICANCE = 0.05
LEVEL = 0.90
TOP_SHARES = (0.1, 0.2, 0.3, 0.5)


@dataclass(frozen=True)
class HeldOut:
    """How effects predicted from one half did in the other: medians over the twenty ordered halves of six folds.

    Parameters
    ----------
    slope, qini : Estimate
        Of signals on predictions (1: as large as predicted; 0: none); area over contact at random, per person of all.
    slope_p : float
        Twice the median one-sided p (Chernozhukov et al. 2018), at most 1.
    tops : dict of float to (Estimate, Estimate)
        Share contacted -> what that adds per person of all, chosen by prediction; and that less the same share at random.
    """

    slope: Estimate
    slope_p: float
    qini: Estimate
    tops: dict[float, tuple[Estimate, Estimate]]


@dataclass(frozen=True)
class Effects:
    """Effects of one treatment against the control.

    Parameters
    ----------
    treatment : str
    people : (int, int)
        In the treatment, in the control.
    control_mean : float
        Mean outcome of the control.
    average : Estimate
        Average effect (AIPW), clustered error; over several tests their joint average.
    p_no_difference : float
        Of the score test that everybody has the same effect; times the number of treatments.
    held_out : HeldOut
    differs : bool
        Whether people are told apart: the score test says so and the held-out slope is above 0.
    features : tuple of Feature
    card : Scorecard
        The average alone where people are not told apart.
    posterior : Posterior
        Of intercept and bins, also where it is not used.
    centre : (bins,) array
    signal, predicted : (n,) array
        Doubly robust signals; effects predicted by fits that had not seen the person.
    spread : float
        Standard deviation of the effect between tests.
    same_p : float or None
        Chance of averages this different if all tests had one effect; None with one test.
    """

    treatment: str
    people: tuple[int, int]
    control_mean: float
    average: Estimate
    p_no_difference: float
    held_out: HeldOut
    differs: bool
    features: tuple[Feature, ...]
    card: Scorecard
    posterior: Posterior
    centre: Array
    signal: Array
    predicted: Array
    spread: float = 0.0
    same_p: float | None = None

    def interval(self, frame: pl.DataFrame, level: float = LEVEL) -> tuple[Array, Array]:
        """Lower and upper ends of each voter's effect, (n,) each; of the average where people are not told apart."""
        z = float(ndtri(0.5 + level / 2.0))
        if not self.differs:
            ends = [np.full(frame.height, self.average.value + sign * z * self.average.se) for sign in (-1, 1)]
            return ends[0], ends[1]
        X = indicators(self.features, bin_matrix(self.features, frame)) - self.centre
        design = np.column_stack([np.ones(len(X)), X])
        middle = design @ self.posterior.mean
        error = np.sqrt(np.einsum("ij,jk,ik->i", design, self.posterior.covariance, design))
        return middle - z * error, middle + z * error


def fit_effects(checked: Checked, rng: np.random.Generator, *, nuisance: Nuisance = "auto") -> tuple[Effects, ...]:
    """Effects of every treatment of a test.

    Parameters
    ----------
    checked : Checked
    rng : Generator
        Draws the folds.
    nuisance : {"auto", "additive", "boosting"}
        How outcomes are guessed (:func:`hustings.scores.persuasion.nuisance.predict_outcomes`).
    """
    return tuple(effects_of([part]) for part in parts_of(checked, rng, nuisance=nuisance))


def parts_of(checked: Checked, rng: np.random.Generator, *, nuisance: Nuisance = "auto") -> tuple[Part, ...]:
    """Signals of every treatment of a test; parameters as for :func:`fit_effects`."""
    features = shallow_features(checked.frame)
    bins = bin_matrix(features, checked.frame)
    folds = draw_folds(checked.clusters, N_FOLDS, rng)
    predicted = predict_outcomes(
        indicators(features, bins),
        bins,
        checked.outcome,
        checked.arm,
        folds,
        n_arms=len(checked.arms),
        nuisance=nuisance,
        seed=int(rng.integers(2**31)),
    )
    signals = arm_signals(checked.outcome, checked.arm, checked.prob, predicted)
    return tuple(Part(checked, k, signals[:, k] - signals[:, 0], folds) for k in range(1, len(checked.arms)))


def effects_of(parts: Sequence[Part]) -> Effects:
    """Effects of one treatment, from one test or from several.

    Raises
    ------
    InputError
        The tests have no feature in common.
    """
    of = stack(parts)
    blocks = places(of.features)
    sums = sum_up(of.X, of.signal, of.clusters, of.folds)
    found = evidence(sums, blocks)
    # Each of a test's treatments is looked at.
    looks = max(len(part.checked.arms) for part in parts) - 1
    p = min(no_difference_p(found) * looks, 1.0)
    held_out = judge(of.X, of.signal, of.clusters, of.folds, sums, blocks)
    differs = p < SIGNIFICANCE and held_out.slope.value > 0.0
    fitted = posterior(found)
    name = parts[0].treatment
    centre = found.centre + of.centre
    if of.same_p is not None:
        fitted = _moved(fitted, of.average)
    card = compile_card(name, of.features, fitted, centre)
    return Effects(
        treatment=name,
        people=of.people,
        control_mean=of.control_mean,
        average=of.average,
        p_no_difference=p,
        held_out=held_out,
        differs=differs,
        features=of.features,
        card=card if differs else Scorecard(name, (), (), of.average.value),
        posterior=fitted,
        centre=centre,
        signal=of.signal,
        predicted=_out_of_fold(of.X, of.folds, sums, blocks),
        spread=of.spread,
        same_p=of.same_p,
    )


def _moved(fitted: Posterior, average: Estimate) -> Posterior:
    """With several tests the intercept and its error are those of their joint average."""
    mean, covariance = fitted.mean.copy(), fitted.covariance.copy()
    mean[0] = average.value
    covariance[0, :] = covariance[:, 0] = 0.0
    covariance[0, 0] = average.se**2
    return replace(fitted, mean=mean, covariance=covariance)


def compile_card(name: str, features: tuple[Feature, ...], fitted: Posterior, centre: Array) -> Scorecard:
    """Coefficients as tables, centred on the people of the test."""
    terms = []
    for feature, block in zip(features, places(features), strict=True):
        table = fitted.mean[1:][block]
        terms.append(Term((feature.name,), table - centre[block] @ table))
    return Scorecard(name, features, tuple(terms), float(fitted.mean[0]))


def _predicted(X: Array, sums: Sums, blocks: list[slice], train: NDArray[np.bool_]) -> Array:
    """Effects of people, learned from some folds."""
    found = evidence(sums, blocks, train)
    mean = posterior(found).mean
    return np.asarray(mean[0] + X @ mean[1:] - found.centre @ mean[1:])


def _out_of_fold(X: Array, folds: Codes, sums: Sums, blocks: list[slice]) -> Array:
    predicted = np.empty(len(X))
    for fold in range(N_FOLDS):
        predicted[folds == fold] = _predicted(X[folds == fold], sums, blocks, np.arange(N_FOLDS) != fold)
    return predicted


def judge(X: Array, signal: Array, clusters: Codes, folds: Codes, sums: Sums, blocks: list[slice]) -> HeldOut:
    """Fit on each half of the folds, look at the other."""
    lines, areas, tops = [], [], []
    for half in combinations(range(N_FOLDS), N_FOLDS // 2):
        train = np.isin(np.arange(N_FOLDS), half)
        held = ~train[folds]
        predicted = _predicted(X[held], sums, blocks, train)
        own, groups = signal[held], np.unique(clusters[held], return_inverse=True)[1].ravel()
        lines.append(best_linear_predictor(own, predicted, groups))
        areas.append(qini(own, predicted, groups))
        tops.append([_top(own, predicted, groups, share) for share in TOP_SHARES])
    return HeldOut(
        slope=Estimate(float(np.median([one.slope for one in lines])), float(np.median([one.se for one in lines]))),
        slope_p=min(1.0, 2.0 * float(np.median([one.p for one in lines]))),
        qini=_median(areas),
        tops={
            share: (_median([one[i][0] for one in tops]), _median([one[i][1] for one in tops]))
            for i, share in enumerate(TOP_SHARES)
        },
    )


def _top(signal: Array, predicted: Array, clusters: Codes, share: float) -> tuple[Estimate, Estimate]:
    treated = treated_part(predicted, share)
    return policy_value(signal, treated, clusters), policy_value(signal, treated - share, clusters)


def _median(estimates: list[Estimate]) -> Estimate:
    return Estimate(float(np.median([one.value for one in estimates])), float(np.median([one.se for one in estimates])))
