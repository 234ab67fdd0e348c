"""The path day by day: where each unit stood on every day, as seen from the as-of day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import linalg

from hustings.maths.threads import one_thread
from hustings.polls.tracker import Outlook, TrackerFit, outlook
from hustings.polls.tracker.rows import unit_rows
from hustings.projection.marginals import Marginals, marginals
from hustings.projection.turnout import expected_turnout
from hustings.tables import TRACK

Array = NDArray[np.float64]

BAND = np.array([0.05, 0.95])
LONGEST_DAYS = 300
"""Days before the election at which a path begins at the earliest."""


@one_thread
def track(fit: TrackerFit, *, every_days: int = 1) -> pl.DataFrame:
    """Shares of every unit and the nation on each day from the first poll to the as-of day.

    The path is the smoothed posterior: each day uses all polls known on the as-of day, later ones included. It says
    what an election held on that day would have given, so it carries no further drift; the last day and the
    projection of election day differ by what may still change.

    Parameters
    ----------
    fit : TrackerFit
    every_days : int
        Step between days, counted back from the as-of day.

    Returns
    -------
    polars.DataFrame
        ``hustings.tables.TRACK``.
    """
    contest = fit.contest
    last = (contest.date - fit.as_of).days
    first = int(fit.data.first_day.max()) if len(fit.data.first_day) else last
    days = np.arange(last, max(min(first, LONGEST_DAYS), last) + 1, every_days, dtype=float)[::-1]
    turnout = expected_turnout(contest)
    parts = []
    for day, now in zip(days, _path(fit, days), strict=True):
        shares = marginals(now, turnout, BAND)
        parts.append(_day_table(fit, contest.date - dt.timedelta(days=int(day)), shares))
    return pl.concat(parts).select(TRACK.column_names)


def _path(fit: TrackerFit, days: Array) -> Iterator[Outlook]:
    """The units on each day, as :func:`~hustings.polls.tracker.outlook` gives them for election day."""
    base = outlook(fit)
    start = fit.prior.lean + fit.prior.nation.mean
    means = np.stack([fit.at_node(node).mean for node in range(len(base.weights))], axis=1)
    # Covariances at the most probable scales, stretched at each point by how much wider the point is on election
    # day: the exact ones would cost a factor of the number of points and move a band by less than its line is thick.
    factor = fit.problem.posterior(fit.mode).factor
    at_mode = _half(factor, unit_rows(fit.prior, fit.blocks, np.zeros(1))[0])
    stretch = np.sqrt(np.einsum("nrr->nr", base.covariances) / (at_mode**2).sum(axis=0))
    for day in days:
        rows = unit_rows(fit.prior, fit.blocks, np.array([day]))[0]
        half = _half(factor, rows)
        within = (half.T @ half)[None] * stretch[:, :, None] * stretch[:, None, :]
        now = start + (rows @ means).T.reshape(base.means.shape)
        yield Outlook(base.weights, now, within)


def _half(factor: Array, rows: Array) -> Array:
    return np.asarray(linalg.solve_triangular(factor, rows.T, lower=True, check_finite=False))


def _day_table(fit: TrackerFit, date: dt.date, shares: Marginals) -> pl.DataFrame:
    contest = fit.contest
    places, options = [*contest.unit_ids, contest.nation], list(contest.option_ids)
    return pl.DataFrame(
        {
            "date": [date] * (len(places) * len(options)),
            "unit": np.repeat(places, len(options)),
            "option": options * len(places),
            "share_mean": shares.mean.ravel(),
            "share_sd": shares.sd.ravel(),
            "share_q05": shares.quantiles[0].ravel(),
            "share_q95": shares.quantiles[1].ravel(),
        }
    )
