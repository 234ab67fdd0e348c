"""A country state by state, then those left over across states: memory bounded by the largest state."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from operator import itemgetter
from pathlib import Path

import polars as pl

from hustings.electorate.linkage.comparisons import NARROW_BLOCKS, default_parameters
from hustings.electorate.linkage.link import Linkage, LinkageInfo, link
from hustings.electorate.linkage.report import match_report
from hustings.electorate.linkage.spec import LinkageSpec
from hustings.errors import InputError


def link_by_state(
    left: pl.DataFrame,
    right: pl.DataFrame,
    *,
    spec: LinkageSpec | None = None,
    seed: int,
    memory_bytes: int = 1_500_000_000,
    folder: Path | None = None,
    as_of: dt.date | None = None,
) -> Linkage:
    """Find the same person in two files, within each state first and across states among those not linked.

    Parameters
    ----------
    left, right, spec, seed, memory_bytes, folder, as_of
        As `link` takes them; both files need ``state``. Rows without one are compared across states only, on
        `NARROW_BLOCKS`.

    Returns
    -------
    Linkage
        Links of both rounds, with the probability of the round that found them: a link within a state is not given up for
        a better one elsewhere. ``info`` is that of the round across states, its counts those of the whole.

    Raises
    ------
    InputError
        As `link`, or if a file has no ``state``.
    """
    for name, side in (("left", left), ("right", right)):
        if "state" not in side.columns:
            raise InputError(f"the {name} file has no column 'state'", hint="use link, which needs none")
    spec = spec or LinkageSpec()
    states = sorted(set(left["state"].drop_nulls().unique()) & set(right["state"].drop_nulls().unique()))
    found, expected, largest = [], 0.0, (0, default_parameters())
    for state in states:
        sides = [side.filter(pl.col("state") == state) for side in (left, right)]
        one = link(sides[0], sides[1], spec=spec, folder=folder, seed=seed, memory_bytes=memory_bytes)
        found.append(one.links)
        expected += one.info.expected_matches
        largest = max(largest, (min(one.info.n_left, one.info.n_right), one.info.parameters), key=itemgetter(0))
    within = pl.concat([*found, pl.DataFrame(schema=found[0].schema)]) if found else None
    rest = [
        side if within is None else side.join(within, left_on="id", right_on=key, how="anti")
        for side, key in ((left, "left_id"), (right, "right_id"))
    ]
    narrow = replace(spec, blocks=tuple(block for block in spec.blocks if block in NARROW_BLOCKS) or NARROW_BLOCKS)
    # Who is left over teaches nothing; the largest state taught all but how people move between states.
    moves = default_parameters().filter(pl.col("comparison") == "home")
    learnt = pl.concat([largest[1].filter(pl.col("comparison") != "home"), moves])
    across = link(rest[0], rest[1], spec=narrow, folder=folder, seed=seed, memory_bytes=memory_bytes, parameters=learnt)
    links = across.links if within is None else pl.concat([within, across.links]).sort("left_id", "right_id")
    expected += across.info.expected_matches
    smaller = max(1, min(left.height, right.height))
    info = LinkageInfo(
        left.height, right.height, expected / smaller, expected, across.info.parameters, across.info.blocks
    )
    return Linkage(links, match_report(left, right, links, as_of=as_of), info)
