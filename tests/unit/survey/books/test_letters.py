from __future__ import annotations

import numpy as np
import pytest

from hustings.errors import ConfigError
from hustings.survey.books import letter, significance_letters
from hustings.survey.books.letters import benjamini_hochberg


def test_names_of_columns():
    assert [letter(k) for k in (0, 25, 26, 27, 701, 702)] == ["A", "Z", "AA", "AB", "ZZ", "AAA"]


def grid(p):
    """One row of three columns, each above those after it: p of first-second, first-third, second-third."""
    z = np.array([[[np.nan, 3.0, 3.0], [-3.0, np.nan, 3.0], [-3.0, -3.0, np.nan]]])
    full = np.array([[[np.nan, p[0], p[1]], [p[0], np.nan, p[2]], [p[1], p[2], np.nan]]])
    return z, full, np.ones((1, 3), dtype=bool)


def test_corrections_by_hand():
    """Three pairs: Bonferroni takes p three times; Benjamini and Hochberg 3/1, 3/2 and 3/3 times."""
    given = grid([0.016, 0.032, 0.06])
    assert significance_letters(*given, "none") == [["BC", "c", ""]]
    assert significance_letters(*given, "bonferroni") == [["Bc", "", ""]]
    assert significance_letters(*given, "fdr") == [["BC", "c", ""]]


def test_what_is_not_shown_is_not_counted():
    z, p, shown = grid([0.016, 0.032, 0.06])
    shown[0, 2] = False
    assert significance_letters(z, p, shown, "bonferroni") == [["B", "", ""]]


def test_many_columns_are_kept_apart_by_blanks():
    z = np.where(np.triu(np.ones((28, 28), dtype=bool), 1), 3.0, -3.0)[None]
    np.fill_diagonal(z[0], np.nan)
    found = significance_letters(z, np.full((1, 28, 28), 0.01), np.ones((1, 28), dtype=bool), "none")
    assert found[0][24] == "Z AA AB"


def test_benjamini_hochberg_never_falls():
    assert benjamini_hochberg(np.array([0.01, 0.04, 0.03])).tolist() == pytest.approx([0.03, 0.04, 0.04])


def test_unknown_correction():
    with pytest.raises(ConfigError, match="holm"):
        significance_letters(*grid([0.1, 0.1, 0.1]), "holm")
