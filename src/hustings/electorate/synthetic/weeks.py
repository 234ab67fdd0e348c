"""What a week does to a block of records: new ones, gone ones, moved, switched, back again.

A record changes in at most one way a week, so that the changes of a week are a list anybody can check.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.electorate.synthetic.households import street_of
from hustings.electorate.synthetic.names import family_names
from hustings.electorate.synthetic.people import ID_SPACE, draw_people
from hustings.electorate.synthetic.plan import Plan
from hustings.electorate.synthetic.records import STATUSES
from hustings.electorate.synthetic.settings import model, parties, state_settings
from hustings.electorate.synthetic.spec import Arrays, day_number, stream
from hustings.electorate.synthetic.text import id_text

# Households that come of a move are numbered beyond all others.
_NEW_HOUSEHOLD = 10**10
_FAR_HOUSE = 100_000
KINDS = ("gone", "moved", "moved_county", "party", "status", "name")


def add_week(
    plan: Plan, block: int, people: Arrays, day: dt.date, *, new_factor: float = 1.0
) -> tuple[Arrays, pl.DataFrame]:
    """Let a week pass.

    Parameters
    ----------
    plan : Plan
        The map.
    block : int
        Which block.
    people : dict of str to numpy.ndarray
        The block as of a week before, every record that ever was, with ``present`` (bool) and ``first_seen`` (day).
    day : datetime.date
        Day of the new file.
    new_factor : float
        How many times as many register as usual.

    Returns
    -------
    people : dict of str to numpy.ndarray
        The block as of the day: old records in their order, new ones behind.
    changes : polars.DataFrame
        ``date``, ``source_id``, ``kind`` (new, gone, back, moved, party, status, name), ``what``.
    """
    spec = plan.spec
    week = (day - spec.as_of).days // 7
    rng = stream(spec, "week", block * 1000 + week)
    people = {name: column.copy() for name, column in people.items()}
    said = [_back(rng, people)]
    chosen = _choose(rng, people, said[0][0])
    if not state_settings(spec.state)["party_registration"]:
        chosen["party"] = chosen["party"][:0]
    steps = {"moved": _move, "moved_county": _move_county, "party": _switch, "status": _restate, "name": _rename}
    gone = chosen["gone"]
    people["present"][gone] = False
    said.append((gone, "gone", [None] * len(gone)))
    for kind, step in steps.items():
        rows = chosen[kind]
        said.append((rows, kind.removesuffix("_county"), step(rng, people, rows, plan)))
    before = len(people["number"])
    people = _register(rng, plan, block, people, day, new_factor)
    said.append((np.arange(before, len(people["number"])), "new", [None] * (len(people["number"]) - before)))
    changes = [
        pl.DataFrame(
            {"source_id": id_text(people["number"][rows], spec), "what": pl.Series(what, dtype=pl.String)}
        ).select(pl.lit(day.isoformat()).alias("date"), "source_id", pl.lit(kind).alias("kind"), "what")
        for rows, kind, what in said
    ]
    return people, pl.concat(changes)


def _back(rng: np.random.Generator, people: Arrays) -> tuple[NDArray[np.int64], str, list[str | None]]:
    """Some of those gone are in the file again."""
    away = np.flatnonzero(~people["present"])
    rows = away[rng.random(len(away)) < model()["week"]["back_share"]]
    people["present"][rows] = True
    return rows, "back", [None] * len(rows)


def _choose(rng: np.random.Generator, people: Arrays, back: NDArray[np.int64]) -> dict[str, NDArray[np.int64]]:
    """Choose disjoint records for each kind of change, among those in the file last week."""
    shares = model()["week"]
    stays = people["present"].copy()
    stays[back] = False
    # Nobody sees the move of a record whose address is withheld.
    stays &= ~people["confidential"] & (people["status"] != STATUSES.index("removed"))
    rows = rng.permutation(np.flatnonzero(stays))
    # Chance decides about the last one, so that small blocks change too.
    counts = [int(len(rows) * shares[f"{kind}_share"] + rng.random()) for kind in KINDS]
    edges = np.cumsum([0, *counts])
    return {kind: np.sort(rows[edges[k] : edges[k + 1]]) for k, kind in enumerate(KINDS)}


def _settle(rng: np.random.Generator, people: Arrays, rows: NDArray[np.int64], precinct: NDArray[np.int64]) -> None:
    """Give records an address of their own in a precinct."""
    street, house = street_of(precinct, _FAR_HOUSE + rng.integers(0, _FAR_HOUSE, len(rows)))
    people["precinct"][rows] = precinct
    people["street"][rows], people["house"][rows] = street, house + 4
    people["unit"][rows] = 0
    people["household"][rows] = _NEW_HOUSEHOLD + people["number"][rows]
    people["mover"][rows] = True


def _move(rng: np.random.Generator, people: Arrays, rows: NDArray[np.int64], plan: Plan) -> list[str | None]:
    """Move within the county."""
    county = plan.county[people["precinct"][rows]]
    first, past = np.searchsorted(plan.county, county), np.searchsorted(plan.county, county, side="right")
    _settle(rng, people, rows, first + (rng.random(len(rows)) * (past - first)).astype(np.int64))
    return ["within county"] * len(rows)


def _move_county(rng: np.random.Generator, people: Arrays, rows: NDArray[np.int64], plan: Plan) -> list[str | None]:
    """Move to another county, where there is one; large ones draw more."""
    old = plan.county[people["precinct"][rows]]
    where = rng.choice(len(plan.size), len(rows), p=plan.size / plan.size.sum())
    stuck = plan.county[where] == old
    # Half the map away is another county, unless the state has only one.
    where = np.where(stuck, (where + len(plan.size) // 2) % len(plan.size), where)
    _settle(rng, people, rows, where)
    new = plan.county[where]
    people["moves"][rows] += old != new
    return ["between counties" if a != b else "within county" for a, b in zip(old, new, strict=True)]


def _switch(rng: np.random.Generator, people: Arrays, rows: NDArray[np.int64], plan: Plan) -> list[str | None]:
    """Register with another party, mostly with none."""
    del plan
    codes = [p.code for p in parties()]
    old = people["party"][rows]
    independent = next(k for k, p in enumerate(parties()) if p.option is None)
    large = rng.integers(0, independent, len(rows))
    new = np.where((old != independent) & (rng.random(len(rows)) < 0.7), independent, large)
    new = np.where(new == old, (old + 1) % 3, new)
    people["party"][rows] = new
    return [f"{codes[a]} to {codes[b]}" for a, b in zip(old, new, strict=True)]


def _restate(rng: np.random.Generator, people: Arrays, rows: NDArray[np.int64], plan: Plan) -> list[str | None]:
    """Change the status: active ones become inactive, the others active or removed."""
    del plan
    old = people["status"][rows]
    active, inactive, removed = 0, 1, 2
    new = np.where(old == active, inactive, np.where(rng.random(len(rows)) < 0.6, active, removed))
    people["status"][rows] = new
    return [f"{STATUSES[a]} to {STATUSES[b]}" for a, b in zip(old, new, strict=True)]


def _rename(rng: np.random.Generator, people: Arrays, rows: NDArray[np.int64], plan: Plan) -> list[str | None]:
    """Take another family name."""
    del plan
    new = family_names().draw(rng, np.zeros(len(rows), np.int64))
    people["last"][rows] = np.where(new == people["last"][rows], (new + 1) % len(family_names().names), new)
    people["last_slip"][rows] = 0
    return ["family name"] * len(rows)


def _register(rng: np.random.Generator, plan: Plan, block: int, people: Arrays, day: dt.date, factor: float) -> Arrays:
    """Add the week's new records."""
    start, end = plan.blocks[block]
    size = plan.size[start:end]
    count = int(size.sum() * model()["week"]["new_share"] * factor + rng.random())
    # Never more than the numbers that are kept for them.
    room = ID_SPACE * int(size.sum()) - len(people["number"])
    precinct = np.sort(start + rng.choice(len(size), min(count, room), p=size / size.sum()))
    cumulative = np.cumsum(plan.cells[precinct], axis=1)
    u = rng.random(len(precinct)) * cumulative[:, -1] if len(precinct) else np.zeros(0)
    cell = (cumulative <= u[:, None]).sum(axis=1).astype(np.int64)
    if not len(precinct):
        return people
    base = ID_SPACE * int(plan.size[:start].sum()) + len(people["number"])
    new = draw_people(rng, plan, precinct, np.minimum(cell, plan.cells.shape[1] - 1), base)
    new["registered"] = np.full(len(precinct), day_number(day)) - rng.integers(1, 7, len(precinct))
    street, house = street_of(new["precinct"], 2 * _FAR_HOUSE + np.arange(len(precinct)))
    new["street"], new["house"] = street, house + 2
    new["household"] = _NEW_HOUSEHOLD + new["number"]
    new["present"] = np.ones(len(precinct), bool)
    new["first_seen"] = np.full(len(precinct), day_number(day))
    return {name: np.concatenate([people[name], new[name].astype(people[name].dtype)]) for name in people}
