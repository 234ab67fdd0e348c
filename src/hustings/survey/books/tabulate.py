"""Every question in every column of every banner, with bases, errors and letters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.survey.books.banner import TOTAL, Banner
from hustings.survey.books.letters import letter, significance_letters
from hustings.survey.books.stub import MEAN, Stub, make_stub
from hustings.survey.codebook import Codebook
from hustings.survey.estimates.crosstab import CrosstabResult, column_tests, crosstab, prepare
from hustings.survey.estimates.intervals import mean_intervals, share_intervals
from hustings.survey.weighting import Weighting
from hustings.tables import ESTIMATES

SMALLEST_BASE, SMALL_BASE = 30, 100
"""Below the first a column is not shown, below the second it is marked."""


@dataclass(frozen=True)
class Tabulation:
    """A book's numbers.

    Parameters
    ----------
    estimates : pl.DataFrame
        As declared in ``tables.ESTIMATES``: the order is that of the book.
    banners : tuple of Banner
    correction : str
        For many comparisons.
    """

    estimates: pl.DataFrame
    banners: tuple[Banner, ...]
    correction: str


def tabulate(
    table: pl.DataFrame,
    book: Codebook,
    weighting: Weighting,
    banners: Sequence[Banner],
    *,
    questions: Sequence[str] | None = None,
    correction: str = "none",
) -> Tabulation:
    """Estimate every question in every column.

    Parameters
    ----------
    table : pl.DataFrame
        One row a respondent, in the order of the weights (:meth:`Interviews.wide`).
    book : Codebook
    weighting : Weighting
    banners : sequence of Banner
    questions : sequence of str, optional
        Without, all but the open ones.
    correction : str
        none, bonferroni or fdr.

    Raises
    ------
    InputError, ConfigError
        A question or correction that does not exist.
    """
    asked = questions if questions is not None else [item.name for item in book.items if item.kind != "open"]
    stub = make_stub(table, book, asked)
    sums = prepare(weighting.linearisation)
    everybody = Banner(TOTAL, "Total", ((TOTAL, "Total"),), np.ones((table.height, 1), dtype=np.bool_))
    parts = []
    for banner in (everybody, *banners):
        found = crosstab(stub.rows, banner.groups, sums)
        parts.append(_frame(found, stub, banner, weighting.spec.name, correction))
    joined = pl.concat(parts)
    order = {row.question: k for k, row in enumerate(stub.names)}
    place = pl.col("question").replace_strict(order, return_dtype=pl.Int64)
    kept = joined.with_columns(place.alias("place")).sort("place", maintain_order=True)
    return Tabulation(kept.select(ESTIMATES.column_names), tuple(banners), correction)


def _frame(found: CrosstabResult, stub: Stub, banner: Banner, weighting: str, correction: str) -> pl.DataFrame:
    """One banner as declared rows."""
    n_rows, n_columns = found.shares.shape
    means = np.array([row.code == MEAN for row in stub.names])
    n = found.n_unweighted.astype(np.float64)
    shown = (found.n_unweighted >= SMALLEST_BASE) & ~np.isnan(found.shares)
    low, high = share_intervals(np.where(means[:, None], 0.5, found.shares), found.se, found.n_effective, n)
    mean_low, mean_high = mean_intervals(found.shares, found.se, n)
    low, high = (np.where(means[:, None], mean, share) for mean, share in ((mean_low, low), (mean_high, high)))
    marks = _letters(found, stub, shown, correction) if n_columns > 1 else [[""]] * n_rows
    flag = np.where(
        found.n_unweighted < SMALLEST_BASE, "suppressed", np.where(found.n_unweighted < SMALL_BASE, "small", "")
    )

    def spread(values: Sequence[str]) -> list[str]:
        return [value for value in values for _ in range(n_columns)]

    def hidden(values: NDArray[np.float64]) -> pl.Series:
        return pl.Series(np.where(shown, values, np.nan).ravel()).fill_nan(None)

    return pl.DataFrame(
        {
            "weighting": [weighting] * (n_rows * n_columns),
            "question": spread([row.question for row in stub.names]),
            "code": spread([row.code for row in stub.names]),
            "label": spread([row.label for row in stub.names]),
            "banner": [banner.name] * (n_rows * n_columns),
            "column": [label for _, label in banner.columns] * n_rows,
            "letter": [letter(k) if n_columns > 1 else None for k in range(n_columns)] * n_rows,
            "n_unweighted": found.n_unweighted.ravel(),
            "n_weighted": found.n_weighted.ravel(),
            "n_effective": found.n_effective.ravel(),
            "estimate": hidden(found.shares),
            "se": hidden(found.se),
            "low": hidden(low),
            "high": hidden(high),
            "higher_than": [mark for row in marks for mark in row],
            "flag": flag.ravel(),
        },
        schema_overrides={"letter": pl.String, "n_unweighted": pl.Int64},
    )


def _letters(found: CrosstabResult, stub: Stub, shown: NDArray[np.bool_], correction: str) -> list[list[str]]:
    """Letters question by question: corrections count the comparisons of one question."""
    z, p = column_tests(found)
    marks: list[list[str]] = []
    start = 0
    for _, group in groupby(stub.names, key=lambda row: row.question):
        stop = start + len(list(group))
        marks += significance_letters(z[start:stop], p[start:stop], shown[start:stop], correction)
        start = stop
    return marks
