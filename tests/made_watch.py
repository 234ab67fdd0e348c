"""A campaign to be watched: made-up interviews day by day, a support model, no voters."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import polars as pl

from hustings.contests import load_contest
from hustings.electorate.query import open_electorate
from hustings.engines import connect
from hustings.scores.fitted import Fitted, ModelCard, model_folder, write_fitted
from hustings.scores.scorecard import Feature, Scorecard, ScoreModel, Term
from hustings.store import empty_table
from hustings.store.campaign import open_campaign
from hustings.store.manifest import Manifest
from hustings.store.snapshots import Snapshots
from hustings.survey.codebook import Choice, Codebook, Item
from hustings.survey.interviews import Interviews, write_interviews
from hustings.survey.waves import Survey
from hustings.tables import ANSWERS, CALIBRATION, DECILES, IMPORTANCE, RESPONDENTS, SPLITS
from hustings.watch.morning import Morning

FITTED = dt.date(2016, 9, 30)
CONTEST = """name = "two-states"
title = "Two states"
date = 2016-11-08
rule = "plurality"

[[option]]
id = "alder"
label = "Ada Alder"
[[option]]
id = "birch"
label = "Ben Birch"

[[unit]]
id = "NC"
name = "North Carolina"
expected_votes = 4_500_000
[[unit]]
id = "OH"
name = "Ohio"
expected_votes = 5_500_000
"""
OPTIONS = (
    Choice("a", "Alder", option="alder"),
    Choice("b", "Birch", option="birch"),
    Choice("dk", "?", meaning="dont_know"),
)
BOOK = Codebook(
    "made",
    (
        Item("vote", "single", "Vote?", OPTIONS, role="vote"),
        Item("past", "single", "Last time?", OPTIONS, role="past_vote"),
        Item("state", "single", "State?", (Choice("NC", "NC"), Choice("OH", "OH")), role="state"),
        Item("race", "single", "Race?", (Choice("white", "White"), Choice("black", "Black")), role="race"),
        Item("age", "numeric", "Age?", role="age", low=18, high=110),
        Item(
            "keen",
            "scale",
            "How keen?",
            (Choice("1", "Very", score=1.0), Choice("0", "Not", score=0.0)),
            role="enthusiasm",
        ),
        Item("stands", "open", "What does she stand for?", role="stands_for", option="alder"),
        Item("interviewer", "open", "Who asked?"),
    ),
)


def make_campaign(folder: Path, more: str = "") -> Path:
    """A campaign's folder with its contest; `more` is added to its settings."""
    (folder / "store").mkdir(parents=True)
    (folder / "campaign.toml").write_text(f'contest = "contest.toml"\n{more}')
    (folder / "contest.toml").write_text(CONTEST)
    return folder


def morning_of(folder: Path, day: str, **more) -> Morning:
    """A morning of it."""
    campaign = open_campaign(folder)
    return Morning(load_contest(str(folder / "contest.toml")), dt.date.fromisoformat(day), campaign=campaign, **more)


def people(n: int, day: str, *, seed: int = 1, support: dict[str, float] | None = None, name: str = "r") -> list[dict]:
    """People interviewed on one day: the chance to prefer the first option is .9 of black, .4 of white, or as said."""
    rng = np.random.default_rng(seed)
    support = {"black": 0.9, "white": 0.4, **(support or {})}
    found = []
    for k in range(n):
        race = "black" if rng.random() < 0.3 else "white"
        found.append(
            {
                "respondent_id": f"{name}{day}-{k}",
                "field_date": dt.date.fromisoformat(day),
                "vote": "a" if rng.random() < support[race] else "b",
                "past": "a" if rng.random() < 0.5 else "b",
                "state": "NC" if rng.random() < 0.5 else "OH",
                "race": race,
                "age": float(rng.integers(18, 90)),
                "keen": "1" if rng.random() < 0.5 else "0",
                "stands": "jobs" if rng.random() < 0.5 else "don't know",
            }
        )
    return found


def add_wave(folder: Path, wave: str, asked: list[dict], book: Codebook = BOOK) -> None:
    """Put a wave of interviews into a campaign, or replace it."""
    kinds = {item.name: item.kind for item in book.items}
    respondents, answers = [], []
    for one in asked:
        row = {"match_prob": 1.0, "sample_source": "made", "mode": "web", "disposition": "1.1", "base_weight": 1.0}
        respondents.append(row | {key: value for key, value in one.items() if key not in kinds})
        answers += [
            {
                "respondent_id": one["respondent_id"],
                "question": key,
                {"numeric": "value", "open": "text"}.get(kinds[key], "code"): value,
            }
            for key, value in one.items()
            if key in kinds
        ]
    found = Interviews(
        pl.DataFrame(respondents, schema=empty_table(RESPONDENTS).schema),
        pl.DataFrame(answers, schema=empty_table(ANSWERS).schema),
        book,
        empty_table(SPLITS),
    )
    survey = Survey(folder / "surveys" / "daily")
    write_interviews(found, survey.new_wave(wave, {}).folder)


def add_model(folder: Path, day: dt.date = FITTED, *, black: float = 0.9, white: float = 0.4) -> None:
    """Put a support model into a campaign that knows a voter's race and nothing else: its chances are exact."""
    race = Feature("race_group", levels=("black", "white"))

    def logit(p: float) -> float:
        return float(np.log(p) - np.log1p(-p)) if 0 < p < 1 else (80.0 if p == 1 else -80.0)

    table = np.array([0.0, logit(black), logit(white), 0.0])[: race.n_bins]
    card = Scorecard("alder", (race,), (Term(("race_group",), table),), 0.0)
    model = ScoreModel("support", "logit", ("support_prob",), (card,))
    told = ModelCard("support", day, ("made",), {}, *(empty_table(t) for t in (DECILES, CALIBRATION, IMPORTANCE)))
    fitted = Fitted((model,), told, {"options": ["alder", "birch"]})
    write_fitted(fitted, model_folder(folder, "support", day), made_by={"code_version": "", "seed": 1, "inputs": {}})


def voters_morning(folder: Path, store: Path, day: str) -> Morning:
    """A morning of a campaign whose voters lie in a store elsewhere."""
    on = dt.date.fromisoformat(day)
    known = [one for one in Snapshots(store).all() if one.date <= on]
    engine = connect("duckdb", memory="1GB", temp=folder / "tmp", folder=store)
    return morning_of(
        folder,
        day,
        open_electorate=lambda: open_electorate(store, engine, on),
        manifest=known[-1] if known else Manifest(),
    )
