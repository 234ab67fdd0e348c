"""The sum over the campaign's voters: support fitted to its interviews, over the electorate that its turnout model expects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import polars as pl

from hustings.contests import Contest
from hustings.errors import InputError
from hustings.maths.logratio import log_ratios, softmax
from hustings.scores.support.error import SurveyError, survey_error
from hustings.scores.support.fit import SupportFit, fit_support
from hustings.scores.support.people import CUTS, PEOPLE
from hustings.scores.support.poststratify import UnitEstimates, poststratify
from hustings.scores.support.shift import correct, past_vote_bias
from hustings.scores.support.spec import SupportSpec
from hustings.scores.turnout.shocks import TurnoutShocks

DRAWS = 1000
FEWEST_RECALLED = 200
"""Interviews that say how they voted last time, below which that is not used."""
LARGEST_LACKING_PART = 0.5
LARGEST_CORRELATION = 0.95
PAST = "past_logit"
TERMS = (
    ("state",),
    ("race_group",),
    ("age",),
    ("sex",),
    ("party",),
    ("times_voted_share",),
    ("race_group", "state"),
    ("party", "state"),
    ("race_group", "age"),
    ("race_group", "sex"),
    ("party", "race_group"),
    ("party", "age"),
    ("age", "sex"),
)
"""Terms of the model, as far as their features are known."""


class SummedVoters(NamedTuple):
    """What the voters sum to.

    Attributes
    ----------
    estimates : UnitEstimates
        With the error of turnout and of the model.
    error : SurveyError
        What such surveys have been off beside that, in earlier contests.
    said : tuple of str
        Sentences: what was done about who does not answer.
    """

    estimates: UnitEstimates
    error: SurveyError
    said: tuple[str, ...]


def campaign_spec(contest: Contest, rows: pl.DataFrame) -> tuple[SupportSpec, pl.DataFrame | None, tuple[str, ...]]:
    """What the model of some interviews is made of, each unit's last result, and which features are left out.

    A feature that is unknown to everybody in more than half of the units is left out: it would be a feature of the units.
    """
    known = rows.group_by("state").agg(pl.col(name).is_not_null().any() for name in PEOPLE if name != "state")
    fewest = (1 - LARGEST_LACKING_PART) * known.height
    there = {"state", *(name for name in PEOPLE if name != "state" and known[name].sum() >= fewest)}
    left_out = tuple(name for name in PEOPLE if name not in there)
    past = last_results(contest)
    complete = past is not None and set(rows["state"].drop_nulls()) <= set(past["state"])
    terms = tuple(term for term in TERMS if set(term) <= there)
    spec = SupportSpec(terms=terms, predictors=(PAST,) if complete else (), cuts=dict(CUTS))
    return spec, past if complete else None, left_out


def last_results(contest: Contest) -> pl.DataFrame | None:
    """Log-ratio of the first option against the last, by unit, in the last contest; None where none is known."""
    if contest.past.is_empty():
        return None
    last = contest.past.filter(pl.col("date") == pl.col("date").max())
    wide = last.pivot(on="option", index="unit", values="votes")
    if not set(contest.option_ids) <= set(wide.columns):
        return None
    ratio = (pl.col(contest.option_ids[0]) / pl.col(contest.option_ids[-1])).log()
    return wide.select(pl.col("unit").alias("state"), ratio.alias(PAST)).filter(pl.col(PAST).is_finite())


def sum_voters(
    contest: Contest,
    rows: pl.DataFrame,
    fit: SupportFit,
    cells: pl.DataFrame,
    shocks: TurnoutShocks,
    rng: np.random.Generator,
) -> SummedVoters:
    """Sum turnout x support over the expected electorate.

    Parameters
    ----------
    contest : Contest
    rows : pl.DataFrame
        The interviews; where enough of them recall their last vote (``past_option``), the gap between what is recalled and
        what is known corrects who does not answer.
    fit : SupportFit
        Fitted to them.
    cells : pl.DataFrame
        ``tables.VOTER_CELLS``.
    shocks : TurnoutShocks
        The level of turnout.
    rng : numpy.random.Generator

    Raises
    ------
    InputError
        No cell lies in a unit of the contest.
    """
    here = cells.filter(pl.col("state").is_in(contest.unit_ids)).with_columns(
        (pl.col("votes") / pl.col("voters")).alias("turnout_prob")
    )
    if here.is_empty():
        raise InputError(
            f"no voter lives in a unit of {contest.name}", hint=f"its units: {', '.join(contest.unit_ids[:8])}"
        )
    level = _shocks(here, shocks, rng)

    def summed(model: SupportFit) -> UnitEstimates:
        return poststratify(model, here, turnout="turnout_prob", turnout_shocks=level, n_draws=DRAWS, rng=rng)

    estimates, year = summed(fit), contest.date.year
    recalled = _recalled(contest, rows, fit, estimates.units)
    if recalled is None:
        said = "Nobody was asked for their last vote: who does not answer can only be guessed at, from how surveys erred before."
        return SummedVoters(estimates, survey_error(year, past_vote=False), (said,))
    known, model = recalled
    error = survey_error(year, past_vote=True)
    bias = past_vote_bias(summed(model), known, error)
    # The projection adds what such surveys are off beside that.
    corrected = correct(
        estimates, bias._replace(own=np.zeros_like(bias.own)), correlation=recall_correlation(rows, fit.options[0])
    )
    said = "Recalled last votes were made to agree with the known result; the same correction was made to the vote."
    return SummedVoters(corrected, error, (said,))


def _shocks(cells: pl.DataFrame, shocks: TurnoutShocks, rng: np.random.Generator) -> np.ndarray:
    """Draws of the turnout's level by cell: (draw, cell) logits; ballots that are in are votes whatever the level."""
    units = sorted(cells["state"].unique())
    drawn = shocks.draws(units, DRAWS, rng)
    place = cells["state"].cast(pl.Enum(units)).to_physical().to_numpy().astype(np.int64)
    return np.where(cells["certain"].to_numpy(), 0.0, drawn[:, place])


