"""Canonical fields from trimmed columns, as the layout's :class:`Field` says."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from hustings.electorate.canonical.counts import Tally
from hustings.electorate.layouts import Field, Layout, Source

UNREADABLE_DATE = "{}: a date that cannot be read is left out"
"""Warning of a date field."""


def text_expression(spec: Field, parameters: Mapping[str, str]) -> pl.Expr:
    """Text of a field before any code is looked up.

    Parameters
    ----------
    spec : Field
        Where it comes from.
    parameters : Mapping[str, str]
        What the user gave.
    """
    found = [_source_expression(source, parameters) for source in spec.sources]
    return found[0] if len(found) == 1 else pl.coalesce(found)


def _source_expression(source: Source, parameters: Mapping[str, str]) -> pl.Expr:
    if source.constant:
        found = pl.lit(source.constant)
    elif source.parameter:
        found = pl.lit(parameters[source.parameter])
    elif source.template:
        found = _template_expression(source, parameters)
    elif source.join:
        joined = pl.concat_str(source.join, separator=source.between, ignore_nulls=True)
        found = pl.when(joined != "").then(joined)
    else:
        found = pl.col(source.column)
    return found.str.extract(source.extract) if source.extract else found


def _template_expression(source: Source, parameters: Mapping[str, str]) -> pl.Expr:
    parts = [
        pl.lit(parameters[name]) if name in parameters else pl.col(name).fill_null("") for name in source.template_parts
    ]
    text = source.template
    for name in source.template_parts:
        text = text.replace(f"{{{name}}}", "{}", 1)
    return pl.format(text, *parts)


def texts(
    frame: pl.DataFrame, layout: Layout, schema: Mapping[str, object], parameters: Mapping[str, str], tally: Tally
) -> pl.DataFrame:
    """All text fields of a schema: those that the layout has, its codes translated; the others null.

    Parameters
    ----------
    frame : pl.DataFrame
        Trimmed text columns.
    layout : Layout
        Where each field comes from.
    schema : Mapping
        Canonical field to type; fields of other types than text are left to the caller.
    parameters : Mapping[str, str]
        What the user gave.
    tally : Tally
        Counts unknown codes.
    """
    names = [name for name, dtype in schema.items() if dtype == pl.String]
    there = [name for name in names if name in layout.fields and not layout.fields[name].dates]
    found = frame.select(pl.lit(0).alias("_"), *(text_expression(layout.fields[n], parameters).alias(n) for n in there))
    coded = [name for name in there if _has_codes(layout.fields[name])]
    found = found.with_columns(translated(found[name], layout.fields[name], name, tally) for name in coded)
    return found.select(pl.col(name) if name in there else pl.lit(None, dtype=pl.String).alias(name) for name in names)


def _has_codes(spec: Field) -> bool:
    return bool(spec.codes or spec.known or spec.contains)


def translated(values: pl.Series, spec: Field, name: str, tally: Tally) -> pl.Series:
    """Codes to canonical values; a code nobody knows is kept as itself (or becomes `otherwise`) and counted.

    The distinct codes of a block are few: they are looked up one by one, the rows all at once.
    """
    counted = values.drop_nulls().value_counts(name="rows")
    changes: dict[str, str] = {}
    for code, rows in counted.iter_rows():
        meaning = _meaning(code, spec)
        if meaning is None:
            tally.unknown_codes[name, code] += rows
            meaning = spec.otherwise or code
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


def date(values: pl.Series, spec: Field, layout: Layout, name: str, tally: Tally) -> pl.Series:
    """Text as days; what is no day in any of the formats is left out and counted."""
    formats = spec.dates or layout.dates
    days = values.str.to_date(formats[0], strict=False)
    for other in formats[1:]:
        if days.null_count() > values.null_count():
            days = days.fill_null(values.str.to_date(other, strict=False)) if days.null_count() else days
    tally.warn(UNREADABLE_DATE.format(name), days.null_count() - values.null_count())
    return days.alias(name)
