"""What must hold for every rule, whatever the votes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hustings.contests.rules import NO_MAJORITY, RULES, RUNOFF, TIE, tipping_units
from hustings.contests.rules.tipping import margins_of

ANY_OPTIONS = sorted(name for name, rule in RULES.items() if rule.exact_options is None)
SEAT_RULES = sorted(name for name, rule in RULES.items() if rule.counts_seats)
EVERY = sorted(RULES)
OF_EACH_RULE = 50
"""Examples of each rule, new ones in each run: five rules share most of their code."""


@st.composite
def elections(draw, options=None):
    """Shares (draw, unit, option) from whole votes, so that level units happen; seats; votes."""
    n_options = options or draw(st.integers(2, 4))
    n_units, n_draws = draw(st.integers(1, 5)), draw(st.integers(1, 3))
    size = n_draws * n_units * n_options
    counts = np.array(draw(st.lists(st.integers(0, 6), min_size=size, max_size=size)), dtype=float)
    counts = counts.reshape(n_draws, n_units, n_options)
    counts[counts.sum(axis=2) == 0] = 1.0
    seats = np.array(draw(st.lists(st.integers(0, 9), min_size=n_units, max_size=n_units)))
    votes = np.array(draw(st.lists(st.integers(1, 50), min_size=n_units, max_size=n_units)), dtype=float)
    return counts / counts.sum(axis=2, keepdims=True), seats, votes[None]


def awarded(name, shares, seats, votes):
    return RULES[name].award(shares, seats, votes, RULES[name].defaults)


def for_rule(data, name):
    return data.draw(elections(options=RULES[name].exact_options))


@pytest.mark.parametrize("name", EVERY)
@settings(deadline=None, max_examples=OF_EACH_RULE)
@given(data=st.data())
def test_an_outcome_is_whole(name, data):
    shares, seats, votes = for_rule(data, name)
    outcome = awarded(name, shares, seats, votes)
    n_draws, _, n_options = shares.shape
    assert outcome.seats.shape == (n_draws, n_options)
    assert outcome.winner.shape == (n_draws,)
    assert set(outcome.winner.tolist()) <= {*range(n_options), TIE, NO_MAJORITY, RUNOFF}
    # The winner has what the rule asks for, and nobody else does.
    needed = RULES[name].seats_to_win(int(seats.sum()))
    for held, winner in zip(outcome.seats, outcome.winner, strict=True):
        reached = np.flatnonzero(held >= needed).tolist()
        assert reached == ([winner] if winner >= 0 else [])


@pytest.mark.parametrize("name", ANY_OPTIONS)
@settings(deadline=None, max_examples=OF_EACH_RULE)
@given(data=st.data())
def test_relabelling_options_relabels_results(name, data):
    shares, seats, votes = for_rule(data, name)
    order = np.array(data.draw(st.permutations(range(shares.shape[2]))))
    plain, turned = awarded(name, shares, seats, votes), awarded(name, shares[..., order], seats, votes)
    assert np.array_equal(turned.seats, plain.seats[:, order])
    back = np.array([*order, *[NO_MAJORITY, RUNOFF, TIE]])
    named = [back[w] if w >= 0 else w for w in turned.winner]
    assert named == plain.winner.tolist()


@pytest.mark.parametrize("name", EVERY)
@settings(deadline=None, max_examples=OF_EACH_RULE)
@given(data=st.data())
def test_the_order_of_units_means_nothing(name, data):
    shares, seats, votes = for_rule(data, name)
    # Whole votes as weights: sums are then exact enough that level stays level in any order.
    shares = np.round(shares * 64) / 64
    votes = 2.0 ** np.round(np.log2(votes))
    votes[:, -1] += 2.0 ** np.ceil(np.log2(votes.sum())) - votes.sum()
    order = np.array(data.draw(st.permutations(range(shares.shape[1]))))
    plain = awarded(name, shares, seats, votes)
    turned = awarded(name, shares[:, order], seats[order], votes[:, order])
    assert np.array_equal(turned.seats, plain.seats)
    assert np.array_equal(turned.winner, plain.winner)


@pytest.mark.parametrize("name", SEAT_RULES)
@settings(deadline=None)
@given(election=elections())
def test_seats_add_up_to_the_house_less_its_level_units(name, election):
    shares, seats, votes = election
    outcome = awarded(name, shares, seats, votes)
    top = shares.max(axis=2, keepdims=True)
    level = (shares == top).sum(axis=2) > 1
    assert np.array_equal(outcome.seats.sum(axis=1), seats.sum() - (level * seats).sum(axis=1))


@pytest.mark.parametrize("name", EVERY)
@settings(deadline=None, max_examples=OF_EACH_RULE)
@given(data=st.data())
def test_more_votes_never_harm(name, data):
    shares, seats, votes = for_rule(data, name)
    option = data.draw(st.integers(0, shares.shape[2] - 1))
    gain = data.draw(st.floats(0.01, 1.0))
    target = np.zeros(shares.shape[2])
    target[option] = 1.0
    unit = data.draw(st.integers(0, shares.shape[1] - 1))
    more = shares.copy()
    more[:, unit] = (1 - gain) * shares[:, unit] + gain * target
    before, after = awarded(name, shares, seats, votes), awarded(name, more, seats, votes)
    assert (after.seats[:, option] >= before.seats[:, option]).all()
    assert (after.winner[before.winner == option] == option).all()


@settings(deadline=None)
@given(election=elections())
def test_a_unit_without_seats_decides_no_seats(election):
    shares, seats, votes = election
    other = shares.copy()
    other[:, seats == 0] = 1 / shares.shape[2]
    assert np.array_equal(awarded("seats", shares, seats, votes).seats, awarded("seats", other, seats, votes).seats)


@settings(deadline=None)
@given(election=elections())
def test_the_tipping_unit_is_the_first_with_which_the_wider_margins_win(election):
    shares, seats, votes = election
    needed = RULES["seats"].seats_to_win(int(seats.sum()))
    winner = awarded("seats", shares, seats, votes).winner
    tipping = tipping_units(shares, seats, winner, needed)
    for d, option in enumerate(winner):
        if option < 0:
            assert tipping[d] < 0
            continue
        margins = margins_of(shares, option)[d]
        unit = tipping[d]
        assert margins[unit] > 0
        assert seats[unit] > 0
        assert seats[margins >= margins[unit]].sum() >= needed
        assert seats[margins > margins[unit]].sum() < needed
