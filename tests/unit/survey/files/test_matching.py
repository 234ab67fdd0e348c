"""Respondents to voters: the state's ids, another system's by its aliases with their chance, the cases of a sample."""

from __future__ import annotations

import contextlib

import polars as pl
import pytest

from hustings.electorate.loading.aliases import read_aliases
from hustings.electorate.query import open_electorate
from hustings.engines import connect
from hustings.errors import ConfigError, InputError
from hustings.store import empty_table
from hustings.store.snapshots import Snapshots
from hustings.survey.files import match_voters, read_file_codebook, with_file_columns
from hustings.survey.sample import describe_voters
from hustings.tables import RESPONDENTS
from made_electorate import DAYS, csv_rows, opened, pseudonyms, raw_voters
from made_field import made_sample


def people(n):
    given = pl.DataFrame({"respondent_id": [f"r{k}" for k in range(n)], "base_weight": [1.0] * n})
    blank = empty_table(RESPONDENTS)
    return given.with_columns(
        pl.lit(None, kind).alias(name) for name, kind in blank.schema.items() if name not in given.columns
    ).select(blank.columns)


def book(tmp_path, voter):
    path = tmp_path / "book.toml"
    path.write_text(f'respondent = "id"\n[items.q]\n[voter]\ncolumn = "key"\n{voter}\n', encoding="utf-8")
    return read_file_codebook(path)


def matched(made, tmp_path, keys, voter, **more):
    keys = pl.Series("voter_key", keys, dtype=pl.String)
    vault = more.pop("vault", opened(made.store))
    return match_voters(people(keys.len()), keys, book(tmp_path, voter), store=made.store, vault=vault, **more)


def test_ids_of_the_state(first_week, tmp_path):
    ids = sorted(raw_voters(first_week.raw, 0))[:3]
    found = matched(first_week, tmp_path, [*ids, None, "NOBODY1"], 'system = "state"\nstate = "NC"')
    assert found["voter_id"].to_list() == [*pseudonyms(first_week.store, ids), None, None]
    assert found["match_prob"].to_list() == [1.0, 1.0, 1.0, None, None]
    with pytest.raises(ConfigError, match="of which state"):
        matched(first_week, tmp_path, ids, 'system = "state"')
    with pytest.raises(InputError, match="no voters of TX are stored"):
        matched(first_week, tmp_path, ids, 'system = "state"\nstate = "TX"')
    with pytest.raises(InputError, match="no respondent is a voter"):
        matched(first_week, tmp_path, ["NOBODY1"], 'system = "state"\nstate = "NC"')
    with pytest.raises(ConfigError, match="vault"):
        matched(first_week, tmp_path, ids, 'system = "state"\nstate = "NC"', vault=None)


def test_ids_of_another_system_come_with_their_chance(full_store, tmp_path):
    rows = csv_rows(full_store.raw / DAYS[2].isoformat() / "vanid_crosswalk.csv", delimiter=",", encoding="utf-8")
    first = rows[0]
    van = next(name for name in first if "van" in name.lower())
    own = next(name for name in first if name != van)
    some = rows[:5]
    found = matched(full_store, tmp_path, [*(row[van] for row in some), "999999999"], 'system = "van"')
    assert found["voter_id"].to_list() == [*pseudonyms(full_store.store, [row[own] for row in some]), None]
    snapshots = Snapshots(full_store.store)
    known = dict(read_aliases(snapshots, snapshots.at(None)).select("voter_id", "match_prob").iter_rows())
    for voter, chance in found.head(5).select("voter_id", "match_prob").iter_rows():
        assert 0 < chance <= 1
        assert chance == pytest.approx(known[voter])


def test_cases_of_the_sample_bring_its_weights(first_week, tmp_path):
    sample = made_sample(5)
    found = matched(first_week, tmp_path, ["2", "5", "9", "x"], 'system = "case"', vault=None, sample=sample)
    assert found["voter_id"].to_list() == [1002, 1005, None, None]
    assert found["base_weight"].to_list() == [100.0, 100.0, 1.0, 1.0]
    assert found["file_state"].to_list() == ["NC", "NC", None, None]
    assert found.columns == RESPONDENTS.column_names
    with pytest.raises(ConfigError, match="has no sample"):
        matched(first_week, tmp_path, ["1"], 'system = "case"')


def test_matched_people_are_described_as_the_voter_file_does(first_week):
    """Against the raw file, read by the csv module."""
    raw = raw_voters(first_week.raw, 0)
    ids = sorted(raw)[:40]
    known = pseudonyms(first_week.store, ids)
    with contextlib.closing(connect("duckdb", memory="1GB")) as engine:
        electorate = open_electorate(first_week.store, engine, DAYS[0])
        described = describe_voters(electorate, pl.Series("voter_id", [*known, None]))
    respondents = people(41).with_columns(pl.Series("voter_id", [*known, None]))
    found = with_file_columns(respondents, described).head(40)
    assert found["file_sex"].to_list() == [raw[one]["gender_code"] or "U" for one in ids]
    assert found["file_county"].to_list() == [raw[one]["county_desc"] for one in ids]
    years = [raw[one]["birth_year"] for one in ids]
    assert found["file_age"].to_list() == [DAYS[0].year - int(y) if y and y != "1900" else None for y in years]
    assert set(found["file_state"]) == {"NC"}
