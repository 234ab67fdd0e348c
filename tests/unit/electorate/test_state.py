"""One state as stored: base and delta are one, in the order of slots."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from hustings.electorate.state import StateReader
from hustings.store.snapshots import Snapshots
from made_electorate import decoded, opened, pseudonyms, raw_voters


@pytest.fixture(scope="module")
def reader(full_store):
    snapshots = Snapshots(full_store.store)
    return StateReader(snapshots, snapshots.latest().states["NC"])


def test_every_slot_once(reader, full_store):
    expected = decoded(full_store.store, "voters").sort("slot")
    assert expected["slot"].to_list() == list(range(reader.files.slots))
    assert reader.lazy(["voter_id"]).collect().sort("slot")["voter_id"].equals(expected["voter_id"])
    assert reader.ids().tolist() == expected["voter_id"].to_list()


def test_some_voters(reader, full_store):
    names = [*list(raw_voters(full_store.raw, 0))[:3], list(raw_voters(full_store.raw, 2))[-1], "ZZ000000"]
    ids = pl.Series(pseudonyms(full_store.store, names))
    found = reader.with_ids(ids)
    assert set(found["voter_id"]) == set(ids[:4])
    assert found["slot"].is_sorted()
    assert set(reader.find(ids)["voter_id"]) == set(ids[:4])


def test_who_is_gone(reader, full_store):
    gone = set().union(*(raw_voters(full_store.raw, k) for k in (0, 1))) - raw_voters(full_store.raw, 2).keys()
    assert set(reader.gone()["voter_id"]) == set(pseudonyms(full_store.store, gone))


def test_identities_of_voters_in_any_order_across_vault_files(reader, full_store):
    assert len(reader.files.vault) == 3
    people = raw_voters(full_store.raw, 2)
    rows = reader.lazy(["voter_id", "vault_row", "last_seen"]).filter(pl.col("last_seen").is_null()).collect()
    rows = rows.sample(fraction=1, shuffle=True, seed=1)
    found = reader.identities(opened(full_store.store), rows["vault_row"].to_numpy().astype(np.int64))
    assert pseudonyms(full_store.store, found["source_id"]) == rows["voter_id"].to_list()
    assert found["last_name"].to_list() == [people[name]["last_name"] for name in found["source_id"]]
