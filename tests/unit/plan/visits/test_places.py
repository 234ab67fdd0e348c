"""Distances on a ball, and places that cannot be."""

from __future__ import annotations

import numpy as np
import pytest

from hustings.errors import InputError
from hustings.plan.visits.places import EARTH_KM, great_circle_km, places_of


def test_a_quarter_of_the_globe():
    km = great_circle_km(np.array([0.0, 0.0, 90.0]), np.array([0.0, 90.0, 0.0]))
    assert km[0] == pytest.approx([0.0, EARTH_KM * np.pi / 2, EARTH_KM * np.pi / 2])


def test_known_states_have_places_and_others_an_hour():
    states = places_of(("PA", "OH"))
    assert states.known
    assert 350 < states.km[0, 1] < 600
    other = places_of(("A", "B"))
    assert not other.known
    assert other.hours.tolist() == [[0.0, 1.0], [1.0, 0.0]]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("unit,latitude\nA,1\n", "'longitude'"),
        ("unit,latitude,longitude\nA,91,0\n", "row 2"),
        ("unit,latitude,longitude\nA,1,0\nA,1,0\n", "second row of unit A"),
        ("unit,latitude,longitude\nA,1,0\n", "no place for B"),
    ],
)
def test_a_file_that_cannot_be(tmp_path, text, said):
    file = tmp_path / "places.csv"
    file.write_text(text)
    with pytest.raises(InputError, match=said):
        places_of(("A", "B"), file)
