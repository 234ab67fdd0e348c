"""Non-response: the chance to answer, learned on the voter file from who was asked and who answered.

What the file knows of a person is known whether or not the person answers: where supporters of one side answer less, the
party of registration and the history of voting show it, and the weights of those who did answer make up for it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.errors import ConfigError, InputError
from hustings.maths.propensity import Propensity, fit_propensity
from hustings.survey.weighting.margins import label, variables_of

Array = NDArray[np.float64]
Codes = NDArray[np.int64]

PRIOR_SD = 1.0
"""Log-odds by which the chance of one category is expected to differ: a rule, not fitted, and never to the answers."""
MOST_CATEGORIES = 1_000
"""More are no longer known from a sample, and would take minutes."""
LOWEST_CHANCE = 0.1
"""No chance is taken for less than this part of the overall rate: a cell of few must not weigh without bound."""


@dataclass(frozen=True)
class Nonresponse:
    """The fitted chance to answer of everybody asked.

    Parameters
    ----------
    rows : (row,) int array
        Where each interview is among those asked.
    cells : (asked,) int array
        Cell of everybody asked.
    Z : (cell, column) array
        What the chance depends on.
    precision : (column,) array
        The ridge.
    fit : Propensity
        Its ``chances`` are the cells'.
    floor : float
        Smallest chance that is used.
    terms : list of str
        Names of the columns of ``Z``.
    floored : int
        Interviews whose chance was below it.
    """

    rows: Codes
    cells: Codes
    Z: Array
    precision: Array
    fit: Propensity
    floor: float
    terms: list[str]
    floored: int

    @property
    def factors(self) -> Array:
        """(row,) inverse chances of the interviews."""
        return np.asarray(1.0 / np.maximum(self.fit.chances, self.floor)[self.cells[self.rows]])


def find_cases(table: pl.DataFrame, asked: pl.DataFrame) -> Codes:
    """Where each interview is among those asked.

    Raises
    ------
    ConfigError
        ``case_id`` is not there.
    InputError
        A case was asked twice, answered twice, or was never asked; or is said not to have responded.
    """
    for what, frame in (("the interviews have", table), ("those asked have", asked)):
        if "case_id" not in frame.columns:
            raise ConfigError(f"{what} no column 'case_id'", hint="weigh imported interviews without asked=")
        cases = frame["case_id"].drop_nulls()
        if cases.n_unique() < len(cases):
            raise InputError(
                f"{what} case {cases.filter(cases.is_duplicated())[0]} twice", column="case_id", hint="keep one"
            )
    at = asked.select("case_id").with_row_index("row")
    found = table.select("case_id").join(at, on="case_id", how="left", maintain_order="left")
    if found["row"].null_count():
        lost = found.filter(pl.col("row").is_null())
        raise InputError(
            f"{lost.height:,} of {table.height:,} interviews are of nobody who was asked, the first of case "
            f"{lost['case_id'][0]}",
            column="case_id",
            hint="weigh them apart, or give the whole released sample",
        )
    rows = found["row"].to_numpy().astype(np.int64)
    if "responded" in asked.columns:
        silent = asked.filter(~pl.col("responded"))["case_id"].implode()
        odd = table.filter(pl.col("case_id").is_in(silent))
        if odd.height:
            raise InputError(
                f"case {odd['case_id'][0]} has an interview but is marked as not having responded", column="responded"
            )
    return rows


def fit_nonresponse(table: pl.DataFrame, asked: pl.DataFrame, terms: tuple[str, ...]) -> Nonresponse | None:
    """Fit the chance to answer.

    Parameters
    ----------
    table : pl.DataFrame
        Interviews that count, with ``case_id``; who was asked and is not among them did not answer.
    asked : pl.DataFrame
        Everybody asked, with ``case_id`` and the columns of ``terms``; a missing value is a category of its own.
    terms : tuple of str
        Columns and interactions.

    Raises
    ------
    ConfigError, InputError
        A column is not there or has too many categories; an interview was never asked for (:func:`find_cases`).

    Returns
    -------
    Nonresponse or None
        None where everybody answered.
    """
    absent = [name for term in terms for name in variables_of(term) if name not in asked.columns]
    if absent:
        raise ConfigError(f"nonresponse: those asked have no column {absent[0]!r}", hint="use columns of the sample")
    rows = find_cases(table, asked)
    if len(rows) == asked.height:
        return None
    parts, names = [], ["everybody"]
    for term in with_mains(terms):
        values = asked.select(label(variables_of(term)).alias("v"))["v"]
        levels = values.unique().sort()
        parts.append(values.replace_strict(levels, np.arange(len(levels)), return_dtype=pl.Int64).to_numpy())
        names += [f"{term}: {level}" for level in levels]
    if len(names) > MOST_CATEGORIES:
        widest = max(with_mains(terms), key=lambda term: sum(name.startswith(f"{term}: ") for name in names))
        raise ConfigError(
            f"nonresponse: {len(names):,} categories, expected at most {MOST_CATEGORIES:,}",
            hint=f"{widest} has the most: merge some, or leave it out",
        )
    cells, first = unique_rows(parts)
    Z = np.hstack([np.ones((len(first), 1)), *(np.eye(part.max() + 1)[part[first]] for part in parts)])
    precision = np.full(Z.shape[1], 1.0 / PRIOR_SD**2)
    precision[0] = 0.0
    counts = np.bincount(cells, minlength=len(first)).astype(float)
    answered = np.bincount(cells[rows], minlength=len(first)).astype(float)
    fit = fit_propensity(Z, counts, answered, precision)
    floor = LOWEST_CHANCE * len(rows) / asked.height
    floored = int((fit.chances[cells[rows]] < floor).sum())
    return Nonresponse(rows, cells, Z, precision, fit, floor, names, floored)


def with_mains(terms: tuple[str, ...]) -> list[str]:
    """Terms, each interaction after the columns it crosses: what they share is then drawn to the mean but once."""
    mains = [name for term in terms for name in variables_of(term)]
    crossed = ["*".join(variables_of(term)) for term in terms]
    return list(dict.fromkeys([*mains, *crossed]))


def unique_rows(parts: list[Codes]) -> tuple[Codes, Codes]:
    """Cell of each row when several codes are crossed, and one row of each cell."""
    cell = np.zeros(len(parts[0]), dtype=np.int64)
    first = np.zeros(1, dtype=np.int64)
    for part in parts:
        _, first, cell = np.unique(cell * (int(part.max()) + 1) + part, return_index=True, return_inverse=True)
    return cell, first
