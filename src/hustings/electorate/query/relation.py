"""What a question needs of the files, as the engine's SQL: only those states, columns and sidecars."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from hustings.electorate.query.ballots import PLANE_OF, Ballot
from hustings.electorate.query.vocabulary import DERIVED, Vocabulary
from hustings.engines import Aligned, Engine
from hustings.store.manifest import StateFiles
from hustings.tables import BALLOTS, VOTERS
from hustings.tables.electorate import BITS


def relation_sql(
    words: Vocabulary,
    engine: Engine,
    *,
    columns: Iterable[str],
    ballots: Iterable[Ballot] = (),
    states: Iterable[str] | None = None,
    few: bool = False,
    places: Mapping[str, frozenset[int]] | None = None,
) -> str:
    """Write the SQL that gives some columns of some states' voters, one row a slot, gone voters too.

    Parameters
    ----------
    words : Vocabulary
        The snapshot and its words.
    engine : Engine
        Whose SQL it is.
    columns : iterable of str
        Stored and derived columns; `last_seen` is always there.
    ballots : iterable of Ballot
        Computed columns.
    states : iterable of str, optional
        States to read; all when None.
    few : bool
        Whether a filter will leave few rows.
    places : mapping, optional
        Codes of counties or precincts that the question is confined to: files are sorted by them, and only the row
        groups that can hold them are read.
    """
    asked = {need for name in columns for need in DERIVED.get(name, (name,))} | {"last_seen"}
    stored = [name for name in VOTERS.column_names if name in asked]
    beside = sorted(name for name in asked if name in words.sidecar_columns)
    known = words.manifest.states
    chosen = [name for name in known if states is None or name in set(states)]
    parts = [
        _aligned(
            words, engine, name, stored, beside, sorted(ballots, key=lambda b: b.column), few=few, places=places or {}
        )
        for name in chosen
    ]
    if parts:
        return engine.relation(parts)
    # No such state is stored: the same columns, no rows.
    first = _aligned(words, engine, next(iter(known)), stored, beside, list(ballots), few=True, places={})
    return f"SELECT * FROM ({engine.relation([first])}) WHERE 1 = 0"


def _aligned(
    words: Vocabulary,
    engine: Engine,
    state: str,
    stored: list[str],
    beside: list[str],
    ballots: list[Ballot],
    *,
    few: bool,
    places: Mapping[str, frozenset[int]],
) -> Aligned:
    """One state's part."""
    files = words.manifest.states[state]
    sidecars: dict[str, list[str]] = {}
    outputs = {name: name for name in (*stored, *beside)}
    for name in beside:
        sidecar = words.sidecar_columns[name]
        if sidecar in files.sidecars:
            sidecars.setdefault(sidecar, []).append(name)
        else:
            outputs[name] = "NULL"
    for ballot in ballots:
        outputs[ballot.column], needed = _ballot_sql(words, engine, state, files, ballot)
        own = sidecars.setdefault(BALLOTS.name, []) if needed else []
        own.extend(name for name in needed if name not in own)
    path = words.snapshots.path
    return Aligned(
        base=path(files.base),
        delta=None if files.delta is None else path(files.delta),
        columns=tuple(stored),
        sidecars={path(files.sidecars[name]): tuple(names) for name, names in sidecars.items()},
        outputs=outputs,
        few=few,
        ranges=_ranges(path(files.base), places) if places else None,
    )


def _ballot_sql(
    words: Vocabulary, engine: Engine, state: str, files: StateFiles, ballot: Ballot
) -> tuple[str, list[str]]:
    """SQL of a ballot's column in one state, and the words of bits it needs."""
    count = ballot.function == "times_voted"
    numbers = words.elections(state, ballot.day, ballot.kind)
    if count:
        days = list(dict.fromkeys(files.elections[number].date for number in numbers))[: ballot.last]
        numbers = [number for number in numbers if files.elections[number].date in days]
    if not numbers or BALLOTS.name not in files.sidecars:
        return ("0" if count else "1 = 0"), []
    plane = PLANE_OF.get(ballot.function, "voted")
    masks: dict[str, int] = {}
    for number in numbers:
        word = f"{plane}_{number // BITS}"
        masks[word] = masks.get(word, 0) | 1 << number % BITS
    if count:
        return " + ".join(engine.count_bits(word, mask) for word, mask in masks.items()), list(masks)
    return "(" + " OR ".join(engine.any_bit(word, mask) for word, mask in masks.items()) + ")", list(masks)


def _ranges(base: Path, places: Mapping[str, frozenset[int]]) -> tuple[tuple[int, int], ...]:
    """Rows of the row groups that can hold some counties or precincts: (first, last) of each run."""
    import pyarrow.parquet as pq

    about = pq.read_metadata(base)
    column_of = {about.schema.column(k).name: k for k in range(about.num_columns)}
    runs: list[tuple[int, int]] = []
    first = 0
    for number in range(about.num_row_groups):
        group = about.row_group(number)
        last = first + group.num_rows - 1
        if all(_may_hold(group.column(column_of[name]).statistics, codes) for name, codes in places.items()):
            if runs and runs[-1][1] == first - 1:
                runs[-1] = (runs[-1][0], last)
            else:
                runs.append((first, last))
        first = last + 1
    return tuple(runs)


def _may_hold(statistics: Any, codes: frozenset[int]) -> bool:  # noqa: ANN401 (pyarrow's own)
    """Whether a row group may hold one of some codes."""
    if statistics is None or not statistics.has_min_max:
        return True
    return any(statistics.min <= code <= statistics.max for code in codes)
