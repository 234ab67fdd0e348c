r"""What a fit expects of polls that it has not seen.

Question: a poll is published after the fit. Where should it have fallen, how far off may it be, and how high in that
distribution did it fall?

Model (docs/maths/tracker.md). Given the scales the coordinates of a fit are Gaussian; a new poll is a linear function of
them and of coordinates that the fit did not need: the walk on its days (a Brownian bridge between the fit's knots), a house,
mode or population that nobody has used. To that come the poll's own Student-t error and sampling. Over the scales' points
it is a mixture.

Algorithm. Rows of the new polls over the coordinates of both, mapped to the fit's (:func:`carry`), so that every
point of the scales costs one Cholesky factor, as in the fit. Waves of the same house and unit that share days with a new poll share
respondents: they are taken out of what is known (a downdate in the space of the rows). The polls are then gone through in
order: each has its place in the distribution *given those before it* (Rosenblatt 1952), and then teaches. Under the model these
places are independent and uniform, however alike the polls are. A Student-t is a mixture of Gaussians over its weight: 32 points
for its place; for what it teaches, one Gaussian that pulls as strongly as the mixture is expected to.

Checked against: a dense joint Gaussian; the fit with the polls in it; simulated seasons (docs/maths/poll-surprises.md).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import linalg, special

from hustings.maths.threads import one_thread
from hustings.polls.tracker.design import Block, PollData, block_slices, make_blocks, make_design, poll_data
from hustings.polls.tracker.fit import TrackerFit
from hustings.polls.tracker.spec import SCALE_NAMES

Array = NDArray[np.float64]

_NOISE = SCALE_NAMES.index("noise")
_T_POINTS = 32


class PollPredictions(NamedTuple):
    """New polls against what was expected of them.

    The scale is the log-ratio of the first to the last option that the poll offered.

    Attributes
    ----------
    polls : polars.DataFrame
        As they were given.
    mean, sd, observed : (poll,) arrays
        Expected log-ratio, its sd with the poll's own error and sampling, and what was published.
    mean_share, observed_share : (poll,) arrays
        The same as shares of the two options.
    place : (poll,) array
        Part of the predictive distribution below the poll, 0-1, *given the polls before it in the table*.
    place_alone : (poll,) array
        The same, given none of them.
    spread : (poll,) array
        Part of samples of that size, drawn where the poll was expected, that would have fallen nearer to there: 0-1. Its
        expectation is at least one half wherever the poll has a random sample's error, whatever else is in it.
    """

    polls: pl.DataFrame
    mean: Array
    sd: Array
    observed: Array
    mean_share: Array
    observed_share: Array
    place: Array
    place_alone: Array
    spread: Array


class _Known(NamedTuple):
    """New polls' log-ratios without own error, by point of the scales: (node,), (node, poll), (node, poll, poll), (node,)."""

    log_weights: Array
    mean: Array
    covariance: Array
    noise: Array


@one_thread
def predict_polls(fit: TrackerFit, polls: pl.DataFrame) -> PollPredictions:
    """Predict polls that a fit has not seen.

    Parameters
    ----------
    fit : TrackerFit
    polls : polars.DataFrame
        Cleaned polls (``hustings.tables.POLLS``) of the same contest, in the order in which they become known. Polls of
        the fit that share house, unit and a day with one of them (they are the same poll, or share respondents) count as unknown.

    Returns
    -------
    PollPredictions
        Empty arrays for an empty table.
    """
    if polls.is_empty():
        return PollPredictions(polls, *(np.zeros(0) for _ in range(8)))
    both = poll_data(fit.contest, pl.concat([fit.polls.select(polls.columns), polls], how="vertical_relaxed"))
    new = subset(both, slice(fit.polls.height, None))
    contrast, observed, size = _pairs(new.counts)
    known = _expected(fit, both, new, contrast)
    sampling = _sampling(np.exp(known.log_weights) @ known.mean, size)
    place, spread = _one_after_another(known, observed, size, fit.spec.degrees_of_freedom)
    alone = np.zeros(len(observed))
    for i, value in enumerate(observed):
        variance = known.covariance[:, i, i] + sampling[i]
        alone[i] = _place(
            known.log_weights, value - known.mean[:, i], variance, known.noise, fit.spec.degrees_of_freedom
        )
    mean, sd = _mean_and_sd(known, sampling, fit.spec.degrees_of_freedom)
    return PollPredictions(
        polls, mean, sd, observed, special.expit(mean), special.expit(observed), place, alone, spread
    )


