"""What cannot be asked of a plan."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from hustings.errors import ConfigError, InputError
from hustings.plan.visits import Asked, read_musts
from made_races import made_race

RACE = made_race([0.0, 0.1], [0.2, 0.2], seats=(3, 2), n_draws=50)
RACE = replace(RACE, as_of=RACE.contest.date - dt.timedelta(days=10))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (Asked(0), "0 days"),
        (Asked(11), "end after the election: 10 are left"),
        (Asked(3, 0), "0 events a day"),
        (Asked(3, rest_days=3), "for rest"),
        (Asked(3, must={"Z": 1}), "no unit 'Z'"),
        (Asked(3, never=("Z",)), "no unit 'Z'"),
        (Asked(3, must={"A": 1}, never=("A",)), "ruled out"),
        (Asked(3, must={"A": 10, "B": 5}), "15 stops, 3 more than the 12"),
    ],
)
def test_what_cannot_be_is_said(asked, said):
    with pytest.raises(ConfigError, match=said):
        asked.check(RACE, 2)


def test_all_days_until_the_election_may_be_used():
    Asked(10, must={"A": 20}).check(RACE, 2)


def test_musts_are_written_or_in_a_file(tmp_path):
    file = tmp_path / "musts.csv"
    file.write_text("unit,visits\nB,2\n")
    assert read_musts(["A=3", str(file)]) == {"A": 3, "B": 2}
    with pytest.raises(ConfigError, match="neither"):
        read_musts(["A:3"])
    file.write_text("unit,visits\nB,-2\n")
    with pytest.raises(InputError, match="row 2, column 'visits'"):
        read_musts([str(file)])
    file.write_text("B,2\n")
    with pytest.raises(InputError, match="lacks the column 'unit'"):
        read_musts([str(file)])
