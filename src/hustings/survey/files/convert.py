"""Raw values to interviews: what the codebook does not know is set aside with its reason, and counted."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace

import polars as pl

from hustings.errors import InputError
from hustings.store import empty_table
from hustings.survey.bands import banded
from hustings.survey.codebook import Choice, Codebook, Item, check_codebook
from hustings.survey.files.codebook import FileCodebook, FileItem
from hustings.survey.files.labels import in_order
from hustings.survey.files.numbers import number
from hustings.survey.files.raw import RawFile
from hustings.survey.files.records import ROW, WHO, respondents_of
from hustings.survey.files.several import in_cells, split_answers, spread
from hustings.survey.interviews import Interviews
from hustings.tables import ANSWERS, SPLITS

MOST_VALUES = 60
"""A question with more different values than this, and no labels, is no choice."""
TOO_MANY_ASIDE = 0.05
"""More answers outside the codebook than this share, and than FEW_ASIDE, or all: the codebook is of another file."""
FEW_ASIDE = 2
OUTSIDE = "the answer is not in the codebook; kept as asked and not answered"


@dataclass(frozen=True)
class Converted:
    """Interviews of a file, and what was set aside.

    Parameters
    ----------
    interviews : Interviews
    rejected : pl.DataFrame
        ``row`` (of the file), ``respondent_id``, ``column``, ``value``, ``reason``; a whole record has no column.
    notes : tuple of str
        What the reader should know.
    """

    interviews: Interviews
    rejected: pl.DataFrame
    notes: tuple[str, ...] = ()


def convert(raw: RawFile, book: FileCodebook) -> Converted:
    """Turn a file into interviews.

    Parameters
    ----------
    raw : RawFile
    book : FileCodebook

    Raises
    ------
    InputError
        A column that the codebook names is not in the file, or more than one answer in twenty to a question is none the
        codebook knows.
    """
    _check_columns(raw, book)
    respondents, rows, rejected = respondents_of(raw, book)
    answers, items, aside, notes = [empty_table(ANSWERS)], [], [rejected], []
    for one in book.items:
        item, found, bad = _answers(raw, rows, one)
        items.append(item)
        answers.append(found)
        aside.append(bad)
        answered = found["respondent_id"].n_unique()
        if bad.height and (bad.height > max(FEW_ASIDE, TOO_MANY_ASIDE * answered) or bad.height >= answered):
            _refuse(raw, one, bad, answered)
    codebook = check_codebook(Codebook(book.title, tuple(items)), file=book.path)
    unused = [name for name in raw.rows.columns if name not in _used(book)]
    if unused:
        some = ", ".join(unused[:6]) + (", ..." if len(unused) > 6 else "")
        notes.append(f"{len(unused)} columns are not in the codebook and were left out: {some}")
    interviews = Interviews(respondents, pl.concat(answers), codebook, empty_table(SPLITS))
    return Converted(interviews, pl.concat(aside).sort("row", "column", nulls_last=False), tuple(notes))


def _used(book: FileCodebook) -> set[str]:
    named = {column for one in book.items for column in one.columns}
    others = {
        book.respondent,
        book.date,
        book.weight,
        book.seconds,
        book.started,
        book.ended,
        book.device,
        book.stratum,
    }
    return named | others | {book.mode, str(book.disposition.get("column", "")), str(book.voter.get("column", ""))}


def _check_columns(raw: RawFile, book: FileCodebook) -> None:
    """Refuse a codebook that names columns the file does not have."""
    import difflib

    named = {column: name for name, column in _named(book) if column}
    for column, name in named.items():
        if column not in raw.rows.columns:
            near = difflib.get_close_matches(column, raw.rows.columns, n=1)
            raise InputError(
                f"has no column {column!r}, which the codebook {book.path.name} names for {name}",
                file=raw.path,
                hint=f"did you mean {near[0]!r}?" if near else f"its columns: {', '.join(raw.rows.columns[:15])}",
            )


def _named(book: FileCodebook) -> list[tuple[str, str]]:
    plain = ("respondent", "weight", "seconds", "started", "ended", "device", "stratum")
    found = [(name, str(getattr(book, name))) for name in plain]
    found += [("disposition", str(book.disposition.get("column", ""))), ("voter", str(book.voter.get("column", "")))]
    return found + [(f"items.{one.item.name}", column) for one in book.items for column in one.columns]


def _refuse(raw: RawFile, one: FileItem, bad: pl.DataFrame, answered: int) -> None:
    values = bad["value"].value_counts(sort=True).head(5).iter_rows()
    some = ", ".join(f"{value!r} ({n:,} times)" for value, n in values)
    raise InputError(
        f"{bad.height:,} of {answered:,} answers to {one.item.name} are outside the codebook: {some}",
        file=raw.path,
        column=", ".join(one.columns),
        hint=f"add them to [items.{one.item.name}], or to its `missing`",
    )


def _answers(raw: RawFile, rows: pl.DataFrame, one: FileItem) -> tuple[Item, pl.DataFrame, pl.DataFrame]:
    """Answers to one question: the question with its choices, the rows, and what was set aside."""
    declared = {value for column in one.columns for value in raw.missing.get(column, ())}
    one = replace(one, missing=(*one.missing, *sorted(declared - set(one.sources) - set(one.missing))))
    if one.item.kind == "multiple" and len(one.columns) > 1 and one.holds != "codes":
        return _spread(raw, rows, one)
    column = next(iter(one.columns))
    wording = one.item.wording or raw.wordings.get(column, "")
    item = replace(one.item, wording=wording or one.item.name)
    if len(one.columns) > 1:
        values = in_cells(rows, list(one.columns), one.missing)
        return _coded(values, item, one, column, _labels_of(raw, one))
    values = rows.select(pl.col(ROW).alias("row"), pl.col(WHO).alias("respondent_id"), pl.col(column).alias("value"))
    values = values.filter(pl.col("value").is_not_null())
    if one.missing:
        values = values.with_columns(pl.when(~pl.col("value").is_in(one.missing)).then("value").alias("value"))
    if item.kind == "open":
        found = values.select("respondent_id", text="value")
        return item, _declared(found, item.name), _rejected(values.clear(), column, "")
    if item.kind == "numeric" or one.bins:
        return _number(values, item, one, column)
    if item.kind == "multiple":
        known = {*one.sources, *(choice.label for choice in item.choices), *raw.labels.get(column, {}).values()}
        values = split_answers(values, known)
    return _coded(values, item, one, column, _labels_of(raw, one))


def _labels_of(raw: RawFile, one: FileItem) -> dict[str, str]:
    """Labels of values, without those that are no answer."""
    labels = {code: label for column in one.columns for code, label in raw.labels.get(column, {}).items()}
    return {code: label for code, label in labels.items() if code not in one.missing}


def _coded(
    values: pl.DataFrame, item: Item, one: FileItem, column: str, labels: dict[str, str]
) -> tuple[Item, pl.DataFrame, pl.DataFrame]:
    """Values to codes; an answer outside the codebook is kept as asked and not answered, and set aside."""
    item, sources = _with_choices(item, one, values["value"], labels)
    coded = values.with_columns(
        pl.col("value").replace_strict(sources, default=None, return_dtype=pl.String).alias("code")
    )
    outside = coded.filter(pl.col("code").is_null() & pl.col("value").is_not_null())
    # Two values may make one code; and one who gave any answer did answer.
    answers = coded.select("row", "respondent_id", "code").unique(maintain_order=True)
    silent = pl.col("code").is_null() & pl.col("code").is_not_null().any().over("row")
    return (
        item,
        _declared(answers.filter(~silent).select("respondent_id", "code"), item.name),
        _rejected(outside, column, OUTSIDE),
    )


def _with_choices(item: Item, one: FileItem, values: pl.Series, labels: dict[str, str]) -> tuple[Item, dict[str, str]]:
    """Choices from the codebook; without, from the file's labels and the values that have none."""
    if item.choices:
        sources = dict(one.sources)
        # A codebook in codes also reads an export of labels.
        sources |= {choice.label: choice.code for choice in item.choices if choice.label not in sources}
        named = tuple(
            replace(choice, label=labels.get(choice.code, choice.label)) if choice.label == choice.code else choice
            for choice in item.choices
        )
        return replace(item, choices=named), sources
    wordings = {label: code for code, label in labels.items()}
    distinct = [value for value in values.drop_nulls().unique().to_list() if value not in wordings]
    if len({*distinct, *labels}) > max(MOST_VALUES, len(labels)):
        raise InputError(
            f"question {item.name} has {len(distinct)} different values and {len(labels) or 'no'} labels",
            hint=f'give [items.{item.name}] choices, or kind = "numeric" or "open"',
        )
    codes = in_order({*labels, *distinct})
    choices = tuple(Choice(code, labels.get(code, code)) for code in codes)
    return replace(item, choices=choices), {**wordings, **{code: code for code in codes}}


