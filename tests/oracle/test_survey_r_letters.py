"""Letters against R's `survey` and `p.adjust` (``survey_r_letters/make_fixture.R``): weighted, disjoint and shared columns."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from hustings.survey.books import make_banners, tabulate
from hustings.survey.books.letters import benjamini_hochberg
from hustings.survey.codebook import Choice, Codebook, Item
from hustings.survey.estimates import column_tests, crosstab, make_rows, prepare
from hustings.survey.weighting import WeightingSpec, weigh

R = json.loads((Path(__file__).parent / "survey_r_letters" / "fixture.json").read_text(encoding="utf-8"))
COLUMNS = {
    name: {one: np.array(flags, dtype=bool) for one, flags in R["data"]["columns"][name].items()}
    for name in ("disjoint", "overlapping")
}
QUARTERS = tuple(Choice(code, f"Quarter {code}") for code in "1234")
TABLE = pl.DataFrame(
    {
        "respondent_id": [str(k) for k in range(200)],
        "base_weight": R["data"]["pw"],
        "stratum": R["data"]["stype"],
        "q": R["data"]["q"],
        "asked_q": [True] * 200,
        "disjoint": R["data"]["stype"],
        "overlapping": [[name for name, flags in COLUMNS["overlapping"].items() if flags[k]] for k in range(200)],
    }
)
BOOK = Codebook(
    "api",
    (
        Item("q", "single", "Which quarter?", QUARTERS),
        Item("disjoint", "single", "Type?", tuple(Choice(one, one) for one in COLUMNS["disjoint"])),
        Item("overlapping", "multiple", "Which of these?", tuple(Choice(one, one) for one in COLUMNS["overlapping"])),
    ),
)
WEIGHTING = weigh(TABLE, WeightingSpec())


@pytest.mark.parametrize("name", COLUMNS)
def test_z_of_all_pairs(name):
    rows = make_rows(np.stack([(TABLE["q"] == code).to_numpy().astype(float) for code in "1234"], axis=1))
    z, _ = column_tests(
        crosstab(rows, np.stack(list(COLUMNS[name].values()), axis=1), prepare(WEIGHTING.linearisation))
    )
    theirs = np.array(R[name]["z"], dtype=float)
    np.testing.assert_allclose(z, theirs, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("correction", ["none", "bonferroni", "fdr"])
@pytest.mark.parametrize("name", COLUMNS)
def test_letters_of_a_book(name, correction):
    """From answers to letters; the weights' scale does not matter, nor that a banner's columns share schools."""
    made = tabulate(TABLE, BOOK, WEIGHTING, make_banners(TABLE, BOOK, [name]), questions=["q"], correction=correction)
    cells = made.estimates.filter(pl.col("banner") == name)
    ours = np.array(cells["higher_than"].to_list()).reshape(4, -1)
    assert ours.tolist() == np.array(R[name][correction]).tolist()


def test_benjamini_hochberg_is_p_adjust():
    np.testing.assert_allclose(benjamini_hochberg(np.array(R["adjust"]["p"])), R["adjust"]["BH"], rtol=1e-12)
