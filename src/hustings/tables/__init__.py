"""The declared contract of every table between rooms.

===============  =====================================================
file             holds
===============  =====================================================
``contract``     :class:`Column` and :class:`Table`
``polls``        cleaned polls, polls used, polls rejected
``results``      units, draws, track, influence, scores
===============  =====================================================
"""

from hustings.tables.contract import Column, Table
from hustings.tables.polls import POLLS, POLLS_REJECTED, POLLS_USED, share_column
from hustings.tables.results import DRAWS, INFLUENCE, SCORES, TRACK, UNITS

ALL_TABLES: tuple[Table, ...] = (UNITS, DRAWS, POLLS_USED, POLLS_REJECTED, TRACK, INFLUENCE, SCORES)
"""Every table that is written to disk."""

__all__ = [
    "ALL_TABLES",
    "DRAWS",
    "INFLUENCE",
    "POLLS",
    "POLLS_REJECTED",
    "POLLS_USED",
    "SCORES",
    "TRACK",
    "UNITS",
    "Column",
    "Table",
    "share_column",
]
