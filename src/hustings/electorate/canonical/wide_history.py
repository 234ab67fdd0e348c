"""Files with a column per election, as one row per voter and election."""

from __future__ import annotations

import datetime as dt
import re

import polars as pl

from hustings.electorate.canonical.rows import Rows
from hustings.electorate.canonical.schema import HISTORY
from hustings.electorate.layouts import WideHistory


def long_history(voters: pl.DataFrame, rows: Rows) -> pl.DataFrame | None:
    """History of a block of voters, one row per filled cell.

    Parameters
    ----------
    voters : pl.DataFrame
        The rows in canonical form.
    rows : Rows
        The same rows as they are in the file. Counted up: cells with a meaning nobody knows, and votes in
        elections whose day nobody knows.

    Returns
    -------
    pl.DataFrame or None
        Columns `HISTORY`; None when the layout has no election columns.
    """
    wide = rows.layout.wide_history
    if wide is None:
        return None
    parts = [pl.DataFrame(schema=HISTORY)]
    for column in rows.layout.election_columns(rows.frame.columns):
        cells = rows.frame[column]
        if cells.null_count() == len(cells):
            continue
        kind, day = election_of(column, wide)
        if kind is None or day is None:
            unknown = "kind" if kind is None else "day"
            rows.warn(f"{column}: the election's {unknown} is not known, votes left out", cells.count())
            continue
        voted = cells.is_not_null()
        parts.append(_votes(voters.filter(voted), cells.filter(voted), column, (kind, day), wide, rows))
    return pl.concat(parts)


def election_of(column: str, wide: WideHistory) -> tuple[str | None, dt.date | None]:
    """Kind and day of the election that a column stands for; None where its name and the layout do not tell."""
    match = re.search(wide.pattern, column)
    if match is None:
        return None, None
    kind = wide.kinds.get(match["kind"])
    if column in wide.dates:
        return kind, wide.dates[column]
    said = match.groupdict()
    year = int(said["year"])
    if said.get("month") and said.get("day"):
        try:
            return kind, dt.date(year, int(said["month"]), int(said["day"]))
        except ValueError:
            return kind, None
    return kind, us_general(year) if kind == "general" else None


def us_general(year: int) -> dt.date:
    """Tuesday after the first Monday of November, the day of general elections in the United States."""
    first = dt.date(year, 11, 1)
    return first + dt.timedelta(days=(7 - first.weekday()) % 7 + 1)


def _votes(
    voters: pl.DataFrame,
    cells: pl.Series,
    column: str,
    election: tuple[str, dt.date],
    wide: WideHistory,
    rows: Rows,
) -> pl.DataFrame:
    """Votes of those with a filled cell."""
    known = {*wide.methods, *wide.parties, *wide.not_counted}
    for code, count in cells.value_counts(name="rows").iter_rows():
        if code not in known:
            rows.unknown_codes[column, code] += count
    kind, day = election
    # Nobody's cell may pass for a party outside a primary: there the same letters stand for methods.
    parties = wide.parties if "primary" in kind or kind == "runoff" else {}
    return voters.select(
        "source_id",
        "state",
        "county",
        election_date=pl.lit(day),
        election_kind=pl.lit(kind),
        election_label=pl.lit(column),
        method=cells.replace_strict(dict(wide.methods), default="unknown", return_dtype=pl.String),
        counted=~cells.is_in(list(wide.not_counted)),
        ballot_party=cells.replace_strict(dict(parties), default=None, return_dtype=pl.String),
    )
