"""Ballots of earlier elections, by kind and distance from the target."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from hustings.scores.features.target import Target
from hustings.store.manifest import Election
from hustings.tables.electorate import BITS

LEVELS = ("voted early", "voted by mail", "voted on the day", "did not vote", "not registered")
BALLOT = pl.Enum(LEVELS)
VOTING_AGE = 18
WINDOW_YEARS = 10
"""Elections further back are not looked at: people's habits change, and files begin at different years."""
_NAME = re.compile(r"^(?P<kind>[a-z_]+)_(?P<years>\d+)y$")


@dataclass(frozen=True)
class PastElection:
    """The elections of a state that make one feature: of one kind, in one year."""

    name: str
    numbers: tuple[int, ...]
    days: tuple[dt.date, ...]


def feature_name(kind: str, years: int) -> str:
    """Name of a ballot's feature: ``general_4y``."""
    return f"{re.sub('[^a-z]+', '_', kind.lower()).strip('_')}_{years}y"


def is_ballot(name: str) -> bool:
    """Whether a feature's name is a ballot's."""
    return _NAME.match(name) is not None


def past_elections(elections: Sequence[Election], target: Target) -> dict[str, PastElection]:
    """Elections of a state's list that were over on the target's day, by feature, nearest first."""
    found: dict[str, list[int]] = {}
    order = sorted(range(len(elections)), key=lambda k: elections[k].date, reverse=True)
    for number in order:
        day = dt.date.fromisoformat(elections[number].date)
        years = target.years_before(day)
        if target.knows(day) and years <= WINDOW_YEARS:
            found.setdefault(feature_name(elections[number].kind, years), []).append(number)
    return {
        name: PastElection(name, tuple(numbers), tuple(dt.date.fromisoformat(elections[k].date) for k in numbers))
        for name, numbers in found.items()
    }


def words_of(numbers: Sequence[int], planes: Sequence[str] = ("voted", "early", "mail")) -> list[str]:
    """Columns of the ballots sidecar that hold some elections' bits."""
    return sorted({f"{plane}_{number // BITS}" for number in numbers for plane in planes})
