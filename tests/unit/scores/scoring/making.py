"""Models with tables by hand, of features that the synthetic stores have."""

from __future__ import annotations

import datetime as dt

import numpy as np

from hustings.electorate.query import open_electorate
from hustings.engines import connect
from hustings.scores.features import Target
from hustings.scores.features.ballots import LEVELS
from hustings.scores.scorecard import Feature, Scorecard, ScoreModel, Term
from made_electorate import DAYS

NOW = Target(dt.date(2016, 11, 8), "general", DAYS[2])
FIRST = Target(dt.date(2016, 11, 8), "general", DAYS[0])
AGE = Feature("age", cuts=(30.0, 65.0))
PARTY = Feature("party", levels=("DEM", "REP"))
GENERAL = Feature("general_4y", levels=LEVELS)
PRECINCT = Feature("precinct_turnout", cuts=(0.4, 0.5, 0.6))


def card(name, intercept, **tables):
    features = {one.name: one for one in (AGE, PARTY, GENERAL, PRECINCT)}
    terms = tuple(Term((feature,), np.array(table)) for feature, table in tables.items())
    return Scorecard(name, tuple(features[feature] for feature in tables), terms, intercept)


AGES = [0.1, -0.8, 0.0, 0.6]
PARTIES = [0.0, 1.2, -1.3, 0.05]
BALLOTS = [0.0, 1.5, 1.1, 0.9, -1.2, -0.3, 0.0]
TURNOUT = ScoreModel(
    "turnout", "logit", ("turnout_prob",), (card("t", 0.2, age=AGES, general_4y=BALLOTS, precinct_turnout=[0, -0.1, 0, 0.1, 0.2]),)
)  # fmt: skip
NEWCOMERS = ScoreModel(
    "new", "logit", ("turnout_prob",), (card("n", -0.4, party=[0, 0.3, -0.2, -0.1]),), ("newly_registered", "yes")
)
SUPPORT = ScoreModel("support", "logit", ("support_prob",), (card("s", 0.1, party=PARTIES, age=AGES),))
PERSUASION = ScoreModel(
    "persuasion", "identity", ("persuasion_effect",), (card("p", 0.004, age=[0, 0.0311, -0.02, 0]),)
)
MODELS = (TURNOUT, SUPPORT, PERSUASION, NEWCOMERS)


def opened(store):
    return open_electorate(store, connect("duckdb"), None)
