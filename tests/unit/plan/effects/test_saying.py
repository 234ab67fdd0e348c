"""Lines about what a plan rests on: numbers by hand."""

from __future__ import annotations

import polars as pl
import pytest

from hustings.plan.effects import read_costs, read_effects
from hustings.plan.effects.saying import dollars_per_vote, price_said, size_said, source_said


def row(effect, **cells):
    return read_effects().filter(effect=effect).row(0, named=True) | cells


def test_a_net_vote_s_price_is_the_contact_s_over_its_votes():
    # $1 a door, 22 of 100 open; one vote in 14, 8 of 10 ours: 4.545 / (.0714 x .6).
    assert dollars_per_vote(read_costs(), row("door")) == pytest.approx(1 / 0.22 / (0.0714 * 0.6))
    assert dollars_per_vote(read_costs(), row("door_persuasion")) is None
    assert dollars_per_vote(read_costs().filter(channel="tv"), row("door")) is None


def test_sizes_prices_and_sources():
    door = row("door", mean=0.07, se=0.03, between_sd=0.04)
    assert size_said(door) == "7.00 ± 5.00 points a contact"
    assert price_said(read_costs(), door) == "$4.55"
    assert price_said(read_costs(), row("tv")) == "$0.70 a voter"
    assert price_said(read_costs().with_columns(unit=pl.lit("WI")), door) == "price by unit"
    assert source_said(door) == "Green & Gerber 2015"
    own = row("door", own="list x", own_mean=0.03, own_se=0.01, published_mean=0.07, published_se=0.05)
    assert source_said(own) == "own: list x (3.00 ± 1.00; Green & Gerber 2015 7.00 ± 5.00)"
