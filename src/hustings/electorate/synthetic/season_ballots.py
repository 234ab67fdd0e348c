"""Ballots through a season: who asks when is drawn once, so that a ballot that is in stays in."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.electorate.synthetic.early_votes import ballot_days, ballot_table
from hustings.electorate.synthetic.elections import next_general
from hustings.electorate.synthetic.formats.block import Block
from hustings.electorate.synthetic.history import METHODS, draw_method, early_logit
from hustings.electorate.synthetic.plan import Plan
from hustings.electorate.synthetic.spec import Arrays, day_number, stream

EXTRA_DAYS = 10
"""Those who vote although nobody thought so ask for their ballots within so many days of the break."""


def with_ballots(ballots: Arrays, people: Arrays, plan: Plan, election: dt.date) -> Arrays:
    """Say of new records how they would vote, and when they would ask for a ballot, get it and send it back.

    Parameters
    ----------
    ballots : dict of str to numpy.ndarray
        What was said so far: ``mail``, ``ahead`` (bool), ``asked``, ``sent``, ``returned`` (days), ``fate``, ``late`` (0-1);
        empty at first.
    people : dict of str to numpy.ndarray
        Every record that ever was, new ones behind.
    plan : Plan
    election : date
    """
    before = len(ballots.get("mail", ()))
    new = {name: column[before:] for name, column in people.items()}
    rng = stream(plan.spec, "season ballots", before)
    method = draw_method(rng, early_logit(new), next_general(election))
    mail, early = method == METHODS.index("mail"), method == METHODS.index("early")
    dates = ballot_days(rng, mail, day_number(election), day_number(election))
    more = {"mail": mail, "ahead": mail | early, **dates, "fate": rng.random(len(mail)), "late": rng.random(len(mail))}
    return {name: np.concatenate([ballots[name], column]) if before else column for name, column in more.items()}


def known_ballots(
    ballots: Arrays,
    block: Block,
    will_vote: NDArray[np.bool_],
    extra: NDArray[np.bool_],
    since: dt.date,
    election: dt.date,
) -> pl.DataFrame:
    """Ballots as they are known on the block's day.

    Parameters
    ----------
    ballots : dict of str to numpy.ndarray
        Of the block's records.
    block : Block
    will_vote, extra : (record,) arrays of bool
        Who votes, and who of them only since something broke: they had not asked before.
    since, election : date
        Day of the break; and of the election.
    """
    today = day_number(block.day)
    late = day_number(since) + (ballots["late"] * EXTRA_DAYS).astype(np.int64)
    wait = np.where(extra, np.maximum(late - ballots["asked"], 0), 0)
    asked, sent, returned = (
        np.minimum(ballots[name] + wait, day_number(election)) for name in ("asked", "sent", "returned")
    )
    may = will_vote & (block.people["status"] == 0) & ~block.people["confidential"]
    rows = np.flatnonzero(may & ballots["ahead"] & (asked <= today))
    at = {
        "asked": asked[rows],
        "sent": np.where(sent <= today, sent, 0)[rows],
        "returned": np.where(returned <= today, returned, 0)[rows],
    }
    return ballot_table(block, rows, ballots["mail"][rows], at, ballots["fate"][rows])
