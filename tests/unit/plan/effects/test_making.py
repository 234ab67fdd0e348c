"""Levers against hand-worked margins: what a million dollars buys, where contacts run out, markets of two units."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest

from hustings.errors import InputError
from hustings.plan.effects import make_levers, read_costs, read_effects
from hustings.plan.effects.making import make_with_notes
from hustings.plan.race import Race
from made_projections import plain_contest

DAYS = 40


def race_with(votes, *, parents=None, seats=None, rule="electors", **settings):
    contest = plain_contest(rule, seats or [3] * len(votes), votes=votes, parents=parents, **settings)
    n, draws = len(votes), np.random.default_rng(1).normal(0.0, 0.1, (50, len(votes), 1)).astype(np.float32)
    return Race(
        contest=contest,
        as_of=contest.date - dt.timedelta(days=DAYS),
        own=0,
        weights=np.ones(1),
        means=np.zeros((1, n, 1)),
        covariances=np.eye(n)[None] * 0.01,
        draws=draws,
        node=np.zeros(50, dtype=np.int64),
    )


def effects(**of_door):
    """The door alone: one vote in 14 conversations, 8 of 10 of them ours, a fifth of the voters on the list."""
    door = {
        "mean": 1 / 14, "se": 0.02, "between_sd": 0.0, "supporters_share": 0.8, "pool_share": 0.2, "carry_share": 1.0,
    }  # fmt: skip
    return read_effects().filter(effect="door").with_columns(**{k: pl.lit(v) for k, v in (door | of_door).items()})


def tv(**of_tv):
    given = {"mean": 0.005, "se": 0.002, "ceiling_sds": 2.0, "spent_days": 60, "measured_days": 60}
    return read_effects().filter(effect="tv").with_columns(**{k: pl.lit(v) for k, v in (given | of_tv).items()})


def costs(*rows):
    """(channel, unit, per, dollars, reached, reachable)."""
    names = ("channel", "unit", "per", "dollars", "contact_share", "reachable_share")
    said = {"basis": "chosen", "year": 2016, "source": "a test", "note": None}
    return pl.DataFrame([dict(zip(names, row, strict=True)) | said for row in rows])


DOOR = ("door", "any", "contact", 1.0, 0.2, 0.5)
TV = ("tv", "any", "sd", 0.7, 1.0, 1.0)


def test_a_million_dollars_at_the_doors_by_hand():
    levers = make_levers(race_with([1e6]), effects(), costs(DOOR))
    # $1 a door, one in five answers: $5 a conversation. 1,000,000 x .2 on the list x .5 at home = 100,000 to be reached.
    # All of them: 100,000 / 14 votes more, .6 net of each = 4,286 net votes, for a scale of $500,000.
    assert levers.scale_dollars[0] == pytest.approx(500_000)
    assert levers.margin[0, 0] * 1e6 == pytest.approx(100_000 / 14 * 0.6)
    # A million dollars is two scales: 1 - e^-2 = .8647 of them.
    assert levers.made(np.array([1e6]))[0] * 1e6 == pytest.approx(3_705.7, abs=0.1)
    # The first dollars buy at the price of the table: 1/5 conversation x 1/14 x .6.
    assert levers.made(np.array([1.0]))[0] * 1e6 == pytest.approx(0.6 / 14 / 5, rel=1e-5)
    assert levers.effect_sd[0] == pytest.approx(0.02 * 14)
    assert (levers.places, levers.channels, levers.effect_names) == (("A",), ("door",), ("door",))
    assert levers.cap_dollars[0] == pytest.approx(2_500_000)


def test_no_lever_reaches_more_than_its_pool():
    levers = make_levers(race_with([1e6, 2e5]), effects(), costs(DOOR))
    most = levers.made(np.full(2, 1e12))
    np.testing.assert_allclose(most, 0.2 * 0.5 / 14 * 0.6)
    spent = np.linspace(0, 1e6, 50)
    made = np.array([levers.made(np.array([x, 0.0]))[0] for x in spent])
    assert (np.diff(made, 2) < 0).all()


def test_a_unit_s_own_price_is_its_own():
    levers = make_levers(race_with([1e6, 1e6]), effects(), costs(DOOR, ("door", "B", "contact", 3.0, 0.2, 0.5)))
    assert levers.scale_dollars[1] == pytest.approx(3 * levers.scale_dollars[0])
    np.testing.assert_allclose(levers.margin[0, 0], levers.margin[1, 1])


def test_a_market_moves_both_its_units():
    # Market M: all of A (1,000,000 votes), a quarter of B (400,000); market N: half of B.
    markets = pl.DataFrame(
        {
            "market": ["M", "M", "N"],
            "unit": ["A", "B", "B"],
            "voters_share": [1.0, 0.25, 0.5],
            "dollars": [0.7, 0.7, 2.0],
        }
    )
    levers = make_levers(race_with([1e6, 4e5]), tv(), costs(TV), markets)
    assert levers.places == ("M", "N")
    np.testing.assert_allclose(levers.margin, [[0.01, 0.0025], [0.0, 0.005]])
    # Two sds: 1,100,000 voters x $.70 x 2; 200,000 x $2 x 2.
    np.testing.assert_allclose(levers.scale_dollars, [1_540_000, 800_000])
    # The first dollar in M buys .005 / .7 net votes, wherever its voters live.
    first = levers.made(np.array([1.0, 0.0])) @ np.array([1e6, 4e5])
    assert first == pytest.approx(0.005 / 0.7, rel=1e-5)


def test_a_unit_in_no_market_is_named():
    markets = pl.DataFrame({"market": ["M"], "unit": ["A"], "voters_share": [1.0], "dollars": [1.0]})
    said = make_with_notes(race_with([1e6, 4e5]), tv(), costs(TV), markets).notes
    assert any("In no media market" in note and note.endswith(": B.") for note in said)
    said = make_with_notes(race_with([1e6, 4e5]), tv(), costs(TV)).notes
    assert any("each unit is a media market of its own" in note for note in said)


def test_a_unit_without_voters_is_named_and_gets_no_lever():
    made = make_with_notes(race_with([1e6, 0.0]), effects(), costs(DOOR))
    assert made.levers.places == ("A",)
    assert any("no voters are known there: B." in note for note in made.notes)


def test_voters_of_a_district_are_not_reached_twice():
    """A: 1,000 votes, its districts B and C 600 and 400: together they can do what A alone could without them."""
    race = race_with([1000.0, 600.0, 400.0], parents={"B": "A", "C": "A"})
    levers = make_levers(race, effects(), costs(DOOR))
    assert levers.places == ("A", "B", "C")
    alone = make_levers(race_with([1000.0]), effects(), costs(DOOR))
    assert levers.scale_dollars.sum() == pytest.approx(alone.scale_dollars.sum())
    in_state = (levers.made(levers.scale_dollars) @ race.spill)[0]
    assert in_state == pytest.approx(alone.made(alone.scale_dollars)[0])
    # What a dollar buys first is the same everywhere.
    votes = (levers.margin @ race.votes) / levers.scale_dollars
    np.testing.assert_allclose(votes, votes[0])


def test_where_votes_decide_every_unit_has_levers():
    levers = make_levers(race_with([1e6, 5e5], rule="plurality", seats=[0, 0]), effects(), costs(DOOR))
    assert levers.places == ("A", "B")


def test_an_effect_of_nothing_is_named():
    both = pl.concat([effects(), read_effects().filter(effect="door_persuasion")])
    made = make_with_notes(race_with([1e6]), both, costs(DOOR))
    assert made.levers.channels == ("door",)
    assert any("0 or less: door_persuasion" in note for note in made.notes)
    with pytest.raises(InputError, match="no effect in use does anything"):
        make_levers(race_with([1e6]), effects(supporters_share=0.5), costs(DOOR))


def test_a_channel_without_a_price_is_refused():
    with pytest.raises(InputError, match="'door' has no cost in A"):
        make_levers(race_with([1e6]), effects(), costs(TV))
    with pytest.raises(InputError, match="is of a contact, and the cost of 'door' of a sd"):
        make_levers(race_with([1e6]), effects(), costs(("door", "any", "sd", 1.0, 1.0, 1.0)))


def test_the_shipped_tables_make_every_channel_in_every_unit():
    race = race_with([1e6, 2e6, 3e5])
    levers = make_levers(race, read_effects(), read_costs())
    assert {"door", "phone", "mail", "tv"} <= set(levers.channels)
    assert len(levers.places) == 3 * len(set(levers.channels))
    # Nothing moves a unit by more than a few points, and a first vote costs from ten to some hundreds of dollars.
    assert levers.margin.sum(axis=0).max() < 0.03
    dollars = levers.scale_dollars / (levers.margin @ race.votes)
    assert dollars.min() > 10
    assert dollars.max() < 500
