"""Shares and means of questions, in total and by groups, as a table with errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.errors import ConfigError, InputError
from hustings.survey.estimates.crosstab import CrosstabResult, Rows, crosstab, make_rows, prepare
from hustings.survey.estimates.intervals import mean_intervals, share_intervals
from hustings.survey.weighting.weigh import Weighting

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

MEAN, TOTAL = "mean", "total"


@dataclass(frozen=True)
class Answers:
    """Answers as rows of numbers.

    Parameters
    ----------
    names : list of (str, str)
        Question and code of each row; code ``mean`` for a number.
    rows : Rows
        Ready for :func:`~hustings.survey.estimates.crosstab.crosstab`.
    """

    names: list[tuple[str, str]]
    rows: Rows


def answers_of(table: pl.DataFrame, questions: Sequence[str], codes: dict[str, list[str]] | None = None) -> Answers:
    """Turn columns of answers into rows.

    Parameters
    ----------
    table : pl.DataFrame
        One row a respondent, as :meth:`Interviews.wide` gives it: text is one answer, a list of texts several, a number
        a number. The base are those of whom ``asked_<question>`` is true, or all who have a value where there is no such
        column; of a number always those who gave one.
    questions : sequence of str
        Columns.
    codes : dict or None
        Question -> codes to show, in order; otherwise those that were given, sorted.

    Raises
    ------
    ConfigError
        There is no such column.
    """
    names: list[tuple[str, str]] = []
    values: list[Array] = []
    bases: list[Flags] = []
    base_of: list[int] = []
    for at, question in enumerate(questions):
        if question not in table.columns:
            raise ConfigError(f"the interviews have no column {question!r}", hint="name a question that was asked")
        column = table[question]
        asked = f"asked_{question}"
        if column.dtype.is_numeric():
            names.append((question, MEAN))
            values.append(column.cast(pl.Float64).fill_null(0.0).to_numpy())
            bases.append(column.is_not_null().to_numpy())
            base_of.append(at)
            continue
        bases.append((table[asked] if asked in table.columns else column.is_not_null()).to_numpy())
        several = isinstance(column.dtype, pl.List)
        given = (column.explode() if several else column).drop_nulls().unique().sort().to_list()
        for code in (codes or {}).get(question, given):
            held = column.list.contains(code) if several else column == code
            names.append((question, code))
            values.append(held.fill_null(value=False).to_numpy().astype(np.float64))
            base_of.append(at)
    if not values:
        raise ConfigError("no question that anybody answered", hint=f"asked for: {', '.join(questions)}")
    rows = make_rows(np.stack(values, axis=1), np.stack(bases, axis=1), np.array(base_of))
    return Answers(names, rows)


def groups_of(table: pl.DataFrame, by: str | None) -> tuple[list[str], Flags]:
    """Columns of a banner: its groups' names, and who is in which (respondent, col); None: everybody in one.

    A list column puts a respondent into several groups. Who has no value is in none.
    """
    if by is None:
        return [TOTAL], np.ones((table.height, 1), dtype=np.bool_)
    if by not in table.columns:
        raise ConfigError(f"the interviews have no column {by!r}", hint="name a column to group by")
    column = table[by]
    if isinstance(column.dtype, pl.List):
        names = column.explode().drop_nulls().unique().sort().to_list()
        return names, np.stack([column.list.contains(n).fill_null(value=False).to_numpy() for n in names], axis=1)
    text = column.cast(pl.String)
    names = text.drop_nulls().unique().sort().to_list()
    return names, np.stack([(text == name).fill_null(value=False).to_numpy() for name in names], axis=1)


def aligned(table: pl.DataFrame, weighting: Weighting) -> pl.DataFrame:
    """The rows of a table in the order of the weights; rows that have none are left out.

    Raises
    ------
    InputError
        Somebody who has a weight is missing.
    """
    order = weighting.weights.select("respondent_id")
    if table["respondent_id"].equals(order["respondent_id"]):
        return table
    if table["respondent_id"].is_duplicated().any():
        raise InputError("a respondent is there twice", column="respondent_id", hint="one row a respondent")
    lost = order.join(table, on="respondent_id", how="anti")
    if lost.height:
        raise InputError(
            f"{lost.height:,} respondents who were weighed are missing, the first {lost['respondent_id'][0]!r}",
            hint="weigh and tabulate the same interviews; a group is given by `by`, not by leaving rows out",
        )
    return order.join(table, on="respondent_id", how="left", maintain_order="left")


def estimate_shares(
    table: pl.DataFrame,
    questions: Sequence[str],
    weighting: Weighting,
    *,
    by: Sequence[str] = (),
    codes: dict[str, list[str]] | None = None,
    level: float = 0.95,
) -> pl.DataFrame:
    """Shares of answers and means of numbers, in total and in each group, with design-based errors.

    Parameters
    ----------
    table : pl.DataFrame
        Answers, one row a respondent (:func:`answers_of`); every respondent who was weighed must be there.
    questions : sequence of str
        Columns to estimate.
    weighting : Weighting
        The weights, which also say how estimates vary.
    by : sequence of str
        Columns to group by, each a banner of its own beside the total.
    codes : dict or None
        Codes to show, in order.
    level : float
        What the intervals are to cover.

    Returns
    -------
    pl.DataFrame
        ``weighting, question, code, banner, column, n_unweighted, n_weighted, n_effective, estimate, se, low, high``, as in
        ``tables.ESTIMATES``.
    """
    table = aligned(table, weighting)
    answers, sums = answers_of(table, questions, codes), prepare(weighting.linearisation)
    parts = []
    for banner in (None, *by):
        columns, groups = groups_of(table, banner)
        found = crosstab(answers.rows, groups, sums)
        parts.append(result_frame(found, answers, banner or TOTAL, columns, weighting.spec.name, level=level))
    return pl.concat(parts)


def result_frame(
    found: CrosstabResult, answers: Answers, banner: str, columns: Sequence[str], weighting: str, *, level: float = 0.95
) -> pl.DataFrame:
    """A crosstab as a long table, row by row; the columns of :func:`estimate_shares`."""
    n_rows, n_columns = found.shares.shape
    se, interviews = found.se, found.n_unweighted.astype(np.float64)
    low, high = share_intervals(found.shares, se, found.n_effective, interviews, level=level)
    mean = np.array(
        [code == MEAN and numeric for (_, code), numeric in zip(answers.names, answers.rows.numeric, strict=True)]
    )
    wide = mean_intervals(found.shares, se, interviews, level=level)
    low, high = (np.where(mean[:, None], one, other) for one, other in zip(wide, (low, high), strict=True))
    return pl.DataFrame(
        {
            "weighting": [weighting] * (n_rows * n_columns),
            "question": [question for question, _ in answers.names for _ in columns],
            "code": [code for _, code in answers.names for _ in columns],
            "banner": [banner] * (n_rows * n_columns),
            "column": list(columns) * n_rows,
            "n_unweighted": found.n_unweighted.ravel(),
            "n_weighted": found.n_weighted.ravel(),
            "n_effective": found.n_effective.ravel(),
            "estimate": found.shares.ravel(),
            "se": se.ravel(),
            "low": low.ravel(),
            "high": high.ravel(),
        }
    ).with_columns(pl.col("estimate", "se", "low", "high").fill_nan(None))
