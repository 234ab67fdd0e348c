from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from hustings.maths.linearised import linearise
from hustings.survey.estimates import column_tests, crosstab, make_rows, prepare
from reference.survey_loops import kish_loop, share_se_loop


@pytest.fixture
def sample():
    rng = np.random.default_rng(8)
    n = 90
    weights, strata = rng.uniform(0.5, 3, n), rng.integers(3, size=n)
    answers = (rng.random((n, 2)) < 0.4).astype(float)
    groups = np.stack([np.ones(n, dtype=bool), *(rng.random((3, n)) < 0.5)], axis=1)
    bases = rng.random((n, 2)) < 0.8
    return weights, strata, answers, groups, bases


def test_shares_errors_and_bases_are_the_textbook_s(sample):
    weights, strata, answers, groups, bases = sample
    found = crosstab(make_rows(answers, bases, np.array([0, 1])), groups, prepare(linearise(weights, strata)))
    for row in range(2):
        for column in range(4):
            members = groups[:, column] & bases[:, row]
            share, se = share_se_loop(answers[:, row], members, weights, strata)
            assert found.shares[row, column] == pytest.approx(share)
            assert found.se[row, column] == pytest.approx(se)
            assert found.n_unweighted[row, column] == members.sum()
            assert found.n_weighted[row, column] == pytest.approx(weights[members].sum())
            assert found.n_effective[row, column] == pytest.approx(kish_loop(weights[members]))


def test_overlapping_columns_with_every_correction(sample):
    """Against the influence of everybody asked, one column at a time."""
    weights, _, answers, groups, _ = sample
    rng = np.random.default_rng(9)
    asked, rows = 300, rng.permutation(300)[:90]
    X, Z = np.eye(4)[rng.integers(4, size=90)], np.hstack([np.ones((asked, 1)), rng.normal(size=(asked, 3))])
    values = np.column_stack([answers[:, 0], rng.normal(50, 10, 90)])
    lin = linearise(
        weights,
        np.sort(rng.integers(5, size=asked)),
        rows=rows,
        calibration=(X, weights * rng.uniform(0.5, 1.5, 90)),
        nonresponse=(Z, rng.normal(size=asked), Z.T @ Z, weights * 0.6),
    )
    found = crosstab(make_rows(values), groups, prepare(lin))
    for row in range(2):
        size = weights @ groups
        theta = weights @ (groups * values[:, [row]]) / size
        influence = groups * (values[:, [row]] - theta) / size
        np.testing.assert_allclose(found.shares[row], theta)
        np.testing.assert_allclose(found.covariance[row], lin.covariance(influence), atol=1e-12)


def test_tests_of_apart_columns_are_the_two_sample_test():
    """Unweighted, one stratum: z of two shares with n / (n - 1) variances, as by hand."""
    first, second = np.repeat([1.0, 0.0], [30, 20]), np.repeat([1.0, 0.0], [30, 70])
    values = np.concatenate([first, second])[:, None]
    groups = np.zeros((150, 2), dtype=bool)
    groups[:50, 0], groups[50:, 1] = True, True
    z, p = column_tests(
        crosstab(make_rows(values), groups, prepare(linearise(np.ones(150), np.zeros(150, dtype=np.int64))))
    )
    by_hand = (0.6 - 0.3) / np.sqrt((0.24 / 50 + 0.21 / 100) * 150 / 149)
    assert z[0, 0, 1] == pytest.approx(by_hand)
    assert z[0, 1, 0] == pytest.approx(-by_hand)
    assert p[0, 0, 1] == pytest.approx(2 * norm.sf(by_hand))
    assert np.isnan(z[0, 0, 0]), "a column does not differ from itself"


def test_against_the_total_is_against_the_rest():
    """A column exceeds the total just as surely as it exceeds those outside it, in large samples: same z."""
    rng = np.random.default_rng(10)
    n = 20_000
    inside = rng.random(n) < 0.3
    values = (rng.random(n) < 0.5 + 0.01 * inside).astype(float)[:, None]
    groups = np.stack([np.ones(n, dtype=bool), inside, ~inside], axis=1)
    z, _ = column_tests(
        crosstab(make_rows(values), groups, prepare(linearise(np.ones(n), np.zeros(n, dtype=np.int64))))
    )
    assert z[0, 1, 0] == pytest.approx(z[0, 1, 2], rel=1e-3)


def test_a_column_of_nobody():
    groups = np.array([[True, False]] * 4)
    found = crosstab(make_rows(np.eye(4)[:, :2]), groups, prepare(linearise(np.ones(4), np.zeros(4, dtype=np.int64))))
    assert found.n_unweighted[:, 1].tolist() == [0, 0]
    assert np.isnan(found.shares[:, 1]).all()
    assert np.isnan(found.se[:, 1]).all()
    assert np.isnan(column_tests(found)[0][:, 0, 1]).all()
