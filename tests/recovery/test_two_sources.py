"""Worlds in which polls and the campaign's voters are both biased: do intervals of units and nation cover what they say?

Seasons of polls are drawn from the tracker's model and fitted. Worlds are then drawn given those polls (where the units stand,
and how far all polls lie off), and in each the sum over voters is drawn from its equation, written out here. Every world is
as likely as any other given what was seen, so intervals must cover; one fit serves many worlds.

Worlds of a season share its fit, units of a world most of their error: the standard error is that of worlds' own rates.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest
from scipy import linalg
from scipy.special import ndtr

from hustings.polls.tracker.design import block_slices
from hustings.polls.tracker.fit import fit_tracker
from hustings.polls.tracker.outlook import outlook
from hustings.polls.tracker.rows import bias_rows, unit_rows
from hustings.polls.tracker.simulate import SeasonPlan, simulate_season
from hustings.polls.tracker.spec import SCALE_NAMES
from hustings.projection.voters import SurveyError, VotersView, combine, foresee, own_error
from recovery.seasons import EVE, make_contest, make_spec

CONTEST, SPEC = make_contest(8), make_spec()
N_SEASONS, N_WORLDS = 4, 100
"""400 worlds: a rate is known to within .009 (units) and .016 (nation), one standard error."""
ERROR = SurveyError(0.08, 0.0, 0.1, with_polls=0.5)
SAMPLING = 0.03
GAUSSIAN = 1e6
FREEDOM = SPEC.degrees_of_freedom
WEIGHTS = np.array([unit.expected_votes for unit in CONTEST.units])
WEIGHTS = WEIGHTS / WEIGHTS.sum()
# How much larger the voters' bias is than the polls' at the middle of the scales: 0.08 to 0.05, 0.1 to (0.03, 0.045).
NATION_STRETCH = 0.08 / 0.05


class World(NamedTuple):
    """Units on election day, and the sum over voters."""

    truth: np.ndarray
    voters: np.ndarray


class Season(NamedTuple):
    """A fit, and all that its worlds are made of."""

    fit: object
    rows: np.ndarray
    end: np.ndarray
    bias: np.ndarray
    roots: list
    means: list


def season(number):
    made = simulate_season(
        CONTEST, SPEC, rng=np.random.default_rng([5, number]), plan=SeasonPlan(n_polls=80), national="history"
    )
    fit = fit_tracker(CONTEST, made.polls, as_of=EVE, spec=SPEC, national="history")
    on_day, at_end = unit_rows(fit.prior, fit.blocks, np.array([1.0, 0.0]))
    nodes = [fit.at_node(node) for node in range(fit.n_nodes)]
    return Season(
        fit, on_day, at_end, bias_rows(fit.prior, fit.blocks), [n.factor for n in nodes], [n.mean for n in nodes]
    )


def draw_world(made, rng, *, heavy, opposed, unit_off):
    """One world.

    `heavy`: the units' own errors are Student-t, as assumed, otherwise Gaussian. `opposed`: polls lie off by so many sds in
    the nation, voters by as many in the other direction. `unit_off`: voters lie off by so many sds in one unit.
    """
    fit = made.fit
    node = rng.choice(fit.n_nodes, p=fit.points.weights)
    root = made.roots[node]
    at = made.means[node] + linalg.solve_triangular(root, rng.standard_normal(len(root)), lower=True, trans="T")
    place = block_slices(fit.blocks)["bias_nation"].start
    size = np.exp(fit.points.log_scales[node, SCALE_NAMES.index("bias_nation")])
    if opposed:
        # Given that polls lie off by so much: the others move with it.
        unit = np.zeros(len(root))
        unit[place] = 1.0
        column = linalg.cho_solve((root, True), unit)
        at = at + column * (opposed * size - at[place]) / column[place]
    start = (fit.prior.lean + fit.prior.nation.mean).ravel()
    shape = fit.prior.shared_variance.mean()
    stretch = 0.1 / np.sqrt(0.03**2 * shape + 0.045**2)
    nation_bias = at[place]
    deviation = made.bias @ at - nation_bias
    n = len(CONTEST.units)
    sizes = FREEDOM / rng.chisquare(FREEDOM, n) if heavy else np.ones(n)
    left = np.sqrt(1 - 0.5**2)
    own = 0.1 * np.sqrt(sizes) * (fit.prior.loadings @ rng.standard_normal(fit.prior.loadings.shape[1]))
    nation = 0.5 * NATION_STRETCH * nation_bias + left * 0.08 * rng.standard_normal()
    if opposed:
        nation = -opposed * 0.08
    bias = nation + 0.5 * stretch * deviation + left * own
    bias[3] += unit_off * 0.1
    voters = start + made.rows @ at + bias + SAMPLING * rng.standard_normal(n)
    return World(start + made.end @ at, voters)


def places(found, truth):
    """Where the truth of each unit, and of the nation, lies in its distribution: (unit + 1,)."""
    rows = np.vstack([np.eye(len(truth)), WEIGHTS])
    means = found.means[:, :, 0] @ rows.T
    sds = np.sqrt(np.einsum("ru,nuv,rv->nr", rows, found.covariances, rows))
    return found.weights @ ndtr((rows @ truth - means) / sds)


@pytest.fixture(scope="module")
def seasons():
    return [season(number) for number in range(N_SEASONS)]


class Covered(NamedTuple):
    """Coverage of 90 % intervals with standard errors, and the units' mean absolute error, logits."""

    units: float
    units_se: float
    nation: float
    nation_se: float
    error: float


