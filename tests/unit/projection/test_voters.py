"""The sum over voters as a source beside the polls: against a dense joint Gaussian, at its limits, and what is said of it."""

import numpy as np
import polars as pl
import pytest

from hustings.errors import InputError
from hustings.polls.tracker import outlook
from hustings.projection import SurveyError, explain
from hustings.projection.voters import (
    WEIGHT_STEPS,
    VotersView,
    own_bias,
    own_error,
    stretches,
    survey_error,
    unit_weights,
    voters_view,
    with_voters,
)
from made_projections import made_projection, make_polls
from recovery.seasons import make_contest
from reference.dense_voters import Source, condition
from reference.dense_voters import unit_weights as dense_weights

CONTEST = make_contest()
FIRST, SECOND = CONTEST.option_ids
UNITS = CONTEST.unit_ids[:3]
POLLS = make_polls(CONTEST, [(unit, days, (0.5, 0.45)) for unit in CONTEST.unit_ids[:4] for days in (3, 20)])


def draws(means, sd=0.03, n=400, units=UNITS):
    rng = np.random.default_rng(3)
    logits = np.array(means) + sd * rng.standard_normal((n, len(means)))
    shares = 1 / (1 + np.exp(-logits))
    rows = [
        (d, unit, option, float(s if option == FIRST else 1 - s), 1000.0)
        for d in range(n)
        for unit, s in zip(units, shares[d], strict=True)
        for option in (FIRST, SECOND)
    ]
    return pl.DataFrame(rows, schema=["draw", "unit", "option", "share", "votes"], orient="row")


@pytest.fixture(scope="module")
def alone():
    return made_projection(CONTEST, POLLS, days=5)


def source(fit, *, nation=0.06, shared=0.04, own=0.05, rho=0.4):
    """Two units as the dense twin takes them, the sizes written from the assumptions of these tests."""
    units = np.array([0, 2])
    F, shape = fit.prior.loadings[units], fit.prior.shared_variance
    theirs = 0.03**2 * shape.mean() + 0.045**2
    return Source(
        units=units,
        y=np.array([0.3, -0.1]),
        V=np.array([[0.02, 0.004], [0.004, 0.03]]),
        nation=np.full((2, 2), nation**2),
        shared=shared**2 * F @ np.diag(shape) @ F.T,
        own=own**2 * F @ F.T,
        rho=rho,
        nation_stretch=nation / 0.05,
        stretch=np.sqrt((shared**2 * shape.mean() + own**2) / theirs),
    )


@pytest.mark.parametrize("y", [(0.3, -0.1), (-0.6, 0.9)])
def test_the_update_is_that_of_a_dense_joint_gaussian(alone, y):
    fit, error = alone.fit, SurveyError(0.06, 0.04, 0.05, with_polls=0.4)
    said = source(fit)._replace(y=np.array(y))
    found = with_voters(fit, outlook(fit), VotersView(said.units, said.y[:, None], said.V), error)
    assert np.allclose(own_bias(fit, said.units, error), said.nation + said.shared + said.own)
    omega = dense_weights(fit, fit.points.weights, said, 5.0, WEIGHT_STEPS)
    weights = []
    for node in range(fit.n_nodes):
        mean, covariance, log_density = condition(fit, node, said, omega)
        assert np.allclose(found.means[node].ravel(), mean, atol=1e-9)
        assert np.allclose(found.covariances[node], covariance, atol=1e-10)
        weights.append(np.log(fit.points.weights[node]) + log_density)
    expected = np.exp(np.array(weights) - max(weights))
    assert np.allclose(found.weights, expected / expected.sum())


def test_the_bias_shared_with_polls_has_the_correlation_and_the_size_that_were_asked_for(alone):
    """At the middle of the scales the survey's bias has its own sd, and correlates with the polls' as stated."""
    fit, error = alone.fit, SurveyError(0.2, 0.0, 0.0, with_polls=0.7)
    nation, _ = stretches(fit, error)
    polls = 0.05
    ours = (0.7 * nation * polls) ** 2 + own_error(fit, np.array([0]), error).common[0, 0]
    assert np.sqrt(ours) == pytest.approx(0.2)
    assert 0.7 * nation * polls**2 / (polls * np.sqrt(ours)) == pytest.approx(0.7)


