"""A season's files, read with the standard library: what comes when, and what breaks on its day and not before."""

from __future__ import annotations

import csv
import datetime as dt
import json

import polars as pl
import pytest

from hustings.electorate.synthetic.season import SeasonSpec, write_season
from hustings.electorate.synthetic.worlds import World
from hustings.errors import ConfigError
from unit.electorate.synthetic.conftest import rows_of

FIRST, LAST, BREAK = dt.date(2016, 10, 10), dt.date(2016, 10, 27), dt.date(2016, 10, 16)
WEEKS = ("2016-09-19", "2016-09-26", "2016-10-03", "2016-10-10", "2016-10-17", "2016-10-24")


def made(tmp_path_factory, name, size=None):
    out = tmp_path_factory.mktemp(name)
    spec = SeasonSpec(World(name, BREAK, size), FIRST, LAST, voters=1_500, interviews=20, seed=5)
    return out, write_season(spec, out)


@pytest.fixture(scope="module")
def quiet(tmp_path_factory):
    return made(tmp_path_factory, "quiet")


@pytest.fixture(scope="module")
def surge(tmp_path_factory):
    return made(tmp_path_factory, "new-registrants", 0.2)


@pytest.fixture(scope="module")
def stale(tmp_path_factory):
    return made(tmp_path_factory, "stale")


def voters(out, day):
    return {row["ncid"] for row in rows_of(out / "inbox" / day / "ncvoter_Statewide.zip")}


def ballots(out, day):
    file = next((out / "inbox" / day).glob("absentee*.zip"))
    return {row["ncid"]: row for row in rows_of(file, delimiter=",")}


def calls(out, day):
    with (out / "inbox" / f"tracker-{day}.csv").open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def test_voter_files_come_weekly_and_the_counts_are_those_of_the_files(quiet):
    out, counts = quiet
    assert sorted(path.parent.name for path in out.glob("inbox/*/ncvoter*")) == list(WEEKS)
    assert len(list(out.glob("inbox/*/ncvhis*"))) == 1
    days = sorted(path.stem[-10:] for path in out.glob("inbox/tracker-*.csv"))
    assert (days[0], days[-1], len(days)) == ("2016-09-19", "2016-10-27", 39)
    assert counts["interviews"] == 39 * 20 == sum(len(calls(out, day)) for day in days)
    assert counts["ballots"] == len(ballots(out, "2016-10-27"))


def test_a_day_s_interviews_are_of_that_day_and_of_voters_of_the_last_file(quiet):
    rows = calls(quiet[0], "2016-10-23")
    assert {row["day"] for row in rows} == {"2016-10-23"}
    assert {row["voter"] for row in rows} <= voters(quiet[0], "2016-10-17")


def test_a_ballot_that_is_in_stays_in_with_its_days(quiet):
    before, after = ballots(quiet[0], "2016-10-24"), ballots(quiet[0], "2016-10-25")
    assert len(after) > len(before) > 50
    kept = [(old, after[ncid]) for ncid, old in before.items() if ncid in after]
    assert len(kept) == len(before)
    days = ("ballot_req_dt", "ballot_send_dt", "ballot_rtn_dt")
    assert all(old[name] in {"", new[name]} for old, new in kept for name in days)


def test_before_the_break_a_broken_season_is_the_quiet_one(quiet, surge, stale):
    for other, _ in (surge, stale):
        for name in ("tracker-2016-10-15.csv", "2016-10-10/ncvoter_Statewide.zip"):
            assert (other / "inbox" / name).read_bytes() == (quiet[0] / "inbox" / name).read_bytes()


def test_a_surge_is_in_the_voter_file_and_against_the_first_option(quiet, surge):
    new = {
        name: voters(one[0], "2016-10-24") - voters(one[0], "2016-10-10") for name, one in (("q", quiet), ("s", surge))
    }
    # A fifth of 1,500 over 23 days to the election: 91 a week, two weeks.
    assert 160 <= len(new["s"]) - len(new["q"]) <= 200
    truth = pl.read_parquet(surge[0] / "synthetic/truth.parquet")
    late = truth.filter(pl.col("source_id").is_in(sorted(new["s"])))["supports_first"].mean()
    assert late < truth["supports_first"].mean() - 0.15


def test_a_stale_season_has_no_later_file_and_nobody_young(stale):
    out = stale[0]
    assert sorted(path.parent.name for path in out.glob("inbox/*/ncvoter*")) == list(WEEKS[:4])
    assert (
        min(int(row["age"]) for row in calls(out, "2016-10-16"))
        >= 40
        > min(int(row["age"]) for row in calls(out, "2016-10-15"))
    )


def test_what_was_planted_is_said_beside_and_not_in_the_inbox(surge):
    said = json.loads((surge[0] / "synthetic/world.json").read_text())
    assert (said["break_day"], said["breaks"]) == ("2016-10-16", {"new-registrants": 0.2})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"voters": 500}, "voters is 500"),
        ({"interviews": 0}, "interviews a day: 0"),
        ({"last": dt.date(2016, 11, 8)}, "no season before 2016-11-08"),
        ({"world": World("quiet", FIRST)}, "the break is on 2016-10-10"),
    ],
)
def test_seasons_that_cannot_be_are_refused(change, words):
    with pytest.raises(ConfigError, match=words):
        SeasonSpec(**{"world": World("quiet", BREAK), "first": FIRST, "last": LAST, **change})
