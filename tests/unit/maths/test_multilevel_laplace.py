"""Mode and marginal against the dense twin; the scales' gradient against differences."""

from __future__ import annotations

import numpy as np
import pytest

from hustings.maths.multilevel_cells import Cells
from hustings.maths.multilevel_laplace import find_mode, scale_gradient
from reference.dense_multilevel import laplace
from unit.maths.test_multilevel_cells import make_cells

SCALES, FIXED = np.array([0.4, 1.2, 0.2]), np.array([2.5, 1.0])


@pytest.mark.parametrize("n_options", [2, 4])
def test_mode_hessian_and_marginal(n_options):
    cells = make_cells(n_options)
    found = find_mode(cells, SCALES, FIXED, np.zeros((14, n_options - 1)))
    flat, H, value = laplace(cells, SCALES, FIXED)
    np.testing.assert_allclose(found.coefficients.ravel(), flat, atol=1e-6)
    lower = np.tril(found.root)
    np.testing.assert_allclose(lower @ lower.T, H, rtol=1e-4, atol=1e-4)
    assert found.log_marginal == pytest.approx(value, abs=1e-5)


@pytest.mark.parametrize("n_options", [2, 3])
def test_gradient_of_the_log_marginal(n_options):
    cells, start = make_cells(n_options), np.zeros((14, n_options - 1))
    found = scale_gradient(cells, SCALES, FIXED, find_mode(cells, SCALES, FIXED, start))
    for t in range(3):
        step = np.exp(1e-4 * np.eye(3)[t])
        up, down = laplace(cells, SCALES * step, FIXED)[2], laplace(cells, SCALES / step, FIXED)[2]
        assert found[t] == pytest.approx((up - down) / 2e-4, rel=1e-4, abs=1e-6)


def test_gaussian_limit_by_hand():
    """One cell, one intercept, 1,000 of 2,000: the mode is 0, the Hessian n/4 + 1/sd^2."""
    cells = Cells(np.array([[1000.0, 1000.0]]), np.ones((1, 1)), (), ())
    found = find_mode(cells, np.zeros(0), np.array([2.0]), np.array([[0.3]]))
    assert found.coefficients[0, 0] == pytest.approx(0.0, abs=1e-9)
    assert found.root[0, 0] ** 2 == pytest.approx(500.25)


def test_an_option_that_nobody_chose_somewhere_stays_finite():
    cells = Cells(np.array([[9.0, 0.0], [0.0, 4.0]]), np.ones((2, 1)), (np.array([0, 1]),), (2,))
    found = find_mode(cells, np.array([1.0]), np.array([2.5]), np.zeros((3, 1)))
    assert 0.5 < found.coefficients[1, 0] < 3.0
