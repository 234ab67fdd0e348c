"""The contests that ship with the package."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from hustings.contests import contest_toml, list_contests, load_contest

YEARS = range(1980, 2029, 4)
NAMES = [line.name for line in list_contests()]


def test_what_is_built_in():
    examples = ["example-measure", "example-runoff", "example-senate", "example-three-party-seats"]
    assert [*examples, *(f"us-president-{year}" for year in YEARS)] == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_it_loads_under_its_own_name_and_looks_back_only(name):
    contest = load_contest(name)
    assert contest.name == name
    assert contest.past.height > 0
    assert contest.past["date"].max() < contest.date
    assert set(contest.past["unit"]) == set(contest.unit_ids)
    assert all(unit.expected_votes > 1 for unit in contest.units)


@pytest.mark.parametrize("year", YEARS)
def test_a_us_presidency(year):
    contest = load_contest(f"us-president-{year}")
    assert contest.option_ids == ("dem", "rep")
    assert contest.nation == "US"
    assert contest.date.weekday() == 1
    assert dt.date(year, 11, 2) <= contest.date <= dt.date(year, 11, 8)
    assert sum(unit.seats for unit in contest.units) == 538
    districts = [unit for unit in contest.units if unit.parent]
    assert [unit.id for unit in districts] == (["ME-1", "ME-2"] + ["NE-1", "NE-2", "NE-3"] * (year >= 1992))
    for unit in districts:
        assert unit.seats == 1
        assert unit.id.startswith(unit.parent)
    assert contest.past["date"].n_unique() == (year - 1976) // 4


def test_names_in_poll_files():
    clinton = load_contest("us-president-2016").options[0]
    assert clinton.label == "Hillary Clinton"
    assert {"DEM", "Democrat"} <= set(clinton.aliases)
    assert "Clinton" in clinton.candidates[0].aliases
    assert load_contest("us-president-2028").options[0].candidates == ()


def test_the_candidate_of_2024_changed():
    option = load_contest("us-president-2024").options[0]
    assert option.label == "Kamala Harris"
    assert option.candidate_on(dt.date(2024, 7, 20)).name == "Joe Biden"
    assert option.candidate_on(dt.date(2024, 7, 21)).name == "Kamala Harris"


def test_expected_votes_are_those_of_the_election_before():
    contest = load_contest("us-president-2016")
    unit = {one.id: one for one in contest.units}
    assert unit["ME-2"].expected_votes == 177_998 + 149_215
    ohio = contest.past.filter((pl.col("unit") == "OH") & (pl.col("date") == dt.date(2012, 11, 6)))
    assert unit["OH"].expected_votes == ohio["votes"].sum()


def test_a_district_that_was_never_counted_is_its_state_in_parts():
    contest = load_contest("us-president-2000")
    unit = {one.id: one for one in contest.units}
    assert unit["NE-2"].expected_votes == pytest.approx(unit["NE"].expected_votes / 3)
    wide = contest.past.pivot(on="unit", index=["date", "option"], values="votes")
    assert (wide["ME-1"] - wide["ME"] / 2).abs().max() < 1e-6
    # From 2004 on only what was counted.
    assert load_contest("us-president-2004").past.filter(pl.col("unit") == "ME-1")["date"].n_unique() == 1


@pytest.mark.parametrize("name", NAMES)
def test_it_mentions_no_file_outside_the_package(name):
    assert "file =" not in contest_toml(name)
