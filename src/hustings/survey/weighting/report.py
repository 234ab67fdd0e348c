"""What a weighting did: targets asked and met, what matched, how uneven the weights are, what each step moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.errors import ConfigError
from hustings.maths.kish import kish
from hustings.survey.weighting.calibration import Cells
from hustings.survey.weighting.margins import Matched

Array = NDArray[np.float64]

STEPS = ("base", "nonresponse", "calibration", "trimming")
"""The steps, in their order."""


@dataclass(frozen=True)
class WeightingReport:
    """What a weighting did.

    Parameters
    ----------
    name, population, method : str
        As specified.
    interviews : int
        Interviews that were weighed.
    asked : int or None
        People asked, where known.
    targets : pl.DataFrame
        One row a category of a margin: ``margin, category, target, before, after, difference`` (shares; after the
        non-response adjustment and before calibration; after all steps; after minus target), ``interviews``.
    empty : dict
        Margin -> categories left out, with a target of 0 and nobody in them.
    steps : pl.DataFrame
        One row a step: ``step, smallest, largest`` (weights, mean 1), ``design_effect, n_effective``.
    moved : pl.DataFrame
        One row an answer of an outcome: ``outcome, code``, and its share after each step.
    response : pl.DataFrame
        One row a category of the non-response model: ``term, asked, answered, rate, log_odds``.
    iterations : int
        Sweeps or steps of the calibration.
    trimmed, floored : int
        Interviews at a limit of trimming; with a chance to answer below the smallest that is used.
    notes : tuple of str
        What a reader should know.
    """

    name: str
    population: str
    method: str
    interviews: int
    asked: int | None
    targets: pl.DataFrame
    empty: dict[str, list[str]]
    steps: pl.DataFrame
    moved: pl.DataFrame
    response: pl.DataFrame
    iterations: int
    trimmed: int
    floored: int
    notes: tuple[str, ...]

    @property
    def design_effect(self) -> float:
        """Kish's 1 + cv² of the final weights."""
        return float(self.steps["design_effect"][-1])

    @property
    def n_effective(self) -> float:
        """Interviews over the design effect."""
        return float(self.steps["n_effective"][-1])

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values, ready for JSON."""
        tables = {name: getattr(self, name).to_dicts() for name in ("targets", "steps", "moved", "response")}
        plain = {
            name: getattr(self, name)
            for name in ("name", "population", "method", "interviews", "asked", "iterations", "trimmed", "floored")
        }
        last = self.steps.row(-1, named=True)
        return {
            **plain,
            "smallest_weight": last["smallest"],
            "largest_weight": last["largest"],
            "design_effect": self.design_effect,
            "n_effective": self.n_effective,
            "matched": {name: len(part) for (name,), part in self.targets.group_by("margin", maintain_order=True)},
            "empty": self.empty,
            "largest_difference": float(np.abs(self.targets["difference"].to_numpy()).max(initial=0.0)),
            "notes": list(self.notes),
            **tables,
        }


def targets_table(matched: Sequence[Matched], cells: Cells | None, before: Array, after: Array) -> pl.DataFrame:
    """Targets asked and met; ``before`` and ``after`` are weights (row,)."""
    gaps = [np.concatenate(cells.gaps(one)) for one in (before, after)] if cells is not None else [np.zeros(0)] * 2
    target = np.concatenate([margin.shares for margin in matched]) if matched else np.zeros(0)
    counts = [np.bincount(margin.codes, minlength=len(margin.categories)) for margin in matched]
    return pl.DataFrame(
        {
            "margin": pl.Series([margin.name for margin in matched for _ in margin.categories], dtype=pl.String),
            "category": pl.Series([name for margin in matched for name in margin.categories], dtype=pl.String),
            "target": target,
            "before": target + gaps[0],
            "after": target + gaps[1],
            "difference": gaps[1],
            "interviews": np.concatenate([*counts, np.zeros(0, dtype=np.int64)]),
        }
    )


def steps_table(weights: dict[str, Array]) -> pl.DataFrame:
    """How uneven the weights are after each step."""
    rows = []
    for step, one in weights.items():
        scaled = one / one.mean()
        n_effective, effect = kish(scaled)
        rows.append((step, float(scaled.min()), float(scaled.max()), effect, n_effective))
    return pl.DataFrame(rows, schema=["step", "smallest", "largest", "design_effect", "n_effective"], orient="row")


def moved_table(table: pl.DataFrame, outcomes: Sequence[str], weights: dict[str, Array]) -> pl.DataFrame:
    """Shares of the outcomes' answers after each step; those who did not answer the question are left out.

    Raises
    ------
    ConfigError
        There is no such column.
    """
    absent = [name for name in outcomes if name not in table.columns]
    if absent:
        raise ConfigError(f"the interviews have no column {absent[0]!r}", hint="name columns of answers")
    parts = []
    for outcome in outcomes:
        frame = pl.DataFrame({"code": table[outcome].cast(pl.String), **weights}).drop_nulls("code")
        shares = frame.group_by("code").agg(pl.col(*weights).sum()).sort("code")
        shares = shares.with_columns(pl.col(*weights) / pl.col(*weights).sum())
        parts.append(shares.select(pl.lit(outcome).alias("outcome"), "code", *weights))
    schema = {"outcome": pl.String, "code": pl.String, **dict.fromkeys(weights, pl.Float64)}
    return pl.concat(parts) if parts else pl.DataFrame(schema=schema)
