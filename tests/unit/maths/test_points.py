from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtri
from scipy.stats import qmc

from hustings.maths.points import gauss_hermite, gaussian_points


@pytest.mark.parametrize(("n_points", "n_dimensions"), [(2, 1), (16, 1), (32, 13), (64, 13), (256, 2)])
def test_first_and_second_moments_are_exact(n_points, n_dimensions):
    points = gaussian_points(n_points, n_dimensions)
    assert points.shape == (n_points, n_dimensions)
    np.testing.assert_allclose(points.mean(axis=0), 0.0, atol=1e-15)
    np.testing.assert_allclose(points.T @ points / n_points, np.eye(n_dimensions), atol=1e-12)


def test_odd_moments_vanish():
    points = gaussian_points(32, 5)
    np.testing.assert_allclose(np.einsum("pi,pj,pk->ijk", points, points, points), 0.0, atol=1e-12)


def test_too_few_points_for_every_direction_still_have_unit_variances():
    points = gaussian_points(8, 13)
    np.testing.assert_allclose((points**2).mean(axis=0), 1.0)


def test_fourth_moments_and_probabilities_come_close():
    points = gaussian_points(1024, 3)
    np.testing.assert_allclose((points**4).mean(axis=0), 3.0, rtol=0.06)
    np.testing.assert_allclose((points > 1.0).mean(axis=0), 0.1587, atol=0.01)
    assert (points[:, 0] > 0.0).mean() == 0.5


def test_the_same_points_every_time_and_nobody_may_change_them():
    points = gaussian_points(32, 4)
    assert gaussian_points(32, 4) is points
    with pytest.raises(ValueError, match="read-only"):
        points[0, 0] = 1.0


def test_gauss_hermite_integrates_polynomials_exactly():
    nodes, weights = gauss_hermite(7)
    assert weights.sum() == pytest.approx(1.0)
    for power, moment in ((2, 1.0), (4, 3.0), (6, 15.0), (12, 10395.0)):
        assert weights @ nodes**power == pytest.approx(moment)
    assert weights @ nodes**5 == pytest.approx(0.0, abs=1e-9)


def test_every_size_gives_finite_points_with_unit_variances():
    """Some small sets of Sobol points lie in fewer directions than they have dimensions: (22, 11), (16, 7), (8, 4)."""
    for n_points in range(2, 48, 2):
        for n_dimensions in range(1, 17):
            points = gaussian_points(n_points, n_dimensions)
            assert np.isfinite(points).all(), (n_points, n_dimensions)
            np.testing.assert_allclose((points**2).mean(axis=0), 1.0, rtol=1e-9)
            np.testing.assert_allclose(points.mean(axis=0), 0.0, atol=1e-14)
            assert np.abs(points).max() < np.sqrt(n_points) + 1e-9


@pytest.mark.parametrize(("n_points", "n_dimensions"), [(22, 11), (16, 7), (16, 8)])
def test_directions_without_points_are_not_made_of_rounding(n_points, n_dimensions):
    """No direction is wider than the points can be: before, some came out at 1e8 or as no number."""
    spread = np.linalg.eigvalsh(np.cov(gaussian_points(n_points, n_dimensions), rowvar=False))
    assert spread[0] == pytest.approx(0.0, abs=0.05)
    assert spread[-1] < n_dimensions


def test_the_tracker_s_points_are_the_same_bytes():
    """Projections that were published rest on them (32 points, 13 scales); OpenBLAS's rounding is part of the bytes."""
    points = gaussian_points(32, 13)
    sobol = qmc.Sobol(13, scramble=False).random(32)[1:17]
    raw = ndtri(np.clip((sobol + 0.5 / 17) % 1.0, 1e-6, 1 - 1e-6))
    variances, axes = np.linalg.eigh(raw.T @ raw / 16)
    whitened = raw @ (axes / np.sqrt(variances)) @ axes.T
    assert points.tobytes() == np.concatenate([whitened, -whitened]).tobytes()
    np.testing.assert_allclose(points[0, :3], [0.26417098, 0.3525539, 0.1516006], atol=1e-7)
