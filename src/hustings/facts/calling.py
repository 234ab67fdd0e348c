"""When people may be called: time zones of the states, and the hours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hustings.facts.reading import read_table

if TYPE_CHECKING:
    import polars as pl


def time_zones() -> pl.DataFrame:
    """Time zones of the states and the District of Columbia.

    Returns
    -------
    polars.DataFrame
        ``state``, ``zone`` (IANA name), ``where`` in the state; a state in two zones has two rows.
    """
    return read_table("time_zones")


def calling_hours() -> pl.DataFrame:
    """Hours within which a voter may be called or texted.

    Returns
    -------
    polars.DataFrame
        ``state`` (``any``: every state without a row of its own), ``first`` and ``last`` (HH:MM, local time; the last
        minute is outside), ``source``.
    """
    return read_table("calling_hours")
