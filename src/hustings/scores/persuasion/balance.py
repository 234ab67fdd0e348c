"""Whether an assignment looks like the lot it says it was."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.errors import InputError
from hustings.maths.doubly_robust import cluster_sums, wald

Array = NDArray[np.float64]
Codes = NDArray[np.int64]

REFUSED, WARNED = 1e-5, 0.01
"""One honest test in a hundred thousand is refused; one in a hundred carries a warning."""
MOST_LEVELS = 10


def check_balance(
    name: str, frame: pl.DataFrame, arm: Codes, prob: Array, clusters: Codes, arms: tuple[str, ...]
) -> list[str]:
    """Test that neither the sizes of the arms nor what was known before depend on the arm.

    Under the lot ``sum_i (1{a_i = k} - p_ik) (1, x_i)`` has mean 0 for each arm; its covariance is that of cluster sums.

    Parameters
    ----------
    name : str
        Of the test, for messages.
    frame : pl.DataFrame
        What was known before, n rows.
    arm, prob, clusters
        As in :class:`hustings.scores.persuasion.Checked`.
    arms : tuple of str

    Returns
    -------
    list of str
        A sentence for the card.

    Raises
    ------
    InputError
        The arms differ beyond what chance explains.
    """
    names, X = columns(frame)
    gap = (arm[:, None] == np.arange(1, prob.shape[1])) - prob[:, 1:]
    moved = (gap[:, :, None] * X[:, None, :]).reshape(len(arm), -1)
    sums = cluster_sums(moved, clusters)
    covariance = sums.T @ sums
    statistic, degrees, p = wald(sums.sum(axis=0), covariance)
    if len(sums) < 3 * degrees:
        return [f"{name}: too few clusters ({len(sums)}) to test the balance of {degrees} columns."]
    single = sums.sum(axis=0) / np.sqrt(np.maximum(np.diag(covariance), 1e-300))
    worst = int(np.argmax(np.abs(single)))
    where = f"{names[worst % len(names)]} in {arms[1 + worst // len(names)]} ({single[worst]:+.1f} standard errors)"
    told = f"chi-squared {statistic:.1f} on {degrees}, p = {p:.2g}"
    if p < REFUSED:
        raise InputError(
            f"the test {name} is not balanced: {told}; most of all {where}",
            hint="arms drawn by lot differ by chance alone: check the chances, the blocks and which rows were left out",
        )
    if p < WARNED:
        return [f"WARNING {name}: the arms differ more than most lots do ({told}); most of all {where}."]
    return [f"{name}: arms are balanced in what was known before ({told})."]


def columns(frame: pl.DataFrame) -> tuple[list[str], Array]:
    """A column of ones ("size"), numbers in standard units, levels of texts, and who lacks them."""
    names, parts = ["size"], [np.ones(frame.height)]
    for column in frame.get_columns():
        missing = column.is_null().to_numpy()
        if column.dtype.is_numeric() or column.dtype == pl.Boolean:
            values = column.cast(pl.Float64).fill_nan(None)
            missing = values.is_null().to_numpy()
            numbers = values.fill_null(values.mean() if not missing.all() else 0.0).to_numpy()
            spread = float(numbers.std())
            found = {column.name: (numbers - numbers.mean()) / spread} if spread > 0.0 else {}
        else:
            texts = column.cast(pl.String)
            counts = (
                texts.drop_nulls().value_counts(name="people").sort("people", column.name, descending=[True, False])
            )
            common = counts[column.name].head(MOST_LEVELS).sort().to_list()
            found = {
                f"{column.name} = {level}": (texts == level).fill_null(value=False).to_numpy() for level in common[1:]
            }
        if 0 < missing.sum() < frame.height:
            found[f"{column.name} not known"] = missing
        names += list(found)
        parts += [np.asarray(part, dtype=np.float64) for part in found.values()]
    return names, np.stack(parts, axis=1)
