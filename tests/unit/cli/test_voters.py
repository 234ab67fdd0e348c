"""`hustings voters` against the raw files as the csv module reads them."""

from __future__ import annotations

import collections
import csv
import stat
from pathlib import Path

import pytest

from made_electorate import csv_rows, raw_voters
from unit.cli.conftest import no


@pytest.fixture
def keyless(camp, monkeypatch):
    """The campaign without its key: what needs no names must work."""
    monkeypatch.delenv("HUSTINGS_VAULT_KEY")
    return camp


def by_party(raw, week):
    return collections.Counter(row["party_cd"] for row in raw_voters(raw, week).values())


def test_counts_by_party_are_those_of_the_file(keyless, raw_weeks):
    rows = keyless("voters", "count", "--by", "party", "--json").json
    assert {row["party"]: row["voters"] for row in rows} == by_party(raw_weeks, 1)


def test_an_earlier_day_has_the_earlier_file(keyless, raw_weeks):
    rows = keyless("voters", "count", "--by", "party", "--as-of", "2016-10-07", "--json").json
    assert {row["party"]: row["voters"] for row in rows} == by_party(raw_weeks, 0)


def test_the_table_stands_in_columns_with_shares_and_a_total(keyless, raw_weeks):
    said = keyless("voters", "count", "--by", "party")
    head, names, *rows, total = said.out.splitlines()
    assert head == "as of 2016-10-15 (snapshot 5)"
    assert names.split() == ["party", "share", "voters"]
    assert len({len(line) for line in (names, *rows, total)}) == 1
    everybody = len(raw_voters(raw_weeks, 1))
    assert total.split() == ["total", f"{everybody:,}"]
    dem = by_party(raw_weeks, 1)["DEM"]
    assert f"DEM {dem / everybody:.1%} {dem:,}" in [" ".join(row.split()) for row in rows]


def test_a_condition_with_a_ballot(keyless, raw_weeks):
    known = raw_voters(raw_weeks, 1)
    history = csv_rows(raw_weeks / "2016-10-01" / "ncvhis_Statewide.zip")
    voted = {row["ncid"] for row in history if row["election_lbl"] == "11/06/2012" and row["ncid"] in known}
    women = sum(known[ncid]["gender_code"] == "F" for ncid in voted)
    where = "sex = 'F' and voted('2012-11-06')"
    assert women > 0
    assert keyless("voters", "count", "--where", where, "--csv").out == f"voters\n{women}\n"


def test_a_ballot_to_count_by_says_yes_and_no(keyless, raw_weeks):
    known = raw_voters(raw_weeks, 1)
    history = csv_rows(raw_weeks / "2016-10-01" / "ncvhis_Statewide.zip")
    cast = [row for row in history if row["voting_method"] != "ELIGIBLE DID NOT VOTE"]
    voted = {row["ncid"] for row in cast if row["election_lbl"] == "11/06/2012"}
    expected = collections.Counter((row["gender_code"], ncid in voted) for ncid, row in known.items())
    said = keyless("voters", "count", "--by", "SEX, voted('2012-11-06')")
    _, names, *rows, _ = said.out.splitlines()
    assert names.split() == ["sex", "voted('2012-11-06')", "share", "voters"]
    got = {(cells[0], cells[1]): int(cells[3].replace(",", "")) for cells in map(str.split, rows)}
    assert got == {(sex, "yes" if yes else "no"): n for (sex, yes), n in expected.items()}
    # The comma within the brackets is the ballot's own.
    out = keyless("voters", "count", "--by", "times_voted('general', 2),sex", "--csv").out
    assert out.startswith("\"times_voted('general', 2)\",sex,voters\n")
    assert sum(int(line.rsplit(",", 1)[1]) for line in out.splitlines()[1:]) == len(known)


def test_nobody_is_a_count_too(keyless):
    said = keyless("voters", "count", "--by", "sex", "--where", "age < 0")
    assert said.code == 0
    assert said.out.splitlines()[-1].split() == ["total", "0"]


