"""Interviews made by hand for the tests of quality, and a clean simulated wave."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl

from hustings.store import empty_table
from hustings.survey.codebook import Choice, Codebook, Item
from hustings.survey.interviews import Interviews
from hustings.tables import ANSWERS, RESPONDENTS, SPLITS

DAY = dt.date(2016, 10, 1)
SCALE = tuple(Choice(f"{k}", f"point {k}") for k in range(1, 6))
ISSUES = tuple(Choice(f"i{k}", f"issue {k}") for k in range(8))
OPTIONS = (Choice("a", "Ann", option="a"), Choice("b", "Bob", option="b"), Choice("dk", "?", meaning="dont_know"))
BOOK = Codebook(
    "made",
    (
        Item("vote", "single", "Vote?", OPTIONS, role="vote"),
        Item("second", "single", "And second?", OPTIONS, role="second_choice"),
        Item(
            "early",
            "single",
            "Voted already?",
            (Choice("yes", "Yes", score=1.0), Choice("no", "No", score=0.0)),
            role="early_vote",
        ),
        Item(
            "likely",
            "scale",
            "Will you vote?",
            (Choice("4", "Certainly", score=1.0), Choice("2", "Perhaps", score=0.5), Choice("0", "No", score=0.0)),
            role="likely_to_vote",
        ),
        *(Item(f"fav{k}", "scale", f"View {k}?", SCALE, role="favourability") for k in range(6)),
        Item("issue", "single", "Issue?", ISSUES, role="issue"),
        Item("age", "numeric", "Age?", role="age", low=18, high=110),
        Item("sex", "single", "Sex?", (Choice("F", "F"), Choice("M", "M"), Choice("X", "X")), role="sex"),
        Item("state", "single", "State?", (Choice("NC", "NC"), Choice("OH", "OH")), role="state"),
        Item("why", "open", "Why?"),
    ),
)


def made(people: list[dict]) -> Interviews:
    """Interviews of people: columns of RESPONDENTS by their names, answers by questions'; what is left out is ordinary."""
    kinds = {item.name: item.kind for item in BOOK.items}
    respondents, answers = [], []
    for k, one in enumerate(people):
        row = {
            "respondent_id": f"r{k}",
            "voter_id": 1000 + k,
            "match_prob": 1.0,
            "sample_source": "made",
            "mode": "web",
            "disposition": "1.1",
            "field_date": DAY,
            "started_at": f"2016-10-01T09:{k // 60 % 60:02d}:{k % 60:02d}",
            "base_weight": 1.0,
            **{name: value for name, value in one.items() if name not in kinds},
        }
        respondents.append(row)
        for name, given in one.items():
            if name in kinds:
                column = {"numeric": "value", "open": "text"}.get(kinds[name], "code")
                answers.append({"respondent_id": row["respondent_id"], "question": name, column: given})
    return Interviews(_frame(RESPONDENTS, respondents), _frame(ANSWERS, answers), BOOK, empty_table(SPLITS))


def _frame(table, rows: list[dict]) -> pl.DataFrame:
    schema = empty_table(table).schema
    return pl.DataFrame(rows, schema=schema) if rows else empty_table(table)


def clean_wave(rng: np.random.Generator, n: int = 2000) -> Interviews:
    """People who answer as people do: leaning, with slips; devices of their own but for forty shared phones."""
    lean = rng.random(n) < 0.5
    people = []
    for k in range(n):
        vote = "a" if lean[k] else "b"
        if rng.random() < 0.1:
            vote = "dk"
        sex, age = ("F", "M")[rng.random() < 0.5], int(rng.integers(19, 90))
        views = np.clip(np.round(rng.normal(2 + 2 * (lean[k] == (np.arange(6) % 2 == 0)), 1.1)), 1, 5).astype(int)
        early = rng.random() < 0.2
        people.append(
            {
                "device": f"d{k % 40}" if k < 200 else f"own{k}",
                "mode": ("web", "sms", "ivr")[k % 3],
                "seconds": float(rng.lognormal(np.log(300 + 200 * (k % 3)), 0.3)),
                "file_age": age,
                "file_sex": sex if rng.random() < 0.97 else "unknown",
                "file_state": "NC",
                "vote": vote,
                "second": "dk" if rng.random() < 0.5 else ("b" if vote == "a" else "a"),
                "early": "yes" if early else "no",
                "likely": "4" if early or rng.random() < 0.7 else ("2", "0")[rng.random() < 0.2],
                **{f"fav{j}": f"{view}" for j, view in enumerate(views)},
                "issue": f"i{rng.integers(0, 8)}",
                "age": float(age + (rng.integers(-1, 2) if rng.random() < 0.1 else 0)),
                "sex": sex if rng.random() < 0.995 else ("M" if sex == "F" else "F"),
                "state": "NC",
            }
        )
    return made(people)
