"""Back-tests: every score of a row written out once more from its definition."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest
from scipy import stats

from hustings import facts
from hustings.contests import load_contest
from hustings.errors import ConfigError
from hustings.projection.backtest import actual_logits, backtest, score_row, scores_table
from hustings.projection.marginals import Marginals
from hustings.tables import SCORES

N_DRAWS = 300


@pytest.fixture(scope="module")
def scored():
    """A projection that nobody made, of a contest whose result is known."""
    contest = load_contest("us-president-2012")
    rng = np.random.default_rng(4)
    places = len(contest.units)
    mean = rng.uniform(0.3, 0.7, places + 1)
    drawn = np.log(mean[:-1] / (1 - mean[:-1])) + 0.2 * (
        rng.standard_normal((N_DRAWS, 1)) + rng.standard_normal((N_DRAWS, places))
    )
    win = np.append((drawn > 0).mean(axis=0), 0.7)
    win[0] = 0.0
    both = np.stack([mean, 1 - mean], axis=1)
    found = SimpleNamespace(
        contest=contest,
        as_of=dt.date(2012, 10, 23),
        fit=SimpleNamespace(polls=pl.DataFrame({"poll_id": ["a", "b", "c"]})),
        drawn=SimpleNamespace(log_ratios=drawn),
        shares=Marginals(both, both, np.stack([win, 1 - win], axis=1), both[None]),
        verdict={"options": {"dem": {"win_prob": 0.62}, "rep": {"win_prob": 0.37}}},
    )
    return found, score_row(found, 1.5)


@pytest.fixture(scope="module")
def by_state(scored):
    """(state, electors with its districts', share that it gave, chance, mean, draws of the share)."""
    found, _ = scored
    result = facts.state_results().filter(year=2012)
    share = {r["state"]: r["dem_votes"] / (r["dem_votes"] + r["rep_votes"]) for r in result.iter_rows(named=True)}
    electors = facts.electors(2012).group_by("state").agg(pl.col("electors").sum())
    seats = dict(electors.iter_rows())
    rows = []
    for u, unit in enumerate(found.contest.units):
        if unit.id in share:
            draws = 1 / (1 + np.exp(-found.drawn.log_ratios[:, u]))
            chance, mean = found.shares.win_prob[u, 0], found.shares.mean[u, 0]
            rows.append((unit.id, seats[unit.id], share[unit.id], chance, mean, draws))
    return rows


def test_states_are_scored_whole(scored, by_state):
    assert len(by_state) == 51
    assert sum(row[1] for row in by_state) == 538
    assert {"ME-1", "NE-2"}.isdisjoint(row[0] for row in by_state)
    assert {row[0]: row[1] for row in by_state}["ME"] == 4
    units, logits = actual_logits(scored[0].contest)
    assert len(units) == len(logits) == 51


def test_what_was_projected_stands_in_the_row(scored):
    _, row = scored
    assert (row["contest"], row["horizon_days"], row["n_polls"]) == ("us-president-2012", 14, 3)
    assert (row["win_prob"], row["seconds"]) == (0.62, 1.5)
    assert scores_table([row]).columns == SCORES.column_names


def test_scores_of_chances(scored, by_state):
    _, row = scored
    squared = [(chance - (share > 0.5)) ** 2 for _, _, share, chance, _, _ in by_state]
    seats = [electors for _, electors, *_ in by_state]
    assert row["brier"] == pytest.approx(sum(squared) / 51)
    assert row["brier_ev"] == pytest.approx(sum(s * e for s, e in zip(squared, seats, strict=True)) / 538)
    right = [chance if share > 0.5 else 1 - chance for _, _, share, chance, _, _ in by_state]
    assert row["log_loss"] == pytest.approx(-sum(np.log(max(p, 1e-6)) for p in right) / 51)
    assert row["units_correct"] == sum((chance > 0.5) == (share > 0.5) for _, _, share, chance, _, _ in by_state)


def test_scores_of_means(scored, by_state):
    _, row = scored
    error = np.array([mean - share for _, _, share, _, mean, _ in by_state])
    assert row["bias"] == pytest.approx(error.sum() / 51)
    assert row["mae"] == pytest.approx(np.abs(error).sum() / 51)
    assert row["rmse"] == pytest.approx(np.sqrt((error**2).sum() / 51))


def test_scores_of_draws(scored, by_state):
    found, row = scored
    energy = [
        np.abs(draws - share).mean() - np.abs(draws[:, None] - draws[None]).mean() / 2
        for _, _, share, _, _, draws in by_state
    ]
    assert row["crps"] == pytest.approx(np.mean(energy), rel=1e-9)
    for level, name in ((0.5, "cover50"), (0.8, "cover80"), (0.95, "cover95")):
        inside = 0
        for _, _, share, _, _, draws in by_state:
            low, high = np.percentile(draws, [50 - 50 * level, 50 + 50 * level])
            inside += low <= share <= high
        assert row[name] == inside / 51
    states = [found.contest.unit_ids.index(name) for name, *_ in by_state]
    logits = found.drawn.log_ratios[:, states]
    actual = [np.log(share / (1 - share)) for _, _, share, *_ in by_state]
    gaussian = stats.multivariate_normal(logits.mean(axis=0), np.cov(logits.T))
    assert row["joint_log_density"] == pytest.approx(gaussian.logpdf(actual), rel=1e-8)


@pytest.mark.parametrize("name", ["example-senate", "example-three-party-seats", "us-president-2028"])
def test_a_contest_without_a_result_is_refused_before_anything_runs(name):
    with pytest.raises(ConfigError, match=f"the result of {name} is not among the facts"):
        backtest([(load_contest(name), None)], [1])


@pytest.mark.parametrize(("horizons", "said"), [([7, -1], "horizon of -1 days"), ([7, 7], "horizon 7 is given twice")])
def test_horizons_that_cannot_be_are_refused_before_anything_runs(horizons, said):
    with pytest.raises(ConfigError, match=said):
        backtest([(load_contest("us-president-2012"), None)], horizons)


def test_a_contest_twice_is_refused():
    with pytest.raises(ConfigError, match="us-president-2012 is given twice"):
        backtest([(load_contest("us-president-2012"), None)] * 2, [1])
