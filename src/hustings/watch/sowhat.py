"""What a break would change: the projection again, with the assumption replaced by what the data say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.errors import HustingsError
from hustings.maths.logratio import softmax
from hustings.projection import project
from hustings.projection.worlds import unit_error_logit
from hustings.tables import DRAWS, VOTER_CELLS
from hustings.tables.watch import ALL
from hustings.watch.assumption import Assumption
from hustings.watch.boarding import board_table
from hustings.watch.morning import Morning
from hustings.watch.nightly import Watched
from hustings.watch.reach import parts_of, reach, within
from hustings.watch.streams.interviewed import new_since
from hustings.watch.whatif import EVEN, WhatIf, what_if

Array = NDArray[np.float64]
Change = tuple[float, str]

REFIT_DRAWS = 10_000


def consequences(
    morning: Morning, assumptions: Sequence[Assumption], watched: Watched
) -> Mapping[str, tuple[float, str]]:
    """Change of the chance to win and the units whose favourite changes, of everything that stirs or is broken.

    A break of ``support`` moves every unit by the gap times the segment's part of its expected votes; one of ``turnout``
    makes the segment so much larger; one of ``polls`` leaves the pollster out and projects again; where ``units`` are not known well
    enough, their polls are off by one historical error, against the favourite.
    """
    if morning.run is None or not morning.run.has(DRAWS):
        return {}
    table = board_table(assumptions, watched)
    found: dict[str, Change] = {}
    bears = {assumption.name: assumption.bears_on for assumption in assumptions}
    field: WhatIf | None = None
    cells = cells_of(morning)
    for row in table.filter(pl.col("status").is_in(["broken", "stirring"])).iter_rows(named=True):
        kind = bears[row["assumption"]]
        if not kind or (row["gap"] is None and kind != "units"):
            continue
        field = field or what_if(morning.contest, morning.run, morning.own_option)
        if kind == "polls":
            change = without_pollster(morning, row["segment"])
        elif kind == "units":
            change = units_off(field, (row["segments_broken"] or row["segment"]).split("; "))
        else:
            change = replaced(field, kind, row, part_of(morning, field, row["segment"], cells), cells)
        if change is not None:
            found[row["assumption"]] = change
    return found


def replaced(
    field: WhatIf, kind: str, row: Mapping[str, object], part: Array | None, cells: pl.DataFrame | None
) -> Change | None:
    """The outcome with a segment's support, or its number, replaced; None where nobody knows what it moves."""
    segment, gap = str(row["segment"]), float(str(row["gap"]))
    if part is None:
        return None
    step = field.logit_of(part * gap) if kind == "support" else turnout_step(field, part, gap, segment, cells)
    if step is None:
        return None
    outcome = field.moved(step)
    return outcome.win_prob - field.base.win_prob, ", ".join(field.flipped(outcome))


def part_of(morning: Morning, field: WhatIf, segment: str, cells: pl.DataFrame | None) -> Array | None:
    """Part of each unit's votes that a segment is; new registrants are counted in the electorate, which cells do not tell apart."""
    units = field.contest.unit_ids
    if parts_of(segment).get("registered") != "new":
        return reach(units, segment, cells)
    if morning.electorate is None:
        return None
    try:
        every = morning.electorate.count(["state"])
        new = morning.electorate.count(["state"], f"registered_on >= '{new_since(morning)}'")
    except HustingsError:
        return None
    both = every.join(new, on="state", how="left", suffix="_new").with_columns(pl.col("voters_new").fill_null(0))
    of = {state: new / voters for state, voters, new in both.select("state", "voters", "voters_new").iter_rows()}
    rest = ", ".join(f"{name}={value}" for name, value in parts_of(segment).items() if name != "registered") or ALL
    here = reach(units, rest, cells)
    return None if here is None else here * np.array([of.get(unit.partition("-")[0], 0.0) for unit in units])


def units_off(field: WhatIf, units: Sequence[str]) -> Change:
    """The outcome where polls of some units are off by one historical error against the favourite."""
    here = np.array([unit in units for unit in field.contest.unit_ids], dtype=np.float64)
    sign = -1.0 if field.base.win_prob >= EVEN else 1.0
    outcome = field.moved(sign * unit_error_logit(field.contest) * here)
    return outcome.win_prob - field.base.win_prob, ", ".join(field.flipped(outcome))


def turnout_step(
    field: WhatIf, part: Array, log_ratio: float, segment: str, cells: pl.DataFrame | None
) -> Array | None:
    """Logit steps where a segment is ``exp(log_ratio)`` times as many as expected.

    Its votes lean as the support model says of its cells; those of a whole state as the state, whose share stays then. None where
    the cells do not tell the segment apart, or have no support.
    """
    parts = {name: value for name, value in parts_of(segment).items() if name != "state"}
    if not parts:
        return np.zeros(len(part))
    chosen = within(parts)
    if chosen is None or cells is None or "support_prob" not in cells.columns:
        return None
    rows = cells.filter(chosen)
    votes = rows["votes"].to_numpy()
    if not votes.sum():
        return None
    lean = float(rows["support_prob"].to_numpy() @ votes / votes.sum())
    more = part * (np.exp(log_ratio) - 1.0)
    share = (field.means + more * lean) / (1.0 + more)
    return field.logit_of(share - field.means)


def without_pollster(morning: Morning, pollster: str) -> Change | None:
    """Projections by polls alone, with and without a pollster; None where there is none of the name."""
    polls = morning.polls(morning.as_of)
    if polls is None:
        return None
    rest = polls.polls.filter(pl.col("pollster") != pollster)
    if rest.height == polls.polls.height:
        return None
    own = morning.own_option
    with_, without = (
        project(morning.contest, known, as_of=morning.as_of, seed=morning.seed, n_draws=REFIT_DRAWS)
        for known in (polls, polls._replace(polls=rest))
    )
    chance = [one.verdict["options"][own]["win_prob"] for one in (with_, without)]
    best = [_favourites(one.units) for one in (with_, without)]
    other = [unit for unit in morning.contest.unit_ids if best[0].get(unit) != best[1].get(unit)]
    return float(chance[1] - chance[0]), ", ".join(other)


def _favourites(units: pl.DataFrame) -> dict[str, str]:
    best = units.sort("win_prob", descending=True).unique("unit", keep="first", maintain_order=True)
    return dict(best.select("unit", "option").iter_rows())


def cells_of(morning: Morning) -> pl.DataFrame | None:
    """The expected electorate by cells, with each cell's support where there is a model of it."""
    file = None if morning.tables is None else morning.tables / VOTER_CELLS.file
    if file is None or not file.is_file():
        return None
    cells = pl.read_parquet(file)
    fitted = morning.model("support")
    if fitted is None:
        return cells
    place = morning.contest.option_ids.index(morning.own_option)
    eta = np.stack([card.predict(cells) for card in fitted.models[0].cards], axis=1)
    return cells.with_columns(support_prob=pl.Series(softmax(eta)[:, place]))
