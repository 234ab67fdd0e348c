"""A wave as polls: sizes by hand, read by the projection's own reader."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest

from hustings.errors import InputError
from hustings.polls.clean import clean_polls
from hustings.polls.readers import read_polls
from hustings.store import check_table
from hustings.survey.trend import wave_polls
from hustings.survey.weighting import WeightingSpec, unweighted, weigh
from hustings.tables import WAVE_POLLS
from made_answers import DAY, interviews
from made_polls import make_contest

EXPECTED = {"OH": 60.0, "FL": 40.0}


def made(n=120, **columns):
    vote = (["a"] * 5 + ["b"] * 4 + ["dk"]) * (n // 10)
    mode = ["web", "web", "ivr"] * (n // 3)
    states = ["OH"] * (n // 2) + ["FL"] * (n // 2)
    return interviews({"vote": vote}, **({"file_state": states, "mode": mode} | columns))


def polls(found, weighting=None, **options):
    table = found.wide()
    settings = {
        "survey": "tracker",
        "wave": "2016-10-01",
        "nation": "US",
        "options": ["dem", "rep"],
        "expected": EXPECTED,
    }
    weighting = weighting or unweighted(table)
    return wave_polls(table, found.codebook, weighting, day=DAY, **(settings | options))


def test_rows_of_states_and_the_nation():
    days = [DAY + dt.timedelta(days=k % 3) for k in range(120)]
    rows = polls(made(field_date=days))
    check_table(rows.select(WAVE_POLLS.column_names), WAVE_POLLS)
    assert rows["poll_id"].to_list() == [f"tracker-2016-10-01-{unit}" for unit in ("US", "FL", "OH")]
    assert rows["dem"].to_list() == pytest.approx([50.0] * 3)
    assert rows["rep"].to_list() == pytest.approx([40.0] * 3)
    assert (rows["start_date"][0], rows["end_date"][0]) == (DAY, DAY + dt.timedelta(days=2))
    assert rows["mode"][0] == "web/ivr"


def test_the_size_is_that_of_a_simple_sample_with_the_same_variance():
    """Unweighted: of 120, but for n / (n - 1). Weights of 1 and 3 by halves: Kish's 4 n^2 / 10 n^2 = .8 n."""
    assert polls(made())["sample_size"][0] == 119
    found = made(1200)
    uneven = pl.Series(np.tile(np.repeat([1.0, 3.0], 10), 60))
    weighting = weigh(found.wide().with_columns(base_weight=uneven), WeightingSpec())
    assert polls(found, weighting)["sample_size"][0] == pytest.approx(0.8 * 1200, rel=0.002)


def test_a_poll_of_one_state_is_none_of_the_nation():
    found = made(file_state=["OH"] * 120)
    assert polls(found)["unit"].to_list() == ["OH"]
    assert polls(found, expected={"OH": 95.0, "FL": 5.0})["unit"].to_list() == ["US", "OH"]


def test_simulated_voters_are_named():
    assert set(polls(made(), rehearsal=True)["pollster"]) == {"tracker (rehearsal)"}
    assert set(polls(made())["pollster"]) == {"tracker"}


def test_the_projection_reads_them(tmp_path):
    contest = make_contest(date=dt.date(2016, 11, 8))
    rows = polls(made(), options=contest.option_ids)
    rows.write_csv(tmp_path / "polls.csv")
    raw = read_polls(tmp_path / "polls.csv", contest)
    assert raw.layout == "simple"
    clean = clean_polls(raw, contest, as_of=dt.date(2016, 10, 5))
    assert clean.polls.select("unit", "share_dem", "sample_size", "pollster").rows() == [
        ("FL", pytest.approx(0.5), 59, "tracker"),
        ("OH", pytest.approx(0.5), 59, "tracker"),
    ]
    # The nation's row is made of the same interviews.
    assert clean.rejected["reason"].str.starts_with("a subgroup").to_list() == [True]


def test_a_questionnaire_without_the_contest():
    with pytest.raises(InputError, match="no vote between two"):
        polls(made(), options=["amber", "teal"])
