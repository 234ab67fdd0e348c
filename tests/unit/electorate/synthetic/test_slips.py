"""Slips worked out by hand."""

from __future__ import annotations

import numpy as np
import polars as pl

from hustings.electorate.synthetic.slips import misspell


def test_each_kind_of_slip_at_the_second_letter():
    # Draw 0 is the second letter; kinds: 0 dropped, 1 doubled, 2 swapped with the next, 3 taken for its neighbour.
    names = pl.Series(["SMITH"] * 5)
    slips = np.array([0, 4 * 4, 4 * 4 + 1, 4 * 4 + 2, 4 * 4 + 3])
    # Draw 4 of a name of five letters is again the second one: 1 + 4 % 4.
    assert misspell(names, slips).to_list() == ["SMITH", "SITH", "SMMITH", "SIMTH", "SNITH"]


def test_names_of_one_letter_and_none_survive():
    assert misspell(pl.Series(["Q", None, "Ó"]), np.array([6, 7, 5])).to_list()[1] is None
    assert misspell(pl.Series([], dtype=pl.String), np.array([], int)).to_list() == []
