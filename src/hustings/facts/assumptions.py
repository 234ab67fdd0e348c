"""What earlier contests teach a poll model before it sees a poll: priors of scales, and single numbers."""

from __future__ import annotations

import polars as pl

from hustings.facts.reading import read_table


def tracker_scales() -> pl.DataFrame:
    """Log-normal priors of the tracker's scales, by the last contest they have seen.

    Returns
    -------
    polars.DataFrame
        ``through_year`` (no later contest was used), ``scale``, ``median`` (log-ratio units; ``walk_*`` per square
        root of a day), ``log_sd`` (sd of the scale's logarithm), ``n_contests`` (contests that say something of
        it), ``method`` (see ``docs/maths/constants.md``).
    """
    return read_table("tracker_scales")


def tracker_constants() -> pl.DataFrame:
    """Single numbers that the tracker assumes, by the last contest they have seen.

    Returns
    -------
    polars.DataFrame
        ``through_year``, ``name``, ``value``, ``method`` (see ``docs/maths/constants.md``).
    """
    return read_table("tracker_constants")
