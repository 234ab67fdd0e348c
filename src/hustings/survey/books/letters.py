"""Which columns are significantly above which: upper case at 95 %, lower case at 90 %, within one banner.

Tests use the covariance of the two columns, so they are right for weighted interviews and for columns that share people
(:func:`~hustings.survey.estimates.crosstab.column_tests`). Corrections for many comparisons are made within one question and
banner: Bonferroni multiplies each p by the number of pairs of columns; *fdr* is Benjamini & Hochberg (1995) over all its rows and
pairs.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from hustings.errors import ConfigError

Array = NDArray[np.float64]

CORRECTIONS = ("none", "bonferroni", "fdr")
UPPER_P, LOWER_P = 0.05, 0.10


def letter(k: int) -> str:
    """Letter of the k-th column, from 0: A ... Z, AA, AB ..."""
    return (letter(k // 26 - 1) if k >= 26 else "") + chr(ord("A") + k % 26)


def significance_letters(z: Array, p: Array, shown: NDArray[np.bool_], correction: str) -> list[list[str]]:
    """Letters of one question in one banner.

    Parameters
    ----------
    z, p : (row, col, col) arrays
        First minus second column, and its two-sided p; NaN where there is nothing to compare.
    shown : (row, col) bool array
        Cells whose base is large enough; others are neither tested nor tested against.
    correction : str
        One of :data:`CORRECTIONS`.

    Returns
    -------
    list of list of str
        (row, col): letters of the columns that the cell is above, in order; with two-letter names, blanks between.

    Raises
    ------
    ConfigError
        There is no such correction.
    """
    if correction not in CORRECTIONS:
        raise ConfigError(f"correction {correction!r} is unknown", hint=f"one of {', '.join(CORRECTIONS)}")
    n_rows, n_columns = shown.shape
    tested = shown[:, :, None] & shown[:, None, :] & ~np.isnan(z)
    upper = np.triu(np.ones((n_columns, n_columns), dtype=np.bool_), 1)
    pairs = tested & upper
    adjusted = np.where(tested, p, 1.0)
    if correction == "bonferroni":
        number = pairs.sum(axis=(1, 2))
        adjusted = np.minimum(adjusted * np.maximum(number, 1)[:, None, None], 1.0)
    elif correction == "fdr" and pairs.any():
        flat = np.ones_like(adjusted)
        flat[pairs] = benjamini_hochberg(p[pairs])
        adjusted = np.minimum(flat, flat.transpose(0, 2, 1))
    names = [letter(k) for k in range(n_columns)]
    between = " " if n_columns > 26 else ""
    above = tested & (z > 0)
    return [
        [between.join(_marks(names, above[row, column], adjusted[row, column])) for column in range(n_columns)]
        for row in range(n_rows)
    ]


def _marks(names: Sequence[str], above: NDArray[np.bool_], p: Array) -> list[str]:
    found = [int(k) for k in np.flatnonzero(above) if p[k] < LOWER_P]
    return [names[k] if p[k] < UPPER_P else names[k].lower() for k in found]


def benjamini_hochberg(p: Array) -> Array:
    """Adjusted p-values of Benjamini & Hochberg (1995), as R's ``p.adjust(method = "BH")``."""
    order = np.argsort(-p, kind="stable")
    ranks = np.arange(len(p), 0, -1)
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(np.minimum.accumulate(p[order] * len(p) / ranks), 1.0)
    return adjusted
