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
``plan``         what units are worth; worlds in which an assumption does not hold
``effects``      what effort does and costs, media markets
``spending``     where money goes, limits, plans side by side, regrets
``visits``       where candidates go, and when
``polling``      what polls to buy, and what they are worth
``comparing``    plans and what was done, under one posterior
``plan_lists``   whom a list leaves out, what it expects, touched hold-outs
===============  =====================================================
"""

from hustings.tables.comparing import COMPARED, COMPARED_UNITS, COMPARING_TABLES, DONE
from hustings.tables.contract import Column, Table
from hustings.tables.effects import COSTS, EFFECTS, EFFECTS_TABLES, MARKETS, OWN_EFFECTS
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
from hustings.tables.plan_lists import CONTAMINATION, EXPECTS, FUNNEL, PLAN_LIST_TABLES
from hustings.tables.polling import INTERVIEW_COSTS, POLL_PORTFOLIO, POLL_VALUES, POLLING_TABLES
from hustings.tables.polls import POLLS, POLLS_REJECTED, POLLS_USED, share_column
from hustings.tables.results import DRAWS, INFLUENCE, SCORES, SOURCES, TRACK, UNITS, VOTER_DRAWS
from hustings.tables.scores import CALIBRATION, DECILES, IMPORTANCE, LISTS, SCORE_TABLES, VOTER_CELLS, VOTER_SCORES
from hustings.tables.spending import LIMITS, OPPONENT, PLANS, REGRETS, SPENDING, SPENDING_TABLES
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
from hustings.tables.visits import ITINERARY, MUSTS, PLACES, VISIT_EFFECTS, VISIT_TABLES, VISITS
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
    *EFFECTS_TABLES,
    *SPENDING_TABLES,
    *VISIT_TABLES,
    *POLLING_TABLES,
    *COMPARING_TABLES,
    *PLAN_LIST_TABLES,
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
    "COMPARED",
    "COMPARED_UNITS",
    "COMPARING_TABLES",
    "CONTACTS",
    "CONTACT_SUMMARY",
    "CONTAMINATION",
    "COSTS",
    "COVERAGE",
    "DECILES",
    "DONE",
    "DRAWS",
    "EARLY_SUMMARY",
    "EARLY_VOTES",
    "EFFECTS",
    "EFFECTS_TABLES",
    "ELECTORATE_TABLES",
    "ESTIMATES",
    "EVIDENCE",
    "EXPECTS",
    "FILE_COLUMNS",
    "FRAME",
    "FUNNEL",
    "HISTORY",
    "IMPORTANCE",
    "INFLUENCE",
    "INTERVIEW_COSTS",
    "ITINERARY",
    "LIMITS",
    "LISTS",
    "MARKETS",
    "MUSTS",
    "OBSERVATIONS",
    "OPPONENT",
    "OWN_EFFECTS",
    "PERSONS",
    "PLACES",
    "PLANS",
    "PLAN_LIST_TABLES",
    "PLAN_TABLES",
    "POLLING_TABLES",
    "POLLS",
    "POLLS_REJECTED",
    "POLLS_USED",
    "POLL_PORTFOLIO",
    "POLL_VALUES",
    "QUALITY",
    "QUARANTINE",
    "REACH",
    "REGRETS",
    "RESPONDENTS",
    "SAMPLE",
    "SCORES",
    "SCORE_TABLES",
    "SENSITIVITY",
    "SETTLED",
    "SOURCES",
    "SPENDING",
    "SPENDING_TABLES",
    "SPLITS",
    "SURVEY_TABLES",
    "TRACK",
    "TREND",
    "UNITS",
    "VISITS",
    "VISIT_EFFECTS",
    "VISIT_TABLES",
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
