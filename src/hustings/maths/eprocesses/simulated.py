"""Made interviews for which the claim is true, though weights lean and interviewers leave their mark.

A segment has kinds of people: a chance to give the answer, a weight, and how often they are reached. Reached more often are those who
lean one way, and the weights make up for it: so weights go with answers, through what is known of people. Inside an
interviewer's day some answers are one draw: the chance of each stays what it was, and their errors go together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class MadeInterviews:
    """How interviews are made.

    Parameters
    ----------
    interviewers : int
        A segment and day.
    each : int
        Interviews of each on a day.
    shared_chance : float
        Chance that an answer is the interviewer's common draw: its square is the correlation within a day of two alike people.
    kinds : int
        Kinds of people in a segment.
    """

    interviewers: int = 2
    each: int = 8
    shared_chance: float = 0.25
    kinds: int = 32


def make_residuals(
    made: MadeInterviews, shape: tuple[int, int, int], rng: np.random.Generator, shift: Array | float = 0.0
) -> tuple[Array, Array]:
    """Residuals against the predicted chances, and weights.

    Parameters
    ----------
    made : MadeInterviews
    shape : (season, segment, day)
    rng : np.random.Generator
    shift : array that broadcasts to `shape`
        What is added to the true chance of everybody, in shares; 0 keeps the claim true.

    Returns
    -------
    residual, weight : (season, segment, day, interviewer, interview) arrays
    """
    n_seasons, n_segments, n_days = shape
    people = (n_seasons, n_segments, n_days, made.interviewers, made.each)
    lean = rng.normal(0.0, 1.0, (n_segments, 1)) + rng.normal(0.0, 1.2, (n_segments, made.kinds))
    chance = 1.0 / (1.0 + np.exp(-lean))
    # Weights of 1 on average among those reached, from a quarter to some times that.
    weight = np.exp(0.5 * (lean - lean.mean(axis=1, keepdims=True)))
    weight /= weight.mean(axis=1, keepdims=True)
    offset = made.kinds * np.arange(n_segments)[:, None, None, None]
    kind = rng.integers(0, made.kinds, people, dtype=np.int32) + offset
    common = rng.random((*people[:-1], 1), dtype=np.float32)
    draw = np.where(
        rng.random(people, dtype=np.float32) < made.shared_chance, common, rng.random(people, dtype=np.float32)
    )
    predicted = chance.ravel()[kind]
    truth = predicted + np.broadcast_to(shift, shape)[..., None, None]
    return (draw < truth) - predicted, weight.ravel()[kind]
