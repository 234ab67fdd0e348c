"""How many early ballots: against the same days before an earlier election."""

import datetime as dt
from types import SimpleNamespace

import polars as pl
import pytest

from hustings.store import empty_table
from hustings.tables import SETTLED
from hustings.watch.observations import nothing_kept
from hustings.watch.registry import register
from hustings.watch.streams import early_level
from hustings.watch.streams.early_level import EARLY_VOTE_LEVEL
from made_watch import make_campaign, morning_of

NONE = empty_table(SETTLED)
LAST = dt.date(2012, 11, 6)


class Log:
    """An earlier log: a hundred ballots a day from the 20th day before the election; 10,000 ballots were cast in all."""

    words = SimpleNamespace(columns=["early_returned_on"])

    def __init__(self, through):
        self.through = dt.date.fromisoformat(through)

    def sql(self, text):
        if "DISTINCT" in text:
            return pl.DataFrame({"election_on": [LAST, dt.date(2014, 11, 4), dt.date(2016, 11, 8), None]})
        days = [LAST - dt.timedelta(days=k) for k in range(20, 0, -1) for _ in range(100)]
        assert str(LAST) in text
        return pl.DataFrame({"state": ["NC"] * 2000, "voter_id": range(2000), "returned_on": days})

    def count(self, by, where):
        return pl.DataFrame({"voters": [10_000]} if not by else {"early_returned_on": [self.through], "voters": [1]})


def morning(folder, monkeypatch, day, through, total):
    monkeypatch.setattr(early_level, "_totals", lambda _: {"NC": float(total)})
    pl.DataFrame({"state": ["NC", "NC"], "votes": [8_000.0, 4_000.0]}).write_parquet(folder / "voter_cells.parquet")
    manifest = SimpleNamespace(states={"NC": None}, logs={"early_votes": ["one"]})
    found = morning_of(folder, day, manifest=manifest, tables=folder)
    found.__dict__["electorate"] = Log(through)
    return found


def test_the_days_between_two_files_against_as_many_then(tmp_path, monkeypatch):
    folder = make_campaign(tmp_path / "campaign")
    claim = register(EARLY_VOTE_LEVEL, morning(folder, monkeypatch, "2016-10-15", "2016-10-14", 7))
    # 12,000 votes are expected, 10,000 were cast: 120 a day.
    assert claim.foreseen.prediction["curves"]["NC"]["20"] == pytest.approx(120)
    assert claim.foreseen.prediction["start"] == {"NC": 7.0}
    kept, found = nothing_kept(), []
    nights = (
        ("2016-10-21", "2016-10-20", 367),  # October 19 and 20 are the 20th and 19th days: 240 were expected, 360 came
        ("2016-10-22", "2016-10-20", 367),  # no new file: nothing
        ("2016-10-23", "2016-10-22", 300),  # the total fell: owed
        ("2016-10-24", "2016-10-23", 400),  # three days' worth, 33 above the highest total
    )
    for day, through, total in nights:
        now = morning(folder, monkeypatch, day, through, total)
        seen = EARLY_VOTE_LEVEL.observe(now, claim, kept.settled_of(claim.assumption))
        found.append(seen.rows.select("day", "observed", "predicted").rows())
        kept = kept.with_seen(claim, seen, now.as_of)
    assert found == [
        [(dt.date(2016, 10, 20), 360.0, pytest.approx(240.0))],
        [],
        [],
        [(dt.date(2016, 10, 23), 33.0, pytest.approx(360.0))],
    ]


def test_idle_without_an_earlier_log(tmp_path, monkeypatch):
    folder = make_campaign(tmp_path / "campaign")
    now = morning(folder, monkeypatch, "2016-10-15", "2016-10-14", 7)
    now.manifest.logs.clear()
    assert "no early ballots of an earlier election" in register(EARLY_VOTE_LEVEL, now).why
