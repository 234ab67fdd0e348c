"""Numbers and times as people and programs write them."""

from __future__ import annotations

import polars as pl

_THOUSANDS = r"^[-+]?\d{1,3}(,\d{3})+(\.\d+)?$"
_COMMA = r"^[-+]?\d+,\d+$"
_TIMES = ("%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M")


def number(text: pl.Expr) -> pl.Expr:
    """Read numbers: 1234.5, 1,234.5 and 3,5; null for anything else, infinity too (Float64).

    A comma before three digits parts thousands, any other is a decimal mark.
    """
    read = (
        pl.when(text.str.contains(_THOUSANDS))
        .then(text.str.replace_all(",", "", literal=True))
        .when(text.str.contains(_COMMA))
        .then(text.str.replace(",", ".", literal=True))
        .otherwise(text)
        .cast(pl.Float64, strict=False)
    )
    return pl.when(read.is_finite()).then(read)


def moment(text: pl.Expr) -> pl.Expr:
    """Read times of day and write them as ISO 8601: 2016-10-01T09:05:00; null where they cannot be read.

    A file that does not say its time zone is taken as it stands.
    """
    bare = text.str.strip_suffix("Z")
    read = pl.coalesce(*(bare.str.to_datetime(form, strict=False, time_unit="us") for form in _TIMES))
    return read.dt.strftime("%Y-%m-%dT%H:%M:%S")
