"""Whose early ballots are: each night's, given how many; totals that fall are owed."""

import datetime as dt
from types import SimpleNamespace

import polars as pl
import pytest

from hustings.watch.assumption import Claim, Foreseen
from hustings.watch.observations import nothing_kept
from hustings.watch.registry import register
from hustings.watch.streams import early_scores, early_votes
from hustings.watch.streams.early_scores import band, expected_by_score, returned_by_score
from hustings.watch.streams.early_votes import EARLY_VOTES_AS_SCORED
from made_watch import make_campaign, morning_of, voters_morning


@pytest.fixture
def folder(tmp_path):
    return make_campaign(tmp_path / "campaign")


def test_each_night_is_compared_given_how_many_came(folder, monkeypatch):
    parts = {"state=NC, party=DEM": 0.4, "state=NC, party=REP": 0.35}
    scales = {"dispersion": (25.0, 25.0), "level_sd": (0.2, 0.2)}
    said = {"parts": parts, "start": {"state=NC, party=DEM": 10.0}}
    day = dt.date(2016, 10, 1)
    claim = Claim(
        "early-votes-as-scored",
        1,
        "counts",
        "either",
        0.04,
        day,
        dt.date(2016, 11, 8),
        Foreseen(tuple(parts), scales, "", said),
    )
    kept, found, notes = nothing_kept(), [], []
    nights = {
        "2016-10-02": (50, 20, 10),  # DEM, REP and UNA in all: 40, 20 and 10 are new
        "2016-10-03": (55, 20, 10),  # five ballots wait
        "2016-10-04": (45, 60, 30),  # a party's total fell: owed, and the others are compared
        "2016-10-05": (70, 80, 50),  # only what exceeds the highest total is new: 20, 20, 20
    }
    for on, totals in nights.items():
        table = pl.DataFrame({"value": ["DEM", "REP", "UNA"], "total": [float(one) for one in totals]})
        table = table.with_columns(state=pl.lit("NC"), dimension=pl.lit("party"))
        monkeypatch.setattr(early_votes, "returned_by_segment", lambda _, table=table: table)
        monkeypatch.setattr(early_votes, "returned_by_score", lambda *_, table=table: table.clear())
        seen = EARLY_VOTES_AS_SCORED.observe(morning_of(folder, on), claim, kept.settled_of(claim.assumption))
        found.append(seen.rows.sort("segment").select("observed", "predicted", "n").rows())
        notes.append(" ".join(seen.notes))
        kept = kept.with_seen(claim, seen, dt.date.fromisoformat(on))
    assert found[0] == [(40.0, pytest.approx(28.0), 70.0), (20.0, pytest.approx(24.5), 70.0)]
    assert found[1] == []
    assert found[2] == [(0.0, pytest.approx(24.0), 60.0), (40.0, pytest.approx(21.0), 60.0)]
    assert found[3] == [(20.0, pytest.approx(24.0), 60.0), (20.0, pytest.approx(21.0), 60.0)]
    assert "state=NC, party=DEM fell from 50 to 45" in notes[2]


def test_a_real_store(full_store, folder, monkeypatch):
    assert (
        "hustings score" in register(EARLY_VOTES_AS_SCORED, voters_morning(folder, full_store.store, "2016-10-15")).hint
    )
    monkeypatch.setattr(early_votes, "TURNOUT", "turnout_score")
    monkeypatch.setattr(early_votes, "FEWEST_BALLOTS", 1)
    at = early_scores.open_electorate
    monkeypatch.setattr(early_scores, "open_electorate", lambda _, engine, day: at(full_store.store, engine, day))
    morning = voters_morning(folder, full_store.store, "2016-10-15")
    claim = register(EARLY_VOTES_AS_SCORED, morning)
    said = claim.foreseen.prediction
    # The parts of one dimension of a state are of one whole; what is smaller than 2 % is not watched.
    of_party = sum(part for name, part in said["parts"].items() if name.startswith("state=NC, party="))
    assert 0.9 < of_party <= 1
    assert EARLY_VOTES_AS_SCORED.observe(morning, claim, nothing_kept().settled).rows.is_empty()
    logged = pl.read_parquet(full_store.store / "early_votes/NC/*.parquet").filter(
        pl.col("returned_on") <= dt.date(2016, 10, 15)
    )
    counted = sum(n for name, n in said["start"].items() if "registered=" in name)
    assert 0.8 * logged["voter_id"].n_unique() < counted <= logged["voter_id"].n_unique()


def test_bands_of_a_score():
    scores = pl.DataFrame({"score": [0.0, 0.39, 0.4, 0.6, 0.79, 0.8, None]})
    assert scores.select(band(pl.col("score")))["score"].to_list() == [
        "under 40", "under 40", "40-59", "60-79", "60-79", "80 and more", None,
    ]  # fmt: skip


class Voters:
    """Voters of NC as an electorate gives their attributes."""

    def __init__(self, table):
        self.table = table
        self.engine = None
        self.words = SimpleNamespace(columns=table.columns, manifest=SimpleNamespace(states={"NC": None}))

    def attributes(self, columns, where):
        del where
        return self.table.select("voter_id", *columns)


def test_ballots_that_came_are_told_apart_by_the_score_of_a_day_before(folder, monkeypatch):
    before = pl.DataFrame({"voter_id": [1, 2, 3, 4, 5], "turnout_prob": [0.1, 0.5, 0.9, 1.0, None]})
    now = pl.DataFrame({"voter_id": [1, 3, 4, 5, 6], "state": ["NC"] * 5})
    monkeypatch.setattr(early_scores, "open_electorate", lambda *_: Voters(before))
    morning = morning_of(folder, "2016-10-15")
    morning.electorate = Voters(now)
    found = returned_by_score(morning, dt.date(2016, 10, 1), "", "turnout_prob").sort("value")
    # The fourth had voted already, the fifth had no score, the sixth was not registered.
    assert found.rows() == [("NC", "80 and more", 1.0), ("NC", "under 40", 1.0)]


def test_ballots_are_expected_by_the_band_s_own_habit():
    ballots = {"voted('2012-11-06')": [True, True, False], "voted_early('2012-11-06')": [True, False, False]}
    table = {"voter_id": [1, 2, 3], "turnout_prob": [0.9, 0.8, 0.3]}
    voters = Voters(pl.DataFrame(table | ballots | {"voted_by_mail('2012-11-06')": [None, False, False]}))
    found = expected_by_score(voters, "NC", dt.date(2012, 11, 6), "turnout_prob").sort("value")
    assert found.rows() == [("80 and more", pytest.approx(1.7), 2, 1), ("under 40", pytest.approx(0.3), 0, 0)]
