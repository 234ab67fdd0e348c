"""Where each shipped table comes from."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True)
class Source:
    """Source of one table: who counted, as of when, what is known to be odd."""

    table: str
    title: str
    source: str
    licence: str
    as_of: dt.date
    notes: str


def sources() -> dict[str, Source]:
    """Source of every shipped table, by the table's name.

    Examples
    --------
    >>> sources()["electors"].title
    'Electors by unit in US presidential elections, 1964-2028'
    """
    text = (files("hustings.facts") / "sources.toml").read_text(encoding="utf-8")
    return {name: Source(table=name, **entry) for name, entry in tomllib.loads(text).items()}
