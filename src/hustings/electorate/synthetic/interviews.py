"""Interviews of people who are not real: what a vendor would send, drawn from the truth behind a synthetic voter file.

Who answers is not who votes: older people and those who vote more often answer more, and supporters of the first option by a
factor of their own, which no feature of the file explains. Models have to find the truth through that.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from hustings.errors import ConfigError

UNDECIDED_PROB = 0.06
CHANGED_PROB = 0.06
"""Of those who voted last time: had preferred the other option then."""

EDUCATION = """
[items.education]
role = "education"
wording = "How far did you go in school?"
"""


@dataclass(frozen=True)
class InterviewSpec:
    """A survey of a synthetic state.

    Parameters
    ----------
    interviews : int
    state : str
    day : date
    options : sequence of str
        Ids of the contest's two options.
    seed : int
    days : int
        Field days, the last being `day`.
    first_answers_more : float
        Factor on the chance to answer of those who prefer the first option.
    asks_education : bool
        Whether there is a question about education.

    Raises
    ------
    ConfigError
        There are not two options, or fewer than one interview.
    """

    interviews: int
    state: str
    day: dt.date
    options: Sequence[str]
    seed: int = 1
    days: int = 7
    first_answers_more: float = 1.1
    asks_education: bool = False

    def __post_init__(self) -> None:
        if len(self.options) != 2 or len(set(self.options)) != 2:
            raise ConfigError(f"--options {','.join(self.options)!r}: expected two, for example dem,rep")
        if self.interviews < 1 or self.days < 1:
            raise ConfigError("expected at least one interview, on at least one day")


def draw_interviews(truth: pl.DataFrame, spec: InterviewSpec) -> pl.DataFrame:
    """Draw the interviews of a survey.

    Parameters
    ----------
    truth : pl.DataFrame
        ``truth.parquet`` of a synthetic voter file.
    spec : InterviewSpec

    Returns
    -------
    pl.DataFrame
        ``interview``, ``voter`` (the state's id), ``day``, ``state``, ``age``, ``sex``, ``race``, ``vote``, ``past_vote`` and,
        where it is asked, ``education``: texts as a file has them.

    Raises
    ------
    ConfigError
        The file has fewer voters than interviews are asked for.
    """
    rng = np.random.default_rng([spec.seed, 17])
    people = truth.filter(pl.col("in_last_file") & ~pl.col("is_duplicate"))
    if people.height < spec.interviews:
        raise ConfigError(f"the file has {people.height:,} voters, fewer than {spec.interviews:,} interviews")
    age = (spec.day.year - people["birth_date"].dt.year()).to_numpy()
    first = people["supports_first"].to_numpy()
    answers = (
        (0.4 + age / 100) * (0.5 + people["turnout_prob"].to_numpy()) * np.where(first, spec.first_answers_more, 1.0)
    )
    chosen = rng.choice(people.height, spec.interviews, replace=False, p=answers / answers.sum())
    asked, first, age = people[chosen], first[chosen], age[chosen]
    options = np.array(spec.options)
    vote = np.where(rng.random(len(chosen)) < UNDECIDED_PROB, "undecided", options[np.where(first, 0, 1)])
    before = np.where(rng.random(len(chosen)) < CHANGED_PROB, ~first, first)
    # The voter's chance to vote stands for whether they did last time.
    voted = rng.random(len(chosen)) < asked["turnout_prob"].to_numpy()
    past = np.where(voted, options[np.where(before, 0, 1)], "did not vote")
    ago = rng.integers(0, spec.days, len(chosen))
    found = pl.DataFrame(
        {
            "interview": [f"{spec.state}{k:05d}" for k in range(1, len(chosen) + 1)],
            "voter": asked["source_id"],
            "day": [(spec.day - dt.timedelta(days=int(k))).isoformat() for k in ago],
            "state": [spec.state] * len(chosen),
            "age": [str(one) for one in age],
            "sex": asked["sex"].cast(pl.String),
            "race": asked["race"].cast(pl.String),
            "vote": vote.tolist(),
            "past_vote": past.tolist(),
        }
    )
    return found.with_columns(education=asked["education"].cast(pl.String)) if spec.asks_education else found


def interview_codebook(spec: InterviewSpec) -> str:
    """Codebook of the file, TOML: what `hustings survey load --codebook` reads."""
    first, second = spec.options
    education = EDUCATION if spec.asks_education else ""
    return f"""title = "Synthetic interviews of {spec.state}: nobody was asked"
respondent = "interview"
population = "rv"
mode = "web"
date = "day"
voter = {{ system = "state", state = "{spec.state}", column = "voter" }}

[items.vote]
role = "vote"
wording = "If the election were held today, whom would you vote for?"
choices = [
    {{ code = "{first}", label = "The first", option = "{first}" }},
    {{ code = "{second}", label = "The second", option = "{second}" }},
    {{ code = "undecided", label = "Undecided", meaning = "dont_know" }},
]

[items.past_vote]
role = "past_vote"
wording = "And whom did you vote for last time?"
choices = [
    {{ code = "{first}", label = "Whom the first's side put up", option = "{first}" }},
    {{ code = "{second}", label = "Whom the second's side put up", option = "{second}" }},
    {{ code = "did not vote", label = "Did not vote", meaning = "none" }},
]

[items.age]
kind = "numeric"
role = "age"
wording = "Age"

[items.sex]
role = "sex"
wording = "Sex"

[items.race]
role = "race"
wording = "Race or ethnicity"

[items.state]
role = "state"
wording = "State"
{education}"""
