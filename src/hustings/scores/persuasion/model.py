"""Tests in, model out: scorecards of effects and the card that says how far they can be trusted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl
from scipy.special import ndtri

from hustings.errors import InputError
from hustings.scores.cards import calibration_table, decile_table, importance_table
from hustings.scores.fitted import Fitted, ModelCard
from hustings.scores.persuasion.data import Checked, Experiment, check_experiment
from hustings.scores.persuasion.learner import LEVEL, SIGNIFICANCE, Effects, fit_effects
from hustings.scores.persuasion.nuisance import Nuisance
from hustings.scores.scorecard import Scorecard, ScoreModel
from hustings.tables import CALIBRATION, DECILES, IMPORTANCE

ASSUMPTIONS = (
    "Arms were drawn by lot with the recorded chances; effects are of being assigned, reached or not.",
    "What a contact does to one voter does not depend on who else was contacted, but within a cluster.",
    "Voters like those of the test, in another place and at another time, respond as they did.",
    "Effects add up over features; differences between groups are drawn to none as far as noise demands.",
)
CANNOT_SEE = (
    "What a contact does to people whose like was in no test.",
    "Contacts of the other side, and how an effect fades between contact and election day.",
    "Differences between people smaller than the test's noise: no difference found is not proof of none.",
)


def fit_persuasion(
    experiments: Sequence[Experiment], *, as_of: dt.date, rng: np.random.Generator, nuisance: Nuisance = "auto"
) -> Fitted:
    """Fit the effects of contact.

    Parameters
    ----------
    experiments : sequence of Experiment
        Randomised tests; a treatment of a kind stands in one of them.
    as_of : date
        Of the model; the tests must have ended before.
    rng : Generator
    nuisance : {"auto", "additive", "boosting"}

    Returns
    -------
    Fitted
        One model, link identity. ``persuasion_effect`` and ``mobilisation_effect`` are those of the kind's first
        treatment: most effect for its cost where all costs are known, else the highest lower end of the average's
        interval. Each treatment has a column ``KIND_TREATMENT_effect`` beside where a kind has several. ``extra`` holds
        each treatment's average, interval, test of differences and held-out measures.

    Raises
    ------
    InputError
        There is no experiment, one is not fit to learn from, or a treatment stands in two of them.
    """
    if not experiments:
        raise InputError(
            "there is no randomised test to learn effects from",
            hint="hold people out by lot when a list is cut, or split a survey's sample by message",
        )
    tests = [check_experiment(one) for one in experiments]
    fits = [(checked, effects) for checked in tests for effects in fit_effects(checked, rng, nuisance=nuisance)]
    _once(fits)
    columns = _columns(fits)
    model = ScoreModel("persuasion", "identity", tuple(columns), tuple(card for _, card in columns.values()))
    tables = [_tables(column, *fits[at]) for column, (at, _) in columns.items()]
    card = ModelCard(
        model="persuasion",
        as_of=as_of,
        data=tuple(sentence for checked in tests for sentence in _data(checked)),
        measures=_measures(fits),
        deciles=_stack([one[0] for one in tables], DECILES.column_names),
        calibration=_stack([one[1] for one in tables], CALIBRATION.column_names),
        importance=_stack([one[2] for one in tables], IMPORTANCE.column_names),
        assumptions=ASSUMPTIONS,
        cannot_see=(*(_verdict(checked, effects) for checked, effects in fits), *CANNOT_SEE),
    )
    extra = {"effects": [_plain(checked, effects) for checked, effects in fits]}
    return Fitted((model,), card, extra)


Fits = list[tuple[Checked, Effects]]


def _once(fits: Fits) -> None:
    seen: dict[tuple[str, str], str] = {}
    for checked, effects in fits:
        key, name = (checked.experiment.kind, effects.treatment), checked.experiment.name
        if key in seen:
            raise InputError(
                f"{key[0]} by {key[1]!r} is tested in {seen[key]} and in {name}, expected one test of a treatment",
                hint="join their rows into one test with the test as its block, or name the treatments apart",
            )
        seen[key] = name


def _columns(fits: Fits) -> dict[str, tuple[int, Scorecard]]:
    """Column -> which fit, its scorecard."""
    found: dict[str, tuple[int, Scorecard]] = {}
    for kind in ("persuasion", "mobilisation"):
        own = [at for at, (checked, _) in enumerate(fits) if checked.experiment.kind == kind]
        if not own:
            continue
        first = max(own, key=lambda at: _worth(fits, own, at))
        found[f"{kind}_effect"] = (first, fits[first][1].card)
        for at in own if len(own) > 1 else []:
            found[f"{kind}_{_slug(fits[at][1].treatment)}_effect"] = (at, fits[at][1].card)
    return found


def _worth(fits: Fits, own: list[int], at: int) -> float:
    costs = {one: fits[one][0].experiment.costs.get(fits[one][1].treatment, 0.0) for one in own}
    effects = fits[at][1]
    if all(cost > 0.0 for cost in costs.values()):
        return effects.average.value / costs[at]
    return effects.average.value - _z() * effects.average.se


def _slug(name: str) -> str:
    return "".join(sign if sign.isalnum() else "_" for sign in name.casefold()).strip("_")


def _z() -> float:
    return float(ndtri(0.5 + LEVEL / 2.0))


def _data(checked: Checked) -> list[str]:
    test = checked.experiment
    sizes = ", ".join(f"{arm} {int((checked.arm == k).sum()):,}" for k, arm in enumerate(checked.arms))
    return [f"{test.name} ({test.kind}): {len(checked.arm):,} people by lot in {sizes}.", *checked.notes]


def _verdict(checked: Checked, effects: Effects) -> str:
    """What a reader must not overlook."""
    ends = [100 * (effects.average.value + sign * _z() * effects.average.se) for sign in (-1, 1)]
    average = f"{100 * effects.average.value:+.2f} points ({ends[0]:+.2f} to {ends[1]:+.2f}) on average"
    head = f"{checked.experiment.name}, {effects.treatment}: {average}; "
    if effects.differs:
        slope = effects.held_out.slope
        return f"{head}people differ (p = {effects.p_no_difference:.2g}, held-out slope {slope.value:.2f})."
    return f"{head}no detectable difference between people (p = {effects.p_no_difference:.2g}): all have the average."


def _measures(fits: Fits) -> dict[str, float]:
    found: dict[str, float] = {}
    for checked, effects in fits:
        head = f"{checked.experiment.kind}_{_slug(effects.treatment)}"
        found |= {
            f"{head}_effect": effects.average.value,
            f"{head}_effect_se": effects.average.se,
            f"{head}_no_difference_p": effects.p_no_difference,
            f"{head}_differs": float(effects.differs),
        }
        if effects.differs:
            judged = effects.held_out
            found |= {
                f"{head}_calibration_slope": judged.slope.value,
                f"{head}_calibration_slope_p": judged.slope_p,
                f"{head}_qini": judged.qini.value,
                f"{head}_qini_se": judged.qini.se,
            }
    return found


def _tables(column: str, checked: Checked, effects: Effects) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Deciles, calibration and importance; everybody's prediction is of a fit that had not seen them."""
    predicted = effects.predicted if effects.differs else np.full(len(effects.signal), effects.average.value)
    groups = pl.DataFrame(
        pl.Series(feature.name, feature.bin_names()).gather(feature.bins(checked.frame[feature.name]))
        for feature in effects.features
    )
    return (
        decile_table(column, predicted, effects.signal),
        calibration_table(column, predicted, effects.signal, None, groups),
        importance_table(column, effects.card, checked.frame),
    )


def _stack(tables: list[pl.DataFrame], names: list[str]) -> pl.DataFrame:
    return pl.concat(tables).select(names)


def _plain(checked: Checked, effects: Effects) -> dict[str, Any]:
    """What is kept of a treatment, as JSON."""
    average, judged, test = effects.average, effects.held_out, checked.experiment
    return {
        "experiment": test.name,
        "kind": test.kind,
        "treatment": effects.treatment,
        "people": list(effects.people),
        "clusters": int(checked.clusters.max()) + 1,
        "cost": test.costs.get(effects.treatment),
        "control_mean": effects.control_mean,
        "effect": average.value,
        "effect_se": average.se,
        "low": average.value - _z() * average.se,
        "high": average.value + _z() * average.se,
        "level": LEVEL,
        "no_difference_p": effects.p_no_difference,
        "significance": SIGNIFICANCE,
        "differs": effects.differs,
        "slope": judged.slope.value,
        "slope_p": judged.slope_p,
        "qini": judged.qini.value,
        "qini_se": judged.qini.se,
        "policy": [
            {
                "treated_share": share,
                "value": value.value,
                "value_se": value.se,
                "over_random": over.value,
                "over_random_se": over.se,
            }
            for share, (value, over) in judged.tops.items()
        ],
    }
