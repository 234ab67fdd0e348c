"""What a hold-out will be able to see: the smallest effect that is found in four of five such tests."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

Array = NDArray[np.float64]

ALPHA, POWER = 0.05, 0.8
ALIKE = 0.5
"""Correlation of what people of one household do; chosen: they mostly go to the polls together or not at all."""
REACH = float(ndtri(1.0 - ALPHA / 2.0) + ndtri(POWER))


@dataclass(frozen=True)
class Power:
    """What a hold-out can see.

    Attributes
    ----------
    smallest_effect : float
        Difference of two shares that is found with 80 % power, at 5 % to two sides.
    expected_effect : float
        Mean effect that the list expects.
    held_out, contacted : int
        People.
    design_effect : float
        By which the lot of whole households enlarges the variance.
    share_needed : float or None
        Hold-out's share of the list that would see the effect that was asked for; None where none can, or none was asked.
    share_for_expected : float or None
        The same of the expected effect.
    """

    smallest_effect: float
    expected_effect: float
    held_out: int
    contacted: int
    design_effect: float
    share_needed: float | None = None
    share_for_expected: float | None = None

    @property
    def of_expected(self) -> float:
        """Smallest effect seen, as a multiple of the expected one; infinite where none is expected."""
        return self.smallest_effect / self.expected_effect if self.expected_effect > 0 else float("inf")

    @property
    def sees(self) -> bool:
        """Whether the expected effect is found with 80 % power."""
        return self.of_expected <= 1.0


def design_effect(members: Array, alike: float = ALIKE) -> float:
    """Variance of a mean over households of some sizes, (household,), over that of as many strangers."""
    sizes = np.asarray(members, dtype=float)
    return float(1.0 + ((sizes**2).sum() / sizes.sum() - 1.0) * alike)


def smallest_effect(variance: float, held_out: float, contacted: float, design: float) -> float:
    r"""Effect that is found with 80 % power: ``(z_.975 + z_.8) sqrt(variance * design * (1/held out + 1/contacted))``."""
    return REACH * float(np.sqrt(variance * design * (1.0 / held_out + 1.0 / contacted)))


def share_needed(effect: float, variance: float, people: float, design: float) -> float | None:
    """Smallest share of a list to be held out that an effect be found; None where half of it is not enough.

    ``1/h + 1/(1-h) = people * effect^2 / (REACH^2 * variance * design)``, of which h is the smaller root.
    """
    if variance <= 0.0:
        return None
    total = people * effect**2 / (REACH**2 * variance * design)
    if total < 4.0:
        return None
    return float(0.5 - np.sqrt(0.25 - 1.0 / total))


def power_of(
    prob: Array,
    effect: Array,
    members: Array,
    held_out: int,
    *,
    measured_share: float = 1.0,
    wanted_effect: float | None = None,
) -> Power:
    """What the hold-out of a list can see.

    Parameters
    ----------
    prob : (voter,) array
        Chance of the outcome without contact: to vote, or to prefer the own option.
    effect : (voter,) array
        What an attempt is expected to add to it.
    members : (household,) array
        People of each household.
    held_out : int
        People held out.
    measured_share : float
        Part of the people whose outcome will be known: 1 for votes in the file, the part interviewed for preferences.
    wanted_effect : float, optional
        Effect that a hold-out is asked for.
    """
    people = len(prob)
    share = float(np.mean(prob))
    # Whoever is interviewed is one of a household, as a rule.
    design = design_effect(members) if measured_share == 1.0 else 1.0
    variance = share * (1.0 - share)
    expected, known = float(np.mean(effect)), people * measured_share
    needed = None if wanted_effect is None else share_needed(wanted_effect, variance, known, design)
    return Power(
        smallest_effect=smallest_effect(
            variance, max(held_out * measured_share, 1e-9), max((people - held_out) * measured_share, 1e-9), design
        ),
        expected_effect=expected,
        held_out=held_out,
        contacted=people - held_out,
        design_effect=design,
        share_needed=needed,
        share_for_expected=share_needed(expected, variance, known, design) if expected > 0 else None,
    )
