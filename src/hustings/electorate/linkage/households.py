"""How two people of one household look: the third class beside one person and two strangers.

Spouses share a surname and an address, twins a birth date too: taken for strangers who agree by chance, they would look like
one person. Two rows of *one* file at one address are two people, so their agreement can simply be counted.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from hustings.electorate.linkage.comparisons import COMPARISONS, Comparison

_MOST_PAIRS = 300_000
_MOST_PEOPLE = 12
"""An address of more people than this is a building, not a household."""


def household_pairs(held: Any, side: pl.DataFrame) -> pl.DataFrame:  # noqa: ANN401
    """Agreement counted over pairs of rows of one file at one place.

    Rows that agree in first and last name, birth and suffix are one person written twice, and left out.

    Parameters
    ----------
    held : duckdb.DuckDBPyConnection
        Where to compute.
    side : polars.DataFrame
        As `prepare` returns it.

    Returns
    -------
    polars.DataFrame
        ``comparison``, ``level``, ``pairs``.
    """
    sizes = side.filter(pl.col("place").is_not_null()).group_by("place").len()
    sizes = sizes.filter(pl.col("len").is_between(2, _MOST_PEOPLE)).sort("place")
    # Addresses in order of a hash: taking the first ones is taking some at random.
    enough = sizes.filter((pl.col("len") * (pl.col("len") - 1) / 2).cum_sum() <= _MOST_PAIRS)
    people = side.join(enough.select("place"), on="place", how="semi")
    empty = pl.DataFrame(schema={"comparison": pl.String, "level": pl.String, "pairs": pl.Int64})
    if not people.height:
        return empty
    held.register("household_people", people.to_arrow())
    columns = ", ".join(f"l.{name} as {name}_l, r.{name} as {name}_r" for name in people.columns)
    cases = ", ".join(f"{_case(comparison)} as {comparison.name}" for comparison in COMPARISONS)
    found: pl.DataFrame = held.sql(
        f"with pairs as (select {columns} from household_people l join household_people r"  # noqa: S608 (our own names)
        f" on l.place = r.place and l.id < r.id) select {cases} from pairs"
    ).pl()
    held.unregister("household_people")
    one_person = (
        (pl.col("first_name") == "exact")
        & (pl.col("last_name") == "exact")
        & pl.col("birth").is_in(["date", "year only"])
        & (pl.col("suffix") != "else").fill_null(value=True)
    )
    found = found.filter(~one_person.fill_null(value=False))
    return pl.concat(
        [
            empty,
            *(
                found.group_by(level=comparison.name)
                .len("pairs")
                .filter(pl.col("level").is_not_null())
                .select(pl.lit(comparison.name).alias("comparison"), "level", pl.col("pairs").cast(pl.Int64))
                for comparison in COMPARISONS
            ),
        ]
    )


def mates(side: pl.DataFrame) -> float:
    """How many others of the file live at a row's address, on average; 1 where addresses are not known."""
    sizes = side.filter(pl.col("place").is_not_null()).group_by("place").len()
    people = sizes.filter(pl.col("len") <= _MOST_PEOPLE)["len"].cast(pl.Int64)
    if not people.len():
        return 1.0
    return float(np.average(people.to_numpy() - 1, weights=people.to_numpy()))


def _case(comparison: Comparison) -> str:
    whens = " ".join(f"when {level.sql} then '{level.name}'" for level in comparison.levels if level.sql != "ELSE")
    return f"case when {comparison.unknown_sql} then null {whens} else 'else' end"
