"""Scores as the own option sees them, units with voters on file, prices and effects by their rows."""

from __future__ import annotations

import dataclasses
import types

import polars as pl
import pytest

from hustings.errors import ConfigError, InputError
from hustings.plan.effects.reading import read_costs, read_effects
from hustings.plan.lists.people import effect_sign, of_option, support_columns, units_on_file
from hustings.plan.lists.resting import believed, effect_row, prices
from made_projections import plain_contest

SCORES = pl.DataFrame({"unit": ["A", "B"], "turnout_prob": [0.5, 0.6], "support_prob": [0.7, 0.2]})


def race(own, options=("x", "y"), shares=None):
    contest = plain_contest(options=options)
    table = pl.DataFrame(shares or [[0.5, 0.3, 0.2]] * 3, orient="row").to_numpy()
    return types.SimpleNamespace(contest=contest, own=own, units=contest.unit_ids, shares=table)


@pytest.mark.parametrize(("own", "support", "lead"), [(0, [0.7, 0.2], [0.4, -0.6]), (1, [0.3, 0.8], [-0.4, 0.6])])
def test_of_two_options_the_second_has_what_the_first_has_not(own, support, lead):
    found = SCORES.with_columns(of_option(race(own), support_columns(race(own).contest)))
    assert found["support_prob"].to_list() == pytest.approx(support)
    assert found["lead"].to_list() == pytest.approx(lead)
    assert effect_sign(race(own), "persuasion") == 1 - 2 * own
    assert effect_sign(race(own), "gotv") == 1.0


def test_of_three_the_lead_is_over_the_strongest_rival_there():
    three = race(1, ("x", "y", "z"), [[0.4, 0.5, 0.1], [0.4, 0.1, 0.5], [0.4, 0.5, 0.1]])
    columns = support_columns(three.contest)
    assert columns == {"x": "support_x_prob", "y": "support_y_prob", "z": "support_z_prob"}
    scores = pl.DataFrame(
        {"unit": ["A", "B"], "turnout_prob": 0.5, "support_x_prob": 0.3, "support_y_prob": 0.5, "support_z_prob": 0.2}
    )
    found = scores.with_columns(of_option(three, columns))
    # In A the strongest rival is x, in B it is z.
    assert found["lead"].to_list() == pytest.approx([0.2, 0.3])
    assert effect_sign(three, "persuasion") is None


def test_units_need_voters_on_file():
    words = types.SimpleNamespace(manifest=types.SimpleNamespace(states={"B": 1, "C": 1, "QQ": 1}))
    electorate, contest = types.SimpleNamespace(words=words), plain_contest()
    assert units_on_file(electorate, contest, []) == ["B", "C"]
    assert units_on_file(electorate, contest, ["C", "C"]) == ["C"]
    with pytest.raises(InputError, match="no voters of A are on file"):
        units_on_file(electorate, contest, ["B", "A"])
    with pytest.raises(InputError, match="'WI' is no unit of A plain contest"):
        units_on_file(electorate, contest, ["WI"])
    words.manifest.states = {"QQ": 1}
    with pytest.raises(InputError, match="no voters of a unit of A plain contest"):
        units_on_file(electorate, contest, [])


def test_effects_and_prices_are_rows_of_the_tables():
    found = effect_row(read_effects(), "gotv", "door", 19)
    # One vote in fourteen conversations, as published.
    assert found.mean == pytest.approx(1 / 14, abs=1e-4)
    assert found.sd > 0
    fading = effect_row(read_effects(), "persuasion", "door", 19)
    assert (fading.row, fading.mean) == ("door_persuasion", 0.0)
    assert fading.sd < effect_row(read_effects(), "persuasion", "door", 0).sd
    with pytest.raises(ConfigError, match="no effect of persuasion by leaflet") as told:
        effect_row(read_effects(), "persuasion", "leaflet", 19)
    assert "door, phone, mail" in str(told.value)
    door = prices(read_costs(), "door", ["NC"])["NC"]
    row = read_costs().filter(channel="door").row(0, named=True)
    assert (door.dollars, door.reached_share) == (row["dollars"], row["contact_share"])
    assert prices(read_costs(), "door", ["NC"], 2.5)["NC"] == dataclasses.replace(door, dollars=2.5)
    with pytest.raises(InputError, match="the channel 'door' has no cost in NC"):
        prices(read_costs().clear(), "door", ["NC"])
    with pytest.raises(ConfigError, match="--cost -1"):
        prices(read_costs(), "door", ["NC"], -1.0)
    with pytest.raises(ConfigError, match="--effect 2"):
        believed(2.0)
