"""Effects of each treatment: the average, whether people differ, and by how much where they do."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import ndtri

from hustings.maths.doubly_robust import arm_signals, best_linear_predictor, clustered_mean
from hustings.maths.uplift import Estimate, policy_value, qini, treated_part
from hustings.scores.persuasion.binning import bin_matrix, indicators, places, shallow_features
from hustings.scores.persuasion.data import Checked
from hustings.scores.persuasion.final_stage import Posterior, Sums, evidence, no_difference_p, posterior, sum_up
from hustings.scores.persuasion.nuisance import Nuisance, draw_folds, predict_outcomes
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
        Average effect (AIPW), clustered error.
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
    features = shallow_features(checked.frame)
    bins = bin_matrix(features, checked.frame)
    X = indicators(features, bins)
    # Bins without people say nothing.
    folds = draw_folds(checked.clusters, N_FOLDS, rng)
    predicted = predict_outcomes(
        X,
        bins,
        checked.outcome,
        checked.arm,
        folds,
        n_arms=len(checked.arms),
        nuisance=nuisance,
        seed=int(rng.integers(2**31)),
    )
    signals = arm_signals(checked.outcome, checked.arm, checked.prob, predicted)
    return tuple(
        _effects(checked, k, features, X, signals[:, k] - signals[:, 0], folds) for k in range(1, len(checked.arms))
    )


def _effects(checked: Checked, k: int, features: tuple[Feature, ...], X: Array, signal: Array, folds: Codes) -> Effects:
    blocks = places(features)
    mean, covariance = clustered_mean(signal[:, None], checked.clusters)
    average = Estimate(float(mean[0]), float(np.sqrt(covariance[0, 0])))
    sums = sum_up(X, signal, checked.clusters, folds)
    found = evidence(sums, blocks)
    p = min(no_difference_p(found) * (len(checked.arms) - 1), 1.0)
    held_out = judge(X, signal, checked.clusters, folds, sums, blocks)
    differs = p < SIGNIFICANCE and held_out.slope.value > 0.0
    fitted = posterior(found)
    name = checked.arms[k]
    card = compile_card(name, features, fitted, found.centre) if differs else Scorecard(name, (), (), average.value)
    return Effects(
        treatment=name,
        people=(int((checked.arm == k).sum()), int((checked.arm == 0).sum())),
        control_mean=float(checked.outcome[checked.arm == 0].mean()),
        average=average,
        p_no_difference=p,
        held_out=held_out,
        differs=differs,
        features=features,
        card=card,
        posterior=fitted,
        centre=found.centre,
        signal=signal,
        predicted=_out_of_fold(X, folds, sums, blocks),
    )


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
