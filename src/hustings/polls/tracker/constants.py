"""The tracker's assumptions for a contest, learned from contests before it."""

from __future__ import annotations

from hustings.contests import Contest
from hustings.polls.tracker.spec import ScalePrior, TrackerSpec

_DEFAULTS = {
    "unit_shared": ScalePrior(0.08, 0.4),
    "unit_own": ScalePrior(0.09, 0.4),
    "walk_nation": ScalePrior(0.010, 0.4),
    "walk_shared": ScalePrior(0.004, 0.6),
    "walk_own": ScalePrior(0.004, 0.6),
    "bias_nation": ScalePrior(0.05, 0.5),
    "bias_shared": ScalePrior(0.03, 0.3),
    "bias_own": ScalePrior(0.045, 0.3),
    "house": ScalePrior(0.05, 0.4),
    "mode": ScalePrior(0.03, 0.4),
    "population": ScalePrior(0.03, 0.4),
    "nation_gap": ScalePrior(0.03, 0.4),
    "noise": ScalePrior(0.05, 0.4),
}


def default_spec(contest: Contest) -> TrackerSpec:
    """Assumptions for a contest."""
    del contest
    return TrackerSpec(scales=_DEFAULTS)
