from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from hustings.maths.propensity import fit_propensity, refit_propensity


@pytest.fixture
def cells():
    rng = np.random.default_rng(2)
    Z = np.hstack([np.ones((9, 1)), np.kron(np.eye(3), np.ones((3, 1))), np.tile(np.eye(3), (3, 1))])
    asked = rng.integers(20, 200, 9).astype(float)
    return Z, asked, np.floor(asked * rng.uniform(0.05, 0.6, 9)), np.r_[0.0, np.ones(6)]


def test_the_fit_is_the_penalised_maximum(cells):
    Z, asked, answered, precision = cells

    def loss(beta):
        eta = Z @ beta
        return -(answered @ eta - asked @ np.logaddexp(0, eta)) + 0.5 * precision @ beta**2

    best = minimize(loss, np.zeros(7), method="BFGS", options={"gtol": 1e-9}).x
    found = fit_propensity(Z, asked, answered, precision)
    np.testing.assert_allclose(found.coefficients, best, atol=1e-5)
    # Without a penalty on the first column as many are expected to answer as did.
    assert asked @ found.chances == pytest.approx(answered.sum(), rel=1e-9)


def test_without_ridge_a_cell_of_its_own_gets_its_rate():
    Z = np.array([[1.0, 0.0], [1.0, 1.0]])
    found = fit_propensity(Z, np.array([50.0, 80.0]), np.array([10.0, 60.0]), np.zeros(2))
    np.testing.assert_allclose(found.chances, [0.2, 0.75], rtol=1e-8)


def test_a_cell_where_nobody_answered_keeps_a_chance():
    Z = np.hstack([np.ones((2, 1)), np.eye(2)])
    found = fit_propensity(Z, np.array([500.0, 3.0]), np.array([100.0, 0.0]), np.array([0.0, 1.0, 1.0]))
    assert 0.05 < found.chances[1] < 0.2


def test_resamples_at_once_are_fits_one_by_one(cells):
    Z, asked, answered, precision = cells
    start = fit_propensity(Z, asked, answered, precision)
    many = np.stack([asked, asked * 1.1, asked + 5.0])
    heard = np.stack([answered, answered, answered * 0.8])
    found = refit_propensity(Z, many, heard, precision, start)
    for row in range(3):
        alone = fit_propensity(Z, many[row], heard[row], precision)
        np.testing.assert_allclose(found.chances[row], alone.chances, rtol=1e-6)
