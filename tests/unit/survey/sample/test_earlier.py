"""What earlier waves teach: by hand, with the prior's hundred cases."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from hustings.store import empty_table
from hustings.survey.codebook import Choice, Codebook, Item
from hustings.survey.interviews import Interviews, write_interviews
from hustings.survey.sample.earlier import learned, rested
from hustings.survey.waves import new_survey
from hustings.tables import ANSWERS, RESPONDENTS, SAMPLE, SPLITS

BOOK = Codebook(
    "t", (Item("vote", "single", "?", (Choice("a", "A", option="a"), Choice("b", "B", option="b")), role="vote"),)
)


def filled(declared, **columns):
    rows, blank = pl.DataFrame(columns), empty_table(declared)
    return rows.with_columns(
        pl.lit(None, kind).alias(name) for name, kind in blank.schema.items() if name not in rows.columns
    ).select(pl.col(name).cast(kind) for name, kind in blank.schema.items())


def field(root, votes, cases=200, book=BOOK):
    """A wave: `cases` drawn of party p and as many of q; votes: (party, code) of who answered."""
    wave = new_survey(root, "tracker").new_wave("2016-10-01", {})
    n = 2 * cases
    filled(
        SAMPLE,
        case_id=range(1, n + 1),
        voter_id=range(1001, n + 1001),
        stratum=["x"] * n,
        selection_prob=[0.1] * n,
        base_weight=[10.0] * n,
        replicate=[1] * n,
        file_state=["S"] * n,
        file_party=["p"] * cases + ["q"] * cases,
    ).write_parquet(wave.path("sample.parquet"))
    k = len(votes)
    people = filled(
        RESPONDENTS,
        respondent_id=[f"{i}" for i in range(k)],
        voter_id=range(1001, 1001 + k),
        disposition=["1.1"] * k,
        field_date=[dt.date(2016, 10, 1)] * k,
        sample_source=["voter-file"] * k,
        mode=["web"] * k,
        base_weight=[1.0] * k,
        file_state=["S"] * k,
        file_party=[party for party, _ in votes],
    )
    answers = filled(
        ANSWERS, respondent_id=[f"{i}" for i in range(k)], question=["vote"] * k, code=[code for _, code in votes]
    )
    write_interviews(Interviews(people, answers, book, empty_table(SPLITS)), wave.folder)
    return wave


def test_by_hand(tmp_path):
    """p: 30 of 200 answer, 27 for the leader; q: 10 of 200, 5. The whole: a tenth answers, four fifths of it for a."""
    votes = [("p", "a")] * 27 + [("p", "b")] * 3 + [("q", "a")] * 5 + [("q", "b")] * 5
    wave = field(tmp_path, votes)
    deviations, rates = learned(wave.survey, ("party",))
    assert rates == {"S / p": pytest.approx((30 + 10) / 300), "S / q": pytest.approx((10 + 10) / 300)}
    p, q = (27 + 10 * 0.8) / 40, (5 + 10 * 0.8) / 20
    assert deviations == {"S / p": pytest.approx((p * (1 - p)) ** 0.5), "S / q": pytest.approx((q * (1 - q)) ** 0.5)}


def test_nothing_is_learned_from_nobody(tmp_path):
    assert learned(new_survey(tmp_path, "empty"), ("party",)) == ({}, {})
    assert learned(field(tmp_path, []).survey, ("party",)) == ({}, {})


def test_nothing_is_learned_where_the_vote_was_not_asked(tmp_path):
    book = Codebook("t", (Item("vote", "single", "?", (Choice("a", "A"),)),))
    assert learned(field(tmp_path, [("p", "a")], book=book).survey, ("party",)) == ({}, {})


def test_who_was_interviewed_lately_rests(tmp_path):
    field(tmp_path, [("p", "a"), ("q", "b")])
    for day, days, found in (("2016-10-01", 0, 2), ("2016-10-31", 30, 2), ("2016-11-01", 30, 0), ("2016-09-30", 30, 0)):
        assert rested(tmp_path, dt.date.fromisoformat(day), days).len() == found
    assert rested(tmp_path / "nowhere", dt.date(2016, 10, 1), 30).len() == 0
