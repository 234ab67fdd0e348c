"""A randomised test, as effects are learned from it; whatever is not one is refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.errors import InputError
from hustings.scores.persuasion.balance import check_balance

Array = NDArray[np.float64]
Codes = NDArray[np.int64]
Kind = Literal["persuasion", "mobilisation"]

FEWEST = 50
"""Fewest people in an arm: with fewer no error of an effect can be told."""


@dataclass(frozen=True)
class Experiment:
    """Who was assigned what by lot, and what became of them.

    Parameters
    ----------
    name : str
    kind : {"persuasion", "mobilisation"}
        Whether the outcome is a preference or a vote cast.
    rows : pl.DataFrame
        One row a person assigned, contacted or not: effects are of the assignment.
    treatment, outcome : str
        Columns: arm (text), outcome (0 or 1; a share of 0-1 is allowed).
    control : str
        Arm that got nothing, or a placebo.
    features : tuple of str
        Columns known before the assignment.
    probs : mapping of str to float, or None
        The assignment's record: chance of each arm, the same for all. None: it is read off the blocks.
    block : str or None
        Column: within its values the lot was drawn with equal chances for all; ``probs`` may then be None.
    cluster : str or None
        Column: people who got one lot together (a household), or a coarser group. None: each by their own.
    voter : str or None
        Column with the voter's id: nobody may stand there twice, least of all in two arms.
    costs : mapping of str to float
        Cost of one contact, by arm, in money; empty where unknown.
    drawn_on, measured_on : date or None
        Days of the lot and of the last outcome; None where they are not known.
    notes : tuple of str
        Sentences for the card: what was left out when the rows were gathered.
    """

    name: str
    kind: Kind
    rows: pl.DataFrame
    treatment: str
    control: str
    outcome: str
    features: tuple[str, ...]
    probs: Mapping[str, float] | None = None
    block: str | None = None
    cluster: str | None = None
    voter: str | None = None
    costs: Mapping[str, float] = field(default_factory=dict)
    drawn_on: dt.date | None = None
    measured_on: dt.date | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Checked:
    """An experiment that may be learned from.

    Parameters
    ----------
    experiment : Experiment
    frame : pl.DataFrame
        The features, n rows.
    arms : tuple of str
        The control first.
    arm : (n,) int array
    outcome : (n,) array
    prob : (n, arms) array
        Chance of each arm.
    clusters : (n,) int array
        From 0.
    notes : tuple of str
        Sentences for the card: rows left out and why, imbalance, clusters.
    """

    experiment: Experiment
    frame: pl.DataFrame
    arms: tuple[str, ...]
    arm: Codes
    outcome: Array
    prob: Array
    clusters: Codes
    notes: tuple[str, ...]


def check_experiment(experiment: Experiment) -> Checked:
    """Hold an experiment to what effects need.

    Raises
    ------
    InputError
        A column is missing; there is no record of the assignment, no control, or no treatment; an arm has fewer than 50
        people; the outcome is the same for all or outside 0-1, or unknown of different parts of the arms; a voter stands
        there twice; a block lacks an arm; the arms differ by more than chance in what was known before.
    """
    _columns(experiment)
    rows, said = _complete(experiment)
    notes = [*experiment.notes, *said]
    arms = _arms(experiment, rows)
    _one_arm_each(experiment, rows)
    outcome = _outcome(experiment, rows)
    arm = rows[experiment.treatment].cast(pl.Enum(list(arms))).to_physical().to_numpy().astype(np.int64)
    prob = _probs(experiment, rows, arms, arm)
    clusters, said = _clusters(experiment, rows)
    frame = rows.select(experiment.features)
    notes += [*said, *check_balance(experiment.name, frame, arm, prob, clusters, arms)]
    return Checked(experiment, frame, arms, arm, outcome, prob, clusters, tuple(notes))


def _columns(experiment: Experiment) -> None:
    named = [
        experiment.treatment,
        experiment.outcome,
        *experiment.features,
        *(name for name in (experiment.block, experiment.cluster, experiment.voter) if name),
    ]
    lacking = [name for name in named if name not in experiment.rows.columns]
    if lacking:
        raise InputError(
            f"the test {experiment.name} lacks {', '.join(lacking)}",
            hint=f"at hand: {', '.join(experiment.rows.columns)}",
        )
    if not experiment.features:
        raise InputError(f"the test {experiment.name} names no features: nothing could tell people apart")
    later = {experiment.treatment, experiment.outcome} & set(experiment.features)
    if later:
        raise InputError(
            f"the test {experiment.name} has {later.pop()} among its features, expected only what was before"
        )
    if experiment.probs is None and experiment.block is None:
        raise InputError(
            f"the test {experiment.name} has no record of its assignment: neither chances of the arms nor blocks",
            hint="effects are learned from lots alone: give the chances with which arms were drawn, or the blocks",
        )


def _complete(experiment: Experiment) -> tuple[pl.DataFrame, list[str]]:
    """Rows with an arm and an outcome; says how many had none, and refuses where arms differ in it."""
    rows, name = experiment.rows, experiment.name
    assigned = rows.filter(pl.col(experiment.treatment).is_not_null())
    notes = []
    if assigned.height < rows.height:
        notes.append(f"{name}: {rows.height - assigned.height:,} of {rows.height:,} rows have no arm and are left out.")
    if assigned[experiment.treatment].dtype not in {pl.String, pl.Categorical, pl.Enum}:
        raise InputError(f"the test {name}: arms are texts", column=experiment.treatment)
    values = assigned.with_columns(pl.col(experiment.treatment).cast(pl.String))
    known = values.filter(pl.col(experiment.outcome).is_not_null())
    if known.height < values.height:
        notes.append(_attrition(experiment, values))
    return known, notes


def _attrition(experiment: Experiment, rows: pl.DataFrame) -> str:
    from scipy.stats import chi2_contingency

    counts = rows.group_by(experiment.treatment).agg(
        lost=pl.col(experiment.outcome).is_null().sum(), kept=pl.col(experiment.outcome).is_not_null().sum()
    )
    lost, n = int(counts["lost"].sum()), rows.height
    p = float(chi2_contingency(counts.select("lost", "kept").to_numpy()).pvalue) if counts.height > 1 else 1.0
    if p < 1e-4:
        shares = counts.sort(experiment.treatment).select(
            experiment.treatment, share=pl.col("lost") / (pl.col("lost") + pl.col("kept"))
        )
        told = ", ".join(f"{arm} {share:.1%}" for arm, share in shares.iter_rows())
        raise InputError(
            f"the test {experiment.name}: the outcome is unknown of different parts of the arms ({told}; p = {p:.1g})",
            column=experiment.outcome,
            hint="those who remain are no lot any more: use an outcome that is known of all, as a vote in the file",
        )
    return (
        f"{experiment.name}: the outcome of {lost:,} of {n:,} people is unknown; they are left out "
        f"(no different between arms, p = {p:.2g})."
    )


def _arms(experiment: Experiment, rows: pl.DataFrame) -> tuple[str, ...]:
    """The control, then the treatments in the order of their names."""
    counts = dict(rows.group_by(experiment.treatment).len().iter_rows())
    name, found = experiment.name, ", ".join(f"{arm} {n:,}" for arm, n in sorted(counts.items()))
    if experiment.control not in counts:
        raise InputError(
            f"the test {name} has nobody in its control {experiment.control!r}; found {found or 'nobody'}",
            column=experiment.treatment,
            hint="without people who were left alone by lot there is no effect to see",
        )
    if len(counts) < 2:
        raise InputError(f"the test {name} has a control and no treatment", column=experiment.treatment)
    few = [arm for arm, n in counts.items() if n < FEWEST]
    if few:
        raise InputError(
            f"the test {name} has {counts[few[0]]} people in {few[0]!r}, expected at least {FEWEST}; found {found}",
            column=experiment.treatment,
        )
    return (experiment.control, *sorted(set(counts) - {experiment.control}))


def _one_arm_each(experiment: Experiment, rows: pl.DataFrame) -> None:
    if experiment.voter is None:
        return
    twice = (
        rows.filter(pl.col(experiment.voter).is_not_null())
        .group_by(experiment.voter)
        .agg(pl.len(), arms=pl.col(experiment.treatment).unique().sort())
        .filter(pl.col("len") > 1)
        .sort(experiment.voter)
    )
    if twice.height:
        first = twice.row(0, named=True)
        arms = " and ".join(first["arms"])
        raise InputError(
            f"the test {experiment.name} has {twice.height:,} voters twice: {first[experiment.voter]} in {arms}",
            column=experiment.voter,
            hint="a person has one arm and one row: keep the first assignment, made before anything was sent",
        )


def _outcome(experiment: Experiment, rows: pl.DataFrame) -> Array:
    column = rows[experiment.outcome]
    if not (column.dtype.is_numeric() or column.dtype == pl.Boolean):
        raise InputError(f"the test {experiment.name}: outcomes are numbers", column=experiment.outcome)
    values = column.cast(pl.Float64).to_numpy()
    if not ((values >= 0.0) & (values <= 1.0)).all():
        raise InputError(f"the test {experiment.name}: an outcome lies outside 0-1", column=experiment.outcome)
    if values.min() == values.max():
        raise InputError(
            f"the test {experiment.name}: everybody's outcome is {values[0]:g}, so nothing can have an effect on it",
            column=experiment.outcome,
        )
    return values


def _probs(experiment: Experiment, rows: pl.DataFrame, arms: tuple[str, ...], arm: Codes) -> Array:
    if experiment.probs is not None:
        if min(experiment.probs.get(one, 0.0) for one in arms) <= 0.0:
            raise InputError(f"the test {experiment.name}: an arm has no chance above 0; arms: {', '.join(arms)}")
        total = sum(experiment.probs[one] for one in arms)
        if abs(total - 1.0) > 1e-6:
            raise InputError(f"the test {experiment.name}: the arms' chances sum to {total:.6g}, expected 1")
        return np.tile([experiment.probs[one] for one in arms], (len(arm), 1))
    block = rows[experiment.block or ""]
    code = block.rank("dense").to_numpy().astype(np.int64) - 1 if block.dtype.is_numeric() else _codes(block)
    counts = np.stack([np.bincount(code[arm == k], minlength=code.max() + 1) for k in range(len(arms))], axis=1)
    empty = np.argwhere(counts == 0)
    if len(empty):
        at = str(block[int(np.flatnonzero(code == empty[0, 0])[0])])
        raise InputError(
            f"the test {experiment.name}: {len(np.unique(empty[:, 0])):,} blocks lack an arm; {at!r} has nobody in "
            f"{arms[empty[0, 1]]!r}",
            column=experiment.block,
            hint="give the chances with which arms were drawn, or join small blocks that had the same chances",
        )
    return np.asarray((counts / counts.sum(axis=1, keepdims=True))[code])


def _clusters(experiment: Experiment, rows: pl.DataFrame) -> tuple[Codes, list[str]]:
    if experiment.cluster is None:
        said = f"{experiment.name}: no clusters are recorded; each person is taken to have drawn their own lot."
        return np.arange(rows.height), [said]
    column = rows[experiment.cluster]
    if column.null_count():
        raise InputError(
            f"the test {experiment.name}: {column.null_count():,} people have no cluster",
            column=experiment.cluster,
            hint="give those who drew their own lot a cluster of their own",
        )
    clusters = _codes(column)
    n = int(clusters.max()) + 1
    if n < 2 * 10:
        raise InputError(
            f"the test {experiment.name} has {n} clusters, expected at least 20: errors cannot be told",
            column=experiment.cluster,
        )
    return clusters, [f"{experiment.name}: errors count {n:,} clusters (`{experiment.cluster}`)."]


def _codes(column: pl.Series) -> Codes:
    """Values as whole numbers from 0."""
    return np.unique(column.cast(pl.String).fill_null("").to_numpy(), return_inverse=True)[1].ravel().astype(np.int64)
