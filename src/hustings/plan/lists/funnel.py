"""From voters on file to those who may be contacted: each voter who may not is counted once, under the first reason."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

WHY = "why"


def sift(people: pl.DataFrame, reasons: Mapping[str, pl.Expr]) -> tuple[pl.DataFrame, dict[str, int]]:
    """Leave out whom a reason holds of.

    Parameters
    ----------
    people : pl.DataFrame
    reasons : mapping of str to expression
        Yes or no for each voter, in order; unknown is no.

    Returns
    -------
    pl.DataFrame
        The others, in the order they were in.
    dict of str to int
        Voters left out by reason, all reasons in order; they and the others add up to all.
    """
    if not reasons:
        return people, {}
    names = pl.Enum(list(reasons))
    first = [pl.when(test.fill_null(value=False)).then(pl.lit(name, names)) for name, test in reasons.items()]
    marked = people.with_columns(pl.coalesce(first).alias(WHY))
    counted = dict(marked[WHY].drop_nulls().cast(pl.String).value_counts(name="voters").iter_rows())
    others = marked.filter(pl.col(WHY).is_null()).drop(WHY)
    return others, {name: int(counted.get(name, 0)) for name in reasons}


def is_in(column: str, ids: pl.Series) -> pl.Expr:
    """Whether an id is among some."""
    return pl.col(column).is_in(ids.implode())
