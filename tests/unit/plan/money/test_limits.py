"""Floors, caps and lumps from files: what is read, and what is refused with its place."""

from __future__ import annotations

import numpy as np
import pytest

from hustings.errors import InputError
from hustings.plan.money.limits import lumps_of, read_limits, with_limits
from unit.plan.money.test_planning import levers


def read(tmp_path, text):
    file = tmp_path / "limits.csv"
    file.write_text(text)
    return read_limits(file), file


def test_floors_and_caps_are_those_of_the_file_and_a_star_is_everywhere(tmp_path):
    rows, _ = read(tmp_path, 'unit,channel,floor,cap,piece\n*,door,,"5,000",\nB,door,1_000,$2000,500\n')
    found = with_limits(levers(), rows)
    np.testing.assert_allclose(found.cap_dollars, [5000, 2000, 5000])
    np.testing.assert_allclose(found.floor_dollars, [0, 1000, 0])
    np.testing.assert_allclose(lumps_of(levers(), rows).piece_dollars, [0, 500, 0])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("unit,cap\nZ,5\n", "row 2.*unit 'Z'.*one of: A, B, C"),
        ("unit,channel,cap\nA,door,5\nA,radio,5\n", "row 3.*channel 'radio'"),
        ("unit,cap\nA,lots\n", "row 2, column 'cap_dollars'.*'lots', not a number"),
        ("unit,cap\nA,-5\n", "row 2.*-5.*below 0"),
        ("unit,floor\n*,5\n", "row 2.*floor for 3 levers"),
        ("place,cap\nA,5\n", "no column 'place'"),
        ("unit,channel,cap\nA,door,5\nA,door,6\n", "row 3: a second row of unit A, channel door"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path, text, said):
    with pytest.raises(InputError, match=said):
        rows, file = read(tmp_path, text)
        with_limits(levers(), rows, file=file)
