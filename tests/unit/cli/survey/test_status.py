"""Status counts what the tables hold, case by case."""

from __future__ import annotations

import polars as pl

from unit.cli.survey.conftest import LATER, WAVE

CHOICES = 'choices = [{ code = "a", label = "A" }, { code = "b", label = "B" }]\n'


def test_cases_add_up_to_the_sample_and_those_without_a_number_are_told(poll, wave):
    said = poll("survey", "status", "tracker", "--json").json
    sample, reach = (pl.read_parquet(wave / f"{name}.parquet") for name in ("sample", "reach"))
    assert said["cases"] == sum(said["dispositions"].values()) == sample.height == 200
    assert said["dispositions"]["3.11"] >= sum(said["not_attempted"].values()) == reach.height > 0
    complete = pl.read_parquet(wave / "respondents.parquet").filter(pl.col("disposition") == "1.1")
    assert said["dispositions"]["1.1"] == complete.height > 60
    assert said["days_since_polled"] == {"NC": 0}


def test_reach_holds_no_number(wave):
    reach = pl.read_parquet(wave / "reach.parquet")
    assert reach["problem"].str.contains(r"\d").any() is False


def test_lines_fit_a_terminal(poll):
    said = poll("survey", "status", "tracker")
    assert (said.code, said.err) == (0, "")
    assert "of them: no number in the file" in said.out
    assert "unpolled share of the expected electorate: " in said.out
    assert max(map(len, said.out.splitlines())) <= 100


def test_a_wave_that_is_drawn_only(poll):
    assert poll("survey", "draw", "tracker", "--wave", LATER, "--n", 100).code == 0
    said = poll("survey", "status", "tracker")
    assert said.code == 0
    assert "nobody was asked yet" in said.out
    assert "AAPOR" not in said.out
    told = poll("survey", "status", "tracker", "--json", "--state-target", 1000).json
    assert (told["dispositions"], told["rates"]) == ({"3.11": 100}, {})
    assert told["days_since_polled"] == {"NC": 2}
    assert "last interviewed 2 days before: NC" in poll("survey", "status", "tracker", "--state-target", 1000).out


def test_an_earlier_wave_knows_nothing_of_later_ones(poll, wave):
    poll("survey", "draw", "tracker", "--wave", "2016-09-30", "--n", 100)
    assert poll("survey", "status", "tracker", "--wave", "2016-09-30", "--json").json["days_since_polled"] == {}
    assert wave.name == WAVE


def test_imported_interviews_have_no_coverage(poll):
    (poll.folder / "panel.toml").write_text(
        'title = "Panel"\nrespondent = "id"\npopulation = "a"\n[items.vote]\nkind = "single"\n' + CHOICES
    )
    (poll.folder / "panel.csv").write_text("id,vote\n1,a\n2,b\n3,a\n")
    loaded = poll("survey", "load", "panel", "panel.csv", "--wave", "w1", "--codebook", "panel.toml")
    assert loaded.code == 0, loaded.err
    told = poll("survey", "status", "panel", "--json").json
    assert (told["cases"], told["coverage"], told["rates"]) == (3, None, {})
    assert "AAPOR rates: not known" in poll("survey", "status", "panel").out
