"""The records of a file: who each is of, when and how it was given, and which do not count."""

from __future__ import annotations

import datetime as dt

import polars as pl

from hustings.errors import InputError
from hustings.survey.files.codebook import FileCodebook
from hustings.survey.files.raw import RawFile
from hustings.survey.interviews import COMPLETE, PARTIAL
from hustings.tables import FILE_COLUMNS, RESPONDENTS

BREAK_OFF = "2.12"
_TYPES = {"text": pl.String, "int": pl.Int64, "float": pl.Float64, "date": pl.Date}
_TRUE = ["1", "true", "True", "TRUE"]


def respondents_of(raw: RawFile, book: FileCodebook) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Make one respondent of each record.

    Returns
    -------
    tuple of pl.DataFrame
        Respondents as declared in ``tables.RESPONDENTS`` (without voters), the raw rows of those kept with ``row`` and
        ``respondent_id``, and the records set aside with their reasons.

    Raises
    ------
    InputError
        No record has an id, or a date cannot be read.
    """
    rows = raw.rows.with_row_index("row", offset=raw.first_row).with_columns(
        pl.col("row").cast(pl.Int64), pl.col(book.respondent).alias("respondent_id")
    )
    if rows["respondent_id"].null_count() == rows.height:
        raise InputError("has no id in any record", file=raw.path, column=book.respondent)
    reasons = {
        "the record has no id": pl.col("respondent_id").is_null(),
        "a preview or test of the questionnaire": _preview(raw),
        "the same respondent again: the first record counts": pl.col("respondent_id").is_duplicated()
        & ~pl.col("respondent_id").is_first_distinct(),
    }
    marked = rows.with_columns(
        pl.coalesce(*(pl.when(test).then(pl.lit(reason)) for reason, test in reasons.items())).alias("reason")
    )
    kept = marked.filter(pl.col("reason").is_null()).drop("reason")
    rejected = marked.filter(pl.col("reason").is_not_null()).select(
        "row",
        "respondent_id",
        pl.lit(None, pl.String).alias("column"),
        pl.lit(None, pl.String).alias("value"),
        "reason",
    )
    respondents = kept.select(*_columns(raw, book))
    _check_weights(raw, book, kept, respondents)
    return respondents.select(RESPONDENTS.column_names), kept, rejected


def _preview(raw: RawFile) -> pl.Expr:
    """Records of Qualtrics that nobody gave."""
    if raw.kind == "qualtrics" and "Status" in raw.rows.columns:
        return pl.col("Status").is_in(["1", "Survey Preview", "2", "Survey Test"]).fill_null(value=False)
    return pl.lit(value=False)


def _columns(raw: RawFile, book: FileCodebook) -> list[pl.Expr]:
    """Every column of the contract."""
    named = {
        "sample_source": pl.lit(raw.path.name),
        "mode": pl.col(book.mode) if book.mode in raw.rows.columns else pl.lit(book.mode),
        "disposition": _disposition(raw, book),
        "field_date": _date(raw, book),
        "started_at": _own(raw, book.started, "StartDate"),
        "ended_at": _own(raw, book.ended, "EndDate"),
        "seconds": _own(raw, book.seconds, "Duration (in seconds)", "qtime").cast(pl.Float64, strict=False),
        "device": _own(raw, book.device),
        "stratum": _own(raw, book.stratum),
        "base_weight": _own(raw, book.weight).cast(pl.Float64, strict=False) if book.weight else pl.lit(1.0),
        "respondent_id": pl.col("respondent_id"),
    }
    kinds = {column.name: _TYPES[column.dtype] for column in (*RESPONDENTS.columns, *FILE_COLUMNS)}
    return [named.get(name, pl.lit(None)).cast(kinds[name]).alias(name) for name in RESPONDENTS.column_names]


def _own(raw: RawFile, *names: str) -> pl.Expr:
    """The first of some columns that the file has."""
    for name in names:
        if name and name in raw.rows.columns:
            return pl.col(name)
    return pl.lit(None, pl.String)


def _disposition(raw: RawFile, book: FileCodebook) -> pl.Expr:
    """AAPOR code of each record: by the codebook, or by what the format says of completeness."""
    if book.disposition:
        column = str(book.disposition["column"])
        codes = {str(value): str(code) for value, code in book.disposition.get("codes", {}).items()}
        return pl.col(column).replace_strict(codes, default=COMPLETE, return_dtype=pl.String).fill_null(COMPLETE)
    if raw.kind == "qualtrics" and "Finished" in raw.rows.columns:
        progress = _own(raw, "Progress").cast(pl.Float64, strict=False).fill_null(0)
        partial = pl.when(progress >= 50).then(pl.lit(PARTIAL)).otherwise(pl.lit(BREAK_OFF))
        return pl.when(pl.col("Finished").is_in(_TRUE)).then(pl.lit(COMPLETE)).otherwise(partial)
    if raw.kind == "decipher":
        codes = {"1": "4.7", "2": "4.8", "3": COMPLETE, "4": PARTIAL}
        return pl.col("status").replace_strict(codes, default=COMPLETE, return_dtype=pl.String).fill_null(COMPLETE)
    return pl.lit(COMPLETE)


def _date(raw: RawFile, book: FileCodebook) -> pl.Expr:
    """Day of each interview: a column, one day for all, or what the format has."""
    if book.date and book.date not in raw.rows.columns:
        try:
            return pl.lit(dt.date.fromisoformat(book.date))
        except ValueError:
            raise InputError(
                f"has no column {book.date!r}, which the codebook names for the date",
                file=raw.path,
                hint='a column, or one day for all: date = "2016-10-15"',
            ) from None
    column = book.date or next((name for name in ("RecordedDate", "EndDate", "date") if name in raw.rows.columns), "")
    if not column:
        return pl.lit(None, pl.Date)
    text = pl.col(column)
    read = (
        text.str.to_date(book.date_format, strict=False)
        if book.date_format
        else pl.coalesce(
            text.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False),
            text.str.extract(r"^(\d{1,2}/\d{1,2}/\d{4})").str.to_date("%m/%d/%Y", strict=False),
        )
    )
    odd = raw.rows.filter(text.is_not_null() & read.is_null())
    if odd.height:
        raise InputError(
            f"has {odd.height:,} dates that cannot be read, like {odd[column][0]!r}",
            file=raw.path,
            column=column,
            hint='say how they are written: date_format = "%d.%m.%Y"',
        )
    return read


def _check_weights(raw: RawFile, book: FileCodebook, kept: pl.DataFrame, respondents: pl.DataFrame) -> None:
    bad = kept.filter((respondents["base_weight"] <= 0).fill_null(value=True))
    if bad.height:
        raise InputError(
            f"has {bad.height:,} weights that are no number above 0, the first is {bad[book.weight][0]!r}",
            file=raw.path,
            row=int(bad["row"][0]),
            column=book.weight,
        )
