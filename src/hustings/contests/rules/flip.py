"""Fewest votes that change the result: how many voters, and where.

Question
    How many people would have had to vote for the runner-up instead of the winner, at the least, so that (a) the
    winner no longer wins, (b) the runner-up does?
Algorithm
    A voter who changes sides moves the margin by two. In each unit the cost of taking it from the winner, and of
    giving it to the runner-up, is a whole number of voters; the cheapest set of units whose seats are enough is a
    0-1 knapsack, solved exactly by dynamic programming over seats. Where the whole contest's votes decide, there
    is one "unit".
Assumptions
    Only changes from the winner to the runner-up. Units are independent: a voter who changes sides in a district
    changes the state's count too, which is not credited, so where a state and its districts are both on the list
    the number is an upper bound. Expected (non-integer) votes are allowed; voters are counted in whole people.
Checked against
    ``tests/reference/brute_flip.py`` (every subset of units), and the known counts of 2000, 2004, 2016 and 2020.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from hustings.contests.rules.counting import sole_leaders, whole_votes, winner_take_all
from hustings.contests.rules.outcome import FloatArray, IntArray, Rule, Settings, seats_needed

SLACK_VOTES = 1e-6
"""Counts recovered from shares are whole only up to rounding; less than this is no vote."""


class Flip(NamedTuple):
    """What would have changed the result.

    Parameters
    ----------
    winner, runner_up : int
        Indices of the options.
    votes_to_block : float
        Fewest voters whose change leaves the winner without a win.
    units_to_block : tuple of int
        Units where they vote; empty when the whole contest's votes decide.
    votes_to_win : float
        Fewest voters whose change makes the runner-up win.
    units_to_win : tuple of int
        Units where they vote.
    """

    winner: int
    runner_up: int
    votes_to_block: float
    units_to_block: tuple[int, ...]
    votes_to_win: float
    units_to_win: tuple[int, ...]


def fewest_votes_to_flip(
    shares: FloatArray, seats: IntArray, votes: FloatArray, rule: Rule, settings: Settings | None = None
) -> Flip | None:
    """Fewest changed votes that flip a result.

    Parameters
    ----------
    shares : (unit, option) array
        Shares in the units, 0-1.
    seats : (unit,) int array
        Seats that each unit awards.
    votes : (unit,) array
        Votes in each unit. For a rule that counts seats, a district's own votes; otherwise 0 for a district whose
        votes are in its parent's.
    rule : Rule
        The contest's rule.
    settings : mapping
        The rule's settings.

    Returns
    -------
    Flip or None
        None when there is no winner to begin with.
    """
    settings = settings or {}
    outcome = rule.award(shares[None], seats, votes[None], settings)
    winner = int(outcome.winner[0])
    if winner < 0:
        return None
    if rule.counts_seats:
        counts = np.round(np.asarray(shares, dtype=np.float64) * np.asarray(votes, dtype=np.float64)[:, None], 6)
        return _flip_seats(counts, np.asarray(seats), winner, seats_needed(int(np.sum(seats)), settings))
    whole = whole_votes(shares[None].astype(np.float64), votes[None])[0] * float(np.sum(votes))
    return _flip_whole(whole, winner, rule, settings)


def _flip_seats(counts: FloatArray, seats: IntArray, winner: int, needed: int) -> Flip:
    """Flip a contest of seats; ``counts`` (unit, option) are votes."""
    held = winner_take_all(counts[None], seats)[0]
    runner_up = _runner_up(held, counts.sum(axis=0), winner)
    leaders = sole_leaders(counts)
    to_take = [
        _voters_to_take(row, winner, runner_up) if has else math.inf
        for row, has in zip(counts, leaders[winner], strict=True)
    ]
    to_give = [
        math.inf if has else _voters_to_give(row, winner, runner_up)
        for row, has in zip(counts, leaders[runner_up], strict=True)
    ]
    block, block_units = _cheapest(to_take, seats, int(held[winner]) - needed + 1)
    win, win_units = _cheapest(to_give, seats, needed - int(held[runner_up]))
    return Flip(winner, runner_up, block, block_units, win, win_units)


def _runner_up(held: FloatArray, totals: FloatArray, winner: int) -> int:
    """Option with the most seats but the winner's, votes deciding between equals."""
    return max((k for k in range(len(held)) if k != winner), key=lambda k: (held[k], totals[k]))


