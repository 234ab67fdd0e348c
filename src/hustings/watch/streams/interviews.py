"""Interviews against the support model as it was: whether anybody, anywhere, is no longer as modelled.

The answers of those who name an option are compared with what the pinned model says of people like them. Its error is
no break: a claim holds as long as the mean residual stays within 1.5 points (what weighting and question effects move
between waves of one survey) and one standard error of the model there, 6 points at most; in each of the many segments one
and a half standard errors, 8 points at most. A model of 500 interviews then broke its own claim in 4 of 150 quiet seasons;
with one standard error in the segments too in 13 (``benchmarks/bench_watch_tolerance.py``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import expit, logit

from hustings.errors import HustingsError
from hustings.scores.fitted import Fitted, latest_fitted, model_folder
from hustings.watch.assumption import Assumption, Claim, Foreseen, Idle, Seen
from hustings.watch.morning import Morning
from hustings.watch.streams.interviewed import (
    cluster_of,
    in_segments,
    interviewed,
    new_since,
    not_compared,
    segment_of,
    segments_of,
)
from hustings.watch.streams.rows import TYPICAL, nothing, share_rows, typical_weights

Array = NDArray[np.float64]

FEWEST = 30
"""Interviews below which a segment is not watched apart."""
MOST_SEGMENTS = 60
SUPPORT = "support"
SETTINGS = "settings"
BASE_TOLERANCE = 0.015
ERRORS, LARGEST_TOLERANCE = 1.0, 0.06
SEGMENT_ERRORS, LARGEST_SEGMENT_TOLERANCE = 1.5, 0.08
SEGMENT_SD = 0.075
"""How far segments lie off what a model says of them, before anybody of them is interviewed: .3 logits."""
SHIFT_SD = 1.0
"""The same, in logits, of a segment that the model does not know at all."""


@dataclass(frozen=True)
class Group:
    """Whose answers are compared, and how.

    Parameters
    ----------
    who : callable
        The interviews of a morning -> those of the group, or :class:`Idle`.
    dimensions : tuple of str
        What is compared apart, the most important first.
    unknown : callable
        Segments of which the model knows nothing: how far they lay off until the claim was registered is part of the claim.
    said : str
        The claim, with {segments} and {points}.
    """

    who: Callable[[Morning, pl.DataFrame], pl.DataFrame | Idle]
    dimensions: tuple[str, ...]
    unknown: Callable[[Morning, str], bool]
    said: str


def pinned(morning: Morning, day: str | None = None) -> tuple[str, Fitted] | Idle:
    """The support model of a day exactly, or the last: its day, and itself; :class:`Idle` where it is not there."""
    if morning.campaign is None:
        return Idle("public polls alone have no support model")
    if day is None:
        folder = latest_fitted(morning.campaign.folder, SUPPORT, morning.as_of)
        if folder is None:
            return Idle("there is no support model yet", "hustings fit support")
        day = folder.name
    hint, on = "bring it back from a backup, or renew the claim", dt.date.fromisoformat(day)
    try:
        # Where the day's own is gone, the last one before it is not what was registered.
        there = (model_folder(morning.campaign.folder, SUPPORT, on) / "run.json").is_file()
        found = morning.model(SUPPORT, on) if there else None
    except HustingsError as err:
        return Idle(f"the support model of {day} cannot be read: {err.message}", hint)
    if found is None:
        return Idle(f"the support model of {day} is gone", hint)
    return day, found


def own_chance(fitted: Fitted, rows: pl.DataFrame, option: str) -> Array:
    """Chance of each row to prefer an option to the contest's others, (row,)."""
    options = list(fitted.extra["options"])
    scores = fitted.models[0].predict(rows)
    if len(options) == 2:
        first = scores["support_prob"].to_numpy()
        return np.asarray(first if option == options[0] else 1.0 - first)
    return np.asarray(scores[f"support_{option}_prob"].to_numpy())


def tolerance_of(segment: str, weight: Array, prior_sd: float) -> float:
    """How far the mean residual of a segment may lie off: see the head of this file."""
    effective = weight.sum() ** 2 / (weight**2).sum() if len(weight) else 0.0
    error = (4 * effective + prior_sd**-2) ** -0.5
    times, most = (ERRORS, LARGEST_TOLERANCE) if segment == "all" else (SEGMENT_ERRORS, LARGEST_SEGMENT_TOLERANCE)
    return float(min(BASE_TOLERANCE + times * error, most))


