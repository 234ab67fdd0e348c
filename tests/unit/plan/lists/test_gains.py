"""Net votes of a contact: worked by hand, and against the logit scale written out."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from scipy.special import expit, logit

from hustings.errors import ConfigError
from hustings.plan.lists.gains import UNIVERSES, Effect, left_alone, with_gains

EFFECT = Effect("made", 0.05, 0.02, "made")


def people(turnout, support, reached=1.0, **more):
    return pl.DataFrame(
        {"turnout_prob": turnout, "support_prob": support, "lead": [2 * s - 1 for s in support], **more}
    ).with_columns(reached_share=pl.lit(reached))


def test_persuading_is_two_votes_of_those_who_vote():
    found = with_gains(people([0.8], [0.5], reached=0.25), "persuasion", EFFECT)
    # A quarter is reached, a twentieth of them changes sides, four of five vote: two net votes each.
    assert found["effect"][0] == pytest.approx(0.25 * 0.05)
    assert found["net_votes"][0] == pytest.approx(2 * 0.8 * 0.25 * 0.05)


def test_a_voter_brought_to_vote_is_worth_the_lead():
    found = with_gains(people([0.5, 0.5, 0.5], [0.9, 0.5, 0.2]), "gotv", EFFECT)
    np.testing.assert_allclose(found["net_votes"], [0.05 * 0.8, 0.0, -0.05 * 0.6], atol=1e-15)


def test_an_effect_is_the_same_for_all_on_the_logit_scale():
    p = np.array([0.0, 0.01, 0.3, 0.5, 0.97, 1.0])
    inside = np.clip(p, 1e-300, 1 - 1e-16)
    expected = expit(logit(inside) + logit(0.55)) - inside
    np.testing.assert_allclose(EFFECT.moved(p), expected, atol=1e-12)
    assert EFFECT.moved(p)[[0, -1]].tolist() == [0.0, 0.0]
    assert not Effect("none", 0.0, 0.01, "").moved(p).any()


@pytest.mark.parametrize("universe", UNIVERSES)
def test_what_changes_the_gain(universe):
    turnout, support, h = np.array([0.3, 0.6, 0.9]), np.array([0.55, 0.7, 0.4]), 1e-5

    def net(t=turnout, lead=0.0, mean=0.05):
        frame = people(t, support).with_columns(pl.col("lead") + lead)
        return with_gains(frame, universe, Effect("made", mean, 0.02, ""))["net_votes"].to_numpy()

    found = with_gains(people(turnout, support), universe, EFFECT)
    by_turnout = (net(expit(logit(turnout) + h)) - net(expit(logit(turnout) - h))) / (2 * h)
    np.testing.assert_allclose(found["per_turnout_logit"], by_turnout, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(found["per_margin"], (net(lead=h) - net(lead=-h)) / (2 * h), atol=1e-9)
    np.testing.assert_allclose(found["per_effect_sd"], (net(mean=0.07) - net(mean=0.03)) / 2, rtol=1e-9)


def test_own_effects_are_of_attempts_and_may_harm():
    frame = people([0.5, 0.5, 0.5], [0.6, 0.6, 0.6], reached=0.1, own_effect=[0.03, -0.02, None])
    found = with_gains(frame, "persuasion", EFFECT, "own_effect")
    assert found["net_votes"].to_list() == pytest.approx([0.03, -0.02, None])
    why = found.select(
        pl.coalesce(
            pl.when(test.fill_null(value=False)).then(pl.lit(r)) for r, test in left_alone("persuasion").items()
        )
    )
    assert why.to_series().to_list() == [None, "contact does harm or nothing", "no scores"]


def test_no_universe_is_about_the_others():
    assert UNIVERSES == ("persuasion", "gotv")
    with pytest.raises(ConfigError, match="nobody is discouraged"):
        with_gains(people([0.5], [0.2]), "suppress", EFFECT)
