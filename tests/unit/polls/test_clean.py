"""Cleaning: every rule, one row that breaks it, and the reason it gets."""

from __future__ import annotations

import datetime as dt
import random

import polars as pl
import pytest

from hustings.polls.cleaning.names import mode_of
from hustings.polls.cleaning.values import date, number
from made_polls import EVE, GOOD, Desk, checked, make_contest, reasons

BAD_ROWS = [
    ({"sample_size": "-800"}, "negative sample size"),
    ({"sample_size": "0"}, "sample size of zero"),
    ({"sample_size": "many"}, "sample size many is not a number"),
    ({"sample_size": "inf"}, "sample size inf is not a number"),
    ({"sample_size": "1.2"}, "sample size 1.2 is not believable"),
    ({"sample_size": "99999999"}, "sample size 99999999 is not believable"),
    ({"sample_size": ""}, "no sample size, and no other poll to take one from"),
    ({"dem_pct": "104"}, "share over 100 percent"),
    ({"dem_pct": "-3"}, "negative share"),
    ({"dem_pct": "lots"}, "share lots is not a number"),
    ({"dem_pct": "60"}, "shares sum to 110.0 percent"),
    ({"dem_pct": ""}, "offers fewer than two of the contest's options"),
    ({"dem_pct": "NaN"}, "offers fewer than two of the contest's options"),
    ({"dem_pct": "", "rep_pct": "", "undecided_pct": ""}, "offers fewer than two of the contest's options"),
    ({"dem_pct": "0", "rep_pct": "0"}, "all shares are zero"),
    ({"start_date": "2024-10-09"}, "ends before it starts"),
    ({"end_date": "2024-13-45"}, "end date 2024-13-45 is not a date"),
    ({"end_date": ""}, "no end date"),
    ({"start_date": "soon"}, "start date soon is not a date"),
    ({"end_date": "2024-11-05"}, "ended after the as-of day"),
    ({"end_date": "2024-12-05"}, "ended after the election"),
    ({"start_date": "2024-01-01"}, "fieldwork of more than 90 days"),
    ({"start_date": "2023-01-01", "end_date": "2023-01-03"}, "started more than 400 days before the election"),
    ({"published_date": "2024-11-05"}, "published after the as-of day"),
    ({"published_date": "later"}, "publication date later is not a date"),
    ({"state": "Atlantis"}, "unknown unit Atlantis"),
    ({"state": ""}, "no unit"),
    ({"state": "NaN"}, "no unit"),
    ({"pollster": " "}, "no pollster"),
    ({"population": "LV-D"}, "a subgroup of the sample (LV-D)"),
    ({"population": "Registered Voters - Democrat"}, "a subgroup of the sample (Registered Voters - Democrat)"),
    ({"population": "plumbers"}, "unknown population plumbers"),
    ({"is_subgroup": "True"}, "a subgroup of the sample (LV)"),
    ({"dup_of_earlier_row": "True"}, "marked as a duplicate in the file"),
    ({"cycle": "2020"}, "another cycle (2020)"),
    ({"cycle": "next"}, "another cycle (next)"),
]


@pytest.mark.parametrize(("change", "reason"), BAD_ROWS)
def test_bad_row_is_set_aside_with_its_reason(desk: Desk, change: dict[str, str], reason: str):
    if change.get("end_date") == "2024-11-05":
        change = change | {"start_date": "2024-11-01"}
    clean = desk.clean(change)
    assert clean.polls.is_empty()
    assert clean.rejected.row(0) == (2, "p1", reason)