def shift_of(y: Array, p: Array, weight: Array) -> float:
    """Logits by which chances must be moved to agree with answers: the mode under N(0, `SHIFT_SD`^2)."""
    eta, shift = logit(np.clip(p, 1e-6, 1 - 1e-6)), 0.0
    for _ in range(25):
        q = expit(eta + shift)
        slope = (weight * (y - q)).sum() - shift / SHIFT_SD**2
        shift += np.clip(slope / ((weight * q * (1 - q)).sum() + SHIFT_SD**-2), -1.0, 1.0)
    return float(shift)


def shifted(answers: pl.DataFrame, shifts: Mapping[str, float]) -> pl.DataFrame:
    """Answers with their chances moved by their segments' logits; a chance of 0 or 1 stays what it is."""
    moved = pl.col("segment").replace_strict(dict(shifts), default=0.0, return_dtype=pl.Float64)
    odds = pl.col("p") / (1 - pl.col("p")) * moved.exp()
    certain = (moved == 0) | (pl.col("p") >= 1)
    return answers.with_columns(pl.when(certain).then("p").otherwise(odds / (1 + odds)).alias("p"))


def _answers(morning: Morning, group: Group) -> pl.DataFrame | Idle:
    """Interviews of a group that name an option."""
    rows = interviewed(morning)
    if isinstance(rows, Idle):
        return rows
    return group.who(morning, rows.filter(pl.col("option").is_not_null()))


def _compared(rows: pl.DataFrame, fitted: Fitted, own: str) -> pl.DataFrame:
    return rows.with_columns(
        (pl.col("option") == own).cast(pl.Float64).alias("y"),
        pl.Series("p", own_chance(fitted, rows, own)),
        cluster_of().alias("cluster"),
    )


def _register(group: Group, morning: Morning) -> Foreseen | Idle:
    model = pinned(morning)
    if isinstance(model, Idle):
        return model
    rows = _answers(morning, group)
    if isinstance(rows, Idle):
        return rows
    if rows.height < FEWEST:
        return Idle(f"{rows.height} interviews so far, {FEWEST} are needed", "hustings survey draw, or survey load")
    day, fitted = model
    rows = _compared(rows, fitted, morning.own_option)
    segments = segments_of(rows, group.dimensions, fewest=FEWEST, most=MOST_SEGMENTS)
    shifts, tolerances = {}, []
    for name in segments:
        here = rows.filter(segment_of(name))
        y, p, weight = (here[column].to_numpy() for column in ("y", "p", "weight"))
        prior_sd = SEGMENT_SD
        if group.unknown(morning, name):
            shifts[name], prior_sd = shift_of(y, p, weight), SHIFT_SD / 4
        tolerances.append(tolerance_of(name, weight, prior_sd))
    typical = typical_weights(in_segments(rows, segments), segments)
    return Foreseen(
        segments=segments,
        scales={"tolerance": tuple(tolerances)},
        said=group.said.format(option=morning.own_label, day=day, points=f"{100 * tolerances[0]:.1f}"),
        prediction={
            "model": day,
            "own": morning.own_option,
            TYPICAL: typical,
            "shifts": shifts,
            SETTINGS: _settings(morning),
        },
    )


def _settings(morning: Morning) -> dict[str, str]:
    """Settings that say who is compared: a claim is of those that stood when it was registered."""
    party = morning.campaign.watch.party if morning.campaign is not None else ""
    return {"party": party, "new_since": new_since(morning).isoformat(), "option": morning.own_option}


def _changed(morning: Morning, claim: Claim) -> str:
    """Which setting is another one than at registration, in words; empty where none is."""
    before = claim.foreseen.prediction.get(SETTINGS, {})
    now = _settings(morning)
    return ", ".join(
        f"[watch] {name} is {now[name]!r} and was {was!r}" for name, was in before.items() if now[name] != was
    )


def _observe(group: Group, morning: Morning, claim: Claim, settled: pl.DataFrame) -> Seen:
    said = claim.foreseen.prediction
    if changed := _changed(morning, claim):
        return nothing(f"not compared: {changed} when it was registered (hustings watch renew {claim.assumption})")
    model = pinned(morning, said["model"])
    if isinstance(model, Idle):
        return nothing(f"not compared: {model.why} ({model.hint})")
    rows = _answers(morning, group)
    if isinstance(rows, Idle):
        return nothing(f"not compared: {rows.why}")
    fresh = not_compared(rows, claim, settled)
    if fresh.rows.is_empty():
        return nothing(*fresh.notes)
    answers = in_segments(_compared(fresh.rows, model[1], said["own"]), claim.foreseen.segments)
    answers = shifted(answers, said["shifts"])
    return Seen(share_rows(answers, claim), fresh.settled, fresh.notes)


def _everybody(_: Morning, rows: pl.DataFrame) -> pl.DataFrame:
    return rows