def _one_after_another(known: _Known, observed: Array, size: Array, freedom: float) -> tuple[Array, Array]:
    """Each poll's place and spread, given those before it: (poll,) each."""
    log_weights, mean, covariance = known.log_weights, known.mean, known.covariance
    place, spread = np.zeros(len(observed)), np.zeros(len(observed))
    for i, value in enumerate(observed):
        centre = float(np.exp(log_weights) @ mean[:, i])
        sampling = float(_sampling(np.array(centre), size[i]))
        gap, variance = value - mean[:, i], covariance[:, i, i] + sampling
        place[i] = _place(log_weights, gap, variance, known.noise, freedom)
        spread[i] = abs(2.0 * special.ndtr((value - centre) / np.sqrt(sampling)) - 1.0)
        log_density, own = _t_density(gap, variance, known.noise, freedom)
        log_weights = log_weights + log_density
        log_weights = log_weights - special.logsumexp(log_weights)
        gain = covariance[:, :, i] / (variance + own)[:, None]
        mean = mean + gain * gap[:, None]
        covariance = covariance - gain[:, :, None] * covariance[:, None, i, :]
    return place, spread


def _mean_and_sd(known: _Known, sampling: Array, freedom: float) -> tuple[Array, Array]:
    """Of the mixture, own error and sampling included, (poll,) each; a Student-t without a variance counts as one of 2.1."""
    weights = np.exp(known.log_weights)
    mean = weights @ known.mean
    freedom = max(freedom, 2.1)
    own = known.noise[:, None] * freedom / (freedom - 2.0)
    within = np.einsum("nii->ni", known.covariance) + own
    return mean, np.sqrt(weights @ (within + (known.mean - mean) ** 2) + sampling)


def subset(data: PollData, which: slice) -> PollData:
    """Some polls, under the same names."""
    of_polls = ("unit", "last_day", "first_day", "counts", "undecided", "house", "mode", "population", "sponsor")
    return data._replace(**{name: getattr(data, name)[which] for name in of_polls})


def _pairs(counts: Array) -> tuple[Array, Array, Array]:
    """First against last option offered: contrast (poll, contrast), log-ratio (poll,), respondents of the two (poll,)."""
    offered = ~np.isnan(counts)
    n_polls, n_options = counts.shape
    first, last = offered.argmax(axis=1), n_options - 1 - offered[:, ::-1].argmax(axis=1)
    every = np.arange(n_polls)
    pick = np.zeros((n_polls, n_options))
    pick[every, first] += 1.0
    pick[every, last] -= 1.0
    a, b = counts[every, first], counts[every, last]
    return pick[:, :-1], np.log(a / b), a + b


def _sampling(log_ratio: Array, size: Array) -> Array:
    """Variance of the log-ratio from sampling ``size`` respondents of the two options, at the expected share."""
    share = special.expit(log_ratio)
    return np.asarray(1.0 / (size * share * (1.0 - share)))


def _expected(fit: TrackerFit, both: PollData, new: PollData, contrast: Array) -> _Known:
    """Joint distribution of the new polls' log-ratios without own errors, at every point of the scales."""
    last = float((fit.contest.date - fit.as_of).days)
    blocks = make_blocks(fit.prior, both, fit.spec, as_of_day=last)
    design = make_design(fit.prior, new, fit.spec, blocks, fit.whole)
    n_new, n_contrasts = contrast.shape
    rows = np.einsum("pj,pjc->pc", contrast, design.design.reshape(n_new, n_contrasts, -1))
    offset = np.einsum("pj,pj->p", contrast, design.offset.reshape(n_new, n_contrasts))
    old_rows, fresh = carry(fit, both, blocks, rows)
    gone = _shared_respondents(fit, both, n_new)
    removed = np.flatnonzero(gone[fit.observed.poll])
    stacked = np.concatenate([old_rows, fit.observed.design[removed]])
    means, covariances, noises = [], [], []
    for node in range(fit.n_nodes):
        log_scales = fit.points.log_scales[node]
        found = fit.at_node(node)
        half = linalg.solve_triangular(found.factor, stacked.T, lower=True, check_finite=False)
        mean, covariance = stacked @ found.mean, half.T @ half
        noise = float(np.exp(2.0 * log_scales[_NOISE]))
        if len(removed):
            error = noise / fit.omega[fit.observed.poll[removed]] + fit.observed.spread[removed]
            mean, covariance = _without(mean, covariance, n_new, fit.observed.response[removed], error)
        for block, part in fresh:
            variance = np.tile(np.repeat(fit.problem.variances(log_scales, block), block.n_steps), block.n_contrasts)
            covariance = covariance + (part * variance) @ part.T
        means.append(offset + mean)
        covariances.append(covariance)
        noises.append(noise)
    return _Known(
        np.log(np.maximum(fit.points.weights, 1e-300)), np.array(means), np.array(covariances), np.array(noises)
    )


def _without(mean: Array, covariance: Array, n_new: int, response: Array, error: Array) -> tuple[Array, Array]:
    """The new rows' distribution before the observations of the other rows were known.

    An observation is taken back by one of the same value and negative variance.
    """
    inner = covariance[n_new:, n_new:] - np.diag(error)
    gain = np.linalg.solve(inner, covariance[n_new:, :n_new]).T
    return (
        mean[:n_new] + gain @ (response - mean[n_new:]),
        covariance[:n_new, :n_new] - gain @ covariance[n_new:, :n_new],
    )


