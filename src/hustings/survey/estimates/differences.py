"""Differences of two estimates from the same respondents, and errors from replicates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from hustings.maths.linearised import Linearisation

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Measure:
    """A share or mean of some of the respondents.

    Parameters
    ----------
    values : (respondent,) array
        1 or 0, or numbers.
    base : (respondent,) array
        1 for who is in the base, else 0; or what a ratio divides by.
    """

    values: Array
    base: Array


@dataclass(frozen=True)
class Difference:
    """A difference of two estimates, with its error."""

    estimate: float
    se: float
    low: float
    high: float
    p: float


def difference(first: Measure, second: Measure, linearisation: Linearisation, *, level: float = 0.95) -> Difference:
    """First minus second measure, with their covariance: the same people may be in both."""
    one, other = (_influence(measure, linearisation.weights) for measure in (first, second))
    variance = linearisation.covariance((one[1] - other[1])[:, None])[0, 0]
    return _difference(one[0] - other[0], float(np.sqrt(max(variance, 0.0))), level)


def change(first: tuple[float, float], second: tuple[float, float], *, level: float = 0.95) -> Difference:
    """First minus second of two estimates with standard errors from different respondents, such as two waves."""
    return _difference(first[0] - second[0], float(np.hypot(first[1], second[1])), level)


def ratio(measure: Measure, linearisation: Linearisation) -> tuple[float, float]:
    """Ratio of two weighted sums, and its standard error; a share or mean where the base is 0 and 1."""
    estimate, influence = _influence(measure, linearisation.weights)
    return estimate, float(np.sqrt(max(linearisation.covariance(influence[:, None])[0, 0], 0.0)))


def replicate_ratio(measure: Measure, weights: Array, replicates: Array) -> tuple[float, float]:
    """As :func:`ratio`, its error from bootstrap weights (respondent, replicate), around the full estimate."""
    estimate = float(weights @ measure.values / (weights @ measure.base))
    below = measure.base @ replicates
    # A replicate in which nobody of the base was drawn says nothing.
    drawn = below > 0
    found = (measure.values @ replicates)[drawn] / below[drawn]
    return estimate, float(np.sqrt(np.mean((found - estimate) ** 2)))


def _influence(measure: Measure, weights: Array) -> tuple[float, Array]:
    below = float(weights @ measure.base)
    estimate = float(weights @ measure.values) / below
    return estimate, (measure.values - estimate * measure.base) / below


def _difference(estimate: float, se: float, level: float) -> Difference:
    reach = float(ndtri(0.5 + level / 2.0)) * se
    p = 2.0 * float(ndtr(-abs(estimate) / se)) if se > 0 else float(estimate == 0.0)
    return Difference(estimate, se, estimate - reach, estimate + reach, p)
