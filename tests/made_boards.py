"""Small boards: assumptions whose data a test lays down, and nights that settle them."""

from __future__ import annotations

import datetime as dt

import polars as pl

from hustings.contests import load_contest
from hustings.store import empty_table
from hustings.tables import OBSERVATIONS
from hustings.watch.assumption import Assumption, Foreseen, Idle, Seen
from hustings.watch.morning import Morning
from hustings.watch.nightly import watch
from hustings.watch.observations import nothing_kept

CONTEST = load_contest("example-senate")
FIRST = CONTEST.date - dt.timedelta(days=40)
NO_KEYS = pl.DataFrame(schema={"key": pl.String, "amount": pl.Float64})


def morning(day):
    """A morning on which nothing is known but its day."""
    return Morning(contest=CONTEST, as_of=day)


def made_assumption(name, rows, *, kind="values", segments=("all",), scales=None, **more):
    """An assumption whose stream gives ``rows(day)``: columns of OBSERVATIONS that differ from null."""
    scales = scales if scales is not None else {"level_sd": tuple(0.0 for _ in segments)}

    def observe(now, claim, settled):
        del claim, settled
        found = rows(now.as_of)
        if isinstance(found, Exception):
            raise found
        blank = empty_table(OBSERVATIONS).drop("assumption", "version", "settled")
        table = pl.DataFrame([{"segment": "all", "day": now.as_of, "n": 1.0, **row} for row in found])
        return Seen(pl.concat([blank, table], how="diagonal_relaxed") if found else blank, NO_KEYS)

    def register(now):
        del now
        return Foreseen(tuple(segments), scales, f"{name} holds")

    settings = {"claim": name, "share": 0.0 if kind == "rule" else 0.5, "action": "look at {segment}"} | more
    return Assumption(name=name, kind=kind, **({"register": register, "observe": observe} | settings))


def never(name, why):
    """An assumption that cannot be registered."""
    return made_assumption(name, lambda _: [], register=lambda _: Idle(why, "load it"))


def nights(assumptions, n, *, first=FIRST, kept=None, claims=(), **more):
    """So many nights, one after the other; the last one's Watched."""
    kept, claims, found = kept or nothing_kept(), list(claims), None
    for k in range(n):
        found = watch(morning(first + dt.timedelta(days=k)), assumptions, claims, kept, **more)
        kept, claims = found.kept, found.claims
    return found
