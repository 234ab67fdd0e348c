"""Made-up interviews with a codebook, as many and as long as a test wants."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl

from hustings.store import empty_table
from hustings.survey.codebook import Choice, Codebook, Item
from hustings.survey.interviews import Interviews
from hustings.tables import RESPONDENTS, SPLITS

DAY = dt.date(2016, 10, 1)
VOTE = Item(
    "vote",
    "single",
    "If the election were today, whom would you vote for?",
    (
        Choice("a", "Ames", option="dem"),
        Choice("b", "Burr", option="rep"),
        Choice("dk", "Don't know", meaning="dont_know"),
    ),
    role="vote",
)
KEEN = Item(
    "keen",
    "scale",
    "How keen are you to vote?",
    (
        Choice("1", "Not at all", net="not keen", score=1.0),
        Choice("2", "A little", net="not keen", score=2.0),
        Choice("3", "Very", net="keen", score=3.0),
        Choice("dk", "Don't know", meaning="dont_know"),
    ),
    role="enthusiasm",
)
ISSUES = Item(
    "issues", "multiple", "=Which matter?", (Choice("jobs", "Jobs"), Choice("law", "Law"), Choice("war", "War"))
)
AGE = Item("age", "numeric", "How old are you?", role="age", low=18, high=110)
STANDS = Item("ames_for", "open", "What does Ames stand for?", role="stands_for", option="dem")
THEME = Item(
    "ames_news",
    "single",
    "What was it about?",
    (Choice("jobs", "Jobs", option="dem"), Choice("mail", "Mail"), Choice("dk", "Don't know", meaning="dont_know")),
    role="recalled_theme",
    option="dem",
)
ITEMS = (VOTE, KEEN, ISSUES, AGE, STANDS, THEME)


def respondents(ids, **columns):
    """Complete web interviews of ids; columns in place of what all have alike."""
    n = len(ids)
    frame = empty_table(RESPONDENTS)
    alike = {
        "sample_source": "made.csv",
        "mode": "web",
        "disposition": "1.1",
        "field_date": DAY,
        "base_weight": 1.0,
    }
    found = {
        name: columns.get(name, [alike.get(name)] * n) if name != "respondent_id" else list(ids)
        for name in frame.columns
    }
    return pl.DataFrame(found, schema=frame.schema)


def answers(ids, given):
    """Long answers: question -> one value a respondent; a list for several, "" for asked in vain, None for not asked."""
    rows = []
    for question, values in given.items():
        item = next((one for one in ITEMS if one.name == question), None)
        kind = item.kind if item else "single"
        for who, value in zip(ids, values, strict=True):
            if value is None:
                continue
            for one in value if isinstance(value, list) and value else [value or None]:
                code, number, text = None, None, None
                if kind == "numeric":
                    number = one
                elif kind == "open":
                    text = one
                else:
                    code = one
                rows.append((who, question, code, number, text))
    schema = {
        "respondent_id": pl.String,
        "question": pl.String,
        "code": pl.String,
        "value": pl.Float64,
        "text": pl.String,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def interviews(given, items=None, **columns):
    """Interviews of as many people as there are values, with the questions that are given."""
    ids = [f"r{k}" for k in range(len(next(iter(given.values()))))]
    book = Codebook("Made up", tuple(items or (item for item in ITEMS if item.name in given)))
    return Interviews(respondents(ids, **columns), answers(ids, given), book, empty_table(SPLITS))


def some(n=400, seed=1, **columns):
    """Interviews of people drawn at random, of both sexes and two states."""
    rng = np.random.default_rng(seed)
    sex = rng.choice(["F", "M"], n)
    vote = np.where(rng.random(n) < 0.1, "dk", np.where(rng.random(n) < np.where(sex == "F", 0.6, 0.4), "a", "b"))
    keen = rng.choice(["1", "2", "3", "dk"], n, p=[0.2, 0.3, 0.45, 0.05]).tolist()
    several = [
        [code for code, on in zip(("jobs", "law", "war"), row, strict=True) if on] for row in rng.random((n, 3)) < 0.4
    ]
    given = {
        "vote": ["" if k % 50 == 0 else str(code) for k, code in enumerate(vote)],
        "keen": [None if k % 4 == 0 else code for k, code in enumerate(keen)],
        "issues": [one or "" for one in several],
        "age": rng.integers(18, 90, n).astype(float).tolist(),
    }
    columns = {"file_sex": sex.tolist(), "file_state": rng.choice(["NC", "OH"], n).tolist()} | columns
    return interviews(given, **columns)