def _number(values: pl.DataFrame, item: Item, one: FileItem, column: str) -> tuple[Item, pl.DataFrame, pl.DataFrame]:
    """Answers that are numbers, or bands of them."""
    read = values.with_columns(number(pl.col("value")).alias("number"))
    low = item.low if item.low is not None else float("-inf")
    high = item.high if item.high is not None else float("inf")
    coded = read.with_columns(
        pl.col("value").replace_strict(dict(one.sources), default=None, return_dtype=pl.String).alias("code")
        if one.sources
        else pl.lit(None, pl.String).alias("code")
    )
    bad = coded.filter(
        pl.col("value").is_not_null()
        & pl.col("code").is_null()
        & ~pl.col("number").is_between(low, high).fill_null(value=False)
    )
    good = coded.join(bad.select("row"), on="row", how="anti", maintain_order="left")
    reason = f"expected a number{_range(item)}; kept as asked and not answered"
    if not one.bins:
        found = pl.concat([good, bad.with_columns(number=pl.lit(None, pl.Float64))]).sort("row")
        plain = pl.when(pl.col("code").is_null()).then("number")
        return (
            item,
            _declared(found.select("respondent_id", "code", plain.alias("value")), item.name),
            _rejected(bad, column, reason),
        )
    labels = band_labels(one.bins)
    band = banded(pl.col("number"), one.bins, ["below", *labels]).cast(pl.String)
    coded = good.with_columns(pl.when(band != "below").then(band).alias("code"))
    below = good.join(coded.filter(pl.col("code").is_not_null()).select("row"), on="row", how="anti")
    below = below.filter(pl.col("value").is_not_null())
    item = replace(item, kind="single", choices=tuple(Choice(label, label) for label in labels))
    return (
        item,
        _declared(coded.select("respondent_id", "code"), item.name),
        _rejected(pl.concat([bad, below.select(bad.columns)]), column, f"{reason} (bands begin at {one.bins[0]:g})"),
    )


