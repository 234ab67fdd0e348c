"""Names behind pseudonyms, against the raw files."""

from __future__ import annotations

import polars as pl
import pytest

from hustings.electorate.query import open_electorate
from hustings.electorate.query.identities import identities_of
from made_electorate import opened, raw_voters


@pytest.fixture
def electorate(full_store):
    """Both states after the last week; names need no engine."""
    return open_electorate(full_store.store, None, None)


def everybody(full_store, electorate):
    states = electorate.words.manifest.states
    parts = [
        pl.read_parquet(full_store.store / states[name].base.path, columns=["voter_id"])["voter_id"] for name in states
    ]
    return pl.concat(parts)


def test_names_stand_in_the_order_asked_for_and_are_those_of_the_file(full_store, electorate):
    vault = opened(full_store.store)
    ids = everybody(full_store, electorate).sample(fraction=1, shuffle=True, seed=3)
    found = identities_of(electorate, ids, vault)
    assert found["voter_id"].equals(ids.rename("voter_id"))
    assert found["source_id"].null_count() == 0
    known = raw_voters(full_store.raw, 2)
    rows = {row["source_id"]: row for row in found.iter_rows(named=True)}
    in_both = known.keys() & rows.keys()
    assert len(in_both) > 1000
    for ncid in in_both:
        assert rows[ncid]["last_name"] == known[ncid]["last_name"].strip()


def test_states_that_are_not_named_are_not_opened(full_store, electorate):
    ids = everybody(full_store, electorate)
    found = identities_of(electorate, ids, opened(full_store.store), states=["OH"])
    files = electorate.words.manifest.states["OH"]
    assert found.height == ids.len()
    assert found["source_id"].count() == files.base.rows


def test_who_is_not_stored_has_no_name_and_nobody_is_nobody(full_store, electorate):
    vault = opened(full_store.store)
    found = identities_of(electorate, pl.Series([17], dtype=pl.Int64), vault)
    assert found.row(0)[1:] == (None,) * (found.width - 1)
    assert identities_of(electorate, pl.Series([], dtype=pl.Int64), vault).height == 0
