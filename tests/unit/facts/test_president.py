"""Electors and results agree with each other and with history."""

from __future__ import annotations

import polars as pl
import pytest

from hustings import facts

# Electors that each election awarded to the first party's candidate, before faithless electors
# (National Archives, "Electoral College results"; 1976 and 1988 and 2000 and 2004 and 2016 had some).
DEM_ELECTORS = {
    1976: 297,
    1980: 49,
    1984: 13,
    1988: 112,
    1992: 370,
    1996: 379,
    2000: 267,
    2004: 252,
    2008: 365,
    2012: 332,
    2016: 232,
    2020: 306,
    2024: 226,
}
YEARS = range(1964, 2029, 4)


def winners(year):
    """Unit -> does the first party lead it; a district without a count follows its state."""
    rows = facts.state_results().filter(pl.col("year") == year).iter_rows(named=True)
    leads = {row["state"]: row["dem_votes"] > row["rep_votes"] for row in rows}
    for row in facts.district_results().filter(pl.col("year") == year).iter_rows(named=True):
        leads[row["district"]] = row["dem_votes"] > row["rep_votes"]
    return leads


@pytest.mark.parametrize(("year", "electors"), DEM_ELECTORS.items())
def test_winners_times_electors_are_the_real_totals(year, electors):
    leads = winners(year)
    table = facts.electors(year)
    units = {row["unit"]: row for row in table.iter_rows(named=True)}
    dem = sum(row["electors"] for unit, row in units.items() if leads.get(unit, leads[row["state"]]))
    assert dem == electors
    assert table["electors"].sum() - dem == 538 - electors


@pytest.mark.parametrize("year", YEARS)
def test_there_are_538_electors_and_51_states(year):
    table = facts.electors(year)
    assert table["electors"].sum() == 538
    assert table["state"].n_unique() == 51
    assert table["unit"].is_unique().all()
    # Every state has at least 3, its districts counted in; DC exactly 3.
    by_state = dict(table.group_by("state").agg(pl.col("electors").sum()).iter_rows())
    assert min(by_state.values()) == 3
    assert by_state["DC"] == 3


@pytest.mark.parametrize(
    ("state", "first", "districts"), [("ME", 1972, ["ME-1", "ME-2"]), ("NE", 1992, ["NE-1", "NE-2", "NE-3"])]
)
def test_districts_choose_electors_from_the_year_of_the_law(state, first, districts):
    for year in YEARS:
        units = facts.electors(year).filter(pl.col("state") == state)
        found = [unit for unit in units["unit"] if unit != state]
        assert found == (districts if year >= first else [])
        if year >= first:
            assert dict(units.select("unit", "electors").iter_rows()) == {state: 2, **dict.fromkeys(districts, 1)}


def test_the_unknown_year_is_explained():
    with pytest.raises(LookupError, match=r"no electors for 2018.*1964-2028"):
        facts.electors(2018)


def test_every_state_has_a_result_in_every_year_and_none_is_empty():
    results = facts.state_results()
    assert results.height == 51 * 13
    assert results.select("year", "state").is_unique().all()
    assert results.select(pl.min_horizontal("dem_votes", "rep_votes").min()).item() > 10_000
    assert results["other_votes"].min() >= 0


@pytest.mark.parametrize(
    ("year", "dem", "rep"),
    # Certified national totals (FEC, "Federal Elections 2016", "2020"; Statistics of the Presidential Election 2000).
    [(2000, 50_999_897, 50_456_002), (2016, 65_853_514, 62_984_828), (2020, 81_283_501, 74_223_975)],
)
def test_states_add_up_to_the_nation(year, dem, rep):
    total = facts.state_results().filter(pl.col("year") == year).sum()
    assert total["dem_votes"][0] == pytest.approx(dem, rel=0.0005)
    assert total["rep_votes"][0] == pytest.approx(rep, rel=0.0005)


def test_fusion_votes_in_new_york_are_counted():
    row = facts.state_results().filter((pl.col("year") == 2016) & (pl.col("state") == "NY")).row(0, named=True)
    assert row["dem_votes"] == 4_556_124


def test_districts_add_up_to_their_state():
    results = facts.state_results()
    districts = facts.district_results().with_columns(state=pl.col("district").str.slice(0, 2))
    sums = districts.group_by("year", "state").agg(pl.col("dem_votes", "rep_votes").sum())
    both = sums.join(results, on=["year", "state"], suffix="_state")
    assert both.height == 14
    for row in both.iter_rows(named=True):
        # Overseas ballots are in the state's count and in no district's.
        assert row["dem_votes"] == pytest.approx(row["dem_votes_state"], rel=0.005), row
        assert row["rep_votes"] == pytest.approx(row["rep_votes_state"], rel=0.005), row


def test_only_nebraska_2004_is_estimated_and_it_adds_up_exactly():
    table = facts.district_results()
    bridged = table.filter("estimated")
    assert bridged.select("year", "district").rows() == [(2004, "NE-1"), (2004, "NE-2"), (2004, "NE-3")]
    state = facts.state_results().filter((pl.col("year") == 2004) & (pl.col("state") == "NE"))
    for column in ("dem_votes", "rep_votes", "other_votes"):
        assert bridged[column].sum() == state[column][0]
    # All five electors went to the statewide winner.
    assert (bridged["rep_votes"] > bridged["dem_votes"]).all()


def test_nebraska_2004_keeps_the_order_and_lean_of_2000():
    table = (
        facts.district_results()
        .filter(pl.col("district").str.starts_with("NE"))
        .with_columns(logit=(pl.col("dem_votes") / pl.col("rep_votes")).log())
    )
    before, bridged = (table.filter(pl.col("year") == year)["logit"] for year in (2000, 2004))
    gaps = bridged - before
    # One shift for all three, up to rounding of votes and raking: the leans against each other are those of 2000.
    assert gaps.max() - gaps.min() < 0.002


def test_fundamentals_are_fractions_and_name_the_incumbent():
    table = facts.fundamentals()
    assert table["year"].to_list() == list(range(1948, 2017, 4))
    assert table["incumbent_two_party_share"].is_between(0.38, 0.63).all()
    row = table.filter(pl.col("year") == 1980).row(0, named=True)
    assert row["incumbent_option"] == "dem"
    assert row["second_quarter_growth_rate"] == pytest.approx(-0.079)
    assert row["incumbent_two_party_share"] == pytest.approx(0.447)


def test_the_fundamentals_agree_with_the_results():
    results = facts.state_results().group_by("year").agg(pl.col("dem_votes", "rep_votes").sum())
    both = facts.fundamentals().join(results, on="year")
    share = both["dem_votes"] / (both["dem_votes"] + both["rep_votes"])
    assert both.height == 11
    assert (share - both["dem_two_party_share"]).abs().max() < 0.002
