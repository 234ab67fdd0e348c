"""What nights have compared with claims: added to, never changed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from hustings.errors import StoreError
from hustings.store import empty_table, write_parquet
from hustings.tables import OBSERVATIONS, SETTLED
from hustings.watch.assumption import Claim, Seen


@dataclass(frozen=True)
class Kept:
    """All that was compared until a day.

    Parameters
    ----------
    observations : pl.DataFrame
        ``tables.OBSERVATIONS``.
    settled : pl.DataFrame
        ``tables.SETTLED``.
    """

    observations: pl.DataFrame
    settled: pl.DataFrame

    def of(self, claim: Claim) -> pl.DataFrame:
        """One claim's observations, in the order in which they were settled."""
        mine = (pl.col("assumption") == claim.assumption) & (pl.col("version") == claim.version)
        return self.observations.filter(mine).sort("settled", "day", "segment")

    def settled_of(self, assumption: str) -> pl.DataFrame:
        """What was compared with any version of an assumption's claim: the last amount of each key."""
        mine = self.settled.filter(pl.col("assumption") == assumption)
        return mine.sort("settled").unique("key", keep="last", maintain_order=True)

    def before(self, day: dt.date) -> Kept:
        """What was compared before the night of a day."""
        return Kept(self.observations.filter(pl.col("settled") < day), self.settled.filter(pl.col("settled") < day))

    def with_seen(self, claim: Claim, seen: Seen, day: dt.date) -> Kept:
        """With what one night found new for a claim."""
        marks = pl.lit(claim.assumption).alias("assumption"), pl.lit(day).alias("settled")
        rows = seen.rows.with_columns(*marks, version=pl.lit(claim.version, pl.Int64))
        settled = seen.settled.with_columns(*marks).select(SETTLED.column_names)
        return Kept(
            pl.concat([self.observations, rows.select(OBSERVATIONS.column_names)], how="vertical_relaxed"),
            pl.concat([self.settled, settled], how="vertical_relaxed"),
        )


def nothing_kept() -> Kept:
    """Before the first night."""
    return Kept(empty_table(OBSERVATIONS), empty_table(SETTLED))


def read_kept(campaign: Path) -> Kept:
    """What nights have compared so far; nothing where there was none.

    Raises
    ------
    StoreError
        A file cannot be read.
    """
    found = []
    for table in (OBSERVATIONS, SETTLED):
        file = campaign / table.file
        if not file.is_file():
            found.append(empty_table(table))
            continue
        try:
            found.append(pl.read_parquet(file).select(table.column_names))
        except (OSError, pl.exceptions.PolarsError) as err:
            raise StoreError(
                f"{file} cannot be read: {str(err).splitlines()[0]}",
                hint="bring it back from a backup: evidence cannot be made again from later data",
            ) from err
    return Kept(*found)


def write_kept(kept: Kept, campaign: Path) -> None:
    """Keep it for the next night."""
    (campaign / OBSERVATIONS.file).parent.mkdir(parents=True, exist_ok=True)
    # Settled first: were the evidence lost between the two, data would be left out, never counted twice.
    write_parquet(kept.settled.sort("assumption", "key", "settled"), campaign / SETTLED.file, SETTLED)
    ordered = kept.observations.sort("assumption", "version", "settled", "day", "segment")
    write_parquet(ordered, campaign / OBSERVATIONS.file, OBSERVATIONS)
