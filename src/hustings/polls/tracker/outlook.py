"""The fitted tracker as a mixture of Gaussians over the units' log-ratios on election day."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hustings.polls.tracker.fit import TrackerFit

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
    n_units, n_contrasts = fit.prior.lean.shape
    start = fit.prior.lean + fit.prior.nation.mean
    means = start + fit.points.means.reshape(-1, n_units, n_contrasts)
    return Outlook(fit.points.weights, means, fit.points.covariances)
