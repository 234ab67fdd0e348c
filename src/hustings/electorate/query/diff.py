"""What changed between two days: new, removed, moved, switched party."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import polars as pl

from hustings.electorate.codebooks import read_codebooks
from hustings.electorate.query.decode import decode_rows
from hustings.electorate.query.vocabulary import Vocabulary
from hustings.electorate.state import StateReader
from hustings.errors import InputError
from hustings.store.manifest import Manifest, StateFiles
from hustings.store.snapshots import Snapshots

WATCHED = ("household_id", "county", "precinct", "party", "status", "registered_on", "birth_year", "sex", "race")
KINDS = ("new", "back", "removed", "moved", "moved_county", "switched_party", "status", "other")


@dataclass(frozen=True)
class VoterDiff:
    """What changed between two snapshots.

    Parameters
    ----------
    first, last : str
        Days of the snapshots.
    counts : pl.DataFrame
        state, kind, voters; a voter who moved and switched party counts under both.
    voters : pl.DataFrame
        state, voter_id, kind, county, party_before, party, county_before; one row a voter and kind.
    """

    first: str
    last: str
    counts: pl.DataFrame
    voters: pl.DataFrame


def diff_voters(snapshots: Snapshots, first: dt.date, last: dt.date) -> VoterDiff:
    """Compare the voters of two days.

    Raises
    ------
    InputError
        The days are in the wrong order.
    StoreError
        Nothing is stored of one of them.
    """
    if first > last:
        raise InputError(f"--from {first} is later than --to {last}")
    before, after = snapshots.at(first), snapshots.at(last)
    assert after.codebooks is not None
    words = Vocabulary(snapshots, after, read_codebooks(snapshots.path(after.codebooks)))
    parts = [_state(words, state, before, after) for state in after.states]
    voters = pl.concat(parts) if parts else pl.DataFrame()
    order = pl.Enum(KINDS)
    counts = (
        voters.with_columns(pl.col("kind").cast(order))
        .group_by("state", "kind")
        .agg(voters=pl.len())
        .sort("state", "kind")
        .with_columns(pl.col("kind").cast(pl.String))
    )
    return VoterDiff(before.as_of, after.as_of, counts, voters.sort("state", "kind", "voter_id"))


def _state(words: Vocabulary, state: str, before: Manifest, after: Manifest) -> pl.DataFrame:
    """Changed voters of one state."""
    old_files, new_files = before.states.get(state), after.states[state]
    old = _changed_rows(words.snapshots, old_files, new_files)
    new = _changed_rows(words.snapshots, new_files, old_files)
    pairs = old.join(new, on="voter_id", how="full", coalesce=True, suffix="_after", maintain_order="left_right")
    here, there = pl.col("here").fill_null(value=False), pl.col("here_after").fill_null(value=False)
    both = here & there
    # An address that is no longer said, or said for the first time, is not a move.
    moved = both & (pl.col("household_id") != pl.col("household_id_after")).fill_null(value=False)
    moved |= both & pl.col("precinct").ne_missing(pl.col("precinct_after"))
    county = both & pl.col("county").ne_missing(pl.col("county_after"))
    party = both & pl.col("party").ne_missing(pl.col("party_after"))
    status = both & pl.col("status").ne_missing(pl.col("status_after"))
    renamed = both & pl.col("vault_row").ne_missing(pl.col("vault_row_after"))
    others = [
        pl.col(name).ne_missing(pl.col(f"{name}_after"))
        for name in ("registered_on", "birth_year", "sex", "race", "household_id")
    ]
    other = both & (renamed | pl.any_horizontal(others)) & ~moved & ~party & ~status
    known_before = pl.col("here").is_not_null()
    kinds = {
        "new": ~here & there & ~known_before,
        "back": ~here & there & known_before,
        "removed": here & ~there,
        "moved": moved,
        "moved_county": county,
        "switched_party": party,
        "status": status,
        "other": other,
    }
    found = [
        pairs.filter(mask).select(
            pl.lit(state).alias("state"),
            "voter_id",
            pl.lit(kind).alias("kind"),
            county_before="county",
            county="county_after",
            party_before="party",
            party="party_after",
        )
        for kind, mask in kinds.items()
    ]
    return _decoded(pl.concat(found), words)


def _changed_rows(snapshots: Snapshots, files: StateFiles | None, other: StateFiles | None) -> pl.DataFrame:
    """Rows that can differ between two snapshots: with the same base only those of either's delta."""
    columns = ["voter_id", *WATCHED, "vault_row", "last_seen"]
    if files is None:
        assert other is not None
        reader = StateReader(snapshots, other)
        return (
            reader.lazy(columns)
            .filter(pl.lit(value=False))
            .with_columns(here=pl.lit(value=True))
            .drop("slot", "last_seen")
            .collect()
        )
    rows = StateReader(snapshots, files).lazy(columns)
    if other is not None and other.base == files.base:
        deltas = [StateReader(snapshots, one).delta() for one in (files, other)]
        slots = [delta["slot"] for delta in deltas if delta is not None]
        asked = pl.concat(slots).unique() if slots else pl.Series("slot", [], dtype=pl.Int32)
        rows = rows.join(asked.to_frame().lazy(), on="slot", how="semi")
    return rows.with_columns(here=pl.col("last_seen").is_null()).drop("slot", "last_seen").collect(engine="streaming")


def _decoded(found: pl.DataFrame, words: Vocabulary) -> pl.DataFrame:
    """Codes to text, those of the day before too."""
    before = found.select(county="county_before", party="party_before")
    names = decode_rows(before, words).rename({"county": "county_before", "party": "party_before"})
    return (
        decode_rows(found.select("voter_id", "kind", "county", "party"), words)
        .with_columns(found["state"], *names)
        .select("state", "voter_id", "kind", "county_before", "county", "party_before", "party")
    )