def band_labels(bins: tuple[float, ...]) -> list[str]:
    """Names of bands by their lower ends: 18-29, 30-44, 45+."""
    ends = [f"{low:g}-{high - 1:g}" for low, high in itertools.pairwise(bins)]
    return [*ends, f"{bins[-1]:g}+"]


def _range(item: Item) -> str:
    if item.low is None and item.high is None:
        return ""
    return f" of {'' if item.low is None else f'{item.low:g}'} to {'' if item.high is None else f'{item.high:g}'}"


def _spread(raw: RawFile, rows: pl.DataFrame, one: FileItem) -> tuple[Item, pl.DataFrame, pl.DataFrame]:
    """Several answers, one column each, with the words of the choices from the file where it has them."""
    known = {choice.code: choice for choice in one.item.choices}
    choices = []
    for column, code in one.columns.items():
        tail = raw.wordings.get(column, "").rpartition(" - ")[2]
        choices.append(known.get(code) or Choice(code, tail or column))
    first = raw.wordings.get(next(iter(one.columns)), "").rpartition(" - ")[0]
    item = replace(one.item, wording=one.item.wording or first or one.item.name, choices=tuple(choices))
    found = spread(rows, one, file=raw.path)
    nothing = pl.DataFrame(schema={"row": pl.Int64, "respondent_id": pl.String, "value": pl.String})
    return item, _declared(found, item.name), _rejected(nothing, "", "")


def _declared(found: pl.DataFrame, name: str) -> pl.DataFrame:
    """Fit answers to the contract."""
    kinds = {"code": pl.String, "value": pl.Float64, "text": pl.String}
    absent = [pl.lit(None, kind).alias(column) for column, kind in kinds.items() if column not in found.columns]
    return found.with_columns(pl.lit(name).alias("question"), *absent).select(ANSWERS.column_names)


def _rejected(bad: pl.DataFrame, column: str, reason: str) -> pl.DataFrame:
    return bad.select(
        pl.col("row").cast(pl.Int64),
        "respondent_id",
        pl.lit(column).alias("column"),
        pl.col("value").cast(pl.String),
        pl.lit(reason).alias("reason"),
    )
