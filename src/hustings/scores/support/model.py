"""Support, fitted and measured: from interviews to a model with its card."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import polars as pl

from hustings.scores.cards import calibration_table, crossed, decile_table, importance_table, measures
from hustings.scores.fitted import Fitted, ModelCard
from hustings.scores.scorecard import ScoreModel
from hustings.scores.support.compile import compile_support
from hustings.scores.support.fit import SupportFit, fit_support
from hustings.scores.support.spec import SupportSpec

HELD_OUT = 0.2
"""Part of the interviews that the card is made of."""
ASSUMPTIONS = (
    "Given the features, those who answer support as those who do not; see the survey's own error beside the estimates.",
    "Combinations of features that nobody interviewed had differ by nothing but the sum of their parts.",
    "The same people answer the same way at the polls.",
)
CANNOT_SEE = (
    "What moved opinion after the last interview.",
    "Reasons to support that no feature stands for.",
    "People who are on no file and answer no survey.",
)


def fit_support_model(
    rows: pl.DataFrame,
    options: Sequence[str],
    spec: SupportSpec,
    as_of: dt.date,
    rng: np.random.Generator,
    unit_predictors: pl.DataFrame | None = None,
) -> tuple[Fitted, SupportFit]:
    """Fit support; the card is of interviews that a first fit did not see, the scorecards of all.

    Parameters
    ----------
    rows, options, spec, unit_predictors
        See :func:`hustings.scores.support.fit.fit_support`.
    as_of : date
        Nothing later is among the interviews.
    rng : numpy.random.Generator
        Chooses who is held out.

    Returns
    -------
    Fitted
        To score voters with.
    SupportFit
        To sum them, with the error of every coefficient.

    Raises
    ------
    InputError
        The interviews cannot be used.
    """
    fit = fit_support(rows, options, spec, unit_predictors)
    who = rows["respondent"].cast(pl.String) if "respondent" in rows.columns else None
    held = _held_out(rows.height, who, rng)
    first = fit_support(rows.filter(pl.Series(~held)), options, spec, unit_predictors)
    labelled = rows.filter(pl.Series(held)).filter(pl.col("option").is_not_null())
    model = compile_support(fit)
    card = _card(fit, compile_support(first), model, labelled, rows, as_of)
    return Fitted((model,), card, _extra(fit)), fit


def _held_out(n: int, respondent: pl.Series | None, rng: np.random.Generator) -> np.ndarray:
    """Which rows are held out; a respondent's rows stay together."""
    if respondent is None:
        return np.asarray(rng.random(n) < HELD_OUT)
    groups = respondent.fill_null("").rank("dense").to_numpy().astype(np.int64) - 1
    return np.asarray((rng.random(groups.max() + 1) < HELD_OUT)[groups])


def _card(
    fit: SupportFit, first: ScoreModel, model: ScoreModel, held: pl.DataFrame, rows: pl.DataFrame, as_of: dt.date
) -> ModelCard:
    """The model's card: scores of the first fit against what those that it did not see chose."""
    unit = fit.spec.unit
    others = [name for name in fit.spec.features if name != unit and fit.feature(name).is_text]
    groups = held.select(pl.col(name).cast(pl.String) for name in (unit, *others))
    for name in others[:1]:
        groups = crossed(groups, unit, name)
    scores, weight = first.predict(held), _weight(held)
    outcomes = [(held["option"].cast(pl.String) == option).cast(pl.Float64).to_numpy() for option in fit.options]
    pairs = list(zip(first.outputs, outcomes, strict=False))
    said: dict[str, float] = {}
    for name, outcome in pairs:
        prefix = "" if len(pairs) == 1 else f"{name}: "
        said |= {prefix + key: value for key, value in measures(scores[name].to_numpy(), outcome, weight).items()}
    arrays = [(name, scores[name].to_numpy(), outcome) for name, outcome in pairs]
    return ModelCard(
        model="support",
        as_of=as_of,
        data=(
            f"{fit.interviews} interviews, worth {fit.effective_n:.0f} of equal weight.",
            f"{fit.rejected.height} more were set aside: they name no option, or weigh nothing.",
            f"The card is of {held.height} of them, which a fit to the others did not see.",
        ),
        measures=said,
        deciles=pl.concat([decile_table(name, score, outcome, weight) for name, score, outcome in arrays]),
        calibration=pl.concat(
            [calibration_table(name, score, outcome, weight, groups) for name, score, outcome in arrays]
        ),
        importance=pl.concat(
            [importance_table(name, card, rows) for name, card in zip(model.outputs, model.cards, strict=False)]
        ),
        assumptions=ASSUMPTIONS,
        cannot_see=CANNOT_SEE,
    )


def _weight(rows: pl.DataFrame) -> np.ndarray:
    weight = np.ones(rows.height)
    for name in ("weight", "link_prob"):
        if name in rows.columns:
            weight = weight * rows[name].cast(pl.Float64).to_numpy()
    return weight


def _extra(fit: SupportFit) -> dict[str, object]:
    return {
        "options": list(fit.options),
        "unit": fit.spec.unit,
        "interviews": fit.interviews,
        "effective_n": fit.effective_n,
        "scales": fit.scales().to_dicts(),
    }
