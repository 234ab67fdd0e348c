"""A season again from its polls: nothing later is looked at, and a world that breaks is heard."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest

from hustings.errors import ConfigError
from hustings.polls.readers import read_polls
from hustings.watch.assumption import Assumption, Foreseen, Seen
from hustings.watch.replay import first_alarms, nights_of, replay
from hustings.watch.streams.rows import share_rows
from made_boards import made_assumption, nights
from recovery.seasons import ELECTION, make_contest

START = ELECTION - dt.timedelta(days=40)
PLAIN = 0.5


def poll_file(path, contest, share, *, days=range(-8, 12), per_day=2, seed=0):
    """Polls of each day around ``share(day)`` of the first option, day 0 being the first of the replay."""
    rng = np.random.default_rng(seed)
    rows = []
    for day in days:
        for k in range(per_day):
            date = START + dt.timedelta(days=day)
            part = rng.binomial(800, share(day)) / 800
            rows.append(
                {
                    "poll_id": f"p{day}-{k}",
                    "pollster": f"House {(2 * day + k) % 7}",
                    "unit": [*contest.unit_ids, contest.nation][(day + 2 * k) % 3],
                    "start_date": date.isoformat(),
                    "end_date": date.isoformat(),
                    "sample_size": 800,
                    "population": "lv",
                    "mode": "live",
                    **{
                        option: round(100 * value, 2)
                        for option, value in zip(contest.option_ids, (part, 1 - part), strict=True)
                    },
                }
            )
    pl.DataFrame(rows).write_csv(path)
    return read_polls(path, contest)


@pytest.fixture(scope="module")
def contest():
    return make_contest(2)


def days_after(n):
    return START + dt.timedelta(days=n)


def test_absurd_polls_of_later_days_change_no_earlier_night(contest, tmp_path):
    plain = poll_file(tmp_path / "a.csv", contest, lambda _: PLAIN)
    absurd = poll_file(tmp_path / "b.csv", contest, lambda day: PLAIN if day <= 2 else 0.99)
    until = days_after(2)
    short = replay(contest, plain, START, until, n_draws=500)
    long = replay(contest, absurd, START, days_after(3), n_draws=500)
    earlier = long.nights.filter(pl.col("day") <= until)
    assert short.nights.equals(earlier)
    assert short.chances.equals(long.chances.filter(pl.col("day") <= until))
    assert long.chances["win_prob"][-1] > short.chances["win_prob"][-1]
    assert short.alarms.filter(pl.col("kind") != "rule").is_empty()
    # The first day registers; every later one compares.
    assert short.watched.kept.observations.filter(pl.col("segment") == "all")["settled"].min() == START


def test_what_breaks_is_told_with_its_first_night(contest, tmp_path):
    """An assumption of the test's own: 40 answers a night, all yes, where even odds were promised; from the third night on."""

    def observe(morning, claim, settled):
        day = morning.as_of
        y = 1.0 if day >= days_after(3) else [0.0, 1.0]
        answers = pl.DataFrame({"y": np.resize(y, 40), "cluster": np.arange(40)}).with_columns(
            segment=pl.lit("all"), day=pl.lit(day), p=pl.lit(0.5), weight=pl.lit(1.0)
        )
        return Seen(share_rows(answers, claim), settled.select("key", "amount"))

    always = Foreseen(("all",), {"tolerance": (0.05,)}, "half say yes")
    own = Assumption("half-say-yes", "half say yes", "shares", lambda _: always, observe, share=1.0)
    raw = poll_file(tmp_path / "a.csv", contest, lambda _: PLAIN, days=range(-2, 4), per_day=1)
    heard = replay(contest, raw, START, days_after(4), n_draws=100, assumptions=[own])
    broken = heard.alarms.filter(pl.col("status") == "broken")
    # 40 of 40 where 20 were promised: odds of a million and more in one night.
    assert broken.select("segment", "day", "nights").rows() == [("all", days_after(3), 2)]
    assert heard.nights["status"].to_list() == ["quiet", "quiet", "broken", "broken"]


def test_days(contest, tmp_path):
    raw = poll_file(tmp_path / "a.csv", contest, lambda _: PLAIN, days=range(2))
    with pytest.raises(ConfigError, match="no night"):
        replay(contest, raw, START, START)
    with pytest.raises(ConfigError, match="after the election"):
        replay(contest, raw, START, ELECTION + dt.timedelta(days=1))


def test_first_alarms_by_hand():
    days = [dt.date(2020, 1, day) for day in range(1, 5)]
    nights = pl.DataFrame(
        {
            "day": days,
            "assumption": "one",
            "kind": "shares",
            "segment": "all",
            "status": ["quiet", "stirring", "broken", "broken"],
            "evidence_log10": [0.0, 1.0, 2.0, 3.0],
            "observed": None,
            "limit": None,
        }
    )
    found = first_alarms(nights).select("status", "day", "nights", "evidence_log10").rows()
    assert found == [("stirring", days[1], 3, 1.0), ("broken", days[2], 2, 2.0)]


def test_a_rule_that_allows_nothing_and_finds_nothing_is_quiet():
    def found(day):
        return [
            {"segment": "missing files", "observed": 0.0, "predicted": 0.0},
            {"segment": "codes", "observed": 2.0, "predicted": 0.0},
        ]

    rows = nights_of(nights([made_assumption("files", found, kind="rule", side="above")], 2))
    assert dict(rows.select("segment", "status").unique().iter_rows()) == {"missing files": "quiet", "codes": "broken"}
