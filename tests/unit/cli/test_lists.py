"""`hustings lists`: whom the file names, and that nobody of the hold-out is in it, however often the list is cut."""

from __future__ import annotations

import csv
import json
import stat

import polars as pl
import pytest

from made_electorate import raw_voters
from unit.cli.conftest import no

DAY = ("--as-of", "2016-10-20")
DEM = ("--where", "party = 'DEM'")


def held_out(camp, name="doors"):
    rows = pl.read_parquet(camp.folder / "lists" / name / "list.parquet")
    return set(rows.filter(arm="held out")["voter_id"]), set(rows["voter_id"])


def written(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_nobody_of_the_hold_out_is_in_the_file(camp, raw_weeks):
    said = camp("lists", "cut", "doors", *DEM, "--hold-out", 0.2, "--strata", "party,age_band", *DAY, "--out", "d.csv")
    assert said.code == 0, said.err
    held, everybody = held_out(camp)
    assert len(everybody) == sum(row["party_cd"] == "DEM" for row in raw_voters(raw_weeks, 1).values())
    rows = written(camp.folder / "d.csv")
    assert {int(row["voter_id"]) for row in rows} == everybody - held
    # The lot falls on households, and their pseudonyms are each campaign's own.
    assert len(held) == pytest.approx(0.2 * len(everybody), rel=0.3)
    assert list(rows[0]) == ["voter_id", "arm", "state", "county", "precinct", "party", "sex", "age"]
    assert f"{len(rows):,} voters to contact, nobody of the hold-out" in said.out
    again = camp("lists", "cut", "doors", *DEM, "--hold-out", 0.2, "--seed", 7, "--out", "again.csv", *DAY)
    assert again.code == 0
    assert {row["voter_id"] for row in written(camp.folder / "again.csv")} == {row["voter_id"] for row in rows}
    other = camp("lists", "cut", "doors", "--where", "party = 'REP'", "--hold-out", 0.2, "--out", "r.csv", *DAY)
    no(other, "holds the list doors of 2016-10-20", "cut the new list under another name")
    assert not (camp.folder / "r.csv").exists()


def test_arms_order_and_names(camp):
    said = camp(
        *("lists", "cut", "mail", *DEM, "--arms", "letter=0.6,call=0.3", "--costs", "letter=0.5,call=2", *DAY),
        *("--order", "age desc", "--limit", 300, "--columns", "age", "--identities", "--out", "m.csv", "--json"),
        *("--election", "2016-11-08"),
    )
    found = said.json
    assert (found["voters"], found["costs"], found["election"]) == (300, {"letter": 0.5, "call": 2.0}, "2016-11-08")
    assert found["shares"] == pytest.approx({"held out": 0.1, "letter": 0.6, "call": 0.3})
    assert found["arms"]["letter"] == pytest.approx(180, abs=30)
    rows = written(camp.folder / "m.csv")
    ages = [int(row["age"]) for row in rows]
    assert ages == sorted(ages, reverse=True)
    assert {"last_name", "address"} <= set(rows[0])
    assert "household_id" not in rows[0]
    assert stat.S_IMODE((camp.folder / "m.csv").stat().st_mode) == 0o600
    # Two lists of the same people draw lots of their own.
    camp("lists", "cut", "calls", *DEM, "--order", "age desc", "--limit", 300, *DAY)
    both = held_out(camp, "mail")[0] & held_out(camp, "calls")[0]
    assert held_out(camp, "mail")[1] == held_out(camp, "calls")[1]
    assert len(both) < 15


def test_lists_are_shown_and_a_broken_lock_is_loud(camp):
    assert "no list was cut yet" in camp("lists", "show", *DAY).out
    camp("lists", "cut", "doors", *DEM, *DAY, "--quiet")
    camp("lists", "cut", "late", *DEM, "--as-of", "2016-10-21", "--quiet")
    head, row = camp("lists", "show", *DAY).out.splitlines()
    assert head.split()[:3] == ["list", "cut", "on"]
    assert row.split()[:2] == ["doors", "2016-10-20"]
    held, everybody = held_out(camp)
    assert f"{len(held)} ({len(held) / len(everybody):.1%})" in row
    assert row.endswith("intact  not yet: next election")
    assert [one["list"] for one in camp("lists", "show", "--as-of", "2016-10-21", "--json").json] == ["doors", "late"]
    no(camp("lists", "show", "late", *DAY), "there is no list 'late' as of 2016-10-20", "lists: doors")
    lock = camp.folder / "lists" / "doors" / "lock.json"
    lock.write_text(json.dumps(json.loads(lock.read_text()) | {"day": "2016-10-01"}))
    said = camp("lists", "show", *DAY)
    assert said.code == 2
    assert "BROKEN" in said.out
    assert "was edited since 2016-10-01" in said.err
    no(camp("lists", "cut", "doors", *DEM, *DAY), "was edited")


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--hold-out", 0), ("0 held out", "above 0")),
        (("--hold-out", 1), ("1 held out", "below 1")),
        (("--where", "age > 200"), ("no voter meets the condition",)),
        (("--strata", "partly"), ("partly", "party")),
        (("--columns", "shoe_size"), ("shoe_size",)),
        (("--arms", "letter=0.5,call=0.5"), ("with the hold-out to 1.1", "letter=0.45")),
        (("--arms", "letter=x"), ("--arms 'letter=x' cannot be read",)),
        (("--costs", "call=2"), ("a cost of 'call', which nobody gets",)),
        (("--election", "2016-10-01"), ("is over when the list is cut",)),
        (("--out", "list.xlsx"), (".csv",)),
    ],
)
def test_bad_input_locks_nothing(camp, args, words):
    no(camp("lists", "cut", "doors", *(() if "--where" in args else DEM), *args, *DAY), *words)
    assert not (camp.folder / "lists" / "doors").exists()
    no(camp("lists", "cut", "Doors!", *DAY), "lower-case")
