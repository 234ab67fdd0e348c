"""What canvassers hear, and whether they were there."""

import datetime as dt

import polars as pl
import pytest

from hustings.contests import load_contest
from hustings.store import empty_table
from hustings.tables import SETTLED
from hustings.watch.registry import register
from hustings.watch.streams import contacts
from hustings.watch.streams.contacts import CANVASS_AGREES, CANVASSERS_REAL, leaning
from made_watch import add_model, make_campaign, morning_of, voters_morning

NONE = empty_table(SETTLED)
DAY = dt.date(2016, 10, 1)


@pytest.fixture
def folder(tmp_path):
    return make_campaign(tmp_path / "campaign")


@pytest.mark.parametrize(
    ("answer", "side"),
    [
        ("1 - Strong support", 1.0),
        ("2 - Lean Alder", 1.0),
        ("3 - Undecided", None),
        ("4 - Lean opposed", 0.0),
        ("5 - Strong Alder", 0.0),
        ("Ada Alder", 1.0),
        ("birch", 0.0),
        ("Supports Birch", 0.0),
        ("Alder or Birch", None),
        ("Not home", None),
    ],
)
def test_answers_are_read_as_they_are_usually_coded(folder, answer, side):
    contest = load_contest(str(folder / "contest.toml"))
    assert leaning(answer, contest, "alder") == side


class Log:
    """Contacts as they are told."""

    def __init__(self, rows):
        self.rows = rows

    def sql(self, _):
        columns = {
            "voter_id": pl.Int64,
            "day": pl.Date,
            "canvasser_id": pl.Int64,
            "contact_type": pl.String,
            "result": pl.String,
        }
        return pl.DataFrame(self.rows, schema=columns | {"answer": pl.String}, orient="row")


def told(folder, rows):
    morning = morning_of(folder, "2016-10-05")
    morning.__dict__["electorate"] = Log(rows)
    seen = CANVASSERS_REAL.observe(morning, None, NONE)
    return seen.rows.filter(pl.col("observed") > pl.col("predicted"))["segment"].to_list(), seen.notes


def test_more_conversations_than_a_day_has(folder):
    rows = [(k, DAY, 7, "door", "completed", None) for k in range(61)] + [
        (k, DAY, 8, "door", "completed", None) for k in range(60)
    ]
    rows += [(k, DAY, 8, "phone", "attempted", None) for k in range(500)]
    names, notes = told(folder, rows)
    assert names == ["canvasser 7, conversations by door on 2016-10-01"]
    assert notes == ("canvasser 7, conversations by door on 2016-10-01: 61, at most 60 are possible",)


def test_one_answer_alone(folder):
    honest = [(k, DAY, 1 + k % 4, "door", "completed", "ab"[k // 4 % 2]) for k in range(200)]
    # Of two answers as frequent each, log(1e-4 / 5) / log(.5...) are 16 or 17 in a row.
    names, _ = told(folder, honest + [(k, DAY, 9, "door", "completed", "a") for k in range(20)])
    assert names == ["canvasser 9, nothing but a"]
    names, _ = told(folder, honest + [(k, DAY, 9, "door", "completed", "a") for k in range(14)])
    assert names == []


def test_a_place_that_no_longer_answers_as_modelled(full_store, folder, monkeypatch):
    add_model(folder, dt.date(2016, 9, 28))
    assert "are needed" in register(CANVASS_AGREES, voters_morning(folder, full_store.store, "2016-10-15")).why
    morning = voters_morning(folder, full_store.store, "2016-10-15")
    ids = morning.electorate.attributes(["race"], "state = 'NC' and race = 'black'")["voter_id"].to_list()[:120]

    def heard(first, last, ours, day):
        rows = pl.DataFrame({"voter_id": ids[first:last]}).with_row_index("k")
        return rows.select(
            pl.format("{} {}", "voter_id", pl.lit(day)).alias("respondent"),
            "voter_id",
            pl.lit(dt.date.fromisoformat(day)).alias("day"),
            (pl.col("k") < ours).cast(pl.Float64).alias("y"),
            pl.col("k").cast(pl.String).alias("cluster"),
            pl.lit(1.0).alias("weight"),
        )

    monkeypatch.setattr(contacts, "answers", lambda *_: heard(0, 60, 57, "2016-10-14"))
    claim = register(CANVASS_AGREES, morning)
    # 57 of 60 say yes where the model says .9: the kindness of the door is part of the claim.
    assert 0 < claim.foreseen.prediction["shifts"]["all"] < 0.75
    monkeypatch.setattr(contacts, "answers", lambda *_: heard(60, 120, 30, "2016-10-16"))
    seen = CANVASS_AGREES.observe(voters_morning(folder, full_store.store, "2016-10-16"), claim, NONE)
    whole = seen.rows.filter(segment="all").row(0, named=True)
    assert (whole["n"], whole["observed"]) == (60, 0.5)
    assert whole["predicted"] > 0.9
    assert max(whole["log_bets"]) > 5
