"""Counting state by state, and reading some counties' rows alone, change no number."""

from __future__ import annotations

from collections import Counter

import polars as pl
import pytest

from hustings.electorate.query import electorate as module
from hustings.electorate.query import open_electorate, relation
from hustings.engines import connect
from hustings.store.columns import ColumnWriter
from hustings.tables.contract import Column
from made_electorate import raw_voters


@pytest.fixture(scope="module")
def asked(full_store):
    engine = connect("duckdb", folder=full_store.store)
    yield open_electorate(full_store.store, engine, None)
    engine.close()


@pytest.mark.parametrize("by", [["state", "county", "sex"], ["county", "party"], ["age_band"], []])
@pytest.mark.parametrize("where", [None, "sex = 'F'", "state = 'NC' and age > 40", "state = 'NC' and state = 'OH'"])
def test_state_by_state_gives_what_all_at_once_gives(asked, monkeypatch, by, where):
    monkeypatch.setattr(module, "MANY_CELLS", 10**9)
    whole = asked.count(by, where)
    monkeypatch.setattr(module, "MANY_CELLS", 0)
    assert asked.count(by, where).rows() == whole.rows()


def test_voters_of_some_counties_are_those_of_the_raw_file(asked, full_store):
    raw = Counter((row["county_desc"], row["party_cd"]) for row in raw_voters(full_store.raw, 2).values())
    chosen = sorted({county for county, _ in raw})[::7]
    found = asked.count(["county", "party"], f"state = 'NC' and county in {tuple(chosen)!r}")
    assert {row[:2]: row[2] for row in found.rows()} == {key: n for key, n in raw.items() if key[0] in chosen}


def test_only_row_groups_that_can_hold_a_county_are_read(tmp_path, monkeypatch):
    monkeypatch.setattr("hustings.store.columns.GROUP_ROWS", 10)
    path = tmp_path / "sorted.parquet"
    with ColumnWriter(path, (Column("county", "int", "", "", storage="int16"),)) as writer:
        writer.append(pl.DataFrame({"county": [k // 20 for k in range(100)]}))
    ranges = relation._ranges(path, {"county": frozenset({1, 4})})
    assert ranges == ((20, 39), (80, 99))
    assert relation._ranges(path, {"county": frozenset({9})}) == ()
