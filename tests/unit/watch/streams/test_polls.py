"""Published polls under watch: which are compared, once, with what, and what a moved or herded world looks like."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from hustings.maths.logratio import softmax
from hustings.polls.clean import CleanPolls
from hustings.polls.tracker import fit_tracker, predict_polls
from hustings.polls.tracker.simulate import SeasonPlan, simulate_season
from hustings.watch.assumption import Idle
from hustings.watch.morning import Morning
from hustings.watch.observations import nothing_kept
from hustings.watch.registry import register
from hustings.watch.streams.polls import (
    CLEAN_MEMO,
    POLL_ASSUMPTIONS,
    POLLS_AS_EXPECTED,
    POLLS_NO_WIDER,
    POLLS_SPREAD_AS_SAMPLED,
    POLLSTERS_STEADY,
    _not_compared,
    open_units,
)
from recovery.seasons import EVE, make_contest, make_spec

FIRST = EVE - dt.timedelta(days=20)
SPEC = make_spec(shared_walk_factors=2)


def morning_of(contest, day, polls, fits):
    """A morning whose polls are clean already."""
    known = CleanPolls(polls.filter(pl.col("end_date") <= day), pl.DataFrame(), [])
    return Morning(contest, day, raw_polls=(), _fits=fits, memo={CLEAN_MEMO: known})


@pytest.fixture(scope="module")
def season():
    """Contest, polls, the first morning with its fit."""
    contest = make_contest(4)
    made = simulate_season(contest, SPEC, rng=np.random.default_rng(2), plan=SeasonPlan(n_polls=60), national="history")
    polls = made.polls.sort("end_date", "unit", "pollster", "poll_id")
    old = polls.filter(pl.col("end_date") <= FIRST)
    fit = fit_tracker(contest, old, as_of=FIRST, spec=SPEC, national="history")
    return contest, polls, fit


def observed(season, assumption, polls=None):
    """What the eve's night sees of a claim registered on the first day."""
    contest, known, fit = season
    polls = known if polls is None else polls
    claim = register(assumption, morning_of(contest, FIRST, polls, {FIRST: fit}))
    eve = morning_of(contest, EVE, polls, {FIRST: fit})
    return claim, eve, assumption.observe(eve, claim, nothing_kept().settled)


def changed(season, share):
    """The polls that came later with other answers: ``share`` gets the polls and gives the first option's part of both."""
    contest, polls, _ = season
    late = polls["end_date"] > FIRST
    one, two = (f"share_{option}" for option in contest.option_ids)
    both = polls[one] + polls[two]
    part = np.where(late.to_numpy(), share(polls.filter(late), late.to_numpy()), (polls[one] / both).to_numpy())
    return polls.with_columns((both * part).alias(one), (both * (1.0 - part)).alias(two))


def test_all_new_polls_are_compared_once_with_what_was_expected(season):
    contest, polls, fit = season
    claim, eve, seen = observed(season, POLLS_AS_EXPECTED)
    late = polls.filter(pl.col("end_date") > FIRST)
    everything = seen.rows.filter(pl.col("segment") == "all").row(0, named=True)
    assert everything["n"] == late.height == seen.settled.height == seen.settled["key"].n_unique()
    said = predict_polls(fit, late)
    # All polls share one night: the sum of places does not depend on the order by much, and by nothing on average.
    assert everything["observed"] == pytest.approx(said.place.mean(), abs=0.02)
    assert everything["predicted"] == 0.5
    assert everything["day"] == late["end_date"].max()
    nation = seen.rows.filter(pl.col("segment") == contest.nation)["n"]
    assert nation.to_list() == [late.filter(pl.col("unit") == contest.nation).height]
    eve._fits[EVE] = fit
    again = POLLS_AS_EXPECTED.observe(eve, claim, settled_on(EVE, seen, claim))
    assert again.rows.is_empty()


def settled_on(day, seen, claim):
    return nothing_kept().with_seen(claim, seen, day).settled_of(claim.assumption)


def test_a_wave_that_shares_days_with_one_that_was_compared_is_left_out():
    def row(poll_id, unit, start, end):
        return {
            "poll_id": poll_id,
            "unit": unit,
            "house": "h | co",
            "start_date": dt.date(2022, 8, start),
            "end_date": dt.date(2022, 8, end),
        }

    new = pl.DataFrame(
        [row("overlaps", "A", 2, 4), row("follows", "A", 4, 6), row("elsewhere", "B", 2, 4), row("again", "A", 1, 3)]
    )
    kept = _not_compared(new, ["2022-08-01|2022-08-03|A|h | co", "2022-08-02|2022-08-04|B|other"])
    assert kept["poll_id"].to_list() == ["follows", "elsewhere"]


