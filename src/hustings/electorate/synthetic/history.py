"""Who voted when and how: every past election of ten years, for those registered and of age on the day."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from hustings.electorate.synthetic.elections import Election
from hustings.electorate.synthetic.levels import Levels
from hustings.electorate.synthetic.plan import Plan
from hustings.electorate.synthetic.settings import model, parties, state_settings
from hustings.electorate.synthetic.spec import YEAR_DAYS, Arrays, day_number

METHODS = ("election day", "early", "mail", "curbside", "provisional", "transfer", "did not vote")
_RARE = {"curbside": 0.006, "provisional": 0.004, "transfer": 0.002}
DID_NOT_VOTE_SHARE = 0.001


def draw_history(
    rng: np.random.Generator, plan: Plan, people: Arrays, elections: tuple[Election, ...], levels: Levels
) -> Arrays:
    """Draw the votes of a block.

    Parameters
    ----------
    rng : numpy.random.Generator
        Their stream.
    plan : Plan
        The map.
    people : dict of str to numpy.ndarray
        A block of people.
    elections : tuple of Election
        Oldest first.
    levels : Levels
        Turnout of each kind.

    Returns
    -------
    dict of str to numpy.ndarray
        One entry a vote: ``row`` into the block, ``election`` into `elections`, ``method`` into ``METHODS`` (a few
        say that an entitled person did not vote), ``ballot``: party of a primary's ballot, -1 otherwise.
    """
    parts: list[tuple[NDArray[Any], ...]] = []
    logit = people["turnout_logit"].astype(float)
    eighteen = people["born"] + int(np.ceil(18 * YEAR_DAYS))
    entitled = np.maximum(people["registered"], eighteen)
    early = early_logit(people)
    for k, election in enumerate(elections):
        may = np.flatnonzero(entitled <= day_number(election.date))
        u = rng.random(len(may))
        votes = u < expit(logit[may] + levels.turnout[election.target])
        absent = ~votes & (u > 1 - DID_NOT_VOTE_SHARE)
        rows = may[votes | absent]
        method = draw_method(rng, early[rows], election)
        method[absent[votes | absent]] = METHODS.index("did not vote")
        ballot = ballots(rng, plan, people, rows, levels) if election.kind == "primary" else np.full(len(rows), -1)
        parts.append((rows, np.full(len(rows), k), method, ballot))
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)] if parts else [np.zeros(0, int)] * 4
    row, election_code, method, ballot = columns
    return {
        "row": row.astype(np.uint32),
        "election": election_code.astype(np.int16),
        "method": method.astype(np.int8),
        "ballot": ballot.astype(np.int8),
    }


def early_logit(people: Arrays) -> NDArray[np.float64]:
    """How much rather than others somebody votes early: older, registered for long, and a taste of one's own."""
    taste = ((people["number"] * 2_654_435_761) % 1000) / 1000 - 0.5
    lean: NDArray[np.float64] = 0.15 * (people["age"] - 1.5) + 2.0 * taste
    return lean


def draw_method(rng: np.random.Generator, early: NDArray[np.float64], election: Election) -> NDArray[np.int64]:
    """Draw how each ballot was cast, shape (n,)."""
    shares = model()["method"]
    share = shares["early_share"] if election.kind == "general" else shares[f"{election.kind}_early_share"]
    mail = shares["mail_share"]
    p_early = expit(np.log(share / (1 - share)) + early)
    p_mail = expit(np.log(mail / (1 - mail)) + 0.8 * early) * (1 - p_early)
    u = rng.random(len(early))
    method = np.where(u < p_early, 1, np.where(u < p_early + p_mail, 2, 0))
    rare = rng.random(len(early))
    low = 0.0
    for name, chance in _RARE.items():
        method = np.where((rare >= low) & (rare < low + chance), METHODS.index(name), method)
        low += chance
    return method.astype(np.int64)


def ballots(
    rng: np.random.Generator, plan: Plan, people: Arrays, rows: NDArray[np.int64], levels: Levels
) -> NDArray[np.int64]:
    """Party of a primary's ballot: one's own; those of none take that of the option they prefer."""
    own = people["party"][rows].astype(np.int64)
    registered = np.array([p.option is not None for p in parties()])[own]
    registered &= bool(state_settings(plan.spec.state)["party_registration"])
    sides = [next(k for k, p in enumerate(parties()) if p.option == side) for side in (0, 1)]
    prefers = rng.random(len(rows)) < expit(people["support_logit"][rows].astype(float) + levels.support)
    return np.where(registered, own, np.where(prefers, sides[0], sides[1]))


def votes_matrix(votes: Arrays, rows: int, elections: int) -> NDArray[np.int64]:
    """Votes as a table (person, election): -1 none, else ``method * 100 + ballot + 1``."""
    table = np.full((rows, elections), -1, np.int64)
    table[votes["row"], votes["election"]] = votes["method"].astype(np.int64) * 100 + votes["ballot"] + 1
    return table


def label(election: Election) -> str:
    """How a state names an election: ``11/08/2016 GENERAL``."""
    return f"{us_day(election.date)} {election.kind.upper()}"


def us_day(day: dt.date) -> str:
    """Write a day the American way: MM/DD/YYYY."""
    return day.strftime("%m/%d/%Y")
