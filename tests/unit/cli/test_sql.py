"""`hustings sql`: rows printed and written, and nothing but reading."""

from __future__ import annotations

import collections

import polars as pl
import pytest

from made_electorate import raw_voters
from unit.cli.conftest import no

QUERY = "select county, count(*) as n from voters group by county order by n desc, county"


@pytest.fixture
def keyless(camp, monkeypatch):
    monkeypatch.delenv("HUSTINGS_VAULT_KEY")
    return camp


def test_counties_by_size(keyless, raw_weeks):
    counted = collections.Counter(row["county_desc"] for row in raw_voters(raw_weeks, 1).values())
    expected = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    assert [(row["county"], row["n"]) for row in keyless("sql", QUERY, "--json").json] == expected
    lines = keyless("sql", QUERY).out.splitlines()
    assert lines[0].split() == ["county", "n"]
    assert lines[1].split() == [expected[0][0], str(expected[0][1])]
    assert lines[-1] == f"... and {len(expected) - 50} more rows (--out FILE writes all)"


@pytest.mark.parametrize(("name", "read"), [("o.csv", pl.read_csv), ("o.parquet", pl.read_parquet)])
def test_written_whole(keyless, raw_weeks, name, read):
    said = keyless("sql", QUERY, "--out", name)
    assert said.out.startswith(f"written: {name}, ")
    assert read(name)["n"].sum() == len(raw_voters(raw_weeks, 1))


def test_an_earlier_day(keyless, raw_weeks):
    rows = keyless("sql", "select count(*) as n from voters", "--as-of", "2016-10-01", "--json").json
    assert rows == [{"n": len(raw_voters(raw_weeks, 0))}]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("drop table voters", ["expected one SELECT", "read-only"]),
        ("select 1; select 2", ["expected one SELECT"]),
        ("select * from voter", ["no table 'voter'", "tables: voters"]),
        ("select partey from voters", ["partey"]),
        ("select * from read_csv('/etc/hostname')", ["cannot read files"]),
        ("select * from '/etc/hostname'", ["no table"]),
        ("select * from early_votes", ["no early_votes are stored", "hustings load early-vote"]),
    ],
)
def test_refused_in_one_line(keyless, query, words):
    no(keyless("sql", query), *words)
