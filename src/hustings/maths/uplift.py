r"""What it is worth to contact some people first: gain curve, Qini coefficient, value of a policy.

With signals ``g_i`` of people's effects (docs/maths/uplift.md) and people ranked by a priority, highest first,
``Q(q) = 1/n sum_{i in the first q} g_i`` is what contacting that part adds, per person of all. Contacting at random adds
``q`` times the mean. The Qini coefficient is the area between (Radcliffe 2007; Yadlowsky et al. 2021 for its errors).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hustings.maths.doubly_robust import clustered_mean

Array = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True)
class Estimate:
    """A number and its standard error."""

    value: float
    se: float


def edges(priority: Array) -> tuple[Array, Array]:
    """Parts of all that stand strictly before each person, and before or with: (n,) and (n,); ties share both."""
    _, place, counts = np.unique(-priority, return_inverse=True, return_counts=True)
    upper = np.cumsum(counts) / len(priority)
    return np.asarray((upper - counts / len(priority))[place.ravel()]), np.asarray(upper[place.ravel()])


def treated_part(priority: Array, share: float) -> Array:
    """Chance with which each person is among the first ``share`` of all; people at the cut are drawn by lot."""
    before, until = edges(priority)
    return np.clip((share - before) / (until - before), 0.0, 1.0)


def policy_value(signal: Array, treated: Array, clusters: Codes, cost: float = 0.0) -> Estimate:
    """What a policy adds, per person of all.

    Parameters
    ----------
    signal : (n,) array
        Signals of effects of people whom neither the policy nor the guesses have seen.
    treated : (n,) array
        Chance with which the policy contacts each.
    clusters : (n,) int array
    cost : float
        What a contact costs, in the unit of the outcome.
    """
    mean, covariance = clustered_mean((treated * (signal - cost))[:, None], clusters)
    return Estimate(float(mean[0]), float(np.sqrt(covariance[0, 0])))


def gain_curve(signal: Array, priority: Array, shares: Array, clusters: Codes) -> list[Estimate]:
    """``Q`` at each share, each cut taken as it fell."""
    return [policy_value(signal, treated_part(priority, float(share)), clusters) for share in shares]


def qini(signal: Array, priority: Array, clusters: Codes) -> Estimate:
    r"""Area between the gain curve and contact at random, per person of all.

    In closed form ``1/n sum g_i (1/2 - u_i)`` with ``u_i`` the mid-rank, 0 highest. Ranks are relative, so that the error
    counts how each person moves the others' (the projection of the U-statistic).
    """
    n = len(signal)
    before, until = edges(priority)
    direct = signal * (0.5 - (before + until) / 2.0)
    order = np.argsort(-priority, kind="stable")
    above = np.concatenate([[0.0], np.cumsum(signal[order])]) / n
    at_or_above = above[np.rint(until * n).astype(np.int64)]
    strictly_above = above[np.rint(before * n).astype(np.int64)]
    below = above[-1] - (at_or_above + strictly_above) / 2.0
    mean, covariance = clustered_mean((direct + (above[-1] / 2.0 - below))[:, None], clusters)
    # Both halves of the projection have the coefficient as their mean.
    return Estimate(float(mean[0]) / 2.0, float(np.sqrt(covariance[0, 0])))
