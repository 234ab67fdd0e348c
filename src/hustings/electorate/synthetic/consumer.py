"""A vendor's file of attributes: it knows four people in five, and is wrong about some of them."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.electorate.synthetic.formats.block import Block, Part
from hustings.electorate.synthetic.settings import model
from hustings.electorate.synthetic.spec import Arrays, stream
from hustings.electorate.synthetic.text import pick

MATCHED_SHARE = 0.8
WRONG_SHARE = 0.15
SCORE_NOISE = 12.0


def consumer_part(block: Block, number: int, hidden: Arrays) -> Part:
    """Rows of ``consumer.csv``.

    Parameters
    ----------
    block : Block
        The last week's records.
    number : int
        Which block.
    hidden : dict of str to numpy.ndarray
        The truth about the same rows.

    Returns
    -------
    Part
        ``voter_id`` and attributes. Movers and the young are matched less often; a modelled value (education,
        income, marriage, children, scores) is noisy, and the noise is not the same for all.
    """
    rng = stream(block.plan.spec, "consumer", number)
    people = block.people
    n = len(people["number"])
    chance = MATCHED_SHARE + 0.05 - 0.22 * people["mover"] - 0.12 * (people["age"] == 0) + 0.04 * (people["age"] == 3)
    rows = np.flatnonzero(rng.random(n) < chance)
    at = {name: people[name][rows] for name in ("age", "education", "income", "household", "race", "hispanic", "unit")}
    owner = (at["unit"] == 0) & (rng.random(len(rows)) < 0.35 + 0.15 * at["age"])
    couple = rng.random(len(rows)) < np.array([0.12, 0.5, 0.62, 0.55])[at["age"]]
    children = rng.random(len(rows)) < np.array([0.12, 0.5, 0.3, 0.03])[at["age"]]
    density = block.plan.density[people["precinct"][rows]]
    spanish = (at["hispanic"] == 1) & (rng.random(len(rows)) < 0.4)
    table = pl.DataFrame({
        "voter_id": block.texts["source_id"].gather(pl.Series(rows, dtype=pl.UInt32)),
        "education": pick(model()["educations"], _blur(rng, at["education"], 4)),
        "income_band": pick(model()["incomes"], _blur(rng, at["income"], 5)),
        "marital_status": pick(["single", "married"], couple.astype(np.int8)),
        "children_present": pick(["N", "Y"], children.astype(np.int8)),
        "homeowner": pick(["N", "Y"], owner.astype(np.int8)),
        "language": pick(["english", "spanish"], spanish.astype(np.int8)),
        "urbanicity": pick(["R1", "R2", "S3", "S4", "U5", "U6"], np.minimum((density * 6).astype(np.int64), 5)),
        "partisan_score": _score(rng, hidden["support_prob"][rows]),
        "turnout_score": _score(rng, hidden["turnout_prob"][rows]),
    })  # fmt: skip
    return Part("consumer.csv", "", table)


def _blur(rng: np.random.Generator, codes: NDArray[np.int8], levels: int) -> NDArray[np.int64]:
    """Move a share of the codes one level up or down, and leave some out (-1)."""
    n = len(codes)
    step = np.where(rng.random(n) < WRONG_SHARE, rng.choice([-1, 1], n), 0)
    moved = np.clip(codes.astype(np.int64) + step, 0, levels - 1)
    return np.where(rng.random(n) < 0.05, -1, moved)


def _score(rng: np.random.Generator, prob: NDArray[np.float64]) -> NDArray[np.int64]:
    """A vendor's score of 0-100 that follows a probability with an error."""
    found: NDArray[np.int64] = np.clip(np.rint(100 * prob + rng.normal(0, SCORE_NOISE, len(prob))), 0, 100).astype(
        np.int64
    )
    return found