@pytest.mark.parametrize(
    ("change", "column", "expected"),
    [
        ({"sample_size": "1,200"}, "sample_size", 1200.0),
        ({"sample_size": "1200.0"}, "sample_size", 1200.0),
        ({"dem_pct": "46%"}, "share_dem", 0.46),
        ({"dem_pct": "46,5"}, "share_dem", 0.465),
        ({"state": "ohio"}, "unit", "OH"),
        ({"state": "U.S."}, "unit", "US"),
        ({"state": "--"}, "unit", "US"),
        ({"state": "Maine CD-2"}, "unit", "ME-2"),
        ({"state": "ME-02"}, "unit", "ME-2"),
        ({"state": "Maine"}, "unit", "ME"),
        ({"population": "Registered Voters"}, "population", "rv"),
        ({"population": ""}, "population", "v"),
        ({"pollster": "  North   wind "}, "pollster", "North wind"),
        ({"start_date": ""}, "start_date", dt.date(2024, 10, 4)),
        ({"end_date": "2024-10-04T12:00:00"}, "end_date", dt.date(2024, 10, 4)),
        ({"partisan": "Dem"}, "partisan", "dem"),
        ({"partisan": "R"}, "partisan", "rep"),
        ({"partisan": "Nonpartisan"}, "partisan", None),
        ({"dem_pct": "52", "rep_pct": "46", "undecided_pct": "4"}, "share_dem", 0.52),
        ({"cycle": "2024.0"}, "unit", "OH"),
    ],
)
def test_good_row_written_another_way_is_kept(desk: Desk, change: dict[str, str], column: str, expected: object):
    clean = desk.clean(change)
    assert reasons(clean) == {}
    assert clean.polls[column].to_list() == [expected]


def test_missing_sample_size_is_the_pollsters_usual(desk: Desk):
    def poll(number: int, **change: str) -> dict[str, str]:
        day = f"2024-09-{number:02d}"
        return {"poll_id": f"p{number}", "start_date": day, "end_date": day} | change

    rows = [poll(1), poll(2, sample_size="1000"), poll(3, sample_size="900"), poll(4, sample_size="")]
    rows.append(poll(5, sample_size="5000", pollster="Tidewater"))
    rows.append(poll(6, sample_size="9999"))
    clean = desk.clean(*rows, as_of=dt.date(2024, 9, 5))
    filled = clean.polls.filter("sample_size_filled")
    assert filled["sample_size"].to_list() == [900.0]
    assert clean.notes == ["1 missing sample size filled with the pollster's usual"]


def test_missing_sample_size_is_that_of_the_same_poll_first(desk: Desk):
    rows = [
        {"sample_size": "", "third_pct": "5"},
        {"poll_id": "p2", "sample_size": "700"},
        {"poll_id": "p3", "sample_size": "2000", "start_date": "2024-09-01", "end_date": "2024-09-02"},
    ]
    clean = desk.clean(*rows)
    assert clean.polls.filter("sample_size_filled")["sample_size"].to_list() == [700.0]


def test_percents_and_fractions_do_not_mix(desk: Desk):
    second = {"poll_id": "p2", "state": "FL", "dem_pct": "0.46", "rep_pct": "0.44", "undecided_pct": "0.06"}
    half = {"poll_id": "p3", "state": "ME", "rep_pct": "0.44"}
    clean = desk.clean({}, second, half)
    assert reasons(clean) == {"fractions in a file of percents": 2}
    others = [
        second | {"poll_id": f"q{i}", "start_date": f"2024-09-{i:02d}", "end_date": f"2024-09-{i:02d}"} for i in (1, 2)
    ]
    assert reasons(desk.clean({}, *others)) == {"percents in a file of fractions": 1}


def test_a_small_share_is_no_fraction(desk: Desk):
    third = make_contest().options[0].__class__("ind", "George Boole", ("third",))
    desk.contest = make_contest(options=(*make_contest().options, third))
    assert desk.clean({"third_pct": "0.5"}).polls["share_ind"].to_list() == [0.005]


def test_duplicates_and_repeated_ids(desk: Desk):
    clean = desk.clean({}, {}, {"state": "FL"})
    assert reasons(clean) == {"duplicate of row 2": 1}
    assert clean.polls["poll_id"].to_list() == ["p1", "p1:OH:2024-10-04"]
    assert clean.rejected["poll_id"].to_list() == ["p1"]