def test_a_unit_far_off_loses_its_weight():
    """By hand, one unit at a time: weight w = (nu + 1) / (nu + E[e^2] / own) at the fixed point."""
    own, others, gap = 0.01, 0.02, np.array([0.1, 1.0])
    omega = unit_weights(gap, np.eye(2) * others, np.eye(2) * own, 1, 4.0, n_steps=200)
    for d, w in zip(gap, omega, strict=True):
        part = (own / w) / (own / w + others)
        assert w == pytest.approx(5.0 / (4.0 + ((part * d) ** 2 + (1 - part) * own / w) / own))
    assert omega[1] < 0.1
    assert omega[0] > 0.9


def test_a_source_with_boundless_error_changes_nothing(alone):
    view = VotersView(np.array([0, 1]), np.array([[2.0], [-2.0]]), np.eye(2) * 1e8)
    before, after = outlook(alone.fit), with_voters(alone.fit, outlook(alone.fit), view, survey_error(alone.fit))
    assert np.allclose(after.means, before.means, atol=1e-5)
    assert np.allclose(after.covariances, before.covariances, atol=1e-7)


def test_a_source_without_error_is_believed_on_the_eve():
    eve = made_projection(CONTEST, POLLS, days=0)
    view = VotersView(np.array([1]), np.array([[0.7]]), np.array([[1e-10]]))
    found = with_voters(eve.fit, outlook(eve.fit), view, SurveyError(0.0, 0.0, 0.0, with_polls=0.0))
    assert np.allclose(found.means[:, 1, 0], 0.7, atol=1e-6)


def test_voters_move_their_units_and_the_table_says_both_sides(alone):
    both = made_projection(CONTEST, POLLS, days=5, voters=draws([-0.3, -0.3, -0.3]))
    table = both.sources.filter(pl.col("option") == FIRST)
    assert table["unit"].to_list() == list(UNITS)
    place = [CONTEST.unit_ids.index(unit) for unit in UNITS]
    assert np.allclose(table["polls_share"], alone.shares.mean[place, 0])
    assert np.allclose(table["voters_share"], 1 / (1 + np.exp(0.3)), atol=0.01)
    between = table.select(
        (pl.col("both_share") < pl.col("polls_share")) & (pl.col("both_share") > pl.col("voters_share"))
    )
    assert between.to_series().all()
    assert (table["gap_z"] < -1).all()
    other = both.sources.filter(pl.col("option") == SECOND)
    assert np.allclose(other["gap_z"], -table["gap_z"])
    verdict = both.verdict["options"][FIRST]
    assert verdict["win_prob_polls_alone"] == alone.verdict["options"][FIRST]["win_prob"]
    assert verdict["win_prob"] < verdict["win_prob_polls_alone"]


def test_what_voters_move_is_one_row_and_the_rows_add_up(alone):
    before = made_projection(CONTEST, POLLS, days=12)
    after = made_projection(CONTEST, POLLS, days=5, voters=draws([-0.3, -0.3, -0.3]))
    table = explain(before, after, CONTEST.nation)
    row = table.row(by_predicate=pl.col("kind") == "voters", named=True)
    assert row["delta_share"] == pytest.approx(after.shares.mean[-1, 0] - alone.shares.mean[-1, 0])
    assert table["delta_share"].sum() == pytest.approx(after.shares.mean[-1, 0] - before.shares.mean[-1, 0])
    chance = [found.verdict["options"][FIRST]["win_prob"] for found in (before, after)]
    assert table["delta_win_prob"].sum() == pytest.approx(chance[1] - chance[0])


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda d: d.with_columns(unit=pl.lit("NOWHERE")), "does not have"),
        (lambda d: d.filter(pl.col("option") == FIRST), "choose between"),
        (lambda d: d.filter(pl.col("draw") < 20), "at least 50 draws"),
        (lambda d: d.slice(2), "every unit"),
    ],
)
def test_draws_that_cannot_be_are_refused(spoil, words):
    with pytest.raises(InputError, match=words):
        voters_view(CONTEST, spoil(draws([0.1, 0.1, 0.1])))
