"""The tracker's assumptions for a contest, learned from contests before it.

The numbers are in two tables of :mod:`hustings.facts` (``tracker_scales``, ``tracker_constants``), which
``tools/learn_scales.py`` writes; ``docs/maths/constants.md`` explains each. All come from US presidential elections:
any other contest borrows them, and its own polls correct the scales.
"""

from __future__ import annotations

import polars as pl

from hustings import facts
from hustings.contests import Contest
from hustings.polls.tracker.spec import KernelWeights, ScalePrior, TrackerSpec

KERNEL_PREFIX = "kernel_"


def learned_through(contest: Contest) -> int:
    """Year of the last contest that the assumptions for ``contest`` have seen.

    The greatest in the tables that is before the contest's own year. Contests before the second year in the tables
    get the first, which may then be *later than the contest*: a back-test of such a contest is not clean.
    """
    years = facts.tracker_scales()["through_year"].unique().sort().to_list()
    return int(max((year for year in years if year < contest.date.year), default=years[0]))


def default_spec(contest: Contest) -> TrackerSpec:
    """Assumptions for a contest, from contests before it (see :func:`learned_through`)."""
    seen = pl.col("through_year") == learned_through(contest)
    scales = facts.tracker_scales().filter(seen)
    constants = facts.tracker_constants().filter(seen)
    value: dict[str, float] = dict(zip(constants["name"].to_list(), constants["value"].to_list(), strict=True))
    kernel = {name.removeprefix(KERNEL_PREFIX): v for name, v in value.items() if name.startswith(KERNEL_PREFIX)}
    return TrackerSpec(
        scales={row["scale"]: ScalePrior(row["median"], row["log_sd"]) for row in scales.iter_rows(named=True)},
        kernel=KernelWeights(**kernel),
        lean_persistence=(value["lean_persistence_last"], value["lean_persistence_before"]),
        undecided_mean=value["undecided_mean"],
        undecided_sd=value["undecided_sd"],
        sponsor_mean=value["sponsor_mean"],
        sponsor_sd=value["sponsor_sd"],
        degrees_of_freedom=value["degrees_of_freedom"],
        volatility_prior_contests=value["volatility_prior_contests"],
    )
