"""Earlier results: from a file, from the facts; later ones never enter."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from hustings import facts
from hustings.contests import contest_toml, load_contest, parse_contest
from hustings.contests.history import us_election_day, us_presidential_results
from hustings.errors import ContestError

TOML = """
name = "mine"
title = "Mine"
date = 2026-11-03
rule = "plurality"
option = [{ id = "yes" }, { id = "no" }]
unit = [{ id = "A" }, { id = "A-1", parent = "A" }, { id = "A-2", parent = "A" }, { id = "B", expected_votes = 7 }]
past = [{ file = "results.csv" }]
"""
HEADER = "date,unit,option,votes,note\n"


def with_file(tmp_path, text):
    (tmp_path / "results.csv").write_text(text, encoding="utf-8")
    (tmp_path / "mine.toml").write_text(TOML, encoding="utf-8")
    return load_contest(tmp_path / "mine.toml")


def test_a_file_of_results(tmp_path):
    rows = '2018-11-06,A,yes,10,\n2022-11-08,A,yes,"1,000",\n2022-11-08, A ,no,200,\n'
    contest = with_file(tmp_path, HEADER + rows)
    assert contest.past.rows() == [
        (dt.date(2018, 11, 6), "A", "yes", 10.0),
        (dt.date(2022, 11, 8), "A", "no", 200.0),
        (dt.date(2022, 11, 8), "A", "yes", 1000.0),
    ]
    # The last count, an equal part of it in each district, and what was written.
    assert [unit.expected_votes for unit in contest.units] == [1200.0, 600.0, 600.0, 7.0]


def test_the_answer_planted_in_the_file_changes_nothing(tmp_path):
    before = "2022-11-08,A,yes,10,\n2022-11-08,A,no,20,\n"
    planted = "2026-11-03,A,yes,999,\n2026-11-03,B,no,999,\n2030-11-05,A,no,5,\n"
    honest = with_file(tmp_path, HEADER + before)
    told = with_file(tmp_path, HEADER + before + planted)
    assert told.past.equals(honest.past)
    assert told.units == honest.units


def test_the_answer_planted_in_the_facts_changes_nothing(monkeypatch):
    honest = load_contest("us-president-2008")
    states, districts = facts.state_results(), facts.district_results()
    swap = {"dem_votes": pl.col("rep_votes") * 2, "rep_votes": pl.col("dem_votes")}
    for name, table in (("state_results", states), ("district_results", districts)):
        later = pl.col("year") >= 2008
        lie = table.with_columns(**{c: pl.when(later).then(e).otherwise(pl.col(c)) for c, e in swap.items()})
        assert not lie.equals(table)
        monkeypatch.setattr(facts, name, lambda lie=lie: lie)
    told = load_contest("us-president-2008")
    assert told.past.equals(honest.past)
    assert told.units == honest.units


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", ["results.csv", "cannot be read"]),
        ("date,unit,votes\n2022-11-08,A,1\n", ["no column 'option'", "found the columns date, unit, votes"]),
        (HEADER + "2022-11-08,A,yes,1,\n08.11.2022,A,no,1,\n", ["row 3", "08.11.2022,", "expected for example"]),
        (HEADER + "2022-11-08,A,yes,many,\n", ["row 2", "many"]),
        (HEADER + "2022-11-08,A,yes,-1,\n", ["-1.0 votes"]),
        (HEADER + "2022-11-08,A,yes,1,\n2022-11-08,A,yes,2,\n", ["two results for A, yes on 2022-11-08"]),
        (HEADER + "2022-11-08,C,yes,1,\n", ["the unit 'C', which is not in the contest"]),
    ],
)
def test_a_bad_file_is_explained(tmp_path, text, parts):
    with pytest.raises(ContestError) as caught:
        with_file(tmp_path, text)
    for part in ["mine.toml", *parts]:
        assert part in str(caught.value)


def test_a_missing_file_is_explained(tmp_path):
    (tmp_path / "mine.toml").write_text(TOML, encoding="utf-8")
    with pytest.raises(ContestError, match="there is no such file"):
        load_contest(tmp_path / "mine.toml")
    with pytest.raises(ContestError, match="cannot name a file"):
        parse_contest(TOML)


def test_facts_under_other_ids():
    text = (
        contest_toml("us-president-2016").replace('id = "dem"', 'id = "clinton"').replace('id = "rep"', 'id = "trump"')
    )
    text = text.replace('"Clinton", ', "")  # the id stands for it now
    with pytest.raises(ContestError, match="none of the contest's options"):
        parse_contest(text)
    renamed = parse_contest(text + 'options = { clinton = "dem", trump = "rep" }\n')
    plain = load_contest("us-president-2016").past
    assert renamed.past["votes"].sum() == plain["votes"].sum()
    assert set(renamed.past["option"]) == {"clinton", "trump"}
    with pytest.raises(ContestError, match="'green'"):
        parse_contest(text + 'options = { clinton = "green" }\n')
    with pytest.raises(ContestError, match=r"'clinton' is \[1\]"):
        parse_contest(text + "options = { clinton = [1] }\n")
    with pytest.raises(ContestError, match="'clintn', which is not in the contest"):
        parse_contest(text + 'options = { clintn = "dem" }\n')


def test_a_third_option_takes_the_facts_other():
    text = contest_toml("us-president-1992").replace("# Units", '[[option]]\nid = "other"\n\n# Units')
    past = parse_contest(text).past
    assert past.filter(pl.col("option") == "other").height == past.height / 3


@pytest.mark.parametrize(
    ("year", "day"), [(1976, 2), (1984, 6), (1988, 8), (2000, 7), (2004, 2), (2016, 8), (2024, 5), (2028, 7)]
)
def test_us_election_day(year, day):
    assert us_election_day(year) == dt.date(year, 11, day)


def test_all_results_are_dated():
    results = us_presidential_results()
    assert results["date"].dt.year().unique().sort().to_list() == list(range(1976, 2025, 4))
    assert set(results["party"]) == {"dem", "rep", "other"}
