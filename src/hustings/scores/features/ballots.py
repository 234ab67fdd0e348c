"""Ballots of earlier elections, by kind and distance from the target."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Mapping, Sequence
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
_CODE = pl.UInt8
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


def any_bit(plane: str, numbers: Sequence[int]) -> pl.Expr:
    """Whether one of some elections' bits is set."""
    masks: dict[str, int] = {}
    for number in numbers:
        word = f"{plane}_{number // BITS}"
        masks[word] = masks.get(word, 0) | 1 << number % BITS
    return pl.any_horizontal(pl.col(word) & mask != 0 for word, mask in masks.items())


def entitled(days: Sequence[dt.date]) -> pl.Expr:
    """Whether a voter could vote on the last of some days: registered by then, and of age in that year.

    Who has no day of registration or year of birth in the file is taken to be entitled.
    """
    last = max(days)
    registered = pl.col("registered_on").is_null() | (pl.col("registered_on") <= last)
    of_age = pl.col("birth_year").is_null() | (pl.col("birth_year") <= last.year - VOTING_AGE)
    return registered & of_age


def ballot_level(past: PastElection) -> pl.Expr:
    """What a voter did in an election, as a code of ``LEVELS``."""
    voted = any_bit("voted", past.numbers)
    how = (
        pl.when(any_bit("early", past.numbers))
        .then(pl.lit(0, _CODE))
        .when(any_bit("mail", past.numbers))
        .then(pl.lit(1, _CODE))
        .otherwise(pl.lit(2, _CODE))
    )
    absent = pl.when(entitled(past.days)).then(pl.lit(3, _CODE)).otherwise(pl.lit(4, _CODE))
    return pl.when(voted).then(how).otherwise(absent).cat.to(BALLOT).alias(past.name)


def times_voted_share(past: Sequence[PastElection]) -> pl.Expr:
    """Share of the elections a voter was entitled to in which he or she voted; null without any."""
    voted = [any_bit("voted", one.numbers) for one in past]
    could = pl.sum_horizontal((may | did).cast(_CODE) for may, did in zip(map(_may, past), voted, strict=True))
    did = pl.sum_horizontal(one.cast(_CODE) for one in voted)
    return pl.when(could > 0).then(did.cast(pl.Float32) / could.cast(pl.Float32)).alias("times_voted_share")


PATTERN = ("general_2y", "general_4y", "primary_0y", "primary_2y")
"""Elections of the pattern, in its order."""
_SIGNS = "v-.?"
PATTERNS = pl.Enum(["".join(signs) for signs in itertools.product(_SIGNS, repeat=len(PATTERN))])


def ballot_pattern(past: Mapping[str, PastElection]) -> pl.Expr:
    """Ballots of four elections as one text, so that a model can see them together: ``v-.?``."""
    code = pl.lit(0, pl.UInt16)
    for name in PATTERN:
        sign = pl.lit(3, pl.UInt16)
        if name in past:
            one = past[name]
            voted, absent = pl.lit(0, pl.UInt16), pl.lit(1, pl.UInt16)
            sign = pl.when(any_bit("voted", one.numbers)).then(voted).when(entitled(one.days)).then(absent).otherwise(2)
        code = code * 4 + sign.cast(pl.UInt16)
    return code.cat.to(PATTERNS).alias("ballot_pattern")


def _may(past: PastElection) -> pl.Expr:
    return entitled(past.days)
