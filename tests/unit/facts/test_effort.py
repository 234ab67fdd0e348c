"""What campaigns did: against the sources' own counts, and places against where the campaigns' stops were."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from hustings.facts.effort import campaign_effort, unit_places, visit_effects
from hustings.facts.states import states

DATA = Path(__file__).parents[3] / ".." / "shared" / "data"


def counted(year, kind, unit, option):
    mine = campaign_effort().filter(year=year, kind=kind, unit=unit, option=option)
    return mine["amount"].sum()


def test_numbers_that_were_printed_at_the_time():
    # FairVote's 2012 tracker: Ohio 73 events, 45 of Romney and Ryan; Michigan one.
    assert counted(2012, "event", "OH", "rep") == 45
    assert counted(2012, "event", "OH", "dem") == 28
    assert counted(2012, "event", "MI", "dem") == 0
    # Wisconsin, as was much remarked, saw little of the Democratic ticket.
    assert 0 < counted(2016, "event", "WI", "dem") < counted(2016, "event", "PA", "dem")
    assert counted(2016, "office", "OH", "dem") == 81


def test_every_unit_chooses_electors():
    known = set(states()["unit"])
    assert set(campaign_effort()["unit"]) <= known
    assert set(unit_places()["unit"]) == known


def test_days_lie_in_their_year():
    dated = campaign_effort().filter(pl.col("date") != "undated")
    days = dated.with_columns(pl.col("date").str.to_date())
    assert (days["date"].dt.year() == days["year"]).all()
    assert days["date"].is_between(pl.date(2016, 7, 25), pl.date(2016, 11, 8)).all()


def test_every_row_of_the_source_is_counted_once():
    file = DATA / "campaign_events_2016.csv"
    if not file.is_file():
        pytest.skip(f"the source data are not at {DATA}")
    mine = campaign_effort().filter(pl.col("year") == 2016, pl.col("kind") != "office")
    assert mine["amount"].sum() == pl.read_csv(file, infer_schema_length=None).height


def test_places_lie_where_the_campaigns_stopped():
    file = DATA / "campaign_events_2016.csv"
    if not file.is_file():
        pytest.skip(f"the source data are not at {DATA}")
    stops = pl.read_csv(file, infer_schema_length=None).drop_nulls("latitude").group_by(pl.col("state").alias("unit"))
    means = stops.agg(pl.col("latitude").mean().alias("north"), pl.col("longitude").mean().alias("east"), pl.len())
    both = unit_places().join(means.filter(pl.col("len") >= 10), on="unit")
    assert both.height >= 12
    assert ((both["latitude"] - both["north"]).abs() < 2.5).all()
    assert ((both["longitude"] - both["east"]).abs() < 3.0).all()


def test_no_visit_effect_is_surer_than_its_size():
    assert (visit_effects()["margin_se"] >= visit_effects()["first_margin"]).all()
