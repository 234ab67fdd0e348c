"""One-hot blocks by look-ups against the design written out."""

from __future__ import annotations

import numpy as np
import pytest

from hustings.errors import InputError
from hustings.maths.multilevel_cells import Cells
from reference.dense_multilevel import design


def make_cells(n_options=3, n_cells=40, seed=1):
    rng = np.random.default_rng(seed)
    index = tuple(rng.integers(0, n, n_cells) for n in (5, 3, 4))
    counts = rng.gamma(1.0, 2.0, (n_cells, n_options))
    fixed = np.column_stack([np.ones(n_cells), rng.standard_normal(n_cells)])
    return Cells(counts, fixed, index, (5, 3, 4))


def test_products_are_those_of_the_design():
    cells, rng = make_cells(), np.random.default_rng(2)
    Z = design(cells)
    B, A, w = rng.standard_normal((14, 2)), rng.standard_normal((40, 2)), rng.random(40)
    M = rng.standard_normal((14, 14))
    np.testing.assert_allclose(cells.predictor(B), Z @ B)
    np.testing.assert_allclose(cells.transposed(A), Z.T @ A)
    np.testing.assert_allclose(cells.cross(w), Z.T @ np.diag(w) @ Z)
    np.testing.assert_allclose(cells.quadratic(M), np.diag(Z @ M @ Z.T))


def test_terms_that_lie_in_one_another():
    """Race, state, race x state: three pairs that divide the cells alike are summed once, and land where they belong."""
    rng = np.random.default_rng(4)
    race, state = rng.integers(0, 3, 60), rng.integers(0, 4, 60)
    crossed = np.unique(race * 4 + state, return_inverse=True)
    levels = (3, 4, len(crossed[0]))
    cells = Cells(rng.random((60, 2)), np.ones((60, 1)), (race, state, crossed[1]), levels)
    Z, w = design(cells), rng.random(60)
    M = rng.standard_normal((1 + sum(levels),) * 2)
    assert len(cells._divisions) == 1
    np.testing.assert_allclose(cells.cross(w), Z.T @ np.diag(w) @ Z)
    np.testing.assert_allclose(cells.quadratic(M), np.diag(Z @ M @ Z.T))


@pytest.mark.parametrize(
    ("counts", "index", "said"),
    [
        (np.array([[1.0, -1.0]]), np.array([0]), "negative"),
        (np.array([[1.0, np.nan]]), np.array([0]), "not a number"),
        (np.array([[1.0]]), np.array([0]), "at least two options"),
        (np.array([[1.0, 1.0]]), np.array([2]), "outside 0-1"),
        (np.array([[1.0, 1.0]]), np.array([0, 1]), "one for each cell"),
    ],
)
def test_cells_that_cannot_be(counts, index, said):
    with pytest.raises(InputError, match=said):
        Cells(counts, np.ones((1, 1)), (index,), (2,))


def test_a_term_without_levels_given():
    with pytest.raises(InputError, match="differ in length"):
        Cells(np.ones((1, 2)), np.ones((1, 1)), (np.array([0]),), ())
