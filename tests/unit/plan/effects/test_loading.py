"""What a plan rests on: the campaign's own files before those that ship, own experiments joined, all of it said."""

from __future__ import annotations

import polars as pl
import pytest

from hustings.errors import InputError
from hustings.plan.effects import load_levers, read_costs, read_effects, read_tables, used_lines
from hustings.plan.effects.loading import own_market_table
from unit.plan.effects.test_making import race_with


def test_what_ships_is_used_where_there_is_nothing_else():
    levers, used = load_levers(race_with([1e6, 2e6]))
    assert used.effects["effect"].to_list() == list(levers.effect_names)
    assert used.files == ()
    lines = used_lines(used)
    for name in levers.effect_names:
        assert any(line.startswith(f"  {name}") for line in lines)
    assert max(map(len, lines)) <= 80


def test_a_campaign_s_files_take_the_place_and_its_findings_are_joined(tmp_path):
    race = race_with([1e6, 2e6])
    (tmp_path / "plan").mkdir()
    twice = pl.col("dollars") * 2
    read_costs().with_columns(twice).write_csv(tmp_path / "plan" / "costs.csv")
    (tmp_path / "plan" / "markets.csv").write_text("market,unit,voters_share,dollars\nM,A,1,1\nM,B,.5,1\n")
    (tmp_path / "plan" / "own.csv").write_text("channel,kind,mean,se,source\nmail,persuasion,.01,.002,test of June\n")
    shipped, _ = load_levers(race)
    levers, used = load_levers(race, tmp_path)
    assert [path.name for path in used.files] == ["costs.csv", "markets.csv", "own.csv"]
    assert levers.scale_dollars[0] == pytest.approx(2 * shipped.scale_dollars[0])
    assert "mail_persuasion" in levers.channels
    assert "M" in levers.places
    assert max(map(len, used_lines(used))) <= 80
    said = " ".join(" ".join(used_lines(used)).split())
    assert "own: test of June (1.00 ± 0.20" in said
    assert "Of yours: costs.csv, markets.csv, own.csv." in said
    # A file that is named comes before the campaign's.
    read_costs().write_csv(tmp_path / "other.csv")
    named, _ = load_levers(race, tmp_path, costs=tmp_path / "other.csv")
    assert named.scale_dollars[0] == pytest.approx(shipped.scale_dollars[0])


def test_units_of_the_files_are_the_contest_s(tmp_path):
    costs = tmp_path / "costs.csv"
    read_costs().with_columns(unit=pl.lit("A")).write_csv(costs)
    assert load_levers(race_with([1e6]), costs=costs)[0].places
    with pytest.raises(InputError, match="'door' has no cost in B"):
        load_levers(race_with([1e6, 1e6]), costs=costs)
    read_costs().with_columns(unit=pl.lit("D")).write_csv(costs)
    with pytest.raises(InputError, match="there is no unit 'D'"):
        load_levers(race_with([1e6, 1e6]), costs=costs)
    with pytest.raises(InputError, match="name the contest"):
        read_tables(markets=costs)


def test_markets_to_edit_make_the_levers_that_there_are_without_them(tmp_path):
    race = race_with([1e6, 2e6])
    file = tmp_path / "markets.csv"
    own_market_table(race.units, read_costs()).write_csv(file)
    with_file, _ = load_levers(race, markets=file)
    without, _ = load_levers(race)
    assert with_file.places == without.places
    assert with_file.margin == pytest.approx(without.margin)
    assert with_file.scale_dollars == pytest.approx(without.scale_dollars)


def test_the_effects_that_ship_are_read_as_they_are():
    assert read_tables().effects.equals(read_effects())
