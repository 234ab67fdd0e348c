"""The declared contract of every table between rooms.

===============  =====================================================
file             holds
===============  =====================================================
``contract``     :class:`Column` and :class:`Table`
``polls``        cleaned polls, polls used, polls rejected
``results``      units, draws, track, influence, scores
``electorate``   voters, what is aligned with them, history, contacts, early votes
===============  =====================================================
"""

from hustings.tables.contract import Column, Table
from hustings.tables.electorate import (
    ALIASES,
    BALLOTS,
    CODEBOOKS,
    CONTACT_SUMMARY,
    CONTACTS,
    EARLY_SUMMARY,
    EARLY_VOTES,
    ELECTORATE_TABLES,
    HISTORY,
    PERSONS,
    QUARANTINE,
    VOTERS,
    VOTERS_DELTA,
)
from hustings.tables.polls import POLLS, POLLS_REJECTED, POLLS_USED, share_column
from hustings.tables.results import DRAWS, INFLUENCE, SCORES, TRACK, UNITS

ALL_TABLES: tuple[Table, ...] = (UNITS, DRAWS, POLLS_USED, POLLS_REJECTED, TRACK, INFLUENCE, SCORES, *ELECTORATE_TABLES)
"""Every table that is written to disk."""

__all__ = [
    "ALIASES",
    "ALL_TABLES",
    "BALLOTS",
    "CODEBOOKS",
    "CONTACTS",
    "CONTACT_SUMMARY",
    "DRAWS",
    "EARLY_SUMMARY",
    "EARLY_VOTES",
    "ELECTORATE_TABLES",
    "HISTORY",
    "INFLUENCE",
    "PERSONS",
    "POLLS",
    "POLLS_REJECTED",
    "POLLS_USED",
    "QUARANTINE",
    "SCORES",
    "TRACK",
    "UNITS",
    "VOTERS",
    "VOTERS_DELTA",
    "Column",
    "Table",
    "share_column",
]
