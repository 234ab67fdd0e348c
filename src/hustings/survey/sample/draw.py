"""Draw a stratified sample: every voter's chance is known, and any part of it that is released is a random sample too."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.electorate.query import Electorate
from hustings.errors import ConfigError, InputError
from hustings.survey.sample.allocate import Allocation, allocate
from hustings.survey.sample.frame import StateFrame, read_frame
from hustings.tables import FRAME, SAMPLE

SMALLEST = 2
"""Voters a stratum gives at least: one alone has no variance of its own."""
STRATUM_MARK = " / "


@dataclass(frozen=True)
class DrawSpec:
    """What to draw.

    Parameters
    ----------
    allocation : Allocation
    strata : tuple of str
        Columns of the voter file that make strata within a state, without their ``file_``: ``party``, ``age_band``.
    replicates : int
        Parts that are released one after another.
    seed : int
        Same electorate, spec and seed: same sample.
    where : str, optional
        The poll stands for these voters alone.
    states : tuple of str
        States to draw from; empty for all that are stored.
    """

    allocation: Allocation
    strata: tuple[str, ...] = ("party", "age_band")
    replicates: int = 4
    seed: int = 1
    where: str | None = None
    states: tuple[str, ...] = ()


@dataclass(frozen=True)
class Draw:
    """A sample, and what it was drawn from.

    Parameters
    ----------
    sample : pl.DataFrame
        As declared in ``tables.SAMPLE``.
    frame : pl.DataFrame
        As declared in ``tables.FRAME``.
    strata : pl.DataFrame
        ``stratum``, ``state``, ``voters`` (who may be asked), ``drawn``.
    excluded : dict
        Reason -> voters who were not asked.
    notes : tuple of str
        What the reader should know: how votes were expected, strata that were merged.
    """

    sample: pl.DataFrame
    frame: pl.DataFrame
    strata: pl.DataFrame
    excluded: dict[str, int]
    notes: tuple[str, ...] = field(default=())


def draw_sample(
    electorate: Electorate,
    spec: DrawSpec,
    *,
    election: dt.date,
    opted_out: pl.Series | None = None,
    rested: pl.Series | None = None,
    deviations: Mapping[str, float] | None = None,
    response_rates: Mapping[str, float] | None = None,
) -> Draw:
    """Draw a sample of voters.

    Parameters
    ----------
    electorate : Electorate
        As of the day of the draw.
    spec : DrawSpec
    election : date
        Day of the coming election.
    opted_out, rested : pl.Series, optional
        Pseudonyms of voters who must not be asked.
    deviations, response_rates : mapping, optional
        By stratum, from earlier waves: standard deviation of the answer, and chance to answer.

    Raises
    ------
    ConfigError
        The sample is larger than the frame, or cannot be allocated as asked.
    InputError
        There is no such state, or no voter may be asked.
    """
    states = _states(electorate, spec.states)
    frames = [
        read_frame(electorate, state, election=election, where=spec.where, opted_out=opted_out, rested=rested)
        for state in states
    ]
    if not any(frame.voters.height for frame in frames):
        left = [f"{number:,} {reason}" for reason, number in _excluded(frames).items() if number]
        raise InputError(
            "no voter may be asked", hint=f"left out: {'; '.join(left)}" if left else "no voter is left by --where"
        )
    labelled = [_with_strata(frame, spec.strata) for frame in frames]
    strata = pl.concat([_strata(rows, frame) for rows, frame in zip(labelled, frames, strict=True)])
    given = allocate(
        spec.allocation,
        states=strata["state"].to_list(),
        sizes=strata["voters"].to_numpy(),
        measures=strata["voters"].cast(pl.Float64).to_numpy(),
        deviations=_by_stratum(strata, deviations, 0.5),
        response_rates=_by_stratum(strata, response_rates, spec.allocation.response_rate),
    )
    strata, merged = _merge_small(strata.with_columns(pl.Series("drawn", given)))
    parts = [_select(rows, strata, spec) for rows in labelled]
    sample = _numbered(pl.concat(parts), spec)
    notes = [f"{frame.state}: votes expected {frame.expected}" for frame in frames]
    if merged:
        notes.append(
            f"{merged} strata that would have given fewer than {SMALLEST} voters were merged within their states"
        )
    return Draw(
        sample=sample.select(SAMPLE.column_names),
        frame=pl.concat([frame.cells for frame in frames]).select(FRAME.column_names),
        strata=strata.group_by("stratum", "state", maintain_order=True).agg(pl.col("voters", "drawn").sum()),
        excluded=_excluded(frames),
        notes=tuple(notes),
    )


def _states(electorate: Electorate, asked: Sequence[str]) -> list[str]:
    known = list(electorate.words.manifest.states)
    unknown = [state for state in asked if state not in known]
    if unknown:
        raise InputError(f"no voters of {unknown[0]} are stored", hint=f"stored: {', '.join(sorted(known))}")
    return sorted(asked or known)


def _excluded(frames: list[StateFrame]) -> dict[str, int]:
    reasons = frames[0].excluded
    return {reason: sum(frame.excluded[reason] for frame in frames) for reason in reasons}


def _with_strata(frame: StateFrame, by: Sequence[str]) -> pl.DataFrame:
    """Add the stratum of each voter: the state, then the columns asked for."""
    columns = [f"file_{name.removeprefix('file_')}" for name in by]
    known = [
        name for name in frame.voters.columns if name.startswith("file_") and name not in {"file_age", "file_state"}
    ]
    for name in columns:
        if name not in known:
            choices = ", ".join(one.removeprefix("file_") for one in known)
            raise ConfigError(f"--strata names {name.removeprefix('file_')!r}, which makes no strata", hint=choices)
    label = pl.concat_str(
        [pl.lit(frame.state), *(pl.col(name).cast(pl.String) for name in columns)], separator=STRATUM_MARK
    )
    return frame.voters.with_columns(label.alias("stratum"))


def _strata(rows: pl.DataFrame, frame: StateFrame) -> pl.DataFrame:
    counted = rows.group_by("stratum").agg(pl.len().cast(pl.Int64).alias("voters")).sort("stratum")
    return counted.with_columns(pl.lit(frame.state).alias("state"), pl.col("stratum").alias("part"))


def _by_stratum(
    strata: pl.DataFrame, known: Mapping[str, float] | None, otherwise: float
) -> NDArray[np.float64] | None:
    if not known:
        return None
    return np.array([known.get(name, otherwise) for name in strata["stratum"].to_list()], dtype=np.float64)


def _merge_small(strata: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """Merge strata that give too few into one of their state; ``part`` keeps the name before.

    When what was merged still gives too few, the state's smallest other stratum joins it.
    """
    rows = strata.to_dicts()
    merged = 0
    for state in dict.fromkeys(strata["state"]):
        here = sorted((row for row in rows if row["state"] == state), key=lambda row: (row["drawn"], row["part"]))
        small = [row for row in here if row["drawn"] < SMALLEST]
        others = here[len(small) :]
        if not small:
            continue
        while others and sum(row["drawn"] for row in small) < SMALLEST:
            small.append(others.pop(0))
        for row in small:
            row["stratum"] = f"{state}{STRATUM_MARK}others"
        merged += len(small)
    return pl.DataFrame(rows, schema=strata.schema), merged


def _select(rows: pl.DataFrame, strata: pl.DataFrame, spec: DrawSpec) -> pl.DataFrame:
    """Take the first voters of each stratum in an order made of their pseudonyms and the seed."""
    parts = strata.select("part", pl.col("stratum").alias("merged"))
    totals = strata.group_by("stratum").agg(pl.col("voters", "drawn").sum())
    order = pl.Series("order", mixed(rows["voter_id"].to_numpy(), spec.seed))
    named = rows.with_columns(order).join(parts, left_on="stratum", right_on="part", how="left", maintain_order="left")
    ranked = (
        named.with_columns(pl.col("merged").alias("stratum"))
        .drop("merged")
        .join(totals, on="stratum", how="left", maintain_order="left")
        .with_columns(pl.col("order").rank("ordinal").over("stratum").cast(pl.Int64).alias("rank"))
    )
    probability = pl.col("drawn") / pl.col("voters")
    return ranked.filter(pl.col("rank") <= pl.col("drawn")).with_columns(
        probability.alias("selection_prob"), (1 / probability).alias("base_weight")
    )


def _numbered(chosen: pl.DataFrame, spec: DrawSpec) -> pl.DataFrame:
    """Number the cases in the order of release: each replicate takes an even part of every stratum."""
    turn = (pl.col("rank") - 1 + pl.col("stratum").rank("dense").cast(pl.Int64)) % spec.replicates + 1
    shuffled = pl.Series("shuffle", mixed(chosen["voter_id"].to_numpy(), spec.seed + 1))
    texts = [pl.col(name).cast(pl.String) for name, kind in chosen.schema.items() if kind == pl.Categorical]
    return (
        chosen.with_columns(turn.cast(pl.Int64).alias("replicate"), shuffled, *texts)
        .sort("replicate", "shuffle")
        .with_columns((pl.int_range(pl.len(), dtype=pl.Int64) + 1).alias("case_id"))
    )


def mixed(ids: NDArray[np.int64], seed: int) -> NDArray[np.uint64]:
    """Numbers that stand in no order: pseudonyms and a seed through SplitMix64 (Steele, Lea & Flood 2014)."""
    with np.errstate(over="ignore"):
        x = ids.astype(np.uint64) + np.uint64((seed * 0x9E3779B97F4A7C15 + 0x9E3779B97F4A7C15) % 2**64)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        found: NDArray[np.uint64] = x ^ (x >> np.uint64(31))
    return found
