"""Locked lists of a campaign, and the tests that they have become: votes in the file, answers in later interviews."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from hustings.electorate.query import Electorate
from hustings.errors import InputError
from hustings.scores.features import Target
from hustings.scores.persuasion.data import FEWEST, Experiment
from hustings.scores.persuasion.describing import describe, electorate_then, votes_cast
from hustings.scores.persuasion.holdout import HELD_OUT, LOCK, ROWS, CutList, read_lock
from hustings.scores.persuasion.sources import from_list
from hustings.store.manifest import Election

LISTS_FOLDER = "lists"


def list_folders(campaign: Path, *, as_of: dt.date | None = None) -> list[Path]:
    """Folders of locked lists, by name, none cut after a day; one whose lock cannot be read is among them."""
    places = {path.parent for name in (LOCK, ROWS) for path in (campaign / LISTS_FOLDER).glob(f"*/{name}")}
    found = []
    for folder in sorted(places):
        lock = read_lock(folder)
        if lock is None or as_of is None or lock.day <= as_of:
            found.append(folder)
    return found


def outcome_elections(
    cut: CutList, elections: Mapping[str, Sequence[Election]], as_of: dt.date
) -> dict[str, tuple[dt.date, str]]:
    """State -> day and kind of the election whose votes are a list's outcome, in states whose history holds it.

    The one that was named when the list was cut; else the first after that day. Those of ``as_of`` and later are not known.
    """
    found = {}
    for state, known in elections.items():
        if cut.states and state not in cut.states:
            continue
        days = sorted(
            (day, one.kind)
            for one in known
            if cut.day < (day := dt.date.fromisoformat(one.date)) < as_of and cut.election in {None, day}
        )
        if days:
            found[state] = days[0]
    return found


def turnout_test(cut: CutList, electorate: Electorate, target: Target) -> Experiment | None:
    """Whether those of a list voted; None where no election after it is in the history yet.

    Raises
    ------
    InputError
        Voters of the list are not in the file.
    """
    states = electorate.words.manifest.states
    known = outcome_elections(cut, {name: files.elections for name, files in states.items()}, target.as_of)
    if not known:
        return None
    then = {s: Target(day, kind, cut.day, target.cycle_years) for s, (day, kind) in known.items()}
    votes = votes_cast(electorate, cut.rows["voter_id"], then)
    if not measurable(cut.rows.join(votes, on="voter_id")["arm"]):
        return None
    now = Target(max(day for day, _ in known.values()), target.kind, cut.day, target.cycle_years)
    features, notes = described(cut, electorate, {state: then.get(state, now) for state in states})
    days = sorted({day for day, _ in known.values()})
    said = f"list {cut.name}: cut on {cut.day}; votes of {' and '.join(map(str, days))}."
    test = enough(from_list(cut, votes, features, outcome="voted", costs=cut.costs))
    return replace(test, measured_on=days[-1], notes=(said, *notes, *test.notes))


def answer_test(cut: CutList, answers: pl.DataFrame, electorate: Electorate, target: Target) -> Experiment | None:
    """Whom those of a list preferred when they were interviewed later; None where too few were.

    Parameters
    ----------
    cut : CutList
    answers : pl.DataFrame
        ``voter_id``, ``day``, ``outcome`` of interviews.
    electorate : Electorate
    target : Target

    Raises
    ------
    InputError
        Voters of the list are not in the file.
    """
    later = answers.filter(pl.col("day") > cut.day).join(cut.rows, on="voter_id", how="semi")
    last = later.sort("voter_id", "day").unique("voter_id", keep="last", maintain_order=True)
    if not measurable(cut.rows.join(last, on="voter_id")["arm"]):
        return None
    states = electorate.words.manifest.states
    features, notes = described(cut, electorate, dict.fromkeys(states, before(target, cut.day)))
    test = enough(from_list(cut, last, features, outcome="outcome", kind="persuasion", costs=cut.costs))
    asked = last["day"].max()
    assert isinstance(asked, dt.date)
    said = f"list {cut.name}: cut on {cut.day}; the last interview of each of its members until {asked}."
    return replace(test, measured_on=asked, notes=(said, *notes, *test.notes))


def measurable(arms: pl.Series, control: str = HELD_OUT) -> bool:
    """Whether enough people of the control and of another arm have an outcome."""
    counts = dict(arms.value_counts(name="people").iter_rows())
    return counts.pop(control, 0) >= FEWEST and max(counts.values(), default=0) >= FEWEST


def enough(test: Experiment) -> Experiment:
    """Leave out contacts with too few people; chances of the others are those given that one of them was drawn."""
    known = test.rows.filter(pl.col(test.outcome).is_not_null())
    counts = dict(known.group_by(test.treatment).len().iter_rows())
    few = [arm for arm in test.probs or {} if arm != test.control and counts.get(arm, 0) < FEWEST]
    if not few or len(few) == len(test.probs or {}) - 1:
        return test
    kept = {arm: prob for arm, prob in (test.probs or {}).items() if arm not in few}
    said = "; ".join(f"{arm} {counts.get(arm, 0)}" for arm in few)
    return replace(
        test,
        rows=test.rows.filter(pl.col(test.treatment).is_in(list(kept))),
        probs={arm: prob / sum(kept.values()) for arm, prob in kept.items()},
        notes=(*test.notes, f"{test.name}: too few people with an outcome to learn from ({said}, of {FEWEST})."),
    )


def described(
    cut: CutList, electorate: Electorate, targets: Mapping[str, Target]
) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Features of everybody on a list as of its day, and what a reader should know of them."""
    then, kept = electorate_then(electorate, cut.day)
    features = describe(then, cut.rows["voter_id"], targets)
    if kept:
        return features, ()
    said = f"WARNING list {cut.name}: no voters are stored of {cut.day}; party and address are those of later."
    return features, (said,)


def before(target: Target, day: dt.date) -> Target:
    """The target as seen from an earlier day.

    Raises
    ------
    InputError
        The day is after the election.
    """
    if day > target.election:
        raise InputError(f"what was drawn on {day} is after the election of {target.election}")
    return replace(target, as_of=day)
