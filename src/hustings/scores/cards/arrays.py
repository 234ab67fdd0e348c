"""Scores, outcomes and weights, checked; means over tied scores."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hustings.errors import InputError

Array = NDArray[np.float64]


def checked(score: Array, outcome: Array, weight: Array | None) -> tuple[Array, Array, Array]:
    """Score, outcome and weight as float arrays of one length; weights of 1 where there are none.

    Raises
    ------
    InputError
        Lengths differ, there is nobody, a value is not finite, or a weight is negative or all are 0.
    """
    parts = {
        "score": np.asarray(score, dtype=np.float64),
        "outcome": np.asarray(outcome, dtype=np.float64),
        "weight": np.ones(len(score)) if weight is None else np.asarray(weight, dtype=np.float64),
    }
    sizes = {name: len(part) for name, part in parts.items()}
    if len(set(sizes.values())) != 1:
        raise InputError(f"a card needs a score, an outcome and a weight of each voter, found {sizes}")
    if sizes["score"] == 0:
        raise InputError("a card needs held-out voters, found none", hint="hold some rows out of the fit")
    for name, part in parts.items():
        bad = ~np.isfinite(part)
        if bad.any():
            raise InputError(
                f"{int(bad.sum())} of {len(part)} values of the {name} are not finite, expected numbers",
                row=int(np.argmax(bad)) + 1,
                column=name,
            )
    if parts["weight"].min() < 0.0 or parts["weight"].sum() <= 0.0:
        raise InputError("weights must be at least 0, and one above it", column="weight")
    return parts["score"], parts["outcome"], parts["weight"]


def tied_moments(score: Array, outcome: Array, weight: Array) -> tuple[Array, Array]:
    """Mean outcome and mean squared outcome over all voters with the same score, per voter.

    Voters with equal scores stand in no order; whatever cuts between them takes a fair share of each kind.
    """
    place = np.unique(score, return_inverse=True)[1].ravel()
    total = np.maximum(np.bincount(place, weight), np.finfo(float).tiny)
    mean = np.bincount(place, weight * outcome) / total
    square = np.bincount(place, weight * outcome**2) / total
    return mean[place], square[place]
