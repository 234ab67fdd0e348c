"""How much of each unit's expected votes a segment is: what a break there can move."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.tables.watch import ALL

Array = NDArray[np.float64]

COLUMNS = {"state": "state", "party": "party", "race": "race_group", "age": "age", "sex": "sex"}
"""Parts of a segment's name, and the columns of ``tables.VOTER_CELLS`` that they are of."""


def parts_of(segment: str) -> dict[str, str]:
    """``state=NC, party=DEM`` as a mapping; empty for ``all``."""
    if segment == ALL:
        return {}
    return dict(part.strip().partition("=")[::2] for part in segment.split(","))


def reach(units: Sequence[str], segment: str, cells: pl.DataFrame | None) -> Array | None:
    """Part of each unit's expected votes that lies in a segment, (unit,), 0-1.

    Parameters
    ----------
    units : sequence of str
    segment : str
        ``all``, a unit's id, or ``name=value`` parts joined with commas.
    cells : pl.DataFrame or None
        ``tables.VOTER_CELLS``.

    Returns
    -------
    array or None
        None where it is not known.
    """
    parts = parts_of(segment)
    if segment in units:
        parts = {"state": segment}
    state = parts.pop("state", None)
    here = np.array([state is None or unit == state or unit.startswith(f"{state}-") for unit in units])
    if not parts:
        return here.astype(np.float64)
    chosen = within(parts)
    if cells is None or chosen is None:
        return None
    sums = cells.group_by("state").agg(
        pl.col("votes").sum().alias("all"), pl.col("votes").filter(chosen).sum().alias("some")
    )
    of = {state: some / every for state, every, some in sums.iter_rows() if every > 0}
    # Units of which no voters are at hand are taken as those that are: the mean.
    usual = float(np.mean(list(of.values()))) if of else 0.0
    found = np.array([of.get(unit.partition("-")[0], usual) for unit in units])
    return np.where(here, found, 0.0)


def within(parts: Mapping[str, str]) -> pl.Expr | None:
    """Which cells are of a segment; None where they do not tell it apart."""
    if any(name not in COLUMNS for name in parts):
        return None
    chosen = pl.lit(value=True)
    for name, value in parts.items():
        chosen &= _matches(COLUMNS[name], value).fill_null(value=False)
    return chosen


def _matches(column: str, value: str) -> pl.Expr:
    """Cells of a value; an age is a band (35-44, 75+) whose lower ends the cells hold."""
    if column != "age":
        return pl.col(column) == value
    low, _, high = value.rstrip("+").partition("-")
    if not low.isdigit():
        return pl.lit(value=False)
    return pl.col(column).is_between(float(low), float(high) if high.isdigit() else 200.0)