def test_same_poll_under_two_ids_is_a_duplicate(desk: Desk):
    assert reasons(desk.clean({}, {"poll_id": "p2"})) == {"duplicate of row 2": 1}


def test_one_question_per_poll(desk: Desk):
    rows = [
        {"poll_id": "adults", "population": "A", "third_pct": "3"},
        {"poll_id": "registered", "population": "RV", "third_pct": "3"},
        {"poll_id": "two-way"},
        {"poll_id": "three-way", "dem_pct": "44", "rep_pct": "43", "third_pct": "5"},
    ]
    clean = desk.clean(*rows)
    assert clean.polls["poll_id"].to_list() == ["three-way"]
    assert reasons(clean) == {
        "the same poll's likely-voter question is used (row 5)": 2,
        "the same poll's question with more answers is used (row 5)": 1,
    }


def test_waves_of_a_tracking_poll_are_thinned_from_the_newest_back(desk: Desk):
    days = [("07", "09"), ("05", "07"), ("03", "05"), ("02", "04"), ("01", "02")]
    rows = [
        {"poll_id": f"w{end}", "start_date": f"2024-10-{start}", "end_date": f"2024-10-{end}"} for start, end in days
    ]
    rows.append(rows[1] | {"poll_id": "other", "pollster": "Tidewater"})
    clean = desk.clean(*rows)
    assert sorted(clean.polls["poll_id"]) == ["other", "w02", "w05", "w09"]
    assert reasons(clean) == {
        "overlaps wave ending 2024-10-09 of the same tracking poll": 1,
        "overlaps wave ending 2024-10-05 of the same tracking poll": 1,
    }


def test_pollsters_spelling_is_the_commonest(desk: Desk):
    rows = [
        {"poll_id": f"p{i}", "pollster": name, "start_date": f"2024-09-{i:02d}", "end_date": f"2024-09-{i:02d}"}
        for i, name in enumerate(("NORTHWIND", "Northwind", "Northwind ", "northwind"), start=1)
    ]
    assert set(desk.clean(*rows).polls["pollster"]) == {"Northwind"}


def test_partisan_pollster_without_a_side_is_counted(desk: Desk):
    clean = desk.clean({"partisan_sponsor": "Pollster"})
    assert clean.polls["partisan"].to_list() == [None]
    assert clean.notes == ["1 poll of partisan sponsors or pollsters whose side the file does not name"]


def test_no_polls_at_all(desk: Desk):
    clean = desk.clean()
    assert (clean.polls.height, clean.rejected.height, clean.notes) == (0, 0, [])
    assert "share_dem" in clean.polls.columns


def test_when_no_row_is_usable_the_notes_say_why(desk: Desk):
    clean = desk.clean({"end_date": "10/4/2024"}, {"end_date": "10/4/2024"}, {"state": "Atlantis"})
    why = "end date 10/4/2024 is not a date"
    assert clean.notes == [f"none of the 3 rows is used; the commonest reason (2, first in row 2): {why}"]


def test_american_words_name_nothing_elsewhere(desk: Desk):
    desk.contest = make_contest(nation="UK")
    assert reasons(desk.clean({"state": "US"})) == {"unknown unit US": 1}
    assert desk.clean({"state": "National"}).polls["unit"].to_list() == ["UK"]


def test_row_with_too_many_cells_is_set_aside(desk: Desk):
    raw = desk.read(desk.wide({}) + "p2,Northwind,OH\n" + ",".join("x" * 30) + "\n")
    assert reasons(checked(raw, desk.contest, EVE)) == {
        "3 cells where the header has 12": 1,
        "30 cells where the header has 12": 1,
    }


