"""The whole of it, block by block: raw files, week by week, and the truth behind them."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hustings.electorate.synthetic.elections import past_elections
from hustings.electorate.synthetic.formats import FORMATS
from hustings.electorate.synthetic.formats.block import Block
from hustings.electorate.synthetic.history import draw_history
from hustings.electorate.synthetic.levels import calibrate
from hustings.electorate.synthetic.people import first_block
from hustings.electorate.synthetic.plan import make_plan
from hustings.electorate.synthetic.spec import ElectorateSpec, stream
from hustings.electorate.synthetic.text import record_texts
from hustings.electorate.synthetic.writing import Files


@dataclass(frozen=True)
class Written:
    """What was written: counts by table, and the files, relative to the folder."""

    counts: dict[str, int]
    files: tuple[str, ...]


def write_voters(spec: ElectorateSpec, out: Path) -> Written:
    """Write a synthetic electorate's raw files.

    Parameters
    ----------
    spec : ElectorateSpec
        What is asked for.
    out : Path
        Folder to write into.

    Returns
    -------
    Written
        Counts and files.
    """
    plan = make_plan(spec)
    levels = calibrate(plan)
    layout: Any = FORMATS[spec.layout]
    elections = past_elections(spec.state, spec.as_of)
    counts = {"voters": 0, "votes": 0}
    with ExitStack() as stack:
        files = stack.enter_context(
            Files(out, separator=layout.SEPARATOR, quote=layout.QUOTE, header=layout.HEADER, encoding=layout.ENCODING)
        )
        for k in range(len(plan.blocks)):
            people = first_block(plan, k)
            votes = draw_history(stream(spec, "history", k), people, elections, levels)
            block = Block(plan, spec.as_of, people, record_texts(people, plan, spec.as_of), votes, elections)
            for part in [*layout.voters(block), *layout.history(block)]:
                files.add(part)
            counts["voters"] += len(people["number"])
            counts["votes"] += len(votes["row"])
    return Written(counts, tuple(sorted(p.relative_to(out).as_posix() for p in out.rglob("*") if p.is_file())))
