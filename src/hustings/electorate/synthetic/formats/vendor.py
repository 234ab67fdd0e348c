"""What the two vendors' files share: votes in columns, the removed left out."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.electorate.synthetic.formats.block import Block
from hustings.electorate.synthetic.history import METHODS, votes_matrix
from hustings.electorate.synthetic.settings import state_settings

IN_FILE = (0, 1, 4)
"""Statuses that a vendor sells."""


def vote_codes(block: Block) -> NDArray[np.int64]:
    """Method code of each person and election, -1 where nobody voted; shape (person, election)."""
    table = votes_matrix(block.votes, block.texts.height, len(block.elections))
    method = table // 100
    return np.where((table < 0) | (method == METHODS.index("did not vote")), -1, method)


def registers_parties(block: Block) -> bool:
    """Whether the state registers parties."""
    return bool(state_settings(block.plan.spec.state)["party_registration"])


def open_rows(frame: pl.DataFrame) -> pl.DataFrame:
    """Leave out the removed, the denied and the confidential."""
    return frame.filter(pl.col("status_code").is_in(IN_FILE) & ~pl.col("confidential"))
