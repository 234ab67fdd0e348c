"""Totals that weights are to meet, and their matching with the answers, category by category."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.errors import ConfigError, InputError

UNKNOWN = "unknown"
"""Category of people of whom a variable is not known; the targets must have it for such people to be weighed."""
_JOIN = " * "


@dataclass(frozen=True)
class Margin:
    """Totals of the categories of one variable, or of several crossed.

    Parameters
    ----------
    name : str
        Name in the reports, such as ``age_band*sex``.
    variables : tuple of str
        Columns that are crossed.
    totals : pl.DataFrame
        These columns as text (null: not known), and ``total``: counts or shares; only their ratios matter.
    """

    name: str
    variables: tuple[str, ...]
    totals: pl.DataFrame


@dataclass(frozen=True)
class Matched:
    """A margin matched with the answers.

    Parameters
    ----------
    name : str
        The margin.
    categories : list of str
        Categories with a target above 0, in the order of the codes.
    codes : (row,) int array
        Category of each interview.
    shares : (category,) array
        Targets, summing to 1.
    empty : list of str
        Categories left out because their target is 0 and nobody is in them.
    whole : float
        What the totals summed to.
    """

    name: str
    categories: list[str]
    codes: NDArray[np.int64]
    shares: NDArray[np.float64]
    empty: list[str]
    whole: float


def margins_from_cells(cells: pl.DataFrame, specs: Sequence[str], count: str) -> list[Margin]:
    """Add up cells of a population to margins.

    Parameters
    ----------
    cells : pl.DataFrame
        One row a cell, such as a wave's frame or a post-stratification table.
    specs : sequence of str
        A column, or several crossed: ``age_band*sex``.
    count : str
        Column with the people or votes of a cell.

    Raises
    ------
    ConfigError
        A column is not there.
    InputError
        A count is missing or negative.
    """
    wanted = [name for spec in specs for name in variables_of(spec)]
    absent = sorted({*wanted, count} - set(cells.columns))
    if absent:
        raise ConfigError(
            f"the population's cells have no column {absent[0]!r}", hint=f"columns: {', '.join(cells.columns)}"
        )
    bad = cells.filter(pl.col(count).is_null() | ~(pl.col(count).cast(pl.Float64) >= 0)).height
    if bad:
        raise InputError(f"{bad:,} of {cells.height:,} cells have a count that is missing or below 0", column=count)
    margins = []
    for spec in specs:
        names = variables_of(spec)
        totals = (
            cells.group_by([pl.col(name).cast(pl.String) for name in names])
            .agg(pl.col(count).cast(pl.Float64).sum().alias("total"))
            .sort(names)
        )
        margins.append(Margin("*".join(names), names, totals))
    return margins


def variables_of(spec: str) -> tuple[str, ...]:
    """Columns that a specification such as ``age_band*sex`` crosses."""
    return tuple(part.strip() for part in spec.split("*"))


def label(names: Sequence[str]) -> pl.Expr:
    """Category of a row in the crossed columns, as one text."""
    return pl.concat_str([pl.col(name).cast(pl.String).fill_null(UNKNOWN) for name in names], separator=_JOIN)


def match_margin(table: pl.DataFrame, margin: Margin) -> Matched:
    """Match the interviews with a margin's categories.

    Raises
    ------
    ConfigError
        The interviews or the totals lack a column.
    InputError
        A category without target, a target without interviews, a value that is missing, a total that cannot be.
    """
    for what, frame, needed in (
        ("the interviews have", table, margin.variables),
        ("its totals have", margin.totals, (*margin.variables, "total")),
    ):
        absent = [name for name in needed if name not in frame.columns]
        if absent:
            raise ConfigError(
                f"margin {margin.name}: {what} no column {absent[0]!r}", hint=f"columns: {', '.join(frame.columns)}"
            )
    targets = _targets(margin)
    found = table.select(label(margin.variables).alias("category")).to_series()
    counts = dict(found.value_counts().iter_rows())
    _check_missing(table, margin, targets)
    _check_matched(margin, targets, counts)
    categories = sorted(name for name, total in targets.items() if total > 0)
    codes = found.replace_strict(categories, np.arange(len(categories)), return_dtype=pl.Int64).to_numpy()
    totals = np.array([targets[name] for name in categories])
    empty = sorted(name for name, total in targets.items() if total == 0)
    return Matched(margin.name, categories, codes, totals / totals.sum(), empty, float(totals.sum()))


def _targets(margin: Margin) -> dict[str, float]:
    """Totals by category; there are few, however many interviews there are."""
    targets: dict[str, float] = {}
    rows = margin.totals.select(label(margin.variables).alias("category"), pl.col("total").cast(pl.Float64)).iter_rows()
    for category, total in rows:
        if total is None or not 0.0 <= total < math.inf:
            raise InputError(
                f"margin {margin.name}: category {category!r} has the total {total}, expected counts or shares of at least 0"
            )
        targets[category] = targets.get(category, 0.0) + total
    if not sum(targets.values()) > 0:
        raise InputError(f"margin {margin.name}: all totals are 0, expected counts or shares")
    return targets


def _check_missing(table: pl.DataFrame, margin: Margin, known: Mapping[str, float]) -> None:
    """Refuse missing values that the targets have no category for."""
    if not any(table[name].null_count() for name in margin.variables):
        return
    lost = table.filter(pl.any_horizontal(pl.col(name).is_null() for name in margin.variables))
    without = lost.filter(~label(margin.variables).is_in(list(known)))
    if without.height:
        raise InputError(
            f"margin {margin.name}: {without.height:,} of {table.height:,} interviews have no value",
            column=next(name for name in margin.variables if without[name].null_count()),
            hint=f"fill it from the voter file, set the interviews aside, or give the targets a category {UNKNOWN!r}",
        )


def _check_matched(margin: Margin, targets: Mapping[str, float], counts: Mapping[str, int]) -> None:
    """Refuse categories of one side only."""
    extra = sorted(counts.keys() - targets.keys())
    if extra:
        raise InputError(
            f"margin {margin.name}: {_named(extra)} among the answers, but the targets have no such category",
            hint=f"recode the answers or add a target; the targets have: {', '.join(sorted(targets)[:12])}",
        )
    impossible = sorted(name for name in counts if targets[name] == 0)
    if impossible:
        raise InputError(
            f"margin {margin.name}: the target is 0 for {_named(impossible)}, yet people in it answered",
            hint="merge the category with another, or set these interviews aside",
        )
    nobody = sorted(name for name, total in targets.items() if total > 0 and name not in counts)
    if nobody:
        share = sum(targets[name] for name in nobody) / sum(targets.values())
        raise InputError(
            f"margin {margin.name}: nobody answered in {_named(nobody)}, {share:.2%} of the target",
            hint="merge it with a neighbouring category in answers and targets, or leave the margin out",
        )


def _named(categories: Sequence[str]) -> str:
    shown = ", ".join(repr(name) for name in categories[:5])
    return shown + (f" and {len(categories) - 5} more" if len(categories) > 5 else "")


def contradiction(margins: Sequence[Margin], tolerance: float) -> None:
    """Refuse margins that say different things of a variable they share.

    Raises
    ------
    ConfigError
        Names the margins, the category and the two shares.
    """
    for later, second in enumerate(margins):
        for first in margins[:later]:
            common = [name for name in first.variables if name in second.variables]
            if not common:
                continue
            one, other = (
                margin.totals.group_by(label(common).alias("category")).agg(
                    (pl.col("total").sum() / margin.totals["total"].sum()).alias("share")
                )
                for margin in (first, second)
            )
            both = one.join(other, on="category", how="full", coalesce=True, suffix="_other").fill_null(0.0)
            apart = both.with_columns(gap=(pl.col("share") - pl.col("share_other")).abs()).sort("gap", descending=True)
            if apart.height and apart["gap"][0] > tolerance:
                row = apart.row(0, named=True)
                raise ConfigError(
                    f"margins {first.name} and {second.name} contradict each other: {'*'.join(common)} {row['category']!r} "
                    f"is {row['share']:.4f} in the one and {row['share_other']:.4f} in the other",
                    hint="take both from the same source, or leave one out: no weights meet both",
                )
