"""What a layout gets and what it gives."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple

import polars as pl

from hustings.electorate.synthetic.elections import Election
from hustings.electorate.synthetic.plan import Plan
from hustings.electorate.synthetic.spec import Arrays


@dataclass(frozen=True)
class Block:
    """A block of people on one day, as numbers and as text, with their votes."""

    plan: Plan
    day: dt.date
    people: Arrays
    texts: pl.DataFrame
    votes: Arrays
    elections: tuple[Election, ...]


class Part(NamedTuple):
    """Rows for one file; ``member`` names it inside the zip ``file``, or is empty for a plain file."""

    file: str
    member: str
    table: pl.DataFrame