def _registered(morning: Morning, rows: pl.DataFrame) -> pl.DataFrame:
    """Who is registered with the party that is counted on."""
    assert morning.campaign is not None
    return rows.filter(pl.col("party") == morning.campaign.watch.party)


def _recalled(morning: Morning, rows: pl.DataFrame) -> pl.DataFrame | Idle:
    """Who recalls having voted for the own option."""
    found = rows.filter(pl.col("past_option") == morning.own_option)
    hint = 'give [watch] party in campaign.toml, or ask for the last vote (role "past_vote")'
    return found if found.height else Idle("nobody interviewed is known to be of the base", hint)


def _register_base(morning: Morning) -> Foreseen | Idle:
    """The base is who is registered with the party; where nobody interviewed is, or none is named, who recalls a vote."""
    rows = interviewed(morning)
    if morning.campaign is None or isinstance(rows, Idle):
        return _register(RECALLED, morning)
    party, parties = morning.campaign.watch.party, rows["party"].drop_nulls().unique().sort()
    if party and len(parties) and party not in parties:
        said = ", ".join(parties.cast(pl.String))
        return Idle(
            f"nobody interviewed is registered with {party!r}, but with {said}", "mend [watch] party in campaign.toml"
        )
    return _register(REGISTERED if party and len(parties) else RECALLED, morning)


def _observe_base(morning: Morning, claim: Claim, settled: pl.DataFrame) -> Seen:
    """The base stays what it was when the claim was registered."""
    group = RECALLED if claim.foreseen.prediction["shifts"] else REGISTERED
    return _observe(group, morning, claim, settled)


def _new(morning: Morning, rows: pl.DataFrame) -> pl.DataFrame | Idle:
    if rows["is_new"].null_count() == rows.height:
        return Idle("nobody interviewed is linked to a voter file", "hustings load voters")
    found = rows.filter(pl.col("is_new"))
    hint = "interview them: `hustings survey draw` has the stratum file_tenure"
    return found if found.height else Idle(f"nobody interviewed has registered since {new_since(morning)}", hint)


MODELLED = Group(
    _everybody,
    ("state", "race", "age", "party", "sex", "education", "registered"),
    lambda _, name: name.startswith("education="),
    "Those interviewed prefer {option} as the support model of {day} says of people like them, within {points} points.",
)
REGISTERED = Group(
    _registered,
    ("state", "race", "age"),
    lambda *_: False,
    "Voters registered with our party prefer {option} at least as the support model of {day} says, less {points} points.",
)
RECALLED = Group(
    _recalled,
    ("state", "race", "age"),
    lambda *_: True,
    "Those who voted for us last time prefer {option} as much as until {day}, less {points} points.",
)
NEW = Group(
    _new,
    ("state", "party", "race", "age"),
    lambda *_: False,
    "New registrants prefer {option} at least as the support model of {day} says of people like them, less {points} points.",
)

PREFER = "{where}: {observed:.1%} prefer us where {predicted:.1%} were expected to, {size}"
SUPPORT_AS_MODELLED = Assumption(
    name="support-as-modelled",
    claim="People prefer whom the support model says, overall and in every segment",
    kind="shares",
    register=partial(_register, MODELLED),
    observe=partial(_observe, MODELLED),
    share=0.11,
    watches="own interviews against the pinned support model",
    if_broken="Opinion has moved, or those who answer are no longer those who were modelled.",
    action="Interview {n} more {people} (`hustings survey draw`), fit again (`hustings fit support`), then renew the claim.",
    owner="pollster",
    bears_on="support",
    says=PREFER,
)
BASE_COMES_HOME = Assumption(
    name="base-comes-home",
    claim="Our own base prefers us as much as the support model says",
    kind="shares",
    side="below",
    register=_register_base,
    observe=_observe_base,
    share=0.11,
    watches="own interviews of the base against the pinned support model",
    if_broken="The base erodes: votes that are counted on are not there.",
    action="Ask {n} {people} of the base what keeps them away, and put them on the persuasion list (`hustings fit persuasion`).",
    owner="field director",
    bears_on="support",
    says=PREFER,
)
NEW_REGISTRANTS_PREFERENCE = Assumption(
    name="new-registrants-preference",
    claim="New registrants prefer us as much as people like them",
    kind="shares",
    side="below",
    register=partial(_register, NEW),
    observe=partial(_observe, NEW),
    share=0.05,
    watches="own interviews of new registrants against the pinned support model",
    if_broken="The new voters are the other side's.",
    action="Interview {n} newly registered {people} (`hustings survey draw`), and fit again (`hustings fit support`).",
    owner="pollster",
    bears_on="support",
    says=PREFER,
)
INTERVIEWS = (SUPPORT_AS_MODELLED, BASE_COMES_HOME, NEW_REGISTRANTS_PREFERENCE)
