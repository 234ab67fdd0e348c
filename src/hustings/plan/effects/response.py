"""What is left of an effect on election day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

Row = Mapping[str, Any]


def kept_share(half_life_days: float | None, days: float) -> float:
    r"""Part of an effect that is left at the election of effort spread evenly over the last days.

    ``(1/d) int_0^d 2^(-t/h) dt = h (1 - 2^(-d/h)) / (d log 2)``.

    Parameters
    ----------
    half_life_days : float or None
        Days in which half of it goes; None where it stays.
    days : float
        Days over which the effort is spread; 0 is the last moment.

    Returns
    -------
    float
        0-1.
    """
    if half_life_days is None or days <= 0:
        return 1.0
    rate = np.log(2.0) * days / half_life_days
    return float(-np.expm1(-rate) / rate)


def lasting(half_life_days: float | None, spent_days: int, days_left: int, measured_days: int | None) -> float:
    """Part of a measured effect that money spent from now on brings to election day, 0-1.

    An effect that was measured over a season has faded within that already. Money nearer to the election than the season's
    was is taken to do no more than was measured.
    """
    days = min(spent_days, days_left)
    kept = kept_share(half_life_days, days)
    return kept if measured_days is None else min(kept / kept_share(half_life_days, measured_days), 1.0)


def net_votes(row: Row, days_left: int) -> float:
    """Net votes that one contact makes, or the margin that one sd of advertising makes, on election day.

    Bringing somebody to vote is worth ``2 s - 1``, ``s`` the share of supporters among those contacted: nothing where they are
    half and half. Somebody who changes sides is two net votes.
    """
    size = row["mean"] * row["carry_share"]
    kept = lasting(row["half_life_days"], row["spent_days"], days_left, row["measured_days"])
    if row["per"] == "sd":
        return float(size * kept)
    worth = 2.0 * row["supporters_share"] - 1.0 if row["kind"] == "mobilisation" else 2.0
    return float(size * kept * worth)


def joined_sd(row: Row) -> float:
    """Standard deviation of the effect where it is used: its error, and how far it differs between campaigns."""
    return float(np.hypot(row["se"] * row["carry_share"], row["between_sd"]))
