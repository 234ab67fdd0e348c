"""Slips of the pen: a letter dropped, doubled, swapped or taken for its neighbour."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

_NEIGHBOURS = dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "SVXFRGHJOKLKNMIOWETYIBQZTX", strict=True))


def misspell(names: pl.Series, slip: NDArray[Any]) -> pl.Series:
    """Misspell the names whose slip is not 0.

    Parameters
    ----------
    names : polars.Series
        Names.
    slip : numpy.ndarray, shape (n,)
        0: as it is; any other number chooses what goes wrong and at which letter, always in the same way.

    Returns
    -------
    polars.Series
        Names of the same order.
    """
    at = np.flatnonzero(slip)
    if not len(at):
        return names
    code = slip[at].astype(np.int64)
    few = pl.DataFrame({"name": names.gather(at), "kind": code % 4, "draw": code // 4})
    # The first letter is seldom wrong, and a name of one letter has nothing to swap.
    length = pl.col("name").str.len_chars()
    place = (1 + pl.col("draw") % (length - 1).clip(1)).clip(0, length - 1)
    before, letter, after = (
        pl.col("name").str.slice(0, place),
        pl.col("name").str.slice(place, 1),
        pl.col("name").str.slice(place + 1),
    )
    next_letter, rest = pl.col("name").str.slice(place + 1, 1), pl.col("name").str.slice(place + 2)
    wrong = few.with_columns(place=place).select(
        pl.when(pl.col("kind") == 0)
        .then(before + after)
        .when(pl.col("kind") == 1)
        .then(before + letter + letter + after)
        .when(pl.col("kind") == 2)
        .then(before + next_letter + letter + rest)
        .otherwise(before + letter.replace(_NEIGHBOURS) + after)
    )
    return names.scatter(at, wrong.to_series())
