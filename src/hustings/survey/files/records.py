"""The records of a file: who each is of, when and how it was given, and which do not count."""

from __future__ import annotations

import datetime as dt

import polars as pl

from hustings.errors import InputError
from hustings.store import empty_table
from hustings.survey.files.codebook import FileCodebook
from hustings.survey.files.numbers import moment, number
from hustings.survey.files.raw import RawFile
from hustings.survey.interviews import COMPLETE, PARTIAL
from hustings.tables import RESPONDENTS

BREAK_OFF = "2.12"
ROW, WHO = "@row", "@respondent"
"""Columns beside the file's own: the row of the file, and whose it is."""
_TRUE = ["1", "true", "True", "TRUE"]
_PREVIEWS = ["1", "2", "9", "17", "Survey Preview", "Survey Test", "Spam Survey Preview", "Offline Survey Preview"]
_SPAM = ["8", "12", "Spam", "Imported Spam", "Possible Spam"]
_DECIPHER = {"1": "4.7", "2": "4.8", "3": COMPLETE, "4": PARTIAL}


def respondents_of(raw: RawFile, book: FileCodebook) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Make one respondent of each record.

    Returns
    -------
    tuple of pl.DataFrame
        Respondents as declared in ``tables.RESPONDENTS`` (without voters), the raw rows of those kept with :data:`ROW` and
        :data:`WHO`, and the records set aside: ``row``, ``respondent_id``, ``column``, ``value``, ``reason``.

    Raises
    ------
    InputError
        No record has an id, or a date or weight cannot be read.
    """
    ids = raw.rows[book.respondent]
    if ids.null_count() == raw.rows.height:
        raise InputError("has no id in any record", file=raw.path, column=book.respondent)
    ended = pl.col("ended")
    reasons = {
        "the record has no id": pl.col("respondent_id").is_null(),
        "a preview or test of the questionnaire": pl.col("status").is_in(_PREVIEWS),
        "marked as spam": pl.col("status").is_in(_SPAM),
        "the same respondent again: the first record counts": pl.col("respondent_id").is_duplicated()
        & ~pl.col("respondent_id").is_first_distinct(),
        "how the interview ended is not in the codebook": ended.is_null(),
    }
    status = raw.rows["Status"] if raw.kind == "qualtrics" and "Status" in raw.rows.columns else None
    marks = raw.rows.select(
        raw.row_numbers,
        ids.alias("respondent_id"),
        (pl.lit(None, pl.String) if status is None else status).alias("status"),
        _disposition(raw, book).alias("ended"),
    ).with_columns(
        pl.coalesce(
            *(pl.when(test.fill_null(value=False)).then(pl.lit(reason)) for reason, test in reasons.items())
        ).alias("reason")
    )
    counts = marks["reason"].is_null()
    kept = raw.rows.filter(counts).with_columns(marks.filter(counts)["row"].alias(ROW), ids.filter(counts).alias(WHO))
    damaged = pl.DataFrame(raw.damaged, schema={"row": pl.Int64, "reason": pl.String}, orient="row")
    nothing = [pl.lit(None, pl.String).alias(name) for name in ("column", "value")]
    rejected = pl.concat([marks.filter(~counts), damaged], how="diagonal").select(
        "row", "respondent_id", *nothing, "reason"
    )
    respondents = kept.select(*_columns(raw, book))
    _check_weights(raw, book, kept, respondents)
    return respondents.select(RESPONDENTS.column_names), kept, rejected


def _columns(raw: RawFile, book: FileCodebook) -> list[pl.Expr]:
    """Every column of the contract."""
    named = {
        "sample_source": pl.lit(raw.path.name),
        "mode": pl.col(book.mode) if book.mode in raw.rows.columns else pl.lit(book.mode),
        "disposition": _disposition(raw, book),
        "field_date": _date(raw, book),
        "started_at": moment(_own(raw, book.started, "StartDate")),
        "ended_at": moment(_own(raw, book.ended, "EndDate")),
        "seconds": number(_own(raw, book.seconds, "Duration (in seconds)", "qtime")),
        "device": _own(raw, book.device),
        "stratum": _own(raw, book.stratum),
        "base_weight": number(_own(raw, book.weight)) if book.weight else pl.lit(1.0),
        "respondent_id": pl.col(WHO),
    }
    kinds = empty_table(RESPONDENTS).schema
    return [named.get(name, pl.lit(None)).cast(kinds[name]).alias(name) for name in RESPONDENTS.column_names]


def _own(raw: RawFile, *names: str) -> pl.Expr:
    """The first of some columns that the file has."""
    for name in names:
        if name and name in raw.rows.columns:
            return pl.col(name)
    return pl.lit(None, pl.String)


def _disposition(raw: RawFile, book: FileCodebook) -> pl.Expr:
    """AAPOR code of each record, by the codebook or by what the format says of completeness; null where that is not known.

    A value nobody described must not become an interview: such a record is set aside.
    """
    if book.disposition:
        codes = dict(book.disposition["codes"])
        return pl.col(str(book.disposition["column"])).replace_strict(codes, default=None, return_dtype=pl.String)
    if raw.kind == "qualtrics" and "Finished" in raw.rows.columns:
        progress = number(_own(raw, "Progress")).fill_null(0)
        partial = pl.when(progress >= 50).then(pl.lit(PARTIAL)).otherwise(pl.lit(BREAK_OFF))
        return pl.when(pl.col("Finished").is_in(_TRUE)).then(pl.lit(COMPLETE)).otherwise(partial)
    if raw.kind == "decipher":
        return pl.col("status").replace_strict(_DECIPHER, default=None, return_dtype=pl.String)
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
            row=int(bad[ROW][0]),
            column=book.weight,
        )
