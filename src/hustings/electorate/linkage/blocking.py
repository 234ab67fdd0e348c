"""Blocking keys: which pairs are looked at, and which values make too many."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from hustings.electorate.linkage.comparisons import BLOCKS
from hustings.electorate.linkage.normalise import code


def with_blocks(
    left: pl.DataFrame, right: pl.DataFrame, *, block_pairs: int, names: Iterable[str] = tuple(BLOCKS)
) -> tuple[pl.DataFrame, pl.DataFrame, list[str], pl.DataFrame]:
    """Both files with a column a block, and what each block makes.

    Parameters
    ----------
    left, right : polars.DataFrame
        As `prepare` returns them.
    block_pairs : int
        A value that makes more pairs than this is taken out of its block.
    names : iterable of str
        Which of `BLOCKS` are made.

    Returns
    -------
    tuple
        The two files; the names of the block columns that make any pair; a frame ``block``, ``pairs``,
        ``values_set_aside``, ``pairs_set_aside``.
    """
    columns, told = [], []
    for number, name in enumerate(names, start=1):
        keys, column = BLOCKS[name], f"block_{number}"
        left, right = (side.with_columns(code(*map(pl.col, keys)).alias(column)) for side in (left, right))
        counts = (
            left.group_by(column).len("n_left").join(right.group_by(column).len("n_right"), on=column)
            .with_columns(pairs=pl.col("n_left").cast(pl.Int64) * pl.col("n_right").cast(pl.Int64))
        )  # fmt: skip
        many = counts.filter(pl.col("pairs") > block_pairs)
        if many.height:
            keep = pl.when(~pl.col(column).is_in(many[column].implode())).then(column).alias(column)
            left, right = left.with_columns(keep), right.with_columns(keep)
        made = int(counts["pairs"].sum()) - int(many["pairs"].sum())
        told.append((name, made, many.height, int(many["pairs"].sum())))
        if made:
            columns.append(column)
        else:
            left, right = left.drop(column), right.drop(column)
    schema = {"block": pl.String, "pairs": pl.Int64, "values_set_aside": pl.Int64, "pairs_set_aside": pl.Int64}
    return left, right, columns, pl.DataFrame(told, schema=schema, orient="row")