def test_a_list_in_order_written_for_a_spreadsheet(keyless, raw_weeks):
    said = keyless("voters", "list", "--columns", "county,birth_year", "--order", "birth_year desc", "--out", "l.csv")
    with Path("l.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert list(rows[0]) == ["voter_id", "county", "birth_year"]
    years = [int(row["birth_year"]) for row in rows if row["birth_year"]]
    assert years == sorted(years, reverse=True)
    assert len(rows) == len(raw_voters(raw_weeks, 1))
    assert said.out.startswith(f"written: l.csv, {len(rows):,} voters as of 2016-10-15 (snapshot 5)")


def test_a_printed_list_says_how_many_there_are(keyless, raw_weeks):
    everybody = len(raw_voters(raw_weeks, 1))
    lines = keyless("voters", "list").out.splitlines()
    assert lines[-1] == f"50 of {everybody:,} voters (--out FILE writes all)"
    assert len(lines) == 53
    lines = keyless("voters", "list", "--limit", 3).out.splitlines()
    assert lines[-1] == f"3 of {everybody:,} voters"
    assert len(lines) == 6


def test_names_and_addresses_of_a_list_are_those_of_the_file(camp, raw_weeks):
    said = camp("voters", "list", "--identities", "--columns", "party", "--where", "sex = 'F'", "--out", "l.csv")
    assert "readable by you alone" in said.out
    assert stat.S_IMODE((camp.folder / "l.csv").stat().st_mode) == 0o600
    with Path("l.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    known = raw_voters(raw_weeks, 1)
    assert {row["source_id"] for row in rows} == {ncid for ncid, row in known.items() if row["gender_code"] == "F"}
    for row in rows:
        raw = known[row["source_id"]]
        assert (row["last_name"], row["first_name"]) == (raw["last_name"].strip(), raw["first_name"].strip())
        assert (row["zip"], row["party"]) == (raw["zip_code"].strip(), raw["party_cd"])


def test_one_voter_with_ballots_and_contacts(camp, raw_weeks):
    known = raw_voters(raw_weeks, 1)
    history = csv_rows(raw_weeks / "2016-10-01" / "ncvhis_Statewide.zip")
    ncid = next(row["ncid"] for row in history if row["ncid"] in known)
    voter = camp("voters", "show", f"NC-{ncid}", "--json").json
    days = {"-".join(row["election_lbl"].split("/")[k] for k in (2, 0, 1)) for row in history if row["ncid"] == ncid}
    assert {one["date"] for one in voter["elections"]} == days
    assert voter["identity"]["last_name"] == known[ncid]["last_name"].strip()
    said = camp("voters", "show", f"NC-{ncid}").out
    assert said.startswith(f"NC-{ncid} as of 2016-10-15")
    assert known[ncid]["last_name"].strip() in said
    assert f"elections: {len(days)}" in said


def test_what_changed_is_what_the_files_say(keyless, raw_weeks):
    before, after = raw_voters(raw_weeks, 0), raw_voters(raw_weeks, 1)
    both = before.keys() & after.keys()
    said = keyless("voters", "diff", "--from", "2016-10-01", "--to", "2016-10-08", "--out", "d.csv", "--json")
    counts = {row["kind"]: row["voters"] for row in said.json["counts"]}
    assert counts["new"] == len(after.keys() - before.keys())
    assert counts["removed"] == len(before.keys() - after.keys())
    assert counts["switched_party"] == sum(before[k]["party_cd"] != after[k]["party_cd"] for k in both)
    with Path("d.csv").open(newline="") as stream:
        kinds = collections.Counter(row["kind"] for row in csv.DictReader(stream))
    assert kinds == counts


def test_between_the_same_two_days_nothing_changed(keyless):
    assert "nothing changed" in keyless("voters", "diff", "--from", "2016-10-08", "--to", "2016-10-09").out


BAD = {
    "column": (["count", "--by", "partey"], ["'partey'", "did you mean party?"]),
    "commas": (["count", "--by", "party,,sex"], ["--by 'party,,sex'"]),
    "column twice": (["count", "--by", "sex,sex"], ["twice"]),
    "value": (["count", "--where", "party = 'DEMS'"], ["did you mean DEM?"]),
    "no quotes": (["count", "--where", "sex = F"], ["stands in quotes: 'F'"]),
    "half a condition": (["count", "--where", "sex ="], ["--where cannot be read"]),
    "no condition": (["count", "--where", "age"], ["--where is no condition: age"]),
    "kinds": (["count", "--where", "birth_year = 'x'"], ["these do not go together"]),
    "election": (["count", "--where", "voted('2012-11-07')"], ["did you mean 2012-11-06?"]),
    "function": (["count", "--where", "vote('2012-11-06')"], ["did you mean voted?"]),
    "weight": (["count", "--weight", "party"], ["party is no number"]),
    "weight of days": (["count", "--weight", "registered_on"], ["registered_on is no number"]),
    "too early": (["count", "--as-of", "2016-09-30"], ["the first snapshot is of 2016-10-01"]),
    "two formats": (["count", "--csv", "--json"], ["cannot both be"]),
    "order": (["list", "--order", "age down"], ["--order 'age down'"]),
    "file's name": (["list", "--out", "list.xlsx"], [".csv or .parquet"]),
    "no folder": (["list", "--out", "lists/list.csv"], ["there is no folder lists"]),
    "limit": (["list", "--limit", "0"], ["--limit"]),
    "voter": (["show", "BY123456"], ["names no voter", "NC-BY123456"]),
    "unknown voter": (["show", "NC-ZZ999999"], ["NC-ZZ999999 is not stored"]),
    "state": (["show", "ZZ-BY123456"], ["no voters of ZZ"]),
    "days": (["diff", "--from", "2016-10-08", "--to", "2016-10-01"], ["later than --to"]),
}


@pytest.mark.parametrize("case", BAD)
def test_refused_in_one_line(camp, case):
    args, words = BAD[case]
    no(camp("voters", *args), *words)


@pytest.mark.parametrize("args", [("show", "NC-AA1"), ("list", "--identities")])
def test_names_need_the_key(keyless, args):
    no(keyless("voters", *args), "HUSTINGS_VAULT_KEY is not set")


def test_columns_say_where_they_come_from(camp, raw_weeks, monkeypatch):
    camp("load", "consumer", raw_weeks / "2016-10-15" / "consumer.csv", "-q")
    monkeypatch.delenv("HUSTINGS_VAULT_KEY")
    found = {row["column"]: row for row in camp("voters", "columns", "--json").json}
    origins = {name: row["origin"] for name, row in found.items()}
    assert (origins["party"], origins["age"], origins["turnout_score"]) == ("observed", "derived", "modelled")
    assert origins["last_result"] == "the campaign"
    assert "vault_row" not in origins
    # Every one of them can be asked for.
    few = camp("voters", "list", "--columns", ",".join(found), "--limit", "3", "--json").json
    assert set(few[0]) == set(found)
    lines = camp("voters", "columns").out.splitlines()
    assert lines[0].split() == ["column", "origin", "meaning"]
    assert {line.split()[0] for line in lines[1 : 1 + len(found)]} == set(found)
    assert any("voted_early('2016-11-08')" in line for line in lines)
