"""Weighted e-BH: which of many e-values stand, whatever binds them together.

**Question.** Many claims are watched. Which alarms hold, so that a quiet campaign sees any with chance at most alpha?

**Model.** Claim `i` has a fixed share ``c_i`` of the budget, ``sum_i c_i <= 1``. Sort ``e_i c_i`` downwards; reject the `k` largest for the
largest `k` with ``e_(k) c_(k) >= 1/(alpha k)``. Any rejection implies ``sum_i c_i e_i >= 1/alpha``, and that sum is an e-process when
all claims hold: over the whole campaign any rejection has chance at most alpha, for any dependence.

**Sources.** Wang & Ramdas (2022), JRSS-B 84(3), with weights of its section 5.1. Docs: ``docs/maths/e-bh.md``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def weighted_e_bh(log_e: Array, share: Array, alpha: float) -> NDArray[np.bool_]:
    """Which claims are rejected.

    Parameters
    ----------
    log_e : (claim,) or (claim, step) array
        Natural logs of e-values; NaN counts as no evidence. Each step is decided on its own.
    share : (claim,) array
        Shares of the budget, >= 0, of sum at most 1 over all claims.
    alpha : float
        Chance of any rejection, over all steps, when all claims hold; also the false discovery rate at each step.

    Returns
    -------
    array of the shape of `log_e`
    """
    with np.errstate(divide="ignore"):
        log_share = np.log(share)
    scores = np.where(np.isnan(log_e), -np.inf, log_e) + (log_share if log_e.ndim == 1 else log_share[:, None])
    if not len(scores):
        return np.zeros(log_e.shape, bool)
    ordered = -np.sort(-scores, axis=0)
    needed = -np.log(alpha * np.arange(1, len(scores) + 1))
    passed = ordered >= (needed if log_e.ndim == 1 else needed[:, None])
    rank = len(scores) - np.argmax(passed[::-1], axis=0)
    threshold = np.where(passed.any(axis=0), -np.log(alpha * rank), np.inf)
    return np.asarray(scores >= threshold)
