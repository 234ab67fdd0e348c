"""What the tracker assumes before it sees a poll: every constant in one place, each with its origin.

Scales are standard deviations on the log-ratio scale (logit, for two options); each has a log-normal prior and is
integrated over. Their medians and spreads come from contests before the one that is projected
(``facts/data/tracker_scales.csv``, made by ``tools/learn_scales.py``; see ``docs/maths/constants.md``).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

SCALE_NAMES = (
    "unit_shared",
    "unit_own",
    "walk_nation",
    "walk_shared",
    "walk_own",
    "bias_nation",
    "bias_shared",
    "bias_own",
    "house",
    "mode",
    "population",
    "nation_gap",
    "noise",
)
"""Scales in the order of every vector of scales. ``walk_*`` are per square root of a day."""


@dataclass(frozen=True)
class ScalePrior:
    """Log-normal prior of one scale: ``log(scale) ~ N(log(median), log_sd^2)``."""

    median: float
    log_sd: float


@dataclass(frozen=True)
class KernelWeights:
    """How much each kind of likeness counts in the covariance that units share (see ``kernel.py``).

    The defaults are what contests through 2016 teach (see :class:`TrackerSpec`).
    """

    region: float = 0.0542
    swings: float = 0.132
    history: float = 0.111
    lean: float = 0.0418
    covariates: float = 0.661


@dataclass(frozen=True)
class TrackerSpec:
    """Assumptions of the tracker.

    The defaults are what contests through 2016 teach, the last whose polls are at hand (``docs/maths/constants.md``).
    For a contest use :func:`~hustings.polls.tracker.constants.default_spec`, which has seen nothing later than it.

    Parameters
    ----------
    scales : mapping
        A :class:`ScalePrior` for each of :data:`SCALE_NAMES`.
    lean_persistence : (float, float)
        Coefficients of the last and the last but one contest's lean in the expected lean.
    undecided_mean, undecided_sd : float
        Prior of how far the undecided and others in a unit's poll end up with the unit's lean (``kappa``).
    sponsor_mean, sponsor_sd : float
        Prior of how much a poll paid for by an option's side overstates that option's log-share.
    degrees_of_freedom : float
        Of the Student-t that each poll's own error follows: below 30 an outlier loses its weight.
    volatility_prior_contests : float
        Past contests' worth of evidence that all units are equally volatile.
    shared_walk_factors : int
        Leading shared factors that walk on the fine grid; the others walk on the coarse one.
    n_nodes : int
        Points over which the scales are integrated (even).
    """

    scales: dict[str, ScalePrior] = field(default_factory=dict)
    kernel: KernelWeights = field(default_factory=KernelWeights)
    lean_persistence: tuple[float, float] = (0.921, 0.0916)
    undecided_mean: float = 0.151
    undecided_sd: float = 0.485
    sponsor_mean: float = 0.0432
    sponsor_sd: float = 0.03
    degrees_of_freedom: float = 3.03
    volatility_prior_contests: float = 5.31
    shared_walk_factors: int = 5
    n_nodes: int = 32

    @property
    def log_medians(self) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """Prior means of the log scales, in the order of :data:`SCALE_NAMES`."""
        return np.log([self.scales[name].median for name in SCALE_NAMES])

    @property
    def log_sds(self) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """Prior sds of the log scales, in the order of :data:`SCALE_NAMES`."""
        return np.array([self.scales[name].log_sd for name in SCALE_NAMES])


NATION_KNOTS = np.array(
    [*range(0, 48, 3), *range(48, 80, 4), *range(80, 120, 5), *range(120, 204, 7), *range(204, 310, 12), 400.0]
)
"""Days before the election at which the nation walks: its path is looked at, so no corner may show."""
FINE_KNOTS = np.array(
    [0, 3, 6, 9, 12, 15, 18, 21, 25, 30, 35, 40, 46, 53, 60, 70, 80, 92, 106, 120, 140, 160, 185, 215, 250, 300, 400.0]
)
"""Days before the election at which the leading shared factors walk."""
COARSE_KNOTS = np.array([0, 14, 49, 140, 400.0])
"""Days before the election at which each unit's own walk, and the minor shared factors, have a value."""