def _shared_respondents(fit: TrackerFit, both: PollData, n_new: int) -> NDArray[np.bool_]:
    """Polls of the fit with house, unit and a day in common with a new one, (old poll,)."""
    n_old = fit.polls.height
    old, new = slice(0, n_old), slice(n_old, n_old + n_new)
    same = (both.house[old, None] == both.house[None, new]) & (both.unit[old, None] == both.unit[None, new])
    overlap = (both.last_day[old, None] <= both.first_day[None, new]) & (
        both.last_day[None, new] <= both.first_day[old, None]
    )
    return np.asarray((same & overlap).any(axis=1))


def carry(fit: TrackerFit, both: PollData, blocks: list[Block], rows: Array) -> tuple[Array, list[tuple[Block, Array]]]:
    """Rows over newer coordinates as rows over the fit's, and over what the fit says nothing of.

    Returns
    -------
    old_rows : (row, coordinate of the fit) array
    fresh : list of (Block, (row, coordinate) array)
        Coordinates of variance ``variances(block)``, independent of each other and of the fit's.
    """
    knots = {block.name: block.knots for block in fit.blocks}
    old, new = block_slices(fit.blocks), block_slices(blocks)
    names = {
        "house": (fit.data.house_names, both.house_names),
        "mode": (fit.data.mode_names, both.mode_names),
        "population": (fit.data.population_names, both.population_names),
    }
    old_rows = np.zeros((len(rows), sum(block.size for block in fit.blocks)))
    fresh: list[tuple[Block, Array]] = []
    for block in blocks:
        part = rows[:, new[block.name]]
        if block.name not in old:
            fresh.append((block, part))
        elif block.knots is not None and (before := knots[block.name]) is not None:
            to_old, root = _bridge(before, block.knots)
            paths = part.reshape(len(rows), -1, block.n_steps)
            old_rows[:, old[block.name]] = (paths @ to_old).reshape(len(rows), -1)
            fresh.append((block, (paths @ root).reshape(len(rows), -1)))
        elif block.name in names:
            was, now = names[block.name]
            place = {name: i for i, name in enumerate(was)}
            at = [place.get(name, -1) for name in now]
            seen = np.array([i >= 0 for i in at], dtype=bool)
            effects = part.reshape(len(rows), block.n_contrasts, len(now))
            there = old_rows[:, old[block.name]].reshape(len(rows), block.n_contrasts, len(was))
            there[:, :, [i for i in at if i >= 0]] = effects[:, :, seen]
            old_rows[:, old[block.name]] = there.reshape(len(rows), -1)
            fresh.append((block, np.where(seen, 0.0, effects).reshape(len(rows), -1)))
        else:
            old_rows[:, old[block.name]] = part
    return old_rows, fresh


def _bridge(old: Array, new: Array) -> tuple[Array, Array]:
    """A walk at new knots given its values at old ones: expectation and root of the covariance of the rest.

    Returns
    -------
    to_old : (new step, old step) array
    root : (new step, new step) array
        For a walk of variance 1 a day.
    """
    both = np.minimum(new[1:, None], old[None, 1:])
    to_old = np.linalg.solve(np.minimum(old[1:, None], old[None, 1:]), both.T).T
    rest = np.minimum(new[1:, None], new[None, 1:]) - to_old @ both.T
    values, vectors = np.linalg.eigh((rest + rest.T) / 2.0)
    return to_old, vectors * np.sqrt(np.clip(values, 0.0, None))


def _place(log_weights: Array, gap: Array, variance: Array, noise: Array, freedom: float) -> float:
    """Part of the mixture below an observation that lies ``gap`` above its points' means."""
    omega, mass = _t_points(freedom)
    below = special.ndtr(gap[:, None] / np.sqrt(variance[:, None] + noise[:, None] / omega))
    return float(np.exp(log_weights) @ below @ mass)


def _t_density(gap: Array, variance: Array, noise: Array, freedom: float) -> tuple[Array, Array]:
    """Log density of an observation at each point of the scales, and the variance of its own error as it teaches, (node,)."""
    omega, mass = _t_points(freedom)
    total = variance[:, None] + noise[:, None] / omega
    logs = np.log(mass) - 0.5 * (np.log(2.0 * np.pi * total) + gap[:, None] ** 2 / total)
    log_density = special.logsumexp(logs, axis=1)
    # The Gaussian that pulls as strongly: the expected precision under what is now believed of the weight.
    precision = (np.exp(logs - log_density[:, None]) / total).sum(axis=1)
    return np.asarray(log_density), np.maximum(1.0 / precision - variance, 0.0)


def _t_points(freedom: float) -> tuple[Array, Array]:
    """Weights of a Student-t's Gaussians, Gamma(freedom/2, rate freedom/2), and their mass.

    Evenly spaced in the logarithm, where the trapezoid rule converges geometrically and tails are not cut off.
    """
    logs = np.linspace(-9.0, 2.5, _T_POINTS)
    half = freedom / 2.0
    mass = np.exp(half * (logs - np.exp(logs)))
    return np.exp(logs), np.asarray(mass / mass.sum())
