"""A clock that runs faster: days of fieldwork in a minute."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class SpedClock:
    """Gives moments that pass `speed` times as fast as `ticks`.

    Parameters
    ----------
    start : datetime
        The first moment, with its time zone.
    speed : float
        Seconds that pass in one second of `ticks`.
    ticks : callable
        Seconds of a clock that never goes back.
    began : float
        What `ticks` gave at the start.
    """

    start: dt.datetime
    speed: float
    ticks: Callable[[], float]
    began: float

    def __call__(self) -> dt.datetime:
        """Give the moment."""
        return self.start + dt.timedelta(seconds=(self.ticks() - self.began) * self.speed)
