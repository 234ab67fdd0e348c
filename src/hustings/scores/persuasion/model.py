"""Tests in, model out: scorecards of effects and the card that says how far they can be trusted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from scipy.special import ndtri

from hustings.errors import InputError
from hustings.scores.cards import calibration_table, decile_table, importance_table
from hustings.scores.fitted import Fitted, ModelCard
from hustings.scores.persuasion.data import Checked, Experiment, Kind, check_experiment
from hustings.scores.persuasion.learner import LEVEL, SIGNIFICANCE, Effects, effects_of, parts_of
from hustings.scores.persuasion.nuisance import Nuisance
from hustings.scores.persuasion.pooling import Part, stack
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


@dataclass(frozen=True)
class Tested:
    """A treatment and the tests it stands in.

    Parameters
    ----------
    kind : {"persuasion", "mobilisation"}
    parts : tuple of Part
    """

    kind: Kind
    parts: tuple[Part, ...]

    @property
    def name(self) -> str:
        """Names of its tests."""
        return " + ".join(part.checked.experiment.name for part in self.parts)

    @property
    def cost(self) -> float | None:
        """Of one contact, as the last test has it."""
        known = [part.checked.experiment.costs.get(part.treatment) for part in self.parts]
        return next((cost for cost in reversed(known) if cost is not None), None)

    @property
    def clusters(self) -> int:
        """People or households that drew a lot."""
        return sum(int(part.checked.clusters.max()) + 1 for part in self.parts)


Fits = list[tuple[Tested, Effects]]


def fit_persuasion(
    experiments: Sequence[Experiment],
    *,
    as_of: dt.date,
    rng: np.random.Generator,
    nuisance: Nuisance = "auto",
    skip_refused: bool = False,
    refused: Sequence[str] = (),
    notes: Sequence[str] = (),
) -> Fitted:
    """Fit the effects of contact.

    Parameters
    ----------
    experiments : sequence of Experiment
        Randomised tests. A treatment of a kind that stands in several is pooled: see :mod:`.pooling`.
    as_of : date
        Of the model; the tests' lots and outcomes must be of that day or before.
    rng : Generator
    nuisance : {"auto", "additive", "boosting"}
    skip_refused : bool
        Leave out tests that are not fit to learn from, with a warning on the card, as long as one remains.
    refused, notes : sequence of str
        For the card: other tests that cannot be used, as warnings; and what else is to be said.

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
        There is no experiment, one is not fit to learn from or later than ``as_of``, or the tests of a treatment have no
        feature in common.
    """
    tests, left_out = _checked(experiments, as_of, skip_refused=skip_refused)
    fits = _fits(tests, rng, nuisance)
    columns = _columns(fits)
    model = ScoreModel("persuasion", "identity", tuple(columns), tuple(card for _, card in columns.values()))
    tables = [_tables(column, *fits[at]) for column, (at, _) in columns.items()]
    warnings = [f"WARNING not used: {said}" for said in (*refused, *left_out)]
    card = ModelCard(
        model="persuasion",
        as_of=as_of,
        data=(*(sentence for checked in tests for sentence in _data(checked)), *warnings, *notes),
        measures=_measures(fits),
        deciles=_stack([one[0] for one in tables], DECILES.column_names),
        calibration=_stack([one[1] for one in tables], CALIBRATION.column_names),
        importance=_stack([one[2] for one in tables], IMPORTANCE.column_names),
        assumptions=ASSUMPTIONS,
        cannot_see=(*(_verdict(tested, effects) for tested, effects in fits), *CANNOT_SEE),
    )
    extra = {"effects": [_plain(tested, effects) for tested, effects in fits]}
    return Fitted((model,), card, extra)


def _checked(
    experiments: Sequence[Experiment], as_of: dt.date, *, skip_refused: bool
) -> tuple[list[Checked], list[str]]:
    """Tests that may be learned from, and what was said of the others."""
    if not experiments:
        raise InputError(
            "there is no randomised test to learn effects from",
            hint="hold people out by lot when a list is cut, or split a survey's sample by message",
        )
    tests, errors = [], []
    for one in experiments:
        try:
            _check_days(one, as_of)
            tests.append(check_experiment(one))
        except InputError as err:
            if not skip_refused:
                raise
            errors.append(err)
    if not tests:
        raise errors[0]
    return tests, [str(err) for err in errors]


def _check_days(experiment: Experiment, as_of: dt.date) -> None:
    for day, what in ((experiment.drawn_on, "was drawn"), (experiment.measured_on, "has outcomes")):
        if day is not None and day > as_of:
            raise InputError(
                f"the test {experiment.name} {what} on {day}, and the model is of {as_of}",
                hint="a model may use only what was known on its day: leave the test out, or fit as of a later day",
            )


def _fits(tests: Sequence[Checked], rng: np.random.Generator, nuisance: Nuisance) -> Fits:
    """Effects of each treatment of each kind, in the order of the tests."""
    found: dict[tuple[Kind, str], list[Part]] = {}
    for checked in tests:
        for part in parts_of(checked, rng, nuisance=nuisance):
            found.setdefault((checked.experiment.kind, part.treatment), []).append(part)
    return [(Tested(kind, tuple(parts)), effects_of(parts)) for (kind, _), parts in found.items()]


def _columns(fits: Fits) -> dict[str, tuple[int, Scorecard]]:
    """Column -> which fit, its scorecard."""
    found: dict[str, tuple[int, Scorecard]] = {}
    for kind in ("persuasion", "mobilisation"):
        own = [at for at, (tested, _) in enumerate(fits) if tested.kind == kind]
        if not own:
            continue
        first = max(own, key=lambda at: _worth(fits, own, at))
        found[f"{kind}_effect"] = (first, fits[first][1].card)
        for at in own if len(own) > 1 else []:
            found[f"{kind}_{_slug(fits[at][1].treatment)}_effect"] = (at, fits[at][1].card)
    return found


def _worth(fits: Fits, own: list[int], at: int) -> float:
    costs = {one: fits[one][0].cost or 0.0 for one in own}
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


def _verdict(tested: Tested, effects: Effects) -> str:
    """What a reader must not overlook."""
    ends = [100 * (effects.average.value + sign * _z() * effects.average.se) for sign in (-1, 1)]
    average = f"{100 * effects.average.value:+.2f} points ({ends[0]:+.2f} to {ends[1]:+.2f}) on average"
    head = f"{tested.name}, {effects.treatment}: {average}; "
    if effects.same_p is not None:
        apart = f"{100 * effects.spread:.2f} points between tests, p = {effects.same_p:.2g}"
        head += f"{len(tested.parts)} tests ({apart}); "
    if effects.differs:
        slope = effects.held_out.slope
        return f"{head}people differ (p = {effects.p_no_difference:.2g}, held-out slope {slope.value:.2f})."
    return f"{head}no detectable difference between people (p = {effects.p_no_difference:.2g}): all have the average."


def _measures(fits: Fits) -> dict[str, float]:
    found: dict[str, float] = {}
    for tested, effects in fits:
        head = f"{tested.kind}_{_slug(effects.treatment)}"
        found |= {
            f"{head}_effect": effects.average.value,
            f"{head}_effect_se": effects.average.se,
            f"{head}_no_difference_p": effects.p_no_difference,
            f"{head}_differs": float(effects.differs),
        }
        if effects.same_p is not None:
            found |= {f"{head}_tests_sd": effects.spread, f"{head}_tests_same_p": effects.same_p}
        if effects.differs:
            judged = effects.held_out
            found |= {
                f"{head}_calibration_slope": judged.slope.value,
                f"{head}_calibration_slope_p": judged.slope_p,
                f"{head}_qini": judged.qini.value,
                f"{head}_qini_se": judged.qini.se,
            }
    return found


def _tables(column: str, tested: Tested, effects: Effects) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Deciles, calibration and importance; everybody's prediction is of a fit that had not seen them."""
    predicted = effects.predicted if effects.differs else np.full(len(effects.signal), effects.average.value)
    frame = stack(tested.parts).frame
    groups = pl.DataFrame(
        pl.Series(feature.name, feature.bin_names()).gather(feature.bins(frame[feature.name]))
        for feature in effects.features
    )
    return (
        decile_table(column, predicted, effects.signal),
        calibration_table(column, predicted, effects.signal, None, groups),
        importance_table(column, effects.card, frame),
    )


def _stack(tables: list[pl.DataFrame], names: list[str]) -> pl.DataFrame:
    return pl.concat(tables).select(names)


def _plain(tested: Tested, effects: Effects) -> dict[str, Any]:
    """What is kept of a treatment, as JSON."""
    average, judged = effects.average, effects.held_out
    return {
        "experiment": tested.name,
        "tests": [
            {"name": part.checked.experiment.name, "effect": part.average.value, "effect_se": part.average.se}
            for part in tested.parts
        ],
        "tests_sd": effects.spread,
        "tests_same_p": effects.same_p,
        "kind": tested.kind,
        "treatment": effects.treatment,
        "people": list(effects.people),
        "clusters": tested.clusters,
        "cost": tested.cost,
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
