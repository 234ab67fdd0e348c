"""The declared contract of every table between rooms.

===============  =====================================================
file             holds
===============  =====================================================
``contract``     :class:`Column` and :class:`Table`
``polls``        cleaned polls, polls used, polls rejected
``results``      units, draws, track, influence, scores
``electorate``   voters, what is aligned with them, history, contacts, early votes
``scores``       voters' scores, and the tables of a model card
``survey``       the daily poll: sample, answers, weights, estimates, trend
``watch``        assumptions: what was settled, the evidence, the board, sensitivity
``plan``         effects and costs, what units are worth, spending, visits, polls to buy
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
from hustings.tables.plan import PLAN_TABLES, WORLDS, WORTH
from hustings.tables.polls import POLLS, POLLS_REJECTED, POLLS_USED, share_column
from hustings.tables.results import DRAWS, INFLUENCE, SCORES, SOURCES, TRACK, UNITS, VOTER_DRAWS
from hustings.tables.scores import CALIBRATION, DECILES, IMPORTANCE, LISTS, SCORE_TABLES, VOTER_CELLS, VOTER_SCORES
from hustings.tables.survey import (
    ANSWERS,
    ATTEMPTS,
    COVERAGE,
    ESTIMATES,
    FILE_COLUMNS,
    FRAME,
    QUALITY,
    REACH,
    RESPONDENTS,
    SAMPLE,
    SPLITS,
    SURVEY_TABLES,
    TREND,
    WAVE_POLLS,
    WEIGHTS,
)
from hustings.tables.watch import BOARD, EVIDENCE, OBSERVATIONS, SENSITIVITY, SETTLED, WATCH_TABLES

ALL_TABLES: tuple[Table, ...] = (
    UNITS,
    DRAWS,
    POLLS_USED,
    POLLS_REJECTED,
    TRACK,
    INFLUENCE,
    SOURCES,
    VOTER_DRAWS,
    SCORES,
    *ELECTORATE_TABLES,
    *SURVEY_TABLES,
    *SCORE_TABLES,
    *WATCH_TABLES,
    *PLAN_TABLES,
)
"""Every table that is written to disk."""

__all__ = [
    "ALIASES",
    "ALL_TABLES",
    "ANSWERS",
    "ATTEMPTS",
    "BALLOTS",
    "BOARD",
    "CALIBRATION",
    "CODEBOOKS",
    "CONTACTS",
    "CONTACT_SUMMARY",
    "COVERAGE",
    "DECILES",
    "DRAWS",
    "EARLY_SUMMARY",
    "EARLY_VOTES",
    "ELECTORATE_TABLES",
    "ESTIMATES",
    "EVIDENCE",
    "FILE_COLUMNS",
    "FRAME",
    "HISTORY",
    "IMPORTANCE",
    "INFLUENCE",
    "LISTS",
    "OBSERVATIONS",
    "PERSONS",
    "PLAN_TABLES",
    "POLLS",
    "POLLS_REJECTED",
    "POLLS_USED",
    "QUALITY",
    "QUARANTINE",
    "REACH",
    "RESPONDENTS",
    "SAMPLE",
    "SCORES",
    "SCORE_TABLES",
    "SENSITIVITY",
    "SETTLED",
    "SOURCES",
    "SPLITS",
    "SURVEY_TABLES",
    "TRACK",
    "TREND",
    "UNITS",
    "VOTERS",
    "VOTERS_DELTA",
    "VOTER_CELLS",
    "VOTER_DRAWS",
    "VOTER_SCORES",
    "WATCH_TABLES",
    "WAVE_POLLS",
    "WEIGHTS",
    "WORLDS",
    "WORTH",
    "Column",
    "Table",
    "share_column",
]
