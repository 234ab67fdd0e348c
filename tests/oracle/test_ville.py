"""Against ``ville``: the same e-values for yes-or-no answers, the same boundary, the same e-BH.

Its e-process for a proportion mixes likelihood ratios over a Beta prior. A likelihood ratio of `q` against `p` is our bet
``1 + lambda (y - p)`` with ``lambda = (q - p) / (p (1 - p))``: a Beta prior near one point is one of our bets, a wide one is
the engine over many of them.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import beta

from hustings.maths.eprocesses.board import weighted_e_bh
from hustings.maths.eprocesses.detector import log_evidence, uniform_starts
from hustings.maths.eprocesses.sequences import boundary
from hustings.maths.eprocesses.shares import SHARE_BETS, SHARE_PRIOR, share_log_bets

ville = pytest.importorskip("ville", reason="the package ville is not installed")

P0 = 0.4


def answers(truth, n=400, seed=1):
    return (np.random.default_rng(seed).random(n) < truth).astype(float)


def theirs(y, prior):
    """Log e-process of ville after each answer."""
    return np.asarray(ville.BernoulliTest(P0, prior=prior).fit(y).log_e_values_)


def by_answer(y):
    """(1, answer, bet) each answer a batch of its own."""
    n = len(y)
    codes = np.arange(n)
    found = share_log_bets(y, np.full(n, P0), np.ones(n), codes, codes, n, tolerance=0.0, typical_weight=1.0)
    return found[None]


@pytest.mark.parametrize("truth", [0.4, 0.5])
def test_each_bet_is_their_e_value_for_one_alternative(truth):
    y = answers(truth)
    cumulated = by_answer(y)[0].cumsum(axis=0)
    for k, slope in enumerate(SHARE_BETS):
        q = P0 + slope * P0 * (1 - P0)
        near = 1e9
        assert cumulated[:, k] == pytest.approx(theirs(y, (near * q, near * (1 - q))), abs=1e-4)


def test_a_mixture_of_bets_is_their_mixture():
    """Bets for 2,000 alternatives with Beta(3, 4) stakes; nothing is kept for later starts."""
    y = answers(0.47)
    q = (np.arange(2000) + 0.5) / 2000
    stake = beta.pdf(q, 3, 4)
    log_bets = np.log1p((q - P0) / (P0 * (1 - P0)) * (y[:, None] - P0))[None]
    evidence = np.exp(log_evidence(log_bets, stake / stake.sum(), np.zeros(len(y))))[0]
    # Half of the stake waits for a start that never comes.
    assert np.log((evidence - 0.5) / 0.5) == pytest.approx(theirs(y, (3, 4)), abs=1e-4)


def test_our_mixture_is_never_far_below_theirs():
    """The price of the grid and of waiting for a later start: at most log 2 and log 12 below the best of our bets."""
    y = answers(0.5, n=2000)
    log_bets = by_answer(y)
    ours = log_evidence(log_bets, SHARE_PRIOR, uniform_starts(len(y)))[0]
    assert (ours >= log_bets[0].cumsum(axis=0).max(axis=1) - np.log(2 * len(SHARE_BETS)) - 1e-9).all()
    assert ours[-1] >= theirs(y, (1, 1))[-1] - np.log(2 * len(SHARE_BETS))
    assert ours[-1] > np.log(20)


def test_their_boundary_is_ours():
    v = np.array([0.5, 10.0, 300.0])
    for optimal in (5.0, 100.0):
        two = -2 * np.log(0.05)
        assert boundary(v, 0.05, optimal) == pytest.approx(
            ville.means.normal_mixture(v, 0.05, optimal / (two + np.log(1 + two)))
        )
        # Their best precision is found by search; ours by formula, as narrow to a thousandth.
        narrowest = ville.means.normal_mixture(optimal, 0.05, ville.best_rho(optimal, 0.05))
        assert boundary(np.array(optimal), 0.05, optimal) == pytest.approx(narrowest, rel=1e-3)


def test_their_e_bh_is_ours_with_equal_shares():
    rng = np.random.default_rng(1)
    for _ in range(20):
        e = np.exp(rng.normal(2, 2, 30))
        assert weighted_e_bh(np.log(e), np.full(30, 1 / 30), 0.1).tolist() == ville.evalues.ebh(e, 0.1).tolist()
