"""Quiet seasons stay quiet and broken ones do not: leaning weights, unequal chances, interviewers who leave their mark.

A small version of ``benchmarks/bench_watch.py --false-alarms``, whose table is in docs/maths/alarms.md.
"""

from __future__ import annotations

import numpy as np
import pytest

from hustings.maths.eprocesses.board import weighted_e_bh
from hustings.maths.eprocesses.detector import likely_start, log_evidence, uniform_starts
from hustings.maths.eprocesses.sequences import since
from hustings.maths.eprocesses.shares import SHARE_BETS, SHARE_PRIOR, cluster_log_bets, share_log_bets, share_sums
from hustings.maths.eprocesses.simulated import MadeInterviews, make_residuals

SEGMENTS, DAYS = 60, 50
SHARE = np.full(SEGMENTS, 1 / SEGMENTS)


def bets_of(residual, weight, typical):
    """(season, segment, day, bet) log growth; the last axis of the data is one cluster."""
    shape = residual.shape[:3]
    of = np.repeat(np.arange(np.prod(shape)), residual.shape[3])
    total, summed = weight.sum(-1).ravel(), (weight * residual).sum(-1).ravel()
    bets = cluster_log_bets(of, total, summed, int(np.prod(shape)), tolerance=0.0, typical_weight=typical)
    return bets.reshape(*shape, len(SHARE_BETS))


def seasons_with_an_alarm(bets):
    paths = [log_evidence(season, SHARE_PRIOR, uniform_starts(DAYS)) for season in bets]
    return np.mean([weighted_e_bh(path, SHARE, 0.05).any() for path in paths])


def test_quiet_seasons_are_quiet():
    made = MadeInterviews()
    residual, weight = make_residuals(made, (60, SEGMENTS, DAYS), np.random.default_rng(2))
    bets = bets_of(residual, weight, made.each)
    # No season is the honest expectation: five in a hundred is the bound, for every way in which claims may hang together.
    assert seasons_with_an_alarm(bets) <= 0.05
    # No bet gains on average: a mean of factors beyond 1 by more than chance would be a bet on something true.
    factor = np.exp(bets)
    error = factor.std(axis=(0, 1, 2)) / np.sqrt(factor[..., 0].size)
    assert (np.abs(factor.mean(axis=(0, 1, 2)) - 1.0) < 4.5 * error).all()
    sums = (weight * residual).sum(-1)
    z = sums.sum(-1).cumsum(-1) / np.sqrt((sums**2).sum(-1).cumsum(-1))
    assert (np.abs(z[..., 6:]) > 1.96).any(axis=(1, 2)).mean() > 0.95


def test_betting_on_interviews_of_an_interviewer_as_if_they_stood_alone_is_not_quiet():
    """The same answers, by interviewers whose mark is strong: by interviewer quiet, by interview not."""
    made = MadeInterviews(interviewers=1, each=20, shared_chance=0.6)
    residual, weight = make_residuals(made, (20, SEGMENTS, DAYS), np.random.default_rng(3))
    assert seasons_with_an_alarm(bets_of(residual, weight, made.each)) <= 0.05
    alone = [one.reshape(*one.shape[:3], -1, 1) for one in (residual, weight)]
    assert seasons_with_an_alarm(bets_of(*alone, 1.0)) > 0.5


def test_a_break_is_heard_dated_and_measured():
    """Segments 3 and 40 move by 15 points on day 20, up and down; the tolerance of 1 point is not what moved."""
    days, mass = range(DAYS), uniform_starts(DAYS)
    shift = np.zeros((SEGMENTS, DAYS))
    shift[3, 20:], shift[40, 20:] = 0.15, -0.15
    made = MadeInterviews(each=4, interviewers=6)
    residual, weight = (one[0] for one in make_residuals(made, (1, *shift.shape), np.random.default_rng(4), shift))
    p = np.where(residual > 0, 1 - residual, -residual)
    y = (residual > 0).astype(float)
    where = np.broadcast_to(np.arange(SEGMENTS)[:, None, None], y[:, 0].shape)
    who = np.broadcast_to(np.arange(6)[None, :, None], where.shape)
    batches = [[one[:, t].ravel() for one in (y, p, weight)] + [who.ravel(), where.ravel(), SEGMENTS] for t in days]
    bets = np.stack([share_log_bets(*one, tolerance=0.01, typical_weight=4.0) for one in batches], axis=1)
    found = weighted_e_bh(log_evidence(bets, SHARE_PRIOR, mass), SHARE, 0.05)
    assert np.flatnonzero(found.any(axis=1)).tolist() == [3, 40]
    assert (found[[3, 40]].argmax(axis=1) >= 20).all()
    start = likely_start(bets, SHARE_PRIOR)
    assert np.abs(start[[3, 40]] - 20) == pytest.approx([0, 0], abs=9)
    sums = np.stack([share_sums(*one) for one in batches], axis=1)
    estimate, low, high = since(sums, start, mass, 0.05, 500.0)
    # The chance of those near 0 or 1 has no room for 15 points: what moved is a little less.
    for segment, true in ((3, 0.13), (40, -0.13)):
        assert low[segment] < true < high[segment]
        assert estimate[segment] == pytest.approx(true, abs=0.06)
    assert low[3] > 0
    assert high[40] < 0
