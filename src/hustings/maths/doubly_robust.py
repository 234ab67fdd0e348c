r"""Effects from randomised tests: doubly robust signals, their means with clustered errors, and the line through them.

With the chance ``p_k`` of arm ``k`` known and ``m_k`` any guess of the outcome under it, made without the row,

``g_ik = m_k(x_i) + 1{a_i = k} (y_i - m_k(x_i)) / p_ik``

has mean ``E[Y(k) | x]`` (Robins, Rotnitzky & Zhao, JASA 89(427), 1994). ``g_ik - g_i0`` is thus an unbiased signal of a
person's effect; a poor guess costs precision, never truth. See docs/maths/uplift.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr
from scipy.stats import chi2

Array = NDArray[np.float64]
Codes = NDArray[np.int64]


def arm_signals(outcome: Array, arm: Codes, prob: Array, predicted: Array) -> Array:
    """Doubly robust signal of each person's outcome under each arm.

    Parameters
    ----------
    outcome : (n,) array
    arm : (n,) int array
        Arm of each person, from 0.
    prob : (n, arms) array
        Known chances of the arms, above 0.
    predicted : (n, arms) array
        Guess of the outcome under each arm, from a fit without the person.

    Returns
    -------
    (n, arms) array
    """
    assigned = arm[:, None] == np.arange(prob.shape[1])
    return np.asarray(predicted + assigned * (outcome[:, None] - predicted) / prob)


def cluster_sums(values: Array, clusters: Codes) -> Array:
    """Sums of (n, q) over clusters coded from 0: (clusters, q)."""
    n = int(clusters.max()) + 1
    return np.stack([np.bincount(clusters, column, n) for column in values.T], axis=1)


def clustered_mean(values: Array, clusters: Codes) -> tuple[Array, Array]:
    """Means (q,) of (n, q) and their covariance (q, q), people of a cluster as dependent as they are.

    The covariance is that of a ratio of cluster totals, with ``G / (G - 1)`` for ``G`` clusters.
    """
    mean = values.mean(axis=0)
    sums = cluster_sums(values - mean, clusters)
    n_clusters = len(sums)
    return mean, sums.T @ sums * (n_clusters / max(n_clusters - 1.0, 1.0)) / len(values) ** 2


@dataclass(frozen=True)
class Line:
    """Slope of signals on predicted effects.

    Parameters
    ----------
    slope : float
        1: differences between people are as large as predicted; 0: there are none along the prediction.
    se : float
    p : float
        Chance of a slope this large or larger if there were none (one-sided).
    """

    slope: float
    se: float
    p: float


def best_linear_predictor(signal: Array, predicted: Array, clusters: Codes) -> Line:
    """Line of held-out signals on predicted effects (Chernozhukov et al. 2018, "generic machine learning", eq. 2.1).

    Parameters
    ----------
    signal : (n,) array
        Unbiased signals of effects.
    predicted : (n,) array
        Effects predicted by a fit that has seen none of these people.
    clusters : (n,) int array

    Returns
    -------
    Line
        Slope 0 and p 1 where everybody has the same prediction.
    """
    x = predicted - predicted.mean()
    spread = float(x @ x)
    if spread <= 1e-12 * len(x) * float(np.abs(predicted).max() ** 2 + 1e-12):
        return Line(0.0, float("inf"), 1.0)
    y = signal - signal.mean()
    slope = float(x @ y) / spread
    sums = np.bincount(clusters, x * (y - slope * x))
    n_clusters = len(np.unique(clusters))
    se = float(np.sqrt((sums @ sums) * n_clusters / max(n_clusters - 1.0, 1.0)) / spread)
    return Line(slope, se, float(ndtr(-slope / se)))


def quadratic_form_p(statistic: float, eigenvalues: Array) -> float:
    """Chance that a sum of eigenvalue times chi-squared (one degree each) exceeds the statistic.

    Three moments matched (Imhof, Biometrika 48, 1961; Pearson's approximation); exact where all eigenvalues are equal.
    """
    c1, c2, c3 = (float((eigenvalues**k).sum()) for k in (1, 2, 3))
    degrees = c2**3 / c3**2
    return float(chi2.sf((statistic - c1) * np.sqrt(degrees / c2) + degrees, degrees))


def wald(total: Array, covariance: Array) -> tuple[float, int, float]:
    """Statistic, degrees of freedom and p of the hypothesis that all of ``total`` is 0; dependent columns count once."""
    values, vectors = np.linalg.eigh(covariance)
    kept = values > 1e-9 * max(float(values.max()), 1e-300)
    along = vectors[:, kept].T @ total
    statistic, degrees = float((along**2 / values[kept]).sum()), int(kept.sum())
    return statistic, degrees, float(chi2.sf(statistic, max(degrees, 1)))
