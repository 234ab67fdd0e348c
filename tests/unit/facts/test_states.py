"""Names, regions, tiles and covariates of the states."""

from __future__ import annotations

import polars as pl

from hustings import facts

PLACES = ("tile_row", "tile_column")


def place(unit):
    return facts.states().filter(pl.col("unit") == unit).select(PLACES).row(0)


def test_every_unit_that_ever_chose_electors_is_there():
    assert set(facts.states()["unit"]) == set(facts.electors_all()["unit"])
    assert facts.states().null_count().sum_horizontal().item() == 0


def test_each_tile_is_used_once_and_the_grid_is_8_by_11():
    table = facts.states()
    assert table.select(PLACES).is_unique().all()
    assert (table["tile_row"].min(), table["tile_row"].max()) == (0, 7)
    assert (table["tile_column"].min(), table["tile_column"].max()) == (0, 10)


def test_the_map_is_where_people_expect_it():
    assert place("WA")[1] < place("MT")[1] < place("MN")[1] < place("NY")[1]
    assert place("ME")[0] < place("NY")[0] < place("VA")[0] < place("FL")[0]
    assert place("CA")[0] == place("NE")[0] == place("VA")[0]
    row, column = place("ME")
    assert abs(place("ME-1")[0] - row) + abs(place("ME-1")[1] - column) == 1


def test_districts_have_their_states_regions():
    table = facts.states()
    for unit in ("ME-1", "ME-2", "NE-1", "NE-2", "NE-3"):
        district = table.filter(pl.col("unit") == unit).row(0, named=True)
        state = table.filter(pl.col("unit") == unit[:2]).row(0, named=True)
        for column in ("state", "census_region", "census_division", "bea_region"):
            assert district[column] == state[column]


def test_regions_are_the_census_bureaus():
    table = facts.states().filter(pl.col("unit") == pl.col("state"))
    assert dict(table.group_by("census_region").len().iter_rows()) == {
        "Northeast": 9,
        "Midwest": 12,
        "South": 17,
        "West": 13,
    }
    assert table["census_division"].n_unique() == 9
    assert table["bea_region"].n_unique() == 8


def test_covariates_are_complete_fractions():
    table = facts.state_covariates()
    assert table.height == 51
    assert table.null_count().sum_horizontal().item() == 0
    for column in table.columns:
        if "share" in column:
            assert table[column].is_between(0, 1).all(), column
            assert table[column].max() > 0.02, f"{column} looks like a percentage divided twice"
    assert 310e6 < table["population_2013"].sum() < 325e6
