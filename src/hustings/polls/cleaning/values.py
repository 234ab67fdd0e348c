"""Text to numbers, dates and flags, the way people write them; what cannot be read becomes null."""

from __future__ import annotations

import polars as pl

MISSING = ("", "na", "n/a", "nan", "null", "none", "-", "--", ".", "?")
"""What people and programs write where there is nothing."""

_TRUE = ("true", "t", "1", "1.0", "yes", "y", "x")


def is_missing(text: pl.Expr) -> pl.Expr:
    """Whether a cell says that there is no value."""
    return text.str.to_lowercase().is_in(MISSING)


def is_true(text: pl.Expr) -> pl.Expr:
    """Whether a cell says yes."""
    return text.str.to_lowercase().is_in(_TRUE)


def number(text: pl.Expr, *, decimal_comma: bool = False) -> pl.Expr:
    """Number in a cell: ``1,200`` is 1200, ``47.5 %`` and ``47,5`` are 47.5; null when it is none.

    With `decimal_comma`, a file's ``1.200`` is 1200 and its ``47,500`` is 47.5.
    """
    bare = text.str.replace_all(r"[%\s\u00a0\u202f']", "")
    if decimal_comma:
        return _usual_number(bare.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True))
    plain = (
        pl.when(bare.str.contains(r"^[+-]?\d{1,3}(,\d{3})+(\.\d*)?$"))
        .then(bare.str.replace_all(",", "", literal=True))
        .when(bare.str.contains(r"^[+-]?\d*,\d+$"))
        .then(bare.str.replace(",", ".", literal=True))
        .otherwise(bare)
    )
    return _usual_number(plain)


def _usual_number(plain: pl.Expr) -> pl.Expr:
    # Only digits in the usual notation: "inf" and "nan" are words, and a float parser would take them.
    usual = pl.when(plain.str.contains(r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?$")).then(plain)
    return usual.cast(pl.Float64, strict=False)


def date(text: pl.Expr, *, date_format: str | None = None, month_first: bool = False) -> pl.Expr:
    """Day in a cell: ISO (a time behind it is dropped), ``m/d/y`` where the layout says so, or `date_format`."""
    if date_format is not None:
        return text.str.to_date(date_format, strict=False)
    iso = text.str.extract(r"^(\d{4}-\d{1,2}-\d{1,2})(?:$|[ T])", 1)
    if not month_first:
        return iso.str.to_date("%Y-%m-%d", strict=False)
    american = r"^(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})(?:$|[ T])"
    year = text.str.extract(american, 3)
    full_year = pl.when(year.str.len_chars() == 2).then(pl.lit("20") + year).otherwise(year)
    rebuilt = full_year + "-" + text.str.extract(american, 1) + "-" + text.str.extract(american, 2)
    return pl.coalesce(iso, rebuilt).str.to_date("%Y-%m-%d", strict=False)