def _random_rows(rng: random.Random, n: int) -> list[dict[str, str]]:
    rows = []
    for i in range(n):
        first = dt.date(2024, 8, 1) + dt.timedelta(days=rng.randrange(60))
        rows.append(
            GOOD
            | {
                "poll_id": f"p{i}",
                "pollster": rng.choice(("Northwind", "Tidewater", "northwind")),
                "state": rng.choice(("OH", "US", "Maine")),
                "start_date": str(first),
                "end_date": str(first + dt.timedelta(days=rng.randrange(6))),
                "sample_size": rng.choice(("", "500", "800", "1200")),
                "population": rng.choice(("LV", "RV", "A", "LV-D")),
                "dem_pct": str(rng.randrange(35, 56)),
                "rep_pct": str(rng.randrange(35, 56)),
                "third_pct": rng.choice(("", "4")),
                "undecided_pct": rng.choice(("", "5")),
            }
        )
    return rows


@pytest.mark.parametrize("seed", range(5))
def test_order_of_the_rows_does_not_matter(desk: Desk, seed: int):
    rng = random.Random(seed)
    rows = _random_rows(rng, 120)
    one = desk.clean(*rows)
    rng.shuffle(rows)
    two = desk.clean(*rows)
    assert one.polls.drop("row").equals(two.polls.drop("row"))
    assert sorted(one.rejected["poll_id"]) == sorted(two.rejected["poll_id"])


@pytest.mark.parametrize("seed", range(5))
def test_no_option_is_favoured(desk: Desk, seed: int):
    rows = _random_rows(random.Random(seed), 120)
    swapped = [row | {"dem_pct": row["rep_pct"], "rep_pct": row["dem_pct"]} for row in rows]
    one, two = desk.clean(*rows).polls, desk.clean(*swapped).polls
    assert one["poll_id"].to_list() == two["poll_id"].to_list()
    assert one["share_dem"].to_list() == two["share_rep"].to_list()


@pytest.mark.parametrize("seed", range(5))
def test_later_rows_change_nothing(desk: Desk, seed: int):
    day = dt.date(2024, 9, 1)
    rows = _random_rows(random.Random(seed), 120)
    known = [row for row in rows if row["end_date"] <= str(day)]
    planted = [
        row
        | {
            "dem_pct": "0.9",
            "rep_pct": "0.05",
            "third_pct": "",
            "undecided_pct": "",
            "pollster": "NORTHWIND",
            "sample_size": "9",
        }
        for row in rows
        if row["end_date"] > str(day)
    ]
    one = desk.clean(*known, as_of=day)
    two = desk.clean(*known, *planted * 3, as_of=day)
    assert one.polls.equals(two.polls)
    assert one.notes == two.notes


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        ("Live Phone", "live phone"),
        ("Automated Phone", "ivr"),
        ("IVR/Live Phone", "mixed"),
        ("IVR/Online", "mixed"),
        ("Internet", "online"),
        ("Online Panel", "online"),
        ("Text-to-Web", "text"),
        ("Live Phone/Text-to-Web/Email", "mixed"),
        ("Mail", "mail"),
        ("Email", "online"),
        ("", "unknown"),
        ("carrier pigeon", "unknown"),
        ("Mixed", "mixed"),
    ],
)
def test_mode(text: str, mode: str):
    assert mode_of(text) == mode


def test_numbers_and_days():
    texts = ["1,200", "1,200,000.5", "47,5", " 47.5 % ", "1e3", "inf", "nan", "4 7", "--", "1,20,0", "1_000", "٤٧"]
    out = pl.Series(texts).to_frame("t").select(number(pl.col("t")))["t"].to_list()
    assert out == [1200, 1200000.5, 47.5, 47.5, 1000, None, None, 47, None, None, None, None]
    days = pl.Series(["6/1/16", "06/01/2016", "2016-06-01", "2016-6-1", "13/1/16", "6/1/16 15:30", "2/30/16"]).to_frame(
        "t"
    )
    june = dt.date(2016, 6, 1)
    assert days.select(date(pl.col("t"), month_first=True))["t"].to_list() == [june] * 4 + [None, june, None]
