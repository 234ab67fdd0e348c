"""Canonical fields from trimmed columns, as the layout's :class:`Field` says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from hustings.electorate.canonical.rows import Rows
from hustings.electorate.layouts import Field, Source


def texts(rows: Rows, names: Iterable[str]) -> pl.DataFrame:
    """Text fields, codes translated; those that the layout does not have are null.

    Parameters
    ----------
    rows : Rows
        Where they are read from; its `unknown_codes` are counted up.
    names : Iterable[str]
        Canonical fields; one column each is returned, in this order.
    """
    fields = rows.layout.fields
    names = list(names)
    there = [name for name in names if name in fields]
    absent = [pl.lit(None, dtype=pl.String).alias(name) for name in names if name not in fields]
    # The row count has to come from somewhere when every field is a constant.
    found = rows.frame.select(
        pl.int_range(pl.len(), dtype=pl.UInt32).alias("_"),
        *(_text_expression(fields[name], rows.given).alias(name) for name in there),
        *absent,
    )
    coded = (name for name in there if fields[name].codes or fields[name].known or fields[name].contains)
    return found.with_columns(_translated(found[name], fields[name], name, rows) for name in coded).select(names)


def text(rows: Rows, name: str) -> pl.Series:
    """Text of one field, as it is in the file; null throughout when the layout does not have it."""
    spec = rows.layout.fields.get(name)
    if spec is None:
        return pl.repeat(None, rows.frame.height, dtype=pl.String, eager=True).alias(name)
    found = rows.frame.select(_text_expression(spec, rows.given).alias(name)).to_series()
    return found.new_from_index(0, rows.frame.height) if len(found) != rows.frame.height else found


def days(rows: Rows, name: str) -> pl.Series:
    """A date field; text that is no day in any of the layout's formats is left out and counted.

    Returns
    -------
    pl.Series
        Date, null where the file has none; null throughout when the layout does not have the field.
    """
    said = text(rows, name)
    missing = said.null_count()
    if missing == len(said):
        return said.cast(pl.Date)
    found = said.clear(len(said)).cast(pl.Date)
    for written in rows.layout.fields[name].dates or rows.layout.dates:
        if found.null_count() > missing:
            again = said.str.to_date(written, strict=False)
            found = again if found.null_count() == len(found) else found.fill_null(again)
    rows.warn(f"{name}: a date that cannot be read, left out", found.null_count() - missing)
    return found.alias(name)


def marks(rows: Rows, name: str) -> pl.Series:
    """A yes-or-no field: no where the text is one of the layout's `absent`, else yes."""
    spec = rows.layout.fields.get(name)
    if spec is None or not spec.absent:
        return pl.repeat(value=True, n=rows.frame.height, dtype=pl.Boolean, eager=True).alias(name)
    return ~text(rows, name).is_in(list(spec.absent)).fill_null(value=False)


def by_day(day: pl.Series, spec: Field, name: str) -> pl.Series:
    """A field that follows from a date: the single days first, then the months, then `otherwise`."""
    value = pl.lit(spec.otherwise or None, dtype=pl.String)
    for month, meaning in spec.months.items():
        value = pl.when(pl.col("day").dt.month() == month).then(pl.lit(meaning)).otherwise(value)
    for single, meaning in spec.days.items():
        value = pl.when(pl.col("day") == single).then(pl.lit(meaning)).otherwise(value)
    return day.alias("day").to_frame().select(value.alias(name)).to_series()


def _text_expression(spec: Field, given: Mapping[str, str]) -> pl.Expr:
    found = [_source_expression(source, given) for source in spec.sources]
    value = found[0] if len(found) == 1 else pl.coalesce(found)
    return value.str.to_uppercase() if spec.upper else value


def _source_expression(source: Source, given: Mapping[str, str]) -> pl.Expr:
    if source.constant:
        found = pl.lit(source.constant)
    elif source.parameter:
        found = pl.lit(given[source.parameter])
    elif source.template:
        found = _template_expression(source, given)
    elif source.join:
        joined = pl.concat_str(source.join, separator=source.between, ignore_nulls=True)
        found = pl.when(joined != "").then(joined)
    else:
        found = pl.col(source.column)
    return found.str.extract(source.extract) if source.extract else found


def _template_expression(source: Source, given: Mapping[str, str]) -> pl.Expr:
    written = source.template
    parts = []
    for name in source.template_parts:
        written = written.replace(f"{{{name}}}", "{}", 1)
        parts.append(pl.lit(given[name]) if name in given else pl.col(name).fill_null(""))
    return pl.format(written, *parts)


def _translated(values: pl.Series, spec: Field, name: str, rows: Rows) -> pl.Series:
    """Codes to canonical values; one that nobody knows is kept as itself (or becomes `otherwise`) and counted.

    The distinct codes of a block are few: they are looked up one by one, the rows all at once.
    """
    changes: dict[str, str | None] = {}
    for code, count in values.drop_nulls().value_counts(name="rows").iter_rows():
        trimmed = code.strip()
        meaning = _meaning(trimmed, spec) if trimmed else None
        if meaning is None and trimmed:
            rows.unknown_codes[name, trimmed] += count
            meaning = spec.otherwise or trimmed
        if meaning != code:
            changes[code] = meaning
    return values.replace(changes) if changes else values


def _meaning(code: str, spec: Field) -> str | None:
    if code in spec.codes:
        return spec.codes[code]
    if code in spec.known or code in spec.codes.values():
        return code
    folded = code.casefold()
    return next((meaning for part, meaning in spec.contains if part.casefold() in folded), None)
