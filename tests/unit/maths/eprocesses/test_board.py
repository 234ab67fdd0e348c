"""Weighted e-BH: against its definition over all sets of rejections."""

from __future__ import annotations

import numpy as np
import pytest

from hustings.maths.eprocesses.board import weighted_e_bh


def brute(e, share, alpha):
    """The largest k for which k claims have e * share of 1/(alpha k) and more."""
    best = 0
    for k in range(1, len(e) + 1):
        if sum(one * part >= 1 / (alpha * k) for one, part in zip(e, share, strict=True)) >= k:
            best = k
    return np.array([best > 0 and one * part >= 1 / (alpha * best) for one, part in zip(e, share, strict=True)])


@pytest.mark.parametrize("seed", range(8))
def test_as_by_definition(seed):
    rng = np.random.default_rng(seed)
    e, share = np.exp(rng.normal(2, 2, (7, 40))), rng.dirichlet(np.ones(7))
    found = weighted_e_bh(np.log(e), share, 0.2)
    assert found.any()
    assert not found.all()
    for t in range(40):
        assert found[:, t].tolist() == brute(e[:, t], share, 0.2).tolist()
        assert weighted_e_bh(np.log(e[:, t]), share, 0.2).tolist() == found[:, t].tolist()


def test_by_hand():
    """Two equal claims at 5 %: alone it takes 40, together 20 each."""
    share = np.array([0.5, 0.5])
    assert weighted_e_bh(np.log([40.1, 1.0]), share, 0.05).tolist() == [True, False]
    assert weighted_e_bh(np.log([39.9, 1.0]), share, 0.05).tolist() == [False, False]
    assert weighted_e_bh(np.log([20.1, 20.1]), share, 0.05).tolist() == [True, True]


def test_no_share_no_evidence_no_claims():
    assert weighted_e_bh(np.array([1e9, np.nan]), np.array([0.0, 0.5]), 0.05).tolist() == [False, False]
    assert weighted_e_bh(np.zeros(0), np.zeros(0), 0.05).tolist() == []
    assert weighted_e_bh(np.zeros((0, 4)), np.zeros(0), 0.05).shape == (0, 4)


def test_any_rejection_needs_the_weighted_sum():
    """What makes the whole campaign's guarantee: a rejection implies that the stakes together reached 1/alpha."""
    rng = np.random.default_rng(1)
    e, share = np.exp(rng.normal(1, 2, (10, 5000))), rng.dirichlet(np.ones(10))
    rejected = weighted_e_bh(np.log(e), share, 0.1).any(axis=0)
    assert rejected.any()
    assert ((share @ e)[rejected] >= 10.0).all()
