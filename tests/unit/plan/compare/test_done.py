"""What was done: days that are known, files that cannot be."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from hustings.contests import load_contest
from hustings.errors import InputError
from hustings.plan.compare import done_in, read_done
from made_races import made_race

PLAIN = made_race([0.0, 0.1], [0.2, 0.2], seats=(3, 2), n_draws=50)


def us_race(year, day):
    contest = load_contest(f"us-president-{year}")
    n = len(contest.unit_ids)
    race = made_race(np.zeros(2), np.ones(2), seats=(1, 1), n_draws=10)
    return replace(race, contest=contest, as_of=day, means=np.zeros((1, n, 1)))


def test_only_what_was_done_after_the_day():
    late = {one.name: one for one in done_in(us_race(2016, dt.date(2016, 11, 5)))}
    whole = {one.name: one for one in done_in(us_race(2016, dt.date(2016, 11, 5)), whole_season=True)}
    events = late["done: dem events"].amounts
    assert late["done: dem events"].dated
    assert 0 < events.sum() < 0.2 * whole["done: dem events"].amounts.sum()
    assert not late["done: dem offices"].dated
    assert late["done: dem offices"].amounts.tolist() == whole["done: dem offices"].amounts.tolist()


def test_2012_has_no_days_and_other_contests_nothing():
    found = done_in(us_race(2012, dt.date(2012, 11, 1)))
    events = {one.option: one for one in found if one.kind == "event"}
    assert not events["rep"].dated
    assert events["rep"].amounts.sum() == 152
    assert done_in(PLAIN) == []


def test_a_file_of_anything_in_proportion(tmp_path):
    file = tmp_path / "done.csv"
    file.write_text('unit,amount\nA,"1,000"\nB,$500\n')
    assert read_done(file, PLAIN).amounts.tolist() == [1000.0, 500.0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("A,5\nB,6\n", "lacks the column 'unit'"),
        ("unit,amount\nA,5\nX,6\n", "row 3, column 'unit'"),
        ("unit,amount\nA,-5\n", "row 2, column 'amount'"),
        ("unit,amount\nA,many\n", "'many'"),
        ("unit,amount\nA,0\n", "nothing was done"),
        ("unit,amount\n", "has no rows"),
    ],
)
def test_a_file_that_cannot_be(tmp_path, text, said):
    file = tmp_path / "done.csv"
    file.write_text(text)
    with pytest.raises(InputError, match=said):
        read_done(file, PLAIN)
