"""Numbers put into bands."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl


def banded(value: pl.Expr, lows: Sequence[float], labels: Sequence[str]) -> pl.Expr:
    """Put numbers into bands, as an enum whose order is the bands'; null stays null.

    Parameters
    ----------
    value : pl.Expr
        A number.
    lows : sequence of float
        Lower ends, rising: a band holds its lower end and not its upper.
    labels : sequence of str
        One more than `lows`: the first is of what lies below all of them.
    """
    kind = pl.Enum(list(labels))
    inside = [pl.when(value < high).then(pl.lit(label, kind)) for high, label in zip(lows, labels, strict=False)]
    return pl.coalesce(*inside, pl.when(value.is_not_null()).then(pl.lit(labels[-1], kind)))