def test_polls_that_all_come_higher_speak_against_the_claim(season):
    rng = np.random.default_rng(0)
    polls = changed(season, lambda late, at: 0.65 + 0.0 * rng.standard_normal(len(at)))
    _, _, seen = observed(season, POLLS_AS_EXPECTED, polls)
    quiet = observed(season, POLLS_AS_EXPECTED)[2]
    tops = [max(s.rows.filter(pl.col("segment") == "all")["log_bets"][0].to_list()) for s in (seen, quiet)]
    assert tops[0] > np.log(1.2) > 0
    assert tops[0] > tops[1]


def herded(season, scale):
    """Every new poll ``scale`` sampling sds from where the fit expects it, in turns above and below."""
    fit = season[2]

    def share(late, at):
        said = predict_polls(fit, late)
        side = np.where(np.arange(late.height) % 2, 1.0, -1.0)
        moved = said.mean + scale * side * 2.0 / np.sqrt(late["sample_size"].to_numpy())
        full = np.full(len(at), 0.5)
        full[at] = softmax(moved[:, None])[:, 0]
        return full

    return changed(season, share)


def test_polls_at_one_point_are_closer_than_samples_can_be(season):
    seen = observed(season, POLLS_SPREAD_AS_SAMPLED, herded(season, 0.02))[2]
    row = seen.rows.filter(pl.col("segment") == "all").row(0, named=True)
    assert row["observed"] < 0.25
    assert max(row["log_bets"]) > 1.0
    # The same polls are no wider than expected, and no bet of that side grows.
    wide = observed(season, POLLS_NO_WIDER, herded(season, 0.02))[2].rows.filter(pl.col("segment") == "all")
    assert max(wide["log_bets"][0].to_list()) == 0.0


def test_polls_far_apart_are_wider_than_the_model(season):
    seen = observed(season, POLLS_NO_WIDER, herded(season, 12.0))[2]
    row = seen.rows.filter(pl.col("segment") == "all").row(0, named=True)
    assert row["observed"] > 0.7
    assert max(row["log_bets"]) > 1.0


def test_pollsters_with_three_polls_are_watched_each(season):
    _, polls, fit = season
    claim, _, seen = observed(season, POLLSTERS_STEADY)
    known = fit.polls.group_by(pl.col("pollster").str.to_lowercase()).len().filter(pl.col("len") >= 3)
    assert set(claim.foreseen.segments) == {"all", *known["pollster"]}
    named = polls.filter(
        (pl.col("end_date") > FIRST) & pl.col("pollster").str.to_lowercase().is_in(known["pollster"].to_list())
    )
    assert seen.rows.filter(pl.col("segment") == "all")["n"].to_list() == [named.height]
    assert seen.rows.filter(pl.col("segment") != "all")["n"].sum() == named.height


def test_without_polls_it_is_idle():
    contest = make_contest(4)
    for assumption in POLL_ASSUMPTIONS:
        found = register(assumption, Morning(contest, FIRST))
        assert isinstance(found, Idle)
        assert "polls" in found.why


def test_shares_of_the_budget():
    assert sum(assumption.share for assumption in POLL_ASSUMPTIONS) == pytest.approx(0.30)


def test_open_units_by_hand():
    units = pl.DataFrame(
        [
            # (unit, option, win_prob, tipping_prob): tips; open; safe and never tips; the nation.
            ("tips", "a", 0.99, 0.02),
            ("tips", "b", 0.01, 0.0),
            ("open", "a", 0.94, 0.001),
            ("open", "b", 0.06, 0.0),
            ("safe", "a", 0.97, 0.005),
            ("safe", "b", 0.03, 0.0),
            ("all", "a", 0.5, None),
            ("all", "b", 0.5, None),
        ],
        schema=["unit", "option", "win_prob", "tipping_prob"],
        orient="row",
    )
    assert open_units(units, "all") == ["tips", "open"]


def test_a_poll_known_before_the_claim_is_not_compared(season):
    claim, eve, seen = observed(season, POLLS_AS_EXPECTED)
    later = replace(claim, from_day=EVE - dt.timedelta(days=1))
    eve._fits[later.from_day] = season[2]
    keys = POLLS_AS_EXPECTED.observe(eve, later, nothing_kept().settled).settled["key"].to_list()
    assert all(key.split("|")[1] == EVE.isoformat() for key in keys)
    assert len(keys) < seen.settled.height
