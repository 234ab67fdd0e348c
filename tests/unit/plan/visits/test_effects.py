"""What a stop makes, by hand, and tables that cannot be."""

from __future__ import annotations

import numpy as np
import pytest

from hustings.errors import ConfigError, InputError
from hustings.plan.visits import VisitEffects, read_visit_effects

HEAD = "candidate,first_margin,margin_se,repeat_factor,source\n"


def test_every_stop_makes_less_than_the_one_before():
    found = VisitEffects(("a",), np.array([0.002]), np.array([0.002]), 0.8, ("",))
    made = [0.002, 0.002 + 0.0016, 0.002 + 0.0016 + 0.00128]
    assert found.margin(np.array([0, 1, 2, 3])) == pytest.approx([0.0, *made])
    steady = VisitEffects(("a",), np.array([0.002]), np.array([0.002]), 1.0, ("",))
    assert steady.margin(np.array([5])) == pytest.approx([0.01])


def test_further_candidates_are_like_the_last():
    found = read_visit_effects().first(3)
    assert found.candidates == ("candidate 1", "candidate 2", "candidate 3")
    assert found.weights == pytest.approx([1.0, 0.5, 0.5])
    with pytest.raises(ConfigError, match="0 candidates"):
        found.first(0)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("a,.002,,.8,x\n", "row 2, column 'margin_se'"),
        ("a,.002,0,.8,x\n", "no effect is known without error"),
        ("a,-1,.002,.8,x\n", "first_margin"),
        ("a,.002,.002,.8,x\nb,.001,.001,.7,x\n", "row 3, column 'repeat_factor'"),
        ("a,.002,.002,.8,x\na,.001,.001,.8,x\n", "second row of candidate a"),
        ("", "has no rows"),
    ],
)
def test_a_table_that_cannot_be(tmp_path, rows, said):
    file = tmp_path / "visits.csv"
    file.write_text(HEAD + rows)
    with pytest.raises(InputError, match=said):
        read_visit_effects(file)
