from __future__ import annotations

import polars as pl
import pytest

from hustings.errors import ConfigError, InputError
from hustings.survey.weighting.margins import Margin, contradiction, margins_from_cells, match_margin

CELLS = pl.DataFrame({"sex": ["F", "F", "M", "M"], "age": ["young", "old", "young", "old"], "voters": [10, 30, 20, 40]})
TABLE = pl.DataFrame({"sex": ["M", "F", "F"], "age": ["old", "old", "young"]})


def margin(totals, name="sex"):
    return Margin(name, (name,), pl.DataFrame({name: list(totals), "total": list(totals.values())}, strict=False))


def test_cells_add_up():
    sex, both = margins_from_cells(CELLS, ["sex", "age*sex"], "voters")
    assert sex.totals.rows() == [("F", 40.0), ("M", 60.0)]
    assert both.variables == ("age", "sex")
    assert both.totals.rows() == [("old", "F", 30.0), ("old", "M", 40.0), ("young", "F", 10.0), ("young", "M", 20.0)]


def test_matching():
    found = match_margin(TABLE, margin({"F": 40, "M": 60, "X": 0}))
    assert found.categories == ["F", "M"]
    assert found.codes.tolist() == [1, 0, 0]
    assert found.shares.tolist() == [0.4, 0.6]
    assert found.empty == ["X"]


@pytest.mark.parametrize(
    ("totals", "said"),
    [
        ({"F": 40}, "'M' among the answers"),
        ({"F": 40, "M": 60, "X": 10}, "nobody answered in 'X', 9.09% of the target"),
        ({"F": 40, "M": 0}, "target is 0 for 'M'"),
        ({"F": 40, "M": -1}, "total -1"),
        ({"F": 40, "M": float("nan")}, "total nan"),
        ({"F": 40, "M": None}, "total None"),
        ({"F": 0, "M": 0}, "all totals are 0"),
    ],
)
def test_what_does_not_match_is_told(totals, said):
    with pytest.raises(InputError, match=said):
        match_margin(TABLE, margin(totals))


def test_missing_values_need_a_target():
    table = TABLE.with_columns(sex=pl.Series(["M", None, "F"]))
    with pytest.raises(InputError, match="1 of 3 interviews have no value"):
        match_margin(table, margin({"F": 40, "M": 60}))
    assert match_margin(table, margin({"F": 40, "M": 50, "unknown": 10})).codes.tolist() == [1, 2, 0]


def test_columns_that_are_not_there():
    with pytest.raises(ConfigError, match="no column 'race'"):
        match_margin(TABLE, margin({"A": 1}, "race"))
    with pytest.raises(ConfigError, match="no column 'race'"):
        margins_from_cells(CELLS, ["race"], "voters")
    with pytest.raises(InputError, match="1 of 4 cells"):
        margins_from_cells(CELLS.with_columns(voters=pl.Series([1, 2, 3, -4])), ["sex"], "voters")


def test_contradictions_are_named():
    sex, both = margins_from_cells(CELLS, ["sex", "age*sex"], "voters")
    contradiction([sex, both], 1e-7)
    with pytest.raises(ConfigError, match=r"sex and age\*sex contradict each other: sex '[FM]'"):
        contradiction([margin({"F": 50, "M": 50}), both], 1e-7)
