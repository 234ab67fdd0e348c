"""A state's first file: sort it bucket by bucket and write its base."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from hustings.electorate.codebooks import Codebooks
from hustings.electorate.loading.spill import Bucket, Spill, buckets
from hustings.store.columns import ColumnWriter
from hustings.store.manifest import StateFiles
from hustings.store.sealed import VaultWriter
from hustings.store.snapshots import Writing
from hustings.store.vault import Vault
from hustings.tables import VOTERS

ORDER = ("place", "household_id", "voter_id")
"""Within the file: precincts in the order of county and name, in them households, in them voters."""


@dataclass(frozen=True)
class Places:
    """Where each precinct stands in the order of a state's file."""

    of_code: dict[int, int]

    def column(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Add `place`, the precinct's place in the order."""
        codes = pl.Series(list(self.of_code), dtype=pl.Int32)
        places = pl.Series(list(self.of_code.values()), dtype=pl.Int32)
        return rows.with_columns(pl.col("precinct").replace_strict(codes, places).alias("place"))


def precinct_places(books: Codebooks, state: str) -> Places:
    """Order a state's precincts by county and name."""
    frame = books.frame("precinct").filter(pl.col("state") == state).sort("county", "value", "code")
    return Places({code: place for place, code in enumerate(frame["code"].to_list())})


def gather(
    spill: Spill, bucket: Bucket, keep: Callable[[pl.DataFrame], pl.Series] | None
) -> tuple[pl.DataFrame, pl.DataFrame] | None:
    """Fetch a bucket's coded rows and identities; `keep` says which copies of a duplicated id stay."""
    coded, identities = [], []
    wanted = pl.Series(bucket.precincts, dtype=pl.Int32).implode()
    for rows, names in spill.fetch(bucket.counties):
        mask = None if bucket.whole else rows["precinct"].is_in(wanted)
        if keep is not None:
            kept = keep(rows)
            mask = kept if mask is None else mask & kept
        coded.append(rows if mask is None else rows.filter(mask))
        identities.append(names if mask is None else names.filter(mask))
    return (pl.concat(coded), pl.concat(identities)) if coded else None


def sorted_buckets(
    spill: Spill, places: Places, keep: Callable[[pl.DataFrame], pl.Series] | None
) -> Iterator[tuple[Bucket, pl.DataFrame, pl.DataFrame]]:
    """Yield a state's rows in the order of its file, a bucket at a time."""
    for bucket in buckets(spill.precinct_rows, places.of_code):
        found = gather(spill, bucket, keep)
        if found is None or found[0].height == 0:
            continue
        coded = places.column(found[0])
        order = coded.select(pl.arg_sort_by(ORDER, nulls_last=True)).to_series()
        yield bucket, coded[order].drop("place"), found[1][order]


def write_fresh(
    writing: Writing,
    state: str,
    found: Iterator[tuple[Bucket, pl.DataFrame, pl.DataFrame]],
    *,
    vault: Vault,
    file_date: str,
) -> StateFiles:
    """Write the base file and the vault file of a state that is new to the store."""
    name, sealed = writing.name("voters", state), writing.name("vault", state, suffix=".vault")
    day = pl.lit(file_date).str.to_date("%Y-%m-%d")
    with (
        ColumnWriter(writing.path(name), VOTERS) as base,
        VaultWriter(vault, sealed, writing.path(sealed)) as names,
    ):
        for _, coded, identities in found:
            rows = pl.Series("vault_row", np.arange(base.rows, base.rows + coded.height, dtype=np.int32))
            base.append(
                coded.with_columns(rows, first_seen=day, last_seen=pl.lit(None, pl.Date)),
            )
            names.append(identities)
    rows_written = base.rows
    return StateFiles(
        base=writing.written(name, rows_written),
        slots=rows_written,
        present=rows_written,
        file_date=file_date,
        vault=(writing.written(sealed, rows_written),),
    )
