"""What every rule returns, what every rule offers, and the counting they share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from hustings.errors import ContestError

FloatArray: TypeAlias = NDArray[np.floating[Any]]
IntArray: TypeAlias = NDArray[np.integer[Any]]
BoolArray: TypeAlias = NDArray[np.bool_]
Settings: TypeAlias = Mapping[str, float | int | str]

TIE: Final = -1
"""The leaders are exactly level: nobody won."""
NO_MAJORITY: Final = -2
"""Somebody may lead, but nobody has what the rule asks for."""
RUNOFF: Final = -3
"""Nobody has a majority, and the two leaders meet again."""


class Outcome(NamedTuple):
    """Who won, draw by draw.

    Parameters
    ----------
    seats : (draw, option) float array
        Electors or seats of each option; those of a unit that is exactly tied belong to nobody.
    winner : (draw,) int array
        Index of the option that won, or :data:`TIE`, :data:`NO_MAJORITY`, :data:`RUNOFF`.
    """

    seats: FloatArray
    winner: IntArray


class Award(Protocol):
    """A rule: shares of every unit in, winners out."""

    def __call__(
        self,
        shares: FloatArray,
        seats: IntArray,
        votes: FloatArray,
        settings: Settings | None = None,
    ) -> Outcome:
        """Apply the rule.

        Parameters
        ----------
        shares : (draw, unit, option) array
            Each option's share of the contest's votes in the unit, 0-1.
        seats : (unit,) int array
            Electors or seats that the unit awards.
        votes : (draw or 1, unit) array
            Votes cast in the unit; 0 for a district whose votes are in its parent's already.
        settings : mapping
            The rule's settings; defaults where absent.
        """
        ...


@dataclass(frozen=True)
class Rule:
    """A rule and what others must know about it.

    Parameters
    ----------
    name : str
        Name in a contest's TOML.
    summary : str
        One sentence for people.
    award : callable
        See :class:`Award`.
    counts_seats : bool
        True when units award seats that add up; False when the whole contest's votes decide.
    defaults : mapping
        Every setting with its default; its type is the type expected.
    exact_options : int or None
        Number of options the rule is for; None for any.
    """

    name: str
    summary: str
    award: Award
    counts_seats: bool
    defaults: Settings = field(default_factory=dict)
    exact_options: int | None = None

    def seats_to_win(self, seats_total: int, settings: Settings | None = None) -> int:
        """Seats that win the contest: ``seats_needed`` where set, else more than half; all where votes decide."""
        if not self.counts_seats:
            return max(seats_total, 1)
        return seats_needed(seats_total, settings or {})

    def check(
        self,
        *,
        options: int,
        settings: Settings,
        error: Callable[[str, str], ContestError],
    ) -> None:
        """Refuse a contest that the rule cannot decide."""
        if self.exact_options is not None and options != self.exact_options:
            message = f"the rule {self.name!r} is for {self.exact_options} options; found {options}"
            raise error(message, "the first option must reach the threshold, the second stands for all the rest")
        threshold = settings.get("threshold", 0.5)
        if not isinstance(threshold, str) and not 0 < threshold < 1:
            raise error(f"[rule_settings]: 'threshold' is {threshold}", "a fraction between 0 and 1: 60 % is 0.6")
        needed = settings.get("seats_needed", 0)
        if not isinstance(needed, str) and needed < 0:
            raise error(f"[rule_settings]: 'seats_needed' is {needed}", "a number of seats, or 0 for more than half")


def seats_needed(seats_total: int, settings: Settings) -> int:
    """Seats that are a majority: the setting ``seats_needed``, or more than half where that is 0 or absent."""
    return int(settings.get("seats_needed", 0)) or seats_total // 2 + 1


def refuse_nan(shares: FloatArray) -> None:
    """A share that is not a number would make a loser in silence."""
    # A sum is not finite as soon as one of its terms is not, and costs a tenth of looking at each.
    if not np.isfinite(np.sum(shares)):
        hint = "every unit needs a share for every option in every draw"
        raise ContestError("shares hold values that are not numbers", hint=hint)
