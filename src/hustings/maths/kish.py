"""Kish's effective sample size."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def kish(weights: NDArray[np.float64]) -> tuple[float, float]:
    """Effective sample size and design effect of unequal weights.

    Parameters
    ----------
    weights : (row,) array
        Weights >= 0 of any scale; those of 0 count as not there.

    Returns
    -------
    float, float
        ``(sum w)^2 / sum w^2``, and ``n`` over it, which is ``1 + cv^2``; ``0, nan`` without rows.
    """
    squares = float((weights**2).sum())
    if squares == 0.0:
        return 0.0, float("nan")
    effective = float(weights.sum()) ** 2 / squares
    return effective, int((weights > 0).sum()) / effective
