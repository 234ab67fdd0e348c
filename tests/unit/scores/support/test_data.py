from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from hustings.errors import InputError
from hustings.scores.support.data import count_cells
from hustings.scores.support.spec import SupportSpec

SPEC = SupportSpec(terms=(("race",), ("age",)), cuts={"age": (40.0,)})
OPTIONS = ("yes", "no")
ROWS = pl.DataFrame(
    {
        "state": ["A", "A", "A", "B", "B", "B"],
        "race": ["x", "x", None, "y", "y", "x"],
        "age": [20, 30, 50, 60, 60, 20],
        "option": ["yes", "no", "yes", "no", "no", None],
    }
)


def test_counts_by_hand():
    """Weights 2, 1, 1, 2, 2 of five respondents: sum 8, Kish 64/14; each weight counts for 4/7 of itself."""
    found = count_cells(ROWS.with_columns(weight=pl.Series([2.0, 1, 1, 2, 2, 1])), OPTIONS, SPEC)
    assert found.interviews == 5
    assert found.effective_n == pytest.approx(64 / 14)
    # Cells: A x young (two answers), A unknown old, B y old (two answers).
    assert found.bins["race"].tolist() == [0, 1, 2]
    assert found.bins["age"].tolist() == [2, 1, 2]
    np.testing.assert_allclose(found.counts, np.array([[1, 0], [2, 1], [0, 4]]) * 4 / 7)
    assert found.rejected.to_dicts() == [{"row": 6, "reason": "names no option"}]


def test_link_probabilities_are_multiplied_in():
    found = count_cells(ROWS.with_columns(link_prob=pl.Series([1.0, 0.0, 0.5, 1, 1, 1])), OPTIONS, SPEC)
    assert found.interviews == 4
    assert found.rejected["reason"].to_list() == ["weight of 0", "names no option"]
    assert found.effective_n == pytest.approx(3.5**2 / 3.25)


def test_two_rows_of_one_respondent_are_one_answer():
    rows = pl.concat(
        [
            ROWS.head(5).with_columns(respondent=pl.Series(list("abcde")), option=pl.lit(option), weight=pl.lit(0.5))
            for option in OPTIONS
        ]
    )
    found = count_cells(rows, OPTIONS, SPEC)
    assert found.effective_n == pytest.approx(5.0)
    assert found.counts.sum() == pytest.approx(5.0)


def test_few_numbers_need_no_bands_and_many_do():
    spec = SupportSpec(terms=(("age",),), cuts={})
    assert count_cells(ROWS, OPTIONS, spec).features[1].cuts == (30.0, 50.0, 60.0)
    many = pl.DataFrame({"state": ["A"] * 50, "age": range(50), "option": ["yes", "no"] * 25})
    with pytest.raises(InputError, match="50 values, expected at most 20 or bands"):
        count_cells(many, OPTIONS, spec)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"option": pl.lit(None, dtype=pl.String)}, "no interview names an option"),
        ({"option": pl.lit("yes")}, "names 'yes': a model of one class"),
        ({"option": pl.lit("maybe")}, "'maybe', expected yes, no or nothing"),
        ({"weight": pl.Series([1.0, -1, 1, 1, 1, 1])}, "row 2, column 'weight'.*the first -1"),
        ({"weight": pl.Series([1.0, None, 1, 1, 1, 1])}, "row 2, column 'weight'"),
        ({"link_prob": pl.lit(1.5)}, "expected a chance, 0-1"),
        ({"race": pl.lit(None, dtype=pl.String)}, "nobody's race is known in 2 of 2 units: A, B"),
        (
            {"respondent": pl.Series(list("aabcde")), "voter_id": pl.Series(list("uvwxyz"))},
            "1 respondents are linked to more than one voter: a to u and v",
        ),
    ],
)
def test_interviews_that_cannot_be_used(change, said):
    with pytest.raises(InputError, match=said):
        count_cells(ROWS.with_columns(**change), OPTIONS, SPEC)


def test_a_feature_that_half_the_units_lack_is_kept():
    rows = ROWS.with_columns(race=pl.when(pl.col("state") == "A").then("race"))
    assert 0 in count_cells(rows, OPTIONS, SPEC).bins["race"]


def test_columns_and_options_that_lack():
    with pytest.raises(InputError, match="no column race"):
        count_cells(ROWS.drop("race"), OPTIONS, SPEC)
    with pytest.raises(InputError, match="two or more, each once"):
        count_cells(ROWS, ("yes",), SPEC)
