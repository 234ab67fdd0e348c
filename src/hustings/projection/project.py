"""From cleaned polls to the verdict, in memory."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from hustings.contests import Contest
from hustings.errors import ConfigError
from hustings.maths.threads import one_thread
from hustings.polls.clean import CleanPolls
from hustings.polls.tracker import Outlook, TrackerFit, TrackerSpec, fit_tracker, outlook
from hustings.polls.tracker.checking import laplace_ess_share
from hustings.projection.draws import JointDraws, joint_draws
from hustings.projection.marginals import LEVELS, Marginals, marginals
from hustings.projection.poll_table import polls_used
from hustings.projection.sources import sources_table
from hustings.projection.turnout import Turnout, expected_turnout
from hustings.projection.verdict import Decided, decide_draws, make_verdict
from hustings.projection.voters import SurveyError, survey_error, voters_view, with_voters
from hustings.tables import UNITS

DEFAULT_DRAWS = 40_000
FEWEST_DRAWS = 100
MOST_SHARES = 25_000_000
"""Shares that may be drawn, places times options times draws: about 1 GB on the way to the files."""


class PollsAlone(NamedTuple):
    """A projection without the campaign's own voters.

    Attributes
    ----------
    shares : Marginals
    verdict : dict
    """

    shares: Marginals
    verdict: dict[str, Any]


@dataclass(frozen=True)
class Projection:
    """A contest projected from what was known on one day.

    Attributes
    ----------
    contest, as_of, seed
        What was projected, from when, with which seed.
    units : polars.DataFrame
        ``hustings.tables.UNITS``.
    verdict : dict
        As written to ``verdict.json``.
    polls_rejected : polars.DataFrame
        ``hustings.tables.POLLS_REJECTED``.
    notes : list of str
        Remarks for the screen.
    timings : dict
        Wall seconds of each step.
    fit : TrackerFit
    outlook : Outlook
        Units on election day, by everything that is known.
    drawn : JointDraws
    shares : Marginals
    sources : polars.DataFrame or None
        ``hustings.tables.SOURCES``, where the campaign's voters are a source beside the polls.
    polls_alone : PollsAlone or None
        What the polls say without them.
    """

    contest: Contest
    as_of: dt.date
    seed: int
    units: pl.DataFrame
    verdict: dict[str, Any]
    polls_rejected: pl.DataFrame
    notes: list[str]
    timings: dict[str, float]
    fit: TrackerFit = field(repr=False)
    outlook: Outlook = field(repr=False)
    drawn: JointDraws = field(repr=False)
    shares: Marginals = field(repr=False)
    sources: pl.DataFrame | None = field(default=None, repr=False)
    polls_alone: PollsAlone | None = field(default=None, repr=False)

    @cached_property
    def polls_used(self) -> pl.DataFrame:
        """Polls as the model sees each of them (``hustings.tables.POLLS_USED``)."""
        return polls_used(self.contest, self.fit)

    @cached_property
    def diagnostics(self) -> dict[str, Any]:
        """Whether the approximations can be believed, and what the season said of the scales."""
        fit = self.fit
        return {
            "n_polls": fit.polls.height,
            "n_coordinates": sum(block.size for block in fit.blocks),
            "laplace_ess_share": laplace_ess_share(fit, np.random.default_rng([self.seed, 1])),
            "scale_points_ess": float(1.0 / (fit.points.weights**2).sum()),
            "mode_evaluations": fit.evaluations,
            "national_prior": fit.prior.nation.kind,
            "national_prior_mean_logit": fit.prior.nation.mean.tolist(),
            "national_prior_sd_logit": fit.prior.nation.sd,
            "turnout_sd_log": expected_turnout(self.contest).sd_log,
            "scales": fit.scale_summary(),
        }

    def draws(self) -> pl.DataFrame:
        """Every joint draw, long (``hustings.tables.DRAWS``)."""
        places = [*self.contest.unit_ids, self.contest.nation]
        shares = np.concatenate([self.drawn.shares, self.drawn.nation[:, None]], axis=1)
        n_draws, n_places, n_options = shares.shape
        unit_type, option_type = pl.Enum(places), pl.Enum(list(self.contest.option_ids))
        units = np.tile(np.repeat(np.arange(n_places, dtype=np.uint32), n_options), n_draws)
        options = np.tile(np.arange(n_options, dtype=np.uint32), n_draws * n_places)
        return pl.DataFrame(
            {
                "draw": np.repeat(np.arange(n_draws, dtype=np.int32), n_places * n_options),
                "unit": pl.Series(units).cat.to(unit_type),
                "option": pl.Series(options).cat.to(option_type),
                "share": shares.ravel(),
            }
        )


@one_thread
def project(
    contest: Contest,
    polls: CleanPolls,
    *,
    as_of: dt.date,
    n_draws: int = DEFAULT_DRAWS,
    seed: int = 1,
    national: str = "auto",
    spec: TrackerSpec | None = None,
    voters: pl.DataFrame | None = None,
    voters_error: SurveyError | None = None,
) -> Projection:
    """Project a contest.

    Parameters
    ----------
    contest : Contest
    polls : CleanPolls
        From :func:`hustings.polls.clean.clean_polls` with the same ``as_of``.
    as_of : datetime.date
        Nothing later is known.
    n_draws : int
        Joint draws, at least 100; places times options times draws may be 25 million.
    seed : int
        Same inputs and seed, same bytes; 0 or more.
    national : str
        Prior of the nation: ``auto``, ``fundamentals``, ``history`` or ``flat``.
    spec : TrackerSpec, optional
        Assumptions other than those learned from earlier contests.
    voters : polars.DataFrame, optional
        ``hustings.tables.VOTER_DRAWS``: what the campaign's own voters sum to, a source beside the polls.
    voters_error : SurveyError, optional
        How far such a survey can lie off beside its draws; as polls have, where not given.

    Raises
    ------
    InputError
        The voters are of other units or options than the contest's.
    ConfigError
        Too few or too many draws, a negative seed, an ``as_of`` after the election, or a national prior that does not
        exist.
    """
    check_as_of(contest, as_of)
    _check_draws(contest, n_draws, seed)
    clock = time.perf_counter()
    fit = fit_tracker(contest, polls.polls, as_of=as_of, spec=spec, national=national)
    found = outlook(fit)
    fitted = time.perf_counter()
    turnout = expected_turnout(contest)
    shares = marginals(found, turnout)
    exact = time.perf_counter()
    drawn, decided, verdict = _decided(contest, found, turnout, shares, as_of, n_draws, seed)
    sources, alone = None, None
    if voters is not None:
        view, error = voters_view(contest, voters), voters_error or survey_error(fit)
        by_polls, alone = found, PollsAlone(shares, verdict)
        found = with_voters(fit, found, view, error)
        shares = marginals(found, turnout)
        drawn, decided, verdict = _decided(contest, found, turnout, shares, as_of, n_draws, seed)
        tipping = decided.tipping_prob(len(contest.units), len(contest.options))
        rng = np.random.default_rng([seed, 2])
        sources = sources_table(contest, fit, (by_polls, alone.shares), shares, view, error, tipping, rng)
        for option, said in verdict["options"].items():
            said["win_prob_polls_alone"] = alone.verdict["options"][option]["win_prob"]
    done = time.perf_counter()
    notes = list(polls.notes)
    if polls.polls.is_empty():
        rest = "the prior, from earlier results alone" if voters is None else "from earlier results and the own voters"
        notes.append(f"No poll could be used: every number is {rest}.")
    return Projection(
        contest=contest,
        as_of=as_of,
        seed=seed,
        units=_units_table(contest, shares, decided.tipping_prob(len(contest.units), len(contest.options))),
        verdict=verdict,
        polls_rejected=polls.rejected,
        notes=notes,
        timings={"fit": fitted - clock, "marginals": exact - fitted, "draws_and_rule": done - exact},
        fit=fit,
        outlook=found,
        drawn=drawn,
        shares=shares,
        sources=sources,
        polls_alone=alone,
    )


def _decided(
    contest: Contest, found: Outlook, turnout: Turnout, shares: Marginals, as_of: dt.date, n_draws: int, seed: int
) -> tuple[JointDraws, Decided, dict[str, Any]]:
    """Draw the outcome, decide every draw, and say what comes of it."""
    drawn = joint_draws(found, turnout, n_draws, np.random.default_rng(seed))
    decided = decide_draws(contest, drawn)
    return drawn, decided, make_verdict(contest, as_of, drawn, decided, shares)


def check_as_of(contest: Contest, as_of: dt.date) -> None:
    """Refuse a day after the election.

    Raises
    ------
    ConfigError
        It is one.
    """
    if as_of > contest.date:
        raise ConfigError(
            f"{as_of} is after {contest.title} ({contest.date})",
            hint="a projection is made from a day before the result",
        )


def _check_draws(contest: Contest, n_draws: int, seed: int) -> None:
    if n_draws < FEWEST_DRAWS:
        raise ConfigError(f"{n_draws} draws are too few", hint=f"at least {FEWEST_DRAWS}; {DEFAULT_DRAWS:,} is usual")
    most = MOST_SHARES // ((len(contest.units) + 1) * len(contest.options))
    if n_draws > most:
        raise ConfigError(
            f"{n_draws:,} draws need too much memory",
            hint=f"at most {most:,} for {contest.name}; {DEFAULT_DRAWS:,} is usual",
        )
    if seed < 0:
        raise ConfigError(f"the seed {seed} is negative", hint="any whole number from 0 on")


def _units_table(contest: Contest, shares: Marginals, tipping_prob: np.ndarray[Any, Any]) -> pl.DataFrame:
    places = [*contest.unit_ids, contest.nation]
    rows = []
    for u, place in enumerate(places):
        for k, option_id in enumerate(contest.option_ids):
            quantiles = {
                f"share_q{round(100 * level):02d}": shares.quantiles[i, u, k] for i, level in enumerate(LEVELS)
            }
            rows.append(
                {
                    "unit": place,
                    "option": option_id,
                    "share_mean": shares.mean[u, k],
                    "share_sd": shares.sd[u, k],
                    **quantiles,
                    "win_prob": shares.win_prob[u, k],
                    "tipping_prob": tipping_prob[u, k] if u < len(contest.units) else None,
                }
            )
    return pl.DataFrame(rows, infer_schema_length=None).select(UNITS.column_names)
