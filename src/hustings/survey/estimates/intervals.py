"""Intervals that stay inside what is possible."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, stdtrit

Array = NDArray[np.float64]


def share_intervals(
    shares: Array, se: Array, n_effective: Array, n: Array, *, level: float = 0.95
) -> tuple[Array, Array]:
    """Intervals of shares on the logit scale; of 0 and 1 by Korn & Graubard.

    Parameters
    ----------
    shares, se : arrays
        Shares 0-1 and their standard errors.
    n_effective, n : arrays
        Effective interviews and interviews in the base; ``n - 1`` degrees of freedom.
    level : float
        What the interval is to cover.

    Returns
    -------
    arrays
        Lower and upper ends, within 0-1; NaN where the share is.
    """
    reach = stdtrit(np.maximum(n - 1.0, 1.0), 0.5 + level / 2.0)
    inside = (shares > 1e-12) & (shares < 1.0 - 1e-12)
    safe = np.where(inside, shares, 0.5)
    # As odds, so that a share with no error (a calibrated one) keeps its own value.
    width = np.exp(np.minimum(reach * np.where(inside, se, 0.0) / (safe * (1.0 - safe)), 500.0))
    odds = safe / (1.0 - safe)
    low, high = odds / width, odds * width
    low, high = low / (1.0 + low), high / (1.0 + high)
    # Clopper & Pearson with the effective number: what was never said may still be thought.
    effective = np.maximum(n_effective, 1.0)
    rare = betaincinv(1.0, effective, 0.5 + level / 2.0)
    low = np.where(inside, low, np.where(shares > 0.5, 1.0 - rare, 0.0))
    high = np.where(inside, high, np.where(shares > 0.5, 1.0, rare))
    known = ~np.isnan(shares)
    return np.where(known, low, np.nan), np.where(known, high, np.nan)


def mean_intervals(means: Array, se: Array, n: Array, *, level: float = 0.95) -> tuple[Array, Array]:
    """Symmetric intervals of means or differences, with ``n - 1`` degrees of freedom."""
    reach = stdtrit(np.maximum(n - 1.0, 1.0), 0.5 + level / 2.0) * se
    return means - reach, means + reach
