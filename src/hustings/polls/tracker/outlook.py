"""The fitted tracker as a mixture of Gaussians over the units' log-ratios on election day."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from hustings.polls.tracker.fit import TrackerFit
from hustings.polls.tracker.rows import unit_rows

Array = NDArray[np.float64]


class Outlook(NamedTuple):
    """Joint distribution of the units' log-ratios on election day.

    Attributes
    ----------
    weights : (node,) array
        Sum to 1.
    means : (node, unit, contrast) array
    covariances : (node, unit * contrast, unit * contrast) array
    """

    weights: Array
    means: Array
    covariances: Array


def outlook(fit: TrackerFit) -> Outlook:
    """Units on election day, one Gaussian for each point of the scales."""
    rows = unit_rows(fit.prior, fit.blocks, np.zeros(1))[0]
    n_units, n_contrasts = fit.prior.lean.shape
    start = fit.prior.lean + fit.prior.nation.mean
    means, covariances = [], []
    for node in range(len(fit.points.weights)):
        found = fit.at_node(node)
        half = linalg.solve_triangular(found.factor, rows.T, lower=True, check_finite=False)
        means.append(start + (rows @ found.mean).reshape(n_units, n_contrasts))
        covariances.append(half.T @ half)
    return Outlook(fit.points.weights, np.array(means), np.array(covariances))
