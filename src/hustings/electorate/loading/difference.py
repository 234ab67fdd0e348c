"""A later file of a state becomes a difference: new, changed, gone, back.

Files are compared bucket by bucket, so that memory does not grow with the state; who is not found in the same
precincts is kept until the end, and has then moved, is new, or is gone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from hustings.electorate.loading.coding import COMPARED
from hustings.electorate.loading.spill import Bucket
from hustings.electorate.state import StateReader
from hustings.store.vault import Vault

_OLD = "_old"


@dataclass
class Difference:
    """Rows that a later file changes, each with its identity.

    Parameters
    ----------
    changed, new : list of pl.DataFrame
        Coded rows; `changed` with `slot`, `first_seen`, `vault_row_old` and whether the identity is another
        (`renamed`), `new` without. Identities stand beside them in `changed_names` and `new_names`.
    gone : list of pl.DataFrame
        Rows of the store whose voters the file no longer holds.
    counts : dict
        Kinds of change -> voters.
    """

    changed: list[pl.DataFrame] = field(default_factory=list)
    changed_names: list[pl.DataFrame] = field(default_factory=list)
    new: list[pl.DataFrame] = field(default_factory=list)
    new_names: list[pl.DataFrame] = field(default_factory=list)
    gone: list[pl.DataFrame] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def count(self, kind: str, rows: int) -> None:
        """Count voters of one kind."""
        self.counts[kind] = self.counts.get(kind, 0) + rows

    @property
    def rows(self) -> int:
        """Rows that differ."""
        return sum(part.height for part in (*self.changed, *self.new, *self.gone))


def compare_file(
    reader: StateReader, found: Iterator[tuple[Bucket, pl.DataFrame, pl.DataFrame]], *, vault: Vault
) -> Difference:
    """Compare a full file of a state with what is stored."""
    difference = Difference()
    seen: set[int] = set()
    left_new: list[pl.DataFrame] = []
    left_names: list[pl.DataFrame] = []
    left_old: list[pl.DataFrame] = []
    for bucket, coded, identities in found:
        seen.update(bucket.precincts)
        here = reader.in_precincts(bucket.precincts)
        old = here.filter(pl.col("last_seen").is_null())
        matched = coded["voter_id"].is_in(old["voter_id"].implode())
        _compare(difference, reader, vault, coded.filter(matched), identities.filter(matched), old)
        left_new.append(coded.filter(~matched))
        left_names.append(identities.filter(~matched))
        left_old.append(old.join(coded.select("voter_id"), on="voter_id", how="anti", maintain_order="left"))
    elsewhere = ~pl.col("precinct").is_in(pl.Series(sorted(seen), dtype=pl.Int32).implode())
    rest = reader.lazy().filter(elsewhere & pl.col("last_seen").is_null()).collect(engine="streaming").sort("slot")
    left_old.append(rest)
    gone = _settle(difference, reader, vault, left_new, left_names, pl.concat(left_old))
    difference.gone.append(gone.sort("slot"))
    difference.count("gone", gone.height)
    return difference


def compare_changes(
    reader: StateReader, found: Iterator[tuple[Bucket, pl.DataFrame, pl.DataFrame]], *, vault: Vault
) -> Difference:
    """Compare a file that holds changed voters only: nobody is gone for not being in it."""
    difference = Difference()
    new, names = [], []
    for _, coded, identities in found:
        new.append(coded)
        names.append(identities)
    if new:
        old = reader.with_ids(pl.concat(new)["voter_id"])
        _settle(difference, reader, vault, new, names, old.filter(pl.col("last_seen").is_null()))
    return difference


def _settle(
    difference: Difference,
    reader: StateReader,
    vault: Vault,
    left_new: Sequence[pl.DataFrame],
    left_names: Sequence[pl.DataFrame],
    old: pl.DataFrame,
) -> pl.DataFrame:
    """Find moved, back and new among rows without a partner; give the old rows that stay without."""
    if not left_new:
        return old
    new, names = pl.concat(left_new), pl.concat(left_names)
    moved = new["voter_id"].is_in(old["voter_id"].implode())
    _compare(difference, reader, vault, new.filter(moved), names.filter(moved), old)
    gone_before = reader.gone()
    back = ~moved & new["voter_id"].is_in(gone_before["voter_id"].implode())
    _compare(difference, reader, vault, new.filter(back), names.filter(back), gone_before, back=True)
    fresh = ~moved & ~back
    difference.new.append(new.filter(fresh))
    difference.new_names.append(names.filter(fresh))
    difference.count("new", int(fresh.sum()))
    return old.join(new.select("voter_id"), on="voter_id", how="anti", maintain_order="left")


def _compare(
    difference: Difference,
    reader: StateReader,
    vault: Vault,
    coded: pl.DataFrame,
    names: pl.DataFrame,
    old: pl.DataFrame,
    *,
    back: bool = False,
) -> None:
    """Compare rows with their partners, column by column and name by name."""
    if coded.height == 0:
        return
    kept = ("slot", "first_seen", "vault_row", *COMPARED)
    pairs = coded.join(
        old.select("voter_id", *(pl.col(name).alias(name + _OLD) for name in kept)),
        on="voter_id",
        how="left",
        maintain_order="left",
    )
    before = reader.packed_identities(vault, pairs["vault_row" + _OLD].to_numpy())
    renamed = (names["identity"] != before).rename("renamed")
    differs = {name: pairs[name].ne_missing(pairs[name + _OLD]) for name in COMPARED}
    recoded = pl.select(pl.any_horizontal(list(differs.values()))).to_series()
    changed = recoded | renamed
    if back:
        difference.count("back", pairs.height)
        changed = changed | True
    else:
        difference.count("unchanged", int((~changed).sum()))
        # An address that is no longer said, or said for the first time, is not a move.
        differs["household_id"] = (pairs["household_id"] != pairs["household_id" + _OLD]).fill_null(value=False)
        _count_kinds(difference, differs, renamed, changed)
    difference.changed.append(pairs.with_columns(renamed).filter(changed))
    difference.changed_names.append(names.filter(changed))


def _count_kinds(difference: Difference, differs: dict[str, pl.Series], renamed: pl.Series, changed: pl.Series) -> None:
    """Count why voters changed; one who moved and switched party is counted under both."""
    difference.count("changed", int(changed.sum()))
    moved = differs["household_id"] | differs["precinct"]
    difference.count("moved", int(moved.sum()))
    difference.count("moved_county", int(differs["county"].sum()))
    difference.count("switched_party", int(differs["party"].sum()))
    difference.count("status", int(differs["status"].sum()))
    difference.count("name_or_contact", int((renamed & ~moved).sum()))


def delta_rows(
    difference: Difference, reader: StateReader, *, file_date: str, first_vault_row: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows of the delta file and the identities that are new, in the order of their vault rows."""
    day = pl.lit(file_date).str.to_date("%Y-%m-%d")
    missed = pl.lit(reader.files.file_date).str.to_date("%Y-%m-%d")
    parts, names = [], []
    next_row, next_slot = first_vault_row, reader.files.slots
    if difference.changed:
        changed, own = pl.concat(difference.changed), pl.concat(difference.changed_names)
        numbers = np.cumsum(changed["renamed"].to_numpy()) - 1 + next_row
        parts.append(
            changed.with_columns(pl.Series("number", numbers.astype(np.int32))).with_columns(
                slot=pl.col("slot" + _OLD),
                first_seen=pl.col("first_seen" + _OLD),
                last_seen=pl.lit(None, pl.Date),
                vault_row=pl.when("renamed").then("number").otherwise("vault_row" + _OLD),
            )
        )
        names.append(own.filter(changed["renamed"]))
        next_row += names[-1].height
    if difference.new:
        new, own = pl.concat(difference.new), pl.concat(difference.new_names)
        count = np.arange(new.height, dtype=np.int32)
        parts.append(
            new.with_columns(
                pl.Series("slot", count + np.int32(next_slot)),
                pl.Series("vault_row", count + np.int32(next_row)),
                first_seen=day,
                last_seen=pl.lit(None, pl.Date),
            )
        )
        names.append(own)
    parts.extend(gone.with_columns(last_seen=missed) for gone in difference.gone)
    return _together(parts), pl.concat(names) if names else pl.DataFrame()


def _together(parts: list[pl.DataFrame]) -> pl.DataFrame:
    """Put rows of several kinds under the delta's columns."""
    from hustings.store.columns import polars_schema
    from hustings.tables import VOTERS_DELTA

    types = polars_schema(VOTERS_DELTA.columns)
    fitting = [part.select(pl.col(name).cast(kind) for name, kind in types.items()) for part in parts]
    return pl.concat(fitting) if fitting else pl.DataFrame(schema=types)
