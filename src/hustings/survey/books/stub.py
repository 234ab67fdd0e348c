"""The rows of a book: each answer, nets of several, the mean of a scale, and those who were asked and did not answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.errors import InputError
from hustings.survey.codebook import Codebook, Item
from hustings.survey.estimates.crosstab import Rows, make_rows

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

MEAN, NET, NO_ANSWER = "mean", "net:", "no_answer"
"""Codes of rows that are no answers of the codebook."""


@dataclass(frozen=True)
class StubRow:
    """One row: its question, code and label."""

    question: str
    code: str
    label: str


@dataclass(frozen=True)
class Stub:
    """All rows of a book, and their numbers."""

    names: list[StubRow]
    rows: Rows


def make_stub(table: pl.DataFrame, book: Codebook, questions: Sequence[str]) -> Stub:
    """Turn questions into rows.

    Parameters
    ----------
    table : pl.DataFrame
        As :meth:`Interviews.wide` gives it.
    book : Codebook
    questions : sequence of str
        Open questions make no rows.

    Raises
    ------
    InputError
        There is no such question, or none of them was asked.
    """
    names: list[StubRow] = []
    values: list[Array] = []
    bases: list[Flags] = []
    base_of: list[int] = []
    for question in questions:
        item = book.item(question)
        for row, outcome, base in _rows(table, item):
            same = next((k for k, known in enumerate(bases) if np.array_equal(known, base)), None)
            if same is None:
                bases.append(base)
                same = len(bases) - 1
            names.append(row)
            values.append(outcome)
            base_of.append(same)
    if not names:
        raise InputError("none of the questions has answers that can be counted", hint="open answers are for coding")
    return Stub(names, make_rows(np.stack(values, axis=1), np.stack(bases, axis=1), np.array(base_of)))


def _rows(table: pl.DataFrame, item: Item) -> list[tuple[StubRow, Array, Flags]]:
    """Rows of one question: label, outcome, base."""
    if item.kind == "open":
        return []
    asked = table[f"asked_{item.name}"].to_numpy()
    if not asked.any():
        return []
    column = table[item.name]
    if item.kind == "numeric":
        given = column.is_not_null().to_numpy()
        mean = column.fill_null(0.0).to_numpy().astype(np.float64)
        return [
            (StubRow(item.name, MEAN, "Mean"), mean, given),
            *_if_any(StubRow(item.name, NO_ANSWER, "No answer"), asked & ~given, asked),
        ]
    taken = next((one.code for one in item.choices if one.code in {MEAN, NO_ANSWER} or one.code.startswith(NET)), None)
    if taken is not None:
        raise InputError(
            f"question {item.name!r} has an answer with the code {taken!r}, which tables keep for their own rows",
            hint="give the answer another code",
        )
    several = item.kind == "multiple"
    found: list[tuple[StubRow, Array, Flags]] = []
    held: dict[str, Flags] = {}
    for choice in item.choices:
        chosen = column.list.contains(choice.code) if several else column == choice.code
        held[choice.code] = chosen.fill_null(value=False).to_numpy()
        found.append((StubRow(item.name, choice.code, choice.label), held[choice.code].astype(np.float64), asked))
    nothing = asked & ~np.any(list(held.values()), axis=0)
    found += _if_any(StubRow(item.name, NO_ANSWER, "No answer"), nothing, asked)
    for net in dict.fromkeys(choice.net for choice in item.choices if choice.net):
        inside = np.any([held[choice.code] for choice in item.choices if choice.net == net], axis=0)
        found.append((StubRow(item.name, f"{NET}{net}", f"Net: {net}"), inside.astype(np.float64), asked))
    scores = {choice.code: choice.score for choice in item.choices if choice.score is not None and not choice.meaning}
    if scores and not several:
        score = column.replace_strict(scores, default=None, return_dtype=pl.Float64)
        given = score.is_not_null().to_numpy()
        if given.any():
            found.append((StubRow(item.name, MEAN, "Mean"), score.fill_null(0.0).to_numpy(), given))
    return found


def _if_any(row: StubRow, outcome: Flags, base: Flags) -> list[tuple[StubRow, Array, Flags]]:
    return [(row, outcome.astype(np.float64), base)] if outcome.any() else []
