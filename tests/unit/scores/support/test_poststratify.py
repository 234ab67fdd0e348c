from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from scipy.special import expit, logit

from hustings.errors import InputError
from hustings.scores.support.fit import Design, fit_support
from hustings.scores.support.poststratify import UnitEstimates, poststratify
from hustings.scores.support.spec import SupportSpec
from unit.scores.support.making import STATES, make_cells_frame, make_rows

SPEC = SupportSpec(terms=(("race",), ("race", "state")))
CELLS = make_cells_frame()


@pytest.fixture(scope="module")
def fit():
    return fit_support(make_rows(), ("yes", "no"), SPEC)


def run(fit, cells=CELLS, seed=1, **kwargs):
    return poststratify(fit, cells, rng=np.random.default_rng(seed), **kwargs)


def test_sums_by_hand(fit):
    found = run(fit, n_draws=2000)
    assert found.units == STATES
    assert found.votes.tolist() == pytest.approx([100.0] * 6)
    share = expit(Design(fit, CELLS).mean()[:, 0])
    by_hand = [logit((share * CELLS["votes"].to_numpy())[CELLS["state"].to_numpy() == s].sum() / 100.0) for s in STATES]
    np.testing.assert_allclose(found.mean_logit[:, 0], by_hand, atol=0.02)
    assert np.linalg.eigvalsh(found.covariance).min() > 0.0
    assert 0.05 < found.se_logit.min() < found.se_logit.max() < 0.3


def test_interviews_shrink_errors(fit):
    more = fit_support(make_rows(6000), ("yes", "no"), SPEC)
    ratio = run(more).se_logit / run(fit).se_logit
    assert 0.4 < ratio.mean() < 0.65


def test_turnout_of_cells_moves_the_shares(fit):
    """Shocks of 40 logits to race `two` alone leave that race as the electorate."""
    at = np.where((CELLS["race"] == "two").to_numpy(), 0.0, -40.0)[None]
    found = run(fit, turnout="turnout", turnout_shocks=at)
    two = Design(fit, CELLS.filter((pl.col("race") == "two") & (pl.col("age") == 25))).mean()
    np.testing.assert_allclose(found.mean_logit, two, atol=0.05)


def test_shocks_of_units_that_all_share_move_nothing(fit):
    plain = run(fit)
    shocked = run(fit, turnout="turnout", turnout_shocks=np.random.default_rng(3).normal(0, 0.3, (50, 6)))
    np.testing.assert_allclose(shocked.mean_logit, plain.mean_logit, atol=1e-9)


def test_three_options():
    fit = fit_support(make_rows(options=("a", "b", "c")), ("a", "b", "c"), SPEC)
    found = run(fit)
    assert found.mean_logit.shape == (6, 2)
    assert found.covariance.shape == (12, 12)
    assert found.shares.sum(axis=1) == pytest.approx(np.ones(6))
    assert found.shares[5, 0] > found.shares[0, 0] + 0.15


def test_the_same_seed_gives_the_same_bytes(fit):
    assert run(fit).covariance.tobytes() == run(fit).covariance.tobytes()


def test_units_in_another_order():
    found = UnitEstimates(("a", "b"), np.array([[1.0, 2.0], [3.0, 4.0]]), np.diag([1.0, 2.0, 3.0, 4.0]), np.ones(2))
    turned = found.in_order(("b", "a"))
    assert turned.mean_logit.tolist() == [[3.0, 4.0], [1.0, 2.0]]
    assert np.diag(turned.covariance).tolist() == [3.0, 4.0, 1.0, 2.0]
    with pytest.raises(InputError, match="no estimate for c"):
        found.in_order(("c",))


@pytest.mark.parametrize(
    ("cells", "kwargs", "said"),
    [
        (CELLS.drop("votes"), {}, "no column 'votes'"),
        (CELLS.with_columns(votes=pl.lit(-1.0)), {}, "36 cells have votes that cannot be"),
        (CELLS.with_columns(votes=pl.when(pl.col("state") == "AA").then(0.0).otherwise(1.0)), {}, "expected in AA"),
        (CELLS, {"turnout_shocks": np.zeros((3, 6))}, "need the chance to vote"),
        (CELLS, {"turnout": "turnout", "turnout_shocks": np.zeros((3, 5))}, r"expected \(draws, 6\)"),
    ],
)
def test_cells_that_cannot_be_summed(fit, cells, kwargs, said):
    with pytest.raises(InputError, match=said):
        run(fit, cells, **kwargs)
