"""Simulated voters: what each thinks, and whether and how they answer. None of them is real."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from hustings.survey.codebook import Codebook, Item

SAYINGS = (
    "taxes",
    "nothing good tbh 🙄",
    "the debate, mostly",
    "She's a crook & he's a \"fool\"; <b>both</b>",
    "jobs — and prices",
    "never heard of either",
    "Stop the nonsense, fix the roads",
)
"""Open answers, with what a form, a text or a table could stumble over."""


@dataclass(frozen=True)
class Manners:
    """How voters react, all shares 0-1.

    Parameters
    ----------
    answers : float
        Begin the interview when asked.
    answers_of : Mapping
        The same for values of ``file_party``, where it differs: the non-response that the voter file sees.
    answers_by_vote : Mapping
        Factor on it for the option that they would vote for: the non-response that nobody sees.
    leaves : float
        Of those who do not begin: ask to be left alone.
    declines : float
        Of those who do not begin: say no.
    breaks_off : float
        Of those who begin: stop in the middle.
    mistypes : float
        Of replies: first something that is no answer.
    machine : float
        Of calls: an answering machine picks up.
    """

    answers: float = 0.3
    answers_of: Mapping[str, float] = field(default_factory=dict)
    answers_by_vote: Mapping[str, float] = field(default_factory=dict)
    leaves: float = 0.05
    declines: float = 0.1
    breaks_off: float = 0.05
    mistypes: float = 0.02
    machine: float = 0.3


@dataclass
class SimulatedVoter:
    """One voter.

    Parameters
    ----------
    case_id : int
        Case of the sample.
    opinions : Mapping
        Question -> code, number or words.
    mood : str
        answers, leaves, declines or ignores.
    patience : int
        Answers until the voter breaks off; a large number for never.
    mistypes : float
        Share of replies that are first something else.
    machine : bool
        Whether a machine picks up.
    rng : numpy.random.Generator
        The voter's own.
    """

    case_id: int
    opinions: Mapping[str, str]
    mood: str
    patience: int
    mistypes: float
    machine: bool
    rng: np.random.Generator


def draw_voters(
    sample: pl.DataFrame,
    book: Codebook,
    manners: Manners,
    *,
    seed: int,
    truth: pl.DataFrame | None = None,
) -> dict[int, SimulatedVoter]:
    """Draw what the voters of a sample think and do.

    Parameters
    ----------
    sample : pl.DataFrame
        As declared in ``tables.SAMPLE``.
    book : Codebook
        What they will be asked.
    manners : Manners
        How they react.
    seed : int
        The same seed gives the same voters.
    truth : pl.DataFrame, optional
        ``voter_id`` and ``vote`` (a code of the vote question); drawn with a lean by ``file_party`` when not given.
    """
    votes = dict(truth.select("voter_id", "vote").iter_rows()) if truth is not None else {}
    vote_item = next(iter(book.with_role("vote")), None)
    codes = [choice.code for choice in vote_item.choices if not choice.meaning] if vote_item else []
    parties = sorted({party for party in sample["file_party"].to_list() if party})
    lean = {party: codes[i % len(codes)] for i, party in enumerate(parties)} if codes else {}
    voters = {}
    columns = sample.select("case_id", "voter_id", "file_party", "file_age", "file_sex", "file_race")
    for case_id, voter_id, party, age, sex, race in columns.iter_rows():
        rng = np.random.default_rng([seed, case_id])
        vote = votes.get(voter_id) or _vote(codes, lean.get(party), rng)
        told = {"vote": vote, "age": str(age or rng.integers(18, 90)), "sex": sex or "", "race": race or ""}
        opinions = {item.name: _opinion(item, told, rng) for item in book.items}
        begins = manners.answers_of.get(party, manners.answers) * manners.answers_by_vote.get(vote, 1.0)
        voters[case_id] = SimulatedVoter(
            case_id=case_id,
            opinions=opinions,
            mood=_mood(min(1.0, begins), manners, rng),
            patience=int(rng.integers(1, 10)) if rng.random() < manners.breaks_off else 1_000_000,
            mistypes=manners.mistypes,
            machine=bool(rng.random() < manners.machine),
            rng=rng,
        )
    return voters


def _mood(begins: float, manners: Manners, rng: np.random.Generator) -> str:
    shares = [begins, (1 - begins) * manners.leaves, (1 - begins) * manners.declines]
    place = int(np.searchsorted(np.cumsum(shares), rng.random(), side="right"))
    return ("answers", "leaves", "declines", "ignores")[place]


def _vote(codes: list[str], lean: str | None, rng: np.random.Generator) -> str:
    """Draw a vote: four in five of a party's registered voters vote alike."""
    if not codes:
        return ""
    return lean if lean and rng.random() < 0.8 else codes[int(rng.integers(len(codes)))]


def _opinion(item: Item, told: Mapping[str, str], rng: np.random.Generator) -> str:
    """Draw the answer to one question: known facts as they are, opinions by chance, few without one."""
    if item.kind == "open":
        return SAYINGS[int(rng.integers(len(SAYINGS)))]
    known = told.get(item.role, "")
    if known and (item.kind == "numeric" or known in item.by_code):
        return known
    if item.kind == "numeric":
        low, high = item.low or 0.0, item.high if item.high is not None else 100.0
        return str(int(rng.integers(int(low), int(high) + 1)))
    proper = [choice for choice in item.choices if not choice.meaning]
    unsure = [choice for choice in item.choices if choice.meaning == "dont_know"]
    if unsure and rng.random() < 0.05:
        return unsure[0].code
    if item.role == "favourability" and item.option:
        # Warm for one's own, cold for the rest.
        half = max(1, len(proper) // 2)
        some = proper[:half] if item.option == told["vote"] else proper[-half:]
        return some[int(rng.integers(len(some)))].code
    return (proper or list(item.choices))[int(rng.integers(len(proper or item.choices)))].code
