"""One treatment in one test or in several: people side by side, each compared within their own test alone.

Averages of several tests are joined with weights ``1 / (se^2 + spread^2)``, ``spread`` the variation of effects between tests
(DerSimonian and Laird). From signals and indicators each test's own mean is taken, as dummies of the tests would do, so that
what parts one test from another is never laid to what parts people.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import chdtrc

from hustings.errors import InputError
from hustings.maths.doubly_robust import clustered_mean
from hustings.maths.uplift import Estimate
from hustings.scores.persuasion.binning import bin_matrix, indicators, shallow_features
from hustings.scores.persuasion.data import Checked
from hustings.scores.scorecard import Feature

Array = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True)
class Part:
    """One treatment in one test.

    Parameters
    ----------
    checked : Checked
    arm : int
        The treatment's place among its arms.
    signal : (n,) array
        Doubly robust signals.
    folds : (n,) int array
    """

    checked: Checked
    arm: int
    signal: Array
    folds: Codes

    @property
    def treatment(self) -> str:
        """Its name."""
        return self.checked.arms[self.arm]

    @property
    def average(self) -> Estimate:
        """Average effect in the test, with its clustered error."""
        mean, covariance = clustered_mean(self.signal[:, None], self.checked.clusters)
        return Estimate(float(mean[0]), float(np.sqrt(covariance[0, 0])))


@dataclass(frozen=True)
class Stack:
    """One treatment, over its tests.

    Parameters
    ----------
    parts : tuple of Part
    frame : pl.DataFrame
        Features that all tests have, of everybody.
    features : tuple of Feature
    X : (n, bins) array
        Indicators; with several tests less their means in each.
    centre : (bins,) array
        What was taken off, on average; 0 with one test.
    signal : (n,) array
        With several tests moved to the joint average.
    clusters, folds : (n,) int array
    average : Estimate
    spread : float
        Standard deviation of effects between tests; 0 where their errors explain it, or with one.
    same_p : float or None
        Chance of averages this different if tests had one effect (Cochran's Q); None with one.
    """

    parts: tuple[Part, ...]
    frame: pl.DataFrame
    features: tuple[Feature, ...]
    X: Array
    centre: Array
    signal: Array
    clusters: Codes
    folds: Codes
    average: Estimate
    spread: float = 0.0
    same_p: float | None = None

    @property
    def people(self) -> tuple[int, int]:
        """In the treatment, in the controls."""
        arms = [(part.checked.arm, part.arm) for part in self.parts]
        return sum(int((arm == k).sum()) for arm, k in arms), sum(int((arm == 0).sum()) for arm, _ in arms)

    @property
    def control_mean(self) -> float:
        """Mean outcome of the controls."""
        means = [part.checked.outcome[part.checked.arm == 0] for part in self.parts]
        return float(np.concatenate(means).mean())


def stack(parts: Sequence[Part]) -> Stack:
    """Join the tests of a treatment.

    Raises
    ------
    InputError
        They have no feature in common.
    """
    first = parts[0].checked.frame.columns
    names = [name for name in first if all(name in part.checked.frame.columns for part in parts)]
    if not names:
        tests = " and ".join(part.checked.experiment.name for part in parts)
        raise InputError(f"{tests} have no feature in common", hint="describe their people by the same columns")
    frame = pl.concat([_plain(part.checked.frame.select(names), alone=len(parts) == 1) for part in parts])
    features = shallow_features(frame)
    X = indicators(features, bin_matrix(features, frame))
    if len(parts) == 1:
        part = parts[0]
        centre = np.zeros(X.shape[1])
        return Stack((part,), frame, features, X, centre, part.signal, part.checked.clusters, part.folds, part.average)
    average, spread, same_p = join([part.average for part in parts])
    test = np.repeat(np.arange(len(parts)), [len(part.signal) for part in parts])
    means = np.stack([X[test == k].mean(axis=0) for k in range(len(parts))])
    starts = np.cumsum([0, *(int(part.checked.clusters.max()) + 1 for part in parts[:-1])])
    return Stack(
        parts=tuple(parts),
        frame=frame,
        features=features,
        X=X - means[test],
        centre=X.mean(axis=0),
        signal=np.concatenate([part.signal - part.average.value for part in parts]) + average.value,
        clusters=np.concatenate([part.checked.clusters + start for part, start in zip(parts, starts, strict=True)]),
        folds=np.concatenate([part.folds for part in parts]),
        average=average,
        spread=spread,
        same_p=same_p,
    )


def join(averages: Sequence[Estimate]) -> tuple[Estimate, float, float]:
    """Average of several tests' averages, the standard deviation between tests, and the p-value of there being none.

    ``w = 1 / se^2``, ``Q = sum w (x - sum w x / sum w)^2``, ``spread^2 = max(0, (Q - k + 1) / (sum w - sum w^2 / sum w))``; then
    the mean with ``w = 1 / (se^2 + spread^2)``.
    """
    values, w = np.array([one.value for one in averages]), np.array([one.se**-2.0 for one in averages])
    q = float(w @ (values - w @ values / w.sum()) ** 2)
    degrees = len(values) - 1
    between = max(0.0, (q - degrees) / float(w.sum() - (w**2).sum() / w.sum()))
    joint = 1.0 / (1.0 / w + between)
    total = float(joint.sum())
    return Estimate(float(joint @ values) / total, total**-0.5), float(np.sqrt(between)), float(chdtrc(degrees, q))


def _plain(frame: pl.DataFrame, *, alone: bool) -> pl.DataFrame:
    """Columns in kinds that several tests can share."""
    if alone:
        return frame
    return frame.select(
        pl.col(name).cast(pl.Float64 if kind.is_numeric() or kind == pl.Boolean else pl.String)
        for name, kind in frame.schema.items()
    )
