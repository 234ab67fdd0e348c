"""What is asked for: how many, where, in whose layout, as of when."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hustings import facts
from hustings.errors import ConfigError

Arrays = dict[str, NDArray[Any]]
"""Columns of equal length by name: a block of people, all of it numbers (see ``people``)."""

FORMATS = {
    "nc-2022": "NC",
    "nc-2009": "NC",
    "oh-swvf": "OH",
    "fl-extract": "FL",
    "wa-vrdb": "WA",
    "l2": None,
    "targetsmart": None,
    "uk-register": "GB",
}
"""Layout -> the only state that it fits; None: any."""

MOST_ROWS = 200_000_000
EPOCH = dt.date(1970, 1, 1)
YEAR_DAYS = 365.25


@dataclass(frozen=True, slots=True)
class ElectorateSpec:
    """A synthetic electorate: the same spec gives the same bytes.

    Parameters
    ----------
    rows : int
        Records of the first week's voter file, duplicates and removed voters included.
    state : str
        USPS code, or ``GB``.
    layout : str
        Layout of the raw files, one of `FORMATS`.
    seed : int
        Seed, 0 or more.
    as_of : datetime.date
        Day of the first week's file.
    weeks : int
        Weekly files, the first included.

    Raises
    ------
    ConfigError
        A number out of range, an unknown layout or state, or a layout of another state.
    """

    rows: int
    state: str = "NC"
    layout: str = "nc-2022"
    seed: int = 1
    as_of: dt.date = dt.date(2016, 10, 1)
    weeks: int = 1

    def __post_init__(self) -> None:
        """Refuse what cannot be made."""
        if self.layout not in FORMATS:
            raise ConfigError(f"unknown format {self.layout!r}", hint=f"choose one of {', '.join(FORMATS)}")
        known = {"GB", *facts.states()["state"]}
        if self.state not in known:
            raise ConfigError(f"unknown state {self.state!r}", hint="write a USPS code such as NC, or GB")
        only = FORMATS[self.layout]
        if only is not None and self.state != only:
            raise ConfigError(
                f"format {self.layout!r} is that of {only}, found state {self.state!r}", hint=f"write --state {only}"
            )
        for name, value, low, high in (
            ("rows", self.rows, 1, MOST_ROWS),
            ("seed", self.seed, 0, 2**63),
            ("weeks", self.weeks, 1, 520),
        ):
            if not low <= value <= high:
                raise ConfigError(f"{name} is {value:,}, expected {low:,} to {high:,}")
        if not dt.date(1990, 1, 1) <= self.as_of <= dt.date(2100, 1, 1):
            raise ConfigError(f"as-of is {self.as_of}, expected 1990-01-01 to 2100-01-01")

    @property
    def days(self) -> tuple[dt.date, ...]:
        """Days of the weekly files."""
        return tuple(self.as_of + dt.timedelta(weeks=k) for k in range(self.weeks))


def day_number(day: dt.date) -> int:
    """Days since 1970-01-01: how days are kept in a block."""
    return (day - EPOCH).days


def stream(spec: ElectorateSpec, name: str, block: int = 0) -> np.random.Generator:
    """Give the random stream of one purpose and block: what one draws does not move what another gets."""
    return np.random.default_rng([spec.seed, *name.encode(), block])
