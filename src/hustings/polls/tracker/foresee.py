r"""What polls that nobody has taken yet would teach, known before they are taken.

Question: a poll could be asked in a unit, by a mode, today. How would its result hang together with where every unit stands on
election day, and with that of every other poll that could be asked?

Model (docs/maths/value-of-polls.md). In the linear-Gaussian tracker covariances do not depend on what a poll will say: at each
point of the scales a candidate's log-ratio, its own error and sampling apart, is a linear function of the fit's coordinates and of
coordinates that the fit did not need (a new house, a mode that nobody has used, the walk between the grid's days). Bias that all
polls share, house and mode are among them: however many are interviewed, they stay.

Algorithm. As for polls that came after a fit (:mod:`~hustings.polls.tracker.predict`): one Cholesky factor a point of the
scales.

Checked against: refitting at fixed scales with the poll in the table; a candidate asked twice (tests/unit/polls/tracker).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import linalg, special

from hustings.maths.logratio import contrast_covariance
from hustings.maths.threads import one_thread
from hustings.polls.tracker.design import make_blocks, make_design, poll_data
from hustings.polls.tracker.fit import TrackerFit
from hustings.polls.tracker.predict import carry, subset
from hustings.polls.tracker.rows import unit_rows
from hustings.polls.tracker.spec import SCALE_NAMES

Array = NDArray[np.float64]

_NOISE = SCALE_NAMES.index("noise")


class Foresight(NamedTuple):
    """Candidates and units at each point of the scales.

    Attributes
    ----------
    mean : (node, poll) array
        Expected log-ratio of each candidate, between the options that its contrast names.
    covariance : (node, poll, poll) array
        Of the candidates' log-ratios, without own error and sampling: two interviewings of one candidate share all of it.
    crossed : (node, poll, unit * contrast) array
        Covariance with the units' log-ratios on election day.
    own : (node, poll) array
        Variance of one poll's own error as it teaches: shared with no other poll, and not less for more interviews.
    """

    mean: Array
    covariance: Array
    crossed: Array
    own: Array


@one_thread
def foresee(fit: TrackerFit, candidates: pl.DataFrame, contrast: Array) -> Foresight:
    """Say how candidates hang together with the units, before anyone is asked.

    Parameters
    ----------
    fit : TrackerFit
    candidates : polars.DataFrame
        Polls that could be taken, as cleaned polls (``hustings.tables.POLLS``): unit, days, mode and pollster count; of the
        shares only how many are undecided. Every option must be offered.
    contrast : (poll, contrast) array
        What is looked at in each: coefficients of the log-ratios against the last option. With two options a column of ones.

    Returns
    -------
    Foresight
    """
    n_new, n_contrasts = contrast.shape
    both = poll_data(fit.contest, pl.concat([fit.polls.select(candidates.columns), candidates], how="vertical_relaxed"))
    new = subset(both, slice(fit.polls.height, None))
    last = float((fit.contest.date - fit.as_of).days)
    blocks = make_blocks(fit.prior, both, fit.spec, as_of_day=last)
    design = make_design(fit.prior, new, fit.spec, blocks, fit.whole)
    rows = np.einsum("pj,pjc->pc", contrast, design.design.reshape(n_new, n_contrasts, -1))
    offset = np.einsum("pj,pj->p", contrast, design.offset.reshape(n_new, n_contrasts))
    old_rows, fresh = carry(fit, both, blocks, rows)
    stacked = np.concatenate([old_rows, unit_rows(fit.prior, fit.blocks, np.zeros(1))[0]])
    # What a Student-t teaches of where it lies, its Fisher information, is that of a Gaussian so much wider.
    freedom = fit.spec.degrees_of_freedom + n_contrasts
    wider = (freedom + 2.0) / freedom
    size = wider * np.einsum("pj,jk,pk->p", contrast, contrast_covariance(n_contrasts), contrast)
    means, covariances, crossed, own = [], [], [], []
    for node in range(fit.n_nodes):
        log_scales = fit.points.log_scales[node]
        found = fit.at_node(node)
        half = linalg.solve_triangular(found.factor, stacked.T, lower=True, check_finite=False)
        covariance = half[:, :n_new].T @ half[:, :n_new]
        for block, part in fresh:
            variance = np.tile(np.repeat(fit.problem.variances(log_scales, block), block.n_steps), block.n_contrasts)
            covariance = covariance + (part * variance) @ part.T
        means.append(offset + old_rows @ found.mean)
        covariances.append(covariance)
        crossed.append(half[:, :n_new].T @ half[:, n_new:])
        own.append(np.exp(2.0 * log_scales[_NOISE]) * size)
    return Foresight(np.array(means), np.array(covariances), np.array(crossed), np.array(own))


def sampling_variance(log_ratio: Array, respondents: Array) -> Array:
    """Variance of the log-ratio of two options from asking so many who choose between them, at the expected share."""
    share = special.expit(log_ratio)
    return np.asarray(1.0 / (respondents * share * (1.0 - share)))
