"""Project earlier contests from earlier days, and score what comes out."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.contests import Contest, actual_result
from hustings.errors import ConfigError
from hustings.maths import scoring
from hustings.polls.clean import clean_polls
from hustings.polls.readers import RawPolls
from hustings.projection.project import DEFAULT_DRAWS, Projection, project
from hustings.tables import SCORES

Array = NDArray[np.float64]


def backtest(
    contests: Sequence[tuple[Contest, RawPolls]],
    horizons_days: Sequence[int],
    *,
    n_draws: int = DEFAULT_DRAWS,
    seed: int = 1,
    national: str = "auto",
) -> Iterator[dict[str, object]]:
    """Score each contest from each horizon, one row (``hustings.tables.SCORES``) at a time.

    Parameters
    ----------
    contests : sequence of (Contest, RawPolls)
        Polls as read; they are cleaned anew for each day, so that nothing later than the day is known.
    horizons_days : sequence of int
        Days before the election.
    n_draws, seed, national
        As for :func:`~hustings.projection.project.project`.

    Raises
    ------
    ConfigError
        A contest whose result is not among the facts, a horizon below 0, or one of either given twice.
    """
    for contest, _ in contests:
        actual_logits(contest)
    names, horizons = [contest.name for contest, _ in contests], [str(days) for days in horizons_days]
    for what, given in (("horizon", horizons), ("contest", names)):
        twice = [item for item in given if given.count(item) > 1]
        if twice:
            raise ConfigError(f"the {what} {twice[0]} is given twice", hint="each once")
    wrong = [days for days in horizons_days if days < 0]
    if wrong:
        raise ConfigError(
            f"a horizon of {wrong[0]} days lies after the election", hint="days before the election: 0 or more"
        )

    def rows() -> Iterator[dict[str, object]]:
        for contest, raw in contests:
            for days in horizons_days:
                as_of = contest.date - dt.timedelta(days=days)
                clock = time.perf_counter()
                polls = clean_polls(raw, contest, as_of=as_of)
                found = project(contest, polls, as_of=as_of, n_draws=n_draws, seed=seed, national=national)
                yield score_row(found, time.perf_counter() - clock)

    # What cannot be scored is refused now, not when the first row is asked for.
    return rows()


def actual_logits(contest: Contest) -> tuple[list[int], Array]:
    """Top-level units that have a result, and the logit of the first option's two-option share there.

    Raises
    ------
    ConfigError
        No result is known, or the contest has more than two options.
    """
    result = actual_result(contest)
    if result is None or len(contest.options) != 2:
        raise ConfigError(
            f"the result of {contest.name} is not among the facts",
            hint="back-tests score contests with two options and a known result: us-president-1980 to us-president-2024",
        )
    votes = {(row["unit"], row["option"]): row["votes"] for row in result.iter_rows(named=True)}
    first, second = contest.option_ids
    units = [u for u, unit in enumerate(contest.units) if unit.parent is None and (unit.id, first) in votes]
    logits = [np.log(votes[contest.units[u].id, first] / votes[contest.units[u].id, second]) for u in units]
    return units, np.array(logits)


def score_row(found: Projection, seconds: float) -> dict[str, object]:
    """Score one projection on top-level units, districts' electors counted with their state."""
    contest = found.contest
    units, actual = actual_logits(contest)
    drawn = found.drawn.log_ratios[:, units]
    share, actual_share = 1.0 / (1.0 + np.exp(-drawn)), 1.0 / (1.0 + np.exp(-actual))
    won = (actual > 0).astype(float)
    win_prob, mean = found.shares.win_prob[units, 0], found.shares.mean[units, 0]
    seats = {contest.units[u].id: contest.units[u].seats for u in units}
    for unit in contest.units:
        if unit.parent in seats:
            seats[unit.parent] += unit.seats
    error = mean - actual_share
    inside = scoring.coverage(share, actual_share, (0.5, 0.8, 0.95))
    row: dict[str, object] = {
        "contest": contest.name,
        "horizon_days": (contest.date - found.as_of).days,
        "as_of": found.as_of,
        "n_polls": found.fit.polls.height,
        "brier": scoring.brier(win_prob, won),
        "brier_ev": scoring.brier(win_prob, won, np.array([seats[contest.units[u].id] for u in units])),
        "log_loss": scoring.log_loss(win_prob, won),
        "crps": float(scoring.crps(share, actual_share).mean()),
        "rmse": float(np.sqrt(np.mean(error**2))),
        "mae": float(np.mean(np.abs(error))),
        "bias": float(np.mean(error)),
        "cover50": inside[0],
        "cover80": inside[1],
        "cover95": inside[2],
        "joint_log_density": scoring.joint_log_density(drawn, actual),
        "units_correct": int(((win_prob > 0.5) == (won > 0.5)).sum()),
        "win_prob": found.verdict["options"][contest.options[0].id]["win_prob"],
        "seconds": seconds,
    }
    return row


def scores_table(rows: Sequence[dict[str, object]]) -> pl.DataFrame:
    """Rows as ``hustings.tables.SCORES``."""
    return pl.DataFrame(rows, infer_schema_length=None).select(SCORES.column_names)
