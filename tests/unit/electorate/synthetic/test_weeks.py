"""The list of changes is the difference between the files, found again with the standard library alone."""

from __future__ import annotations

import collections
import csv
import itertools

import pytest

from unit.electorate.synthetic.conftest import rows_of

DAYS = ("2016-10-01", "2016-10-08", "2016-10-15")


@pytest.fixture(scope="module")
def files(weeks):
    return {day: {row["ncid"]: row for row in rows_of(weeks / day / "ncvoter_Statewide.zip")} for day in DAYS}


def difference(before, after, ever):
    """(source id, kind) of everything that differs between two files."""
    found = set()
    for voter in after.keys() - before.keys():
        found.add((voter, "back" if voter in ever else "new"))
    found |= {(voter, "gone") for voter in before.keys() - after.keys()}
    for voter in before.keys() & after.keys():
        old, new = before[voter], after[voter]
        if old["status_cd"] != new["status_cd"]:
            found.add((voter, "status"))
        elif (old["res_street_address"], old["zip_code"]) != (new["res_street_address"], new["zip_code"]):
            found.add((voter, "moved"))
        if old["party_cd"] != new["party_cd"]:
            found.add((voter, "party"))
        if old["last_name"] != new["last_name"]:
            found.add((voter, "name"))
    return found


def test_changes_are_the_difference_of_the_files(weeks, files):
    with (weeks / "changes.csv").open(encoding="utf-8") as stream:
        said = list(csv.DictReader(stream))
    ever = set()
    for before, after in itertools.pairwise(DAYS):
        ever |= set(files[before])
        listed = collections.Counter((row["source_id"], row["kind"]) for row in said if row["date"] == after)
        assert set(listed.values()) == {1}
        assert set(listed) == difference(files[before], files[after], ever)
    assert {row["kind"] for row in said} == {"new", "gone", "back", "moved", "party", "status", "name"}


def test_movers_between_counties_change_county_and_number_and_nothing_else_does(weeks, files):
    with (weeks / "changes.csv").open(encoding="utf-8") as stream:
        said = {row["source_id"]: row["what"] for row in csv.DictReader(stream) if row["date"] == DAYS[1]}
    before, after = files[DAYS[0]], files[DAYS[1]]
    changed = {v for v in before.keys() & after.keys() if before[v]["county_id"] != after[v]["county_id"]}
    assert changed == {voter for voter, what in said.items() if what == "between counties"}
    assert changed
    renumbered = {v for v in before.keys() & after.keys() if before[v]["voter_reg_num"] != after[v]["voter_reg_num"]}
    assert renumbered == changed


def test_party_changes_say_from_what_to_what(weeks, files):
    with (weeks / "changes.csv").open(encoding="utf-8") as stream:
        said = [row for row in csv.DictReader(stream) if row["kind"] == "party"]
    assert said
    for row in said:
        k = DAYS.index(row["date"])
        old, new = files[DAYS[k - 1]][row["source_id"]], files[DAYS[k]][row["source_id"]]
        assert row["what"] == f"{old['party_cd']} to {new['party_cd']}"


def test_new_records_registered_within_the_week(files):
    new = files[DAYS[2]].keys() - files[DAYS[1]].keys() - files[DAYS[0]].keys()
    assert new
    for voter in new:
        month, day, year = files[DAYS[2]][voter]["registr_dt"].split("/")
        assert "2016-10-08" <= f"{year}-{month}-{day}" <= "2016-10-15"