def _recalled(
    contest: Contest, rows: pl.DataFrame, fit: SupportFit, units: Sequence[str]
) -> tuple[np.ndarray, SupportFit] | None:
    """Known last results of some units, and a model of the recalled vote; None where too few recall it."""
    past = contest.past
    asked = rows.filter(pl.col("past_option").is_not_null())
    if asked.height < FEWEST_RECALLED or past.is_empty() or set(asked["past_option"].unique()) != set(fit.options):
        return None
    last = past.filter((pl.col("date") == pl.col("date").max()) & pl.col("unit").is_in(list(units)))
    wide = pl.DataFrame({"unit": list(units)}).join(
        last.pivot(on="option", index="unit", values="votes"), on="unit", how="left", maintain_order="left"
    )
    if not set(fit.options) <= set(wide.columns) or wide.null_count().sum_horizontal().item():
        return None
    recalled = rows.with_columns(pl.col("past_option").alias("option"))
    spec, predictors, _ = campaign_spec(contest, recalled.filter(pl.col("option").is_not_null()))
    return log_ratios(wide.select(fit.options).to_numpy().astype(float)), fit_support(
        recalled, fit.options, spec, predictors
    )


def recall_correlation(rows: pl.DataFrame, option: str) -> float:
    """Correlation of the sampling errors of what people answer and of what they recall, 0 to under 1.

    The same people answer both, and most answer both alike: whoever happens to be in the sample moves both estimates the same
    way, and their difference little. With ``phi`` the correlation of the two answers among those who gave both, and
    ``n_both`` of ``n_now`` and ``n_then`` answers, the means of the two have the correlation
    ``phi n_both / sqrt(n_now n_then)``.

    Parameters
    ----------
    rows : pl.DataFrame
        Interviews with ``option`` and ``past_option``.
    option : str
        The option whose answers are compared.
    """
    now, then = rows["option"].count(), rows["past_option"].count()
    both = rows.drop_nulls(["option", "past_option"]).select(
        (pl.col(name) == option).cast(pl.Float64) for name in ("option", "past_option")
    )
    phi = both.select(pl.corr("option", "past_option")).item() if both.height > 1 else 0.0
    if phi is None or not np.isfinite(phi):
        return 0.0
    return float(np.clip(phi * both.height / np.sqrt(now * then), 0.0, LARGEST_CORRELATION))


def voter_draws(options: Sequence[str], estimates: UnitEstimates, rng: np.random.Generator) -> pl.DataFrame:
    """Draws of the sum over voters (``tables.VOTER_DRAWS``)."""
    n_units, n_contrasts = estimates.mean_logit.shape
    values, vectors = np.linalg.eigh(estimates.covariance)
    # The symmetric root: eigenvectors have no sign that rounding could change.
    root = (vectors * np.sqrt(np.clip(values, 0.0, None))) @ vectors.T
    logs = estimates.mean_logit.ravel() + rng.standard_normal((DRAWS, len(root))) @ root
    shares = softmax(logs.reshape(DRAWS, n_units, n_contrasts))
    n_options = n_contrasts + 1
    return pl.DataFrame(
        {
            "draw": np.repeat(np.arange(DRAWS), n_units * n_options),
            "unit": np.tile(np.repeat(np.array(estimates.units), n_options), DRAWS).tolist(),
            "option": np.tile(np.array(options), DRAWS * n_units).tolist(),
            "share": shares.ravel(),
            "votes": np.tile(np.repeat(estimates.votes, n_options), DRAWS),
        }
    )