def _voters_to_take(row: FloatArray, winner: int, runner_up: int) -> float:
    """Fewest voters after whom the winner no longer leads the unit alone."""
    level_with_runner_up = (row[winner] - row[runner_up]) / 2
    others = [row[k] for k in range(len(row)) if k not in {winner, runner_up}]
    level_with_others = row[winner] - max(others, default=-math.inf)
    return float(max(0, math.ceil(min(level_with_runner_up, level_with_others) - SLACK_VOTES)))


def _voters_to_give(row: FloatArray, winner: int, runner_up: int) -> float:
    """Fewest voters after whom the runner-up leads the unit alone; infinite when the winner has too few."""
    others = [row[k] for k in range(len(row)) if k not in {winner, runner_up}]
    behind = max((row[winner] - row[runner_up]) / 2, max(others, default=-math.inf) - row[runner_up])
    voters = max(0, math.floor(behind + SLACK_VOTES) + 1)
    return float(voters) if voters <= float(row[winner]) + SLACK_VOTES else math.inf


def _cheapest(costs: list[float], seats: IntArray, wanted: int) -> tuple[float, tuple[int, ...]]:
    """Cheapest set of units with at least ``wanted`` seats: an exact 0-1 knapsack.

    ``best[s]`` is the least cost of at least ``s`` seats among the units seen so far; each unit relaxes
    ``best[s] <- min(best[s], best[max(s - seats, 0)] + cost)``.
    """
    if wanted <= 0:
        return 0.0, ()
    best = np.full(wanted + 1, math.inf)
    best[0] = 0.0
    took = np.zeros((len(costs), wanted + 1), dtype=bool)
    for unit, cost in enumerate(costs):
        if math.isinf(cost) or seats[unit] == 0:
            continue
        before = np.maximum(np.arange(wanted + 1) - int(seats[unit]), 0)
        offer = best[before] + cost
        took[unit] = offer < best
        best = np.minimum(best, offer)
    if math.isinf(best[wanted]):
        return math.inf, ()
    chosen, left = [], wanted
    for unit in reversed(range(len(costs))):
        if took[unit, left]:
            chosen.append(unit)
            left = max(left - int(seats[unit]), 0)
    return float(best[wanted]), tuple(sorted(chosen))


def _flip_whole(whole: FloatArray, winner: int, rule: Rule, settings: Settings) -> Flip:
    """Flip a contest that the whole's votes decide; ``whole`` (option,) are votes.

    The rule itself is asked: the answer to "is it still won?" changes once as voters move, so bisection finds
    the first number for which it does.
    """
    whole = np.round(whole, 6)  # counts recovered from shares: level must be level
    runner_up = max((k for k in range(len(whole)) if k != winner), key=lambda k: whole[k])

    def winner_after(voters: int) -> int:
        moved = whole.copy()
        moved[winner] -= voters
        moved[runner_up] += voters
        outcome = rule.award(moved[None, None] / whole.sum(), np.array([1]), np.ones((1, 1)), settings)
        return int(outcome.winner[0])

    most = math.floor(whole[winner] + SLACK_VOTES)
    block = _first(lambda voters: winner_after(voters) != winner, most)
    win = _first(lambda voters: winner_after(voters) == runner_up, most)
    return Flip(winner, runner_up, block, (), win, ())


def _first(holds: Callable[[int], bool], most: int) -> float:
    """Smallest number from 0 to ``most`` for which ``holds``, given that it stays true once it is; else infinite."""
    if not holds(most):
        return math.inf
    low, high = -1, most
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return float(high)
