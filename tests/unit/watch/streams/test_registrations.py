"""New registrants by week: what is expected, when a week is compared, and what comes later."""

import datetime as dt
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest

from hustings.store import empty_table
from hustings.tables import SETTLED
from hustings.watch.morning import Morning
from hustings.watch.observations import nothing_kept
from hustings.watch.registry import register
from hustings.watch.streams import registrations
from hustings.watch.streams.registrations import NEW_REGISTRANTS_NUMBER, NEW_REGISTRANTS_PARTY, dispersion_of
from made_watch import make_campaign, morning_of, voters_morning

ELECTION = dt.date(2016, 11, 8)
NONE = empty_table(SETTLED)


class Voters:
    """A voter file of registrations alone: days with how many of each party; it counts them."""

    def __init__(self, rows):
        self.rows = pl.DataFrame(
            rows, schema={"registered_on": pl.Date, "party": pl.String, "n": pl.Int64}, orient="row"
        )

    def count(self, by, where):
        first = dt.date.fromisoformat(where.split("'")[1])
        rows = self.rows.filter(pl.col("registered_on") >= first).with_columns(
            state=pl.lit("NC"), county=pl.lit("WAKE")
        )
        return rows.group_by(by).agg(pl.col("n").sum().alias("voters"))


def days(election, weeks, per_week, party="DEM"):
    """So many a week, on its last day, for weeks before an election."""
    return [(election - dt.timedelta(weeks=week), party, per_week) for week in weeks]


def morning(folder, rows, day, file_day=None) -> Morning:
    files = SimpleNamespace(file_date=file_day or day, elections=())
    found = morning_of(folder, day, manifest=SimpleNamespace(states={"NC": files}))
    found.__dict__["electorate"] = Voters(rows)
    return found


PAST = days(dt.date(2012, 11, 6), range(20), 100) + days(dt.date(2014, 11, 11), range(20), 60)


@pytest.fixture
def folder(tmp_path):
    return make_campaign(tmp_path / "campaign", '[watch]\nparty = "DEM"\n')


def test_the_same_weeks_before_at_the_level_so_far(folder):
    # Eight weeks at twice the mean (80) of the weeks before: 160 are expected of each week to come.
    now = morning(folder, PAST + days(ELECTION, range(5, 13), 160), "2016-10-11", "2016-10-11")
    claim = register(NEW_REGISTRANTS_NUMBER, now)
    assert claim.foreseen.segments == ("state=NC",)
    # On October 11 weeks that end on October 4 and before are known: week 5 is the last, 0-4 are predicted.
    assert claim.foreseen.prediction["weeks"]["NC"] == {str(k): pytest.approx(160) for k in range(5)}
    assert claim.foreseen.scales["dispersion"] == (100.0,)


def test_a_week_is_compared_once_and_only_when_it_is_known(folder):
    rows = PAST + days(ELECTION, range(5, 13), 160)
    claim = register(NEW_REGISTRANTS_NUMBER, morning(folder, rows, "2016-10-11"))
    rows += days(ELECTION, [4], 300)
    early = NEW_REGISTRANTS_NUMBER.observe(morning(folder, rows, "2016-10-17"), claim, NONE)
    stale = NEW_REGISTRANTS_NUMBER.observe(morning(folder, rows, "2016-10-30", "2016-10-12"), claim, NONE)
    assert early.rows.is_empty()
    assert stale.rows.is_empty()  # the file does not know it yet
    seen = NEW_REGISTRANTS_NUMBER.observe(morning(folder, rows, "2016-10-18"), claim, NONE)
    assert seen.rows.select("day", "observed", "predicted").rows() == [
        (dt.date(2016, 10, 11), 300.0, pytest.approx(160))
    ]
    kept = nothing_kept().with_seen(claim, seen, dt.date(2016, 10, 18))
    later = [*rows, (dt.date(2016, 10, 9), "DEM", 30)]
    again = NEW_REGISTRANTS_NUMBER.observe(
        morning(folder, later, "2016-10-19"), claim, kept.settled_of(claim.assumption)
    )
    assert again.rows.is_empty()
    assert "330 registrations now, 300 when it was compared" in again.notes[0]


def test_weeks_that_were_missed_are_compared_when_they_come(folder):
    rows = PAST + days(ELECTION, range(5, 13), 160)
    claim = register(NEW_REGISTRANTS_NUMBER, morning(folder, rows, "2016-10-11"))
    seen = NEW_REGISTRANTS_NUMBER.observe(morning(folder, rows + days(ELECTION, [3], 150), "2016-11-01"), claim, NONE)
    assert seen.rows["observed"].to_list() == [0.0, 150.0, 0.0]  # weeks 4, 3, 2


def test_parties_of_new_registrants(folder):
    both = days(ELECTION, range(5, 13), 60) + days(ELECTION, range(5, 13), 40, "REP")
    claim = register(NEW_REGISTRANTS_PARTY, morning(folder, both, "2016-10-11"))
    assert claim.foreseen.prediction["shares"] == {"state=NC": pytest.approx(0.6)}
    new = [(dt.date(2016, 10, 5 + k), party, n) for k in range(7) for party, n in (("DEM", 30), ("REP", 70))]
    seen = NEW_REGISTRANTS_PARTY.observe(morning(folder, both + new, "2016-10-18"), claim, NONE)
    row = seen.rows.row(0, named=True)
    assert (row["n"], row["observed"], row["predicted"]) == (700, pytest.approx(0.3), pytest.approx(0.6))
    assert max(row["log_bets"]) > 0.5


def test_dispersion_by_moments():
    said = np.full(4, 100.0)
    # Squared errors of 900 beyond a variance of 100: an excess of 800 / 10,000.
    assert dispersion_of(said + np.array([30, -30, 30, -30]), said) == pytest.approx(1 / 0.08)
    assert dispersion_of(said, said) == 100.0


def test_a_real_store_is_counted(full_store, folder, monkeypatch):
    monkeypatch.setattr(registrations, "FEWEST", 10)
    claim = register(NEW_REGISTRANTS_NUMBER, voters_morning(folder, full_store.store, "2016-10-10"))
    weeks = claim.foreseen.prediction["weeks"]["NC"]
    assert sorted(map(int, weeks)) == list(range(len(weeks)))
    assert all(mu > 0 for mu in weeks.values())
    party = register(NEW_REGISTRANTS_PARTY, voters_morning(folder, full_store.store, "2016-10-10"))
    assert 0.1 < party.foreseen.prediction["shares"]["state=NC"] < 0.6
    NEW_REGISTRANTS_PARTY.observe(voters_morning(folder, full_store.store, "2016-10-15"), party, NONE)
