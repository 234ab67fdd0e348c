"""What is left of an effect on election day: the closed form beside the sum over days."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad

from hustings.plan.effects.response import joined_sd, kept_share, lasting, net_votes

ROW = {
    "per": "contact",
    "kind": "mobilisation",
    "mean": 0.1,
    "se": 0.03,
    "carry_share": 0.5,
    "between_sd": 0.02,
    "half_life_days": None,
    "spent_days": 30,
    "measured_days": None,
    "supporters_share": 0.8,
}


@pytest.mark.parametrize(("half_life", "days"), [(7.0, 21), (3.0, 60), (14.0, 1), (0.5, 200)])
def test_what_is_kept_is_the_mean_over_the_days(half_life, days):
    found, _ = quad(lambda ago: 0.5 ** (ago / half_life), 0, days, epsabs=1e-12, limit=400)
    assert kept_share(half_life, days) == pytest.approx(found / days, rel=1e-8)


def test_what_does_not_fade_is_kept_and_so_is_the_last_moment():
    assert kept_share(None, 90) == 1.0
    assert kept_share(7.0, 0) == 1.0
    assert kept_share(7.0, 1e-9) == pytest.approx(1.0)


def test_money_is_spent_in_the_days_that_are_left():
    assert lasting(7.0, 21, 90, None) == kept_share(7.0, 21)
    assert lasting(7.0, 21, 10, None) == kept_share(7.0, 10)


def test_an_effect_of_a_season_has_faded_in_it_already():
    # Spread as the season's was: as measured. Twice as long: what fades more. Later: no more than was measured.
    assert lasting(7.0, 60, 90, 60) == pytest.approx(1.0)
    longer = np.mean(0.5 ** (np.arange(0.005, 120, 0.01) / 7)) / np.mean(0.5 ** (np.arange(0.005, 60, 0.01) / 7))
    assert lasting(7.0, 120, 150, 60) == pytest.approx(longer, rel=1e-5)
    assert lasting(7.0, 5, 90, 60) == 1.0


def test_votes_of_a_contact_by_hand():
    # .1 x .5 carried; 8 of 10 for us, 2 for the rival: .6 net.
    assert net_votes(ROW, 20) == pytest.approx(0.1 * 0.5 * (0.8 - 0.2))
    # Of a unit that is half and half nobody gains.
    assert net_votes(ROW | {"supporters_share": 0.5}, 20) == pytest.approx(0.0)
    assert net_votes(ROW | {"supporters_share": 0.3}, 20) < 0
    # One who changes sides is one less there and one more here.
    assert net_votes(ROW | {"kind": "persuasion"}, 20) == pytest.approx(0.1)
    # Advertising is measured in the margin itself.
    assert net_votes(ROW | {"kind": "persuasion", "per": "sd"}, 20) == pytest.approx(0.05)


def test_the_error_where_it_is_used_is_that_of_a_simulation():
    rng = np.random.default_rng(1)
    drawn = 0.5 * rng.normal(0.1, 0.03, 400_000) + rng.normal(0.0, 0.02, 400_000)
    assert joined_sd(ROW) == pytest.approx(drawn.std(), rel=0.01)
