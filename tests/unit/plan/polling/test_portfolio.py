"""Several polls: closed forms for two units between which readings tell."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from scipy.special import ndtr

from hustings.plan.polling import portfolio as module
from hustings.plan.polling.candidates import Places
from hustings.plan.polling.gain import importance, reading_gain
from hustings.plan.polling.pivots import Asked, Pivots
from hustings.plan.polling.portfolio import known_after, nothing_known, portfolio, why
from hustings.plan.polling.spend import Decision
from hustings.plan.polling.value import Market
from made_races import made_race

PLAN = Decision(np.eye(2), np.full(2, 1e9), np.zeros(2), np.full(2, np.inf), 1.0)
"""All money goes to the unit that is worth more: V is the larger, times 1e-9."""


def readings(apart, covariance):
    """Candidates that tell unit 1 from unit 2 by so much."""
    mean = np.stack([np.zeros(len(apart)), np.asarray(apart, dtype=float)])
    joint = np.tile(np.asarray(covariance, dtype=float), (2, 1, 1))
    return Pivots(np.ones(2), mean, np.einsum("upp->up", joint), joint)


def exact(square):
    return 1e-9 * (2.0 * ndtr(np.sqrt(square) / 2.0) - 1.0)


def added(read, rows, sampling, candidate, noise):
    known = known_after(read, rows, sampling, importance(PLAN)) if rows else nothing_known(read)
    mean, variance = known.reading(candidate, noise)
    return float(reading_gain(PLAN, known.ratio, mean, variance).mean())


def test_polls_that_share_nothing_add_in_squares():
    read = readings([0.8, 1.1], 0.5 * np.eye(2))
    first = added(read, (), (), 0, 0.5)
    both = first + added(read, (0,), (0.5,), 1, 0.5)
    assert first == pytest.approx(exact(0.64), rel=0.02)
    assert both == pytest.approx(exact(0.64 + 1.21), rel=0.04)


def test_the_same_poll_again_is_a_larger_poll():
    """Shared error .5, sampling .5 each: together the variance is .5 + .25."""
    read = readings([1.0], [[0.5]])
    first = added(read, (), (), 0, 0.5)
    second = added(read, (0,), (0.5,), 0, 0.5)
    assert first + second == pytest.approx(exact(1.0 / 0.75), rel=0.04)
    assert second < first
    # Interviews without end stop at the shared error.
    assert first + added(read, (0,), (0.5,), 0, 1e-9) == pytest.approx(exact(2.0), rel=0.06)


def test_errors_that_polls_share_make_the_second_worth_less():
    alone = added(readings([1.0, 1.0], np.eye(2)), (0,), (0.1,), 1, 0.1)
    shared = added(readings([1.0, 1.0], [[1.0, 0.8], [0.8, 1.0]]), (0,), (0.1,), 1, 0.1)
    assert shared < 0.5 * alone


@pytest.fixture
def offer(monkeypatch):
    """Two places of which the first poll tells much, and money of which more is worth something."""
    race = made_race([0.0, 0.0], [0.3, 0.3], seats=[1, 1])
    read = readings([1.5, 0.2], 0.3 * np.eye(2))
    monkeypatch.setattr(module, "decisive_readings", lambda *_, **__: read)
    costs = pl.DataFrame(
        {"mode": ["text"], "fixed_dollars": [1000.0], "dollars_per_interview": [10.0], "design_effect": [1.0]}
    )
    polls = Asked(np.zeros((1, 2)), np.zeros((1, 2, 2)), 0.3 * np.eye(2)[None])
    places = Places(("A", "B"), np.arange(2), np.zeros(2, int), np.full((2, 2), 0.5), np.eye(2)[None])
    plan = Decision(np.eye(2), np.full(2, 1e6), np.zeros(2), np.full(2, np.inf), 4e5)
    return Market(
        race, plan, places, costs, polls, read, np.zeros(2), np.full(2, 0.3), np.array([100, 400]), np.ones(2)
    )


def first_gains(offer):
    moments = [
        (offer.read.mean[:, c], offer.read.variance[:, c] + offer.sampling()[c, s]) for c in range(2) for s in range(2)
    ]
    means, variances = (np.array(side) for side in zip(*moments, strict=True))
    return reading_gain(offer.plan, np.ones(2), means, variances).reshape(2, 2)


def test_what_tells_most_is_bought_first_and_the_rest_is_left(offer):
    found = portfolio(offer, first_gains(offer), 12_000.0)
    assert found.polls[0].candidate == 0
    assert all(poll.gain > poll.ads for poll in found.polls)
    assert sum(poll.cost for poll in found.polls) + found.left_dollars == pytest.approx(12_000.0)
    # The second place tells next to nothing: its price is worth more as ads.
    assert [poll.candidate for poll in found.polls] == [0]
    assert found.refused is not None
    assert found.refused.gain <= found.refused.ads


def test_a_poll_that_is_made_larger_pays_its_fixed_cost_once(offer):
    found = portfolio(offer, first_gains(offer), 12_000.0)
    poll = found.polls[0]
    assert poll.cost == offer.cost()[0, poll.size]


def test_a_budget_that_buys_one_small_poll(offer):
    found = portfolio(offer, first_gains(offer), 2_500.0)
    assert [(poll.candidate, poll.size) for poll in found.polls] == [(0, 0)]
    assert (found.left_dollars, found.refused) == (500.0, None)


def test_reasons_are_sentences():
    seen = {"decides_share": 0.31, "n_polls": 0, "days_since_poll": None}
    assert why(seen, 120_000.0) == (
        "31% of what money can win rests on it; nobody has asked there; its result moves $120K of the money on average."
    )
    seen = {"decides_share": None, "n_polls": 5, "days_since_poll": 1}
    assert "all units at once; 5 published, the last yesterday" in why(seen, 1.0)
