"""Codes back to text, and ages to bands."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import polars as pl

from hustings.electorate.query.vocabulary import AGE_BANDS, BOOK_OF, OLDEST_BAND, UNKNOWN_AGE, Vocabulary
from hustings.engines import Engine

if TYPE_CHECKING:
    import ibis.expr.types as ir


def age_value(table: ir.Table, year: int) -> Any:  # noqa: ANN401 (an Ibis value)
    """Age reached in a year."""
    return (year - table["birth_year"]).cast("int16")


def band_value(table: ir.Table, year: int) -> Any:  # noqa: ANN401 (an Ibis value)
    """Age band, as text."""
    import ibis

    age = age_value(table, year)
    branches = [(age < end, label) for end, label in AGE_BANDS]
    return ibis.cases((age.isnull(), UNKNOWN_AGE), *branches, else_=OLDEST_BAND)


def decode_rows(rows: pl.DataFrame, words: Vocabulary) -> pl.DataFrame:
    """Turn the coded columns of fetched rows into text."""
    decoded = []
    for name in rows.columns:
        if words.coded(name):
            book = words.books.frame(words.book(name)).unique("code", keep="last")
            codes = rows[name].cast(pl.Int32)
            decoded.append(
                codes.replace_strict(book["code"], book["value"], default=None, return_dtype=pl.String).alias(name)
            )
        else:
            decoded.append(rows[name])
    return pl.DataFrame(decoded) if decoded else rows


def enum_rows(rows: pl.DataFrame, words: Vocabulary) -> pl.DataFrame:
    """Turn the coded columns of fetched rows into enums of their values in order: they sort as texts do, and faster."""
    decoded = []
    for name in rows.columns:
        if words.coded(name):
            book = words.books.frame(words.book(name)).unique("code", keep="last")
            values = book["value"].unique().sort()
            place = dict(zip(values.to_list(), range(len(values)), strict=True))
            places = pl.Series([place[value] for value in book["value"].to_list()], dtype=pl.UInt32)
            codes = rows[name].cast(pl.Int32)
            found = codes.replace_strict(book["code"], places, default=None, return_dtype=pl.UInt32)
            decoded.append(found.cat.to(pl.Enum(values)).alias(name))
        else:
            decoded.append(rows[name])
    return pl.DataFrame(decoded)


def decoded_table(table: ir.Table, words: Vocabulary, engine: Engine, columns: Iterable[str]) -> ir.Table:
    """Turn coded columns of a relation into text, within the engine: for somebody's own SQL."""
    order = table.columns
    for name in columns:
        if words.coded(name):
            book = BOOK_OF.get(name, name)
            codes = words.books.frame(book).unique("code", keep="last").sort("code")
            small = engine.local(
                codes.select(pl.col("code").alias(f"{name}_code"), pl.col("value").alias(f"{name}_text")),
                f"book_{name}",
            )
            joined = table.left_join(small, table[name] == small[f"{name}_code"])
            table = joined.drop(name, f"{name}_code").rename({name: f"{name}_text"})
    return table.select(*order)