def covered(seasons, freedom=FREEDOM, *, n_worlds=N_WORLDS, heavy=False, opposed=0.0, unit_off=0.0):
    """Fit and look at every world."""
    units = np.arange(len(CONTEST.units))
    V = SAMPLING**2 * np.eye(len(units))
    inside, off = [], []
    for number, made in enumerate(seasons):
        rng = np.random.default_rng([9, number])
        seen, own, polls = foresee(made.fit, units, ERROR), own_error(made.fit, units, ERROR), outlook(made.fit)
        for number_in_season in range(n_worlds):
            world = draw_world(made, rng, heavy=heavy, opposed=opposed * (-1) ** number_in_season, unit_off=unit_off)
            found = combine(polls, seen, VotersView(units, world.voters[:, None], V), own, freedom)
            inside.append(np.abs(places(found, world.truth) - 0.5) < 0.45)
            off.append(np.abs(found.weights @ found.means[:, :, 0] - world.truth).mean())
    inside = np.array(inside)
    rates, nation = inside[:, :-1].mean(axis=1), inside[:, -1]
    root = np.sqrt(len(inside))
    return Covered(rates.mean(), rates.std() / root, nation.mean(), nation.std() / root, np.mean(off))


@pytest.mark.parametrize("heavy", [False, True])
def test_intervals_cover_where_both_are_biased_as_assumed(seasons, heavy):
    found = covered(seasons, heavy=heavy)
    assert found.units_se < 0.01
    assert found.nation_se < 0.02
    assert 0.87 - found.units_se < found.units < 0.93 + found.units_se
    assert 0.87 - found.nation_se < found.nation < 0.93 + found.nation_se


def test_intervals_cover_where_they_are_biased_against_each_other(seasons):
    """Polls off by two sds, voters by two in the other direction: the truth lies between, where both together look."""
    found = covered(seasons, opposed=2.0)
    assert 0.87 < found.units < 0.96
    assert 0.87 < found.nation < 0.98


def test_voters_far_off_in_one_unit_are_not_believed_there(seasons):
    """Eight sds in one unit of eight: what a Gaussian makes of it, and what the Student-t does."""
    gaussian, found = (covered(seasons, freedom, n_worlds=40, unit_off=8.0) for freedom in (GAUSSIAN, FREEDOM))
    assert found.units > 0.86
    assert found.units > gaussian.units + 0.03
    assert found.error < 0.85 * gaussian.error
