"""Who lives together, and at which address.

Members of a precinct are sorted so that neighbours in the order are alike: same race mostly, same party often, and
ages equal modulo a generation (couples, parents and their children). Cutting the order into households keeps the
precinct's totals as they were drawn.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hustings.electorate.synthetic.names import streets
from hustings.electorate.synthetic.plan import Plan
from hustings.electorate.synthetic.settings import model, numbers
from hustings.electorate.synthetic.spec import Arrays

GENERATION_YEARS = 27.0
HOUSES_A_STREET = 24


def arrange(
    rng: np.random.Generator,
    precinct: NDArray[np.int64],
    race: NDArray[np.int64],
    party: NDArray[np.int64],
    years: NDArray[np.float64],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Order people into households.

    Parameters
    ----------
    rng : numpy.random.Generator
        Stream to draw from.
    precinct : numpy.ndarray, shape (n,)
        Ascending.
    race, party : numpy.ndarray, shape (n,)
        Codes.
    years : numpy.ndarray, shape (n,)
        Age in years.

    Returns
    -------
    order : numpy.ndarray, shape (n,)
        Permutation of the people, precinct by precinct.
    household : numpy.ndarray, shape (n,)
        Household of each person in that order, 0, 1, ...; never in two precincts.
    """
    n = len(precinct)
    # Whole households of one race would leave no mixed ones: some people are sorted as if of another.
    sorted_race = np.where(rng.random(n) < 0.08, rng.permutation(race), race)
    sorted_party = np.where(rng.random(n) < 0.35, rng.permutation(party), party)
    phase = years % GENERATION_YEARS + rng.normal(0.0, 1.5, n)
    order = np.lexsort((phase, sorted_party, sorted_race, precinct))
    household = cut(rng, precinct[order])
    # Houses stand anywhere in the precinct: without this the streets would be sorted by race.
    shuffled = rng.random(int(household[-1]) + 1 if n else 0)
    again = np.lexsort((shuffled[household], precinct[order]))
    household = household[again]
    return order[again], np.cumsum(np.diff(household, prepend=household[:1]) != 0)


def cut(rng: np.random.Generator, precinct: NDArray[np.int64]) -> NDArray[np.int64]:
    """Cut an order into households of 1 to 5 that stay within their precinct."""
    n = len(precinct)
    sizes = 1 + rng.choice(5, n, p=numbers("household", "size_shares"))
    starts = np.zeros(n, bool)
    begin = np.cumsum(sizes) - sizes
    starts[begin[begin < n]] = True
    starts |= np.diff(precinct, prepend=-1) != 0
    household: NDArray[np.int64] = np.cumsum(starts) - 1
    return household


def place_households(rng: np.random.Generator, people: Arrays, plan: Plan, household: NDArray[np.int64]) -> None:
    """Give every household a street, a house number and, in towns, often an apartment.

    Adds ``house``, ``street`` and ``unit``; houses of a precinct are different addresses.
    """
    precinct = people["precinct"]
    head = np.flatnonzero(np.diff(household, prepend=-1))
    where = precinct[head]
    first = np.flatnonzero(np.diff(where, prepend=-1))
    rank = np.arange(len(head)) - np.repeat(first, np.diff(np.append(first, len(head))))
    flats = rng.random(len(head)) < model()["household"]["apartment_share"] * 2 * plan.density[where]
    street, house = street_of(where, rank)
    unit = np.where(flats, 1 + rng.integers(0, 40, len(head)), 0)
    repeat = np.cumsum(np.diff(household, prepend=-1) != 0) - 1
    people["street"], people["house"], people["unit"] = (
        column[repeat].astype(np.int32) for column in (street, house, unit)
    )


def street_of(precinct: NDArray[np.int64], rank: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Street and house number of the rank-th house of a precinct."""
    street = (precinct * 7_919 + (rank // HOUSES_A_STREET) * 10_007 + 17) % len(streets())
    house = 100 + (rank % HOUSES_A_STREET) * 8 + (precinct + rank * 3) % 8
    return street, house + 100 * (precinct % 19)
