"""The whole of it, block by block: raw files, week by week, and the truth behind them.

Only one block is held at a time, whatever the size of the electorate.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, Self

import numpy as np

from hustings.electorate.synthetic.consumer import consumer_part
from hustings.electorate.synthetic.contacts import contact_parts, crosswalk
from hustings.electorate.synthetic.early_votes import early_votes
from hustings.electorate.synthetic.elections import Election, past_elections
from hustings.electorate.synthetic.formats import FORMATS
from hustings.electorate.synthetic.formats.block import Block, Part
from hustings.electorate.synthetic.history import draw_history
from hustings.electorate.synthetic.levels import Levels, calibrate
from hustings.electorate.synthetic.people import first_block
from hustings.electorate.synthetic.plan import Plan, make_plan
from hustings.electorate.synthetic.spec import Arrays, ElectorateSpec, day_number, stream
from hustings.electorate.synthetic.text import record_texts
from hustings.electorate.synthetic.truth import latent, precinct_table, truth_table
from hustings.electorate.synthetic.weeks import add_week
from hustings.electorate.synthetic.writing import Files, ParquetParts


@dataclass(frozen=True)
class Written:
    """What was written: counts by table, what the model solved for, and the files, relative to the folder."""

    counts: dict[str, int]
    levels: Levels
    files: tuple[str, ...]


def write_voters(spec: ElectorateSpec, out: Path) -> Written:
    """Write a synthetic electorate's raw files and the truth behind them.

    Parameters
    ----------
    spec : ElectorateSpec
        What is asked for.
    out : Path
        Folder to write into. One week: the files stand in it; more: in folders of their days, ``2016-10-01`` and
        so on, the history in the first, ballots, contacts and attributes in the last.

    Returns
    -------
    Written
        Counts (``voters``: records of the first week) and files. ``truth.parquet``, ``precincts.csv`` and, for more
        than one week, ``changes.csv`` stand in `out` itself.
    """
    plan = make_plan(spec)
    levels = calibrate(plan)
    elections = past_elections(spec.state, spec.as_of)
    with Desk(spec, out) as desk:
        for k in range(len(plan.blocks)):
            _write_block(desk, plan, k, levels, elections)
        desk.own.add(Part("precincts.csv", "", precinct_table(plan)))
    files = sorted(path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file())
    return Written(desk.counts, levels, tuple(files))


def _write_block(desk: Desk, plan: Plan, k: int, levels: Levels, elections: tuple[Election, ...]) -> None:
    """Write one block: every week, the history with the first, everything else with the last."""
    spec, layout = plan.spec, desk.layout
    people = first_block(plan, k)
    people["present"] = np.ones(len(people["number"]), bool)
    people["first_seen"] = np.full(len(people["number"]), day_number(spec.as_of), np.int32)
    votes = draw_history(stream(spec, "history", k), plan, people, elections, levels)
    for week, day in enumerate(spec.days):
        if week:
            people, changes = add_week(plan, k, people, day)
            desk.own.add(Part("changes.csv", "", changes))
            desk.count(changes=changes.height)
        here, cast = in_file(people, votes)
        block = Block(plan, day, here, record_texts(here, plan, day), cast, elections)
        for part in layout.voters(block):
            desk.raw[week].add(part)
        if week == 0:
            for part in layout.history(block):
                desk.raw[week].add(part)
            desk.count(voters=len(here["number"]), votes=len(votes["row"]))
    hidden = latent(plan, people, levels)
    there = {name: column[people["present"]] for name, column in hidden.items()}
    _write_around(desk, block, k, there)
    desk.truth.add(truth_table(plan, people, hidden))


def in_file(people: Arrays, votes: Arrays) -> tuple[Arrays, Arrays]:
    """Leave out the records that are not in this week's file, and their votes (columns as of a block, and of `draw_history`)."""
    present = people["present"]
    if present.all():
        return people, votes
    place = np.cumsum(present) - 1
    keep = present[votes["row"]]
    cast = {name: column[keep] for name, column in votes.items()}
    return {name: column[present] for name, column in people.items()}, {**cast, "row": place[cast["row"]]}


def _write_around(desk: Desk, block: Block, k: int, hidden: Arrays) -> None:
    """Write what comes with the last week's file: ballots, conversations, attributes."""
    spec = block.plan.spec
    if spec.state == "GB":
        return
    if spec.layout.startswith("nc-"):
        part = early_votes(block, k, hidden)
        desk.ballots.add(part)
        desk.count(early_votes=part.table.height)
    contacts = contact_parts(block, k, hidden)
    for part in contacts:
        desk.exports.add(part)
    desk.count(contacts=contacts[0].table.height)
    for part in (crosswalk(block, k), consumer_part(block, k, hidden)):
        desk.plain.add(part)


@dataclass
class Desk:
    """Every file that is open, and the counts so far."""

    spec: ElectorateSpec
    out: Path
    counts: dict[str, int] = field(default_factory=dict)
    _stack: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Self:
        """Open the folders."""
        spec, layout = self.spec, self.layout
        folders = [self.out / day.isoformat() if spec.weeks > 1 else self.out for day in spec.days]
        style: dict[str, Any] = {
            "separator": layout.SEPARATOR,
            "quote": layout.QUOTE,
            "header": layout.HEADER,
            "encoding": layout.ENCODING,
        }
        csv: dict[str, Any] = {"separator": ",", "quote": False, "header": True, "encoding": "utf-8"}
        enter = self._stack.enter_context
        self.raw = [enter(Files(folder, **style)) for folder in folders]
        last = folders[-1]
        self.ballots = enter(Files(last, **{**csv, "quote": True, "encoding": "latin-1"}))
        self.exports = enter(Files(last, separator="\t", quote=False, header=True, encoding="utf-16"))
        self.plain = enter(Files(last, **csv))
        self.own = enter(Files(self.out, **csv))
        self.truth = enter(ParquetParts(self.out / "truth.parquet"))
        return self

    def __exit__(self, *raised: object) -> None:
        """Finish the files."""
        self._stack.close()

    @property
    def layout(self) -> ModuleType:
        """The layout's module."""
        return FORMATS[self.spec.layout]

    def count(self, **more: int) -> None:
        """Add to the counts."""
        for name, number in more.items():
            self.counts[name] = self.counts.get(name, 0) + number
