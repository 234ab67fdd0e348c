"""Who voted when: a log of ballots by voter, and the same packed to bits in the order of the state's voters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from hustings.electorate.codebooks import Codebooks
from hustings.electorate.identities import voter_ids
from hustings.electorate.loading.report import LoadReport
from hustings.electorate.state import StateReader
from hustings.store.columns import ColumnWriter
from hustings.store.manifest import Election, StateFiles, StoredFile
from hustings.store.snapshots import Writing
from hustings.store.vault import Vault
from hustings.tables import BALLOTS, HISTORY
from hustings.tables.contract import Column
from hustings.tables.electorate import BITS

PLANES = ("voted", "early", "mail")
_PART_ROWS = 1_000_000
_LARGEST = 2**63


class BallotSpill:
    """Ballots laid aside on disk, sorted by voter within each block."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self._folder = folder
        self._n_blocks = 0
        self.rows = 0
        self.elections: dict[tuple[str, str], int] = {}
        self.labels: dict[tuple[str, str], set[str]] = {}

    def put(self, rows: pl.DataFrame, *, vault: Vault, books: Codebooks) -> None:
        """Lay canonical history rows of one state aside."""
        state = rows["state"][0]
        dates = rows["election_date"].dt.to_string("%Y-%m-%d")
        distinct = (
            rows.select(date=dates, kind="election_kind", label="election_label").unique().sort("date", "kind", "label")
        )
        for date, kind, label in distinct.iter_rows():
            self.elections.setdefault((date, kind), len(self.elections))
            if label:
                self.labels.setdefault((date, kind), set()).add(label)
        keys = pl.Series(["\x1f".join(key) for key in self.elections])
        key = pl.select(pl.concat_str([dates, rows["election_kind"]], separator="\x1f")).to_series()
        coded = pl.DataFrame(
            {
                "voter_id": voter_ids(vault, state, rows["source_id"]),
                "election": key.replace_strict(keys, pl.Series(list(self.elections.values()), dtype=pl.Int16)),
                "method": books.encode(rows["method"].fill_null("unknown"), "method", storage="int8"),
                "counted": rows["counted"].fill_null(value=True),
                "ballot_party": books.encode(rows["ballot_party"], "party", storage="int16"),
                "county": books.encode(rows["county"], "county", state=state, storage="int16"),
            }
        )
        coded.sort("voter_id").rechunk().write_ipc(self._path(self._n_blocks), compression="uncompressed")
        self._n_blocks += 1
        self.rows += rows.height

    def _path(self, block: int) -> Path:
        return self._folder / f"{block:06d}.arrow"

    def parts(self) -> Iterator[tuple[int, int, pl.DataFrame]]:
        """Rows of one range of voters after another: (first id, first id after, rows)."""
        count = max(1, -(-self.rows // _PART_ROWS))
        bounds = [_LARGEST // count * k for k in range(count)] + [_LARGEST]
        cuts = [self._cuts(block, bounds) for block in range(self._n_blocks)]
        for k in range(count):
            found = [
                pl.scan_ipc(self._path(block)).slice(cut[k], cut[k + 1] - cut[k]).collect()
                for block, cut in enumerate(cuts)
            ]
            yield bounds[k], bounds[k + 1], pl.concat(found)

    def _cuts(self, block: int, bounds: list[int]) -> list[int]:
        """Rows of a block at which the ranges begin, and its end."""
        ids = pl.scan_ipc(self._path(block)).select("voter_id").collect()["voter_id"].to_numpy()
        return [*(int(np.searchsorted(ids, bound)) for bound in bounds[:-1]), len(ids)]


def write_ballots(
    writing: Writing,
    state: str,
    files: StateFiles,
    spill: BallotSpill,
    books: Codebooks,
    report: LoadReport,
    *,
    stored_as: str = "stored",
) -> StateFiles:
    """Merge ballots laid aside with those stored, and pack them anew.

    The state's voters may have been written in the same load: their files are then still in the work folder, and
    ballots are counted apart from voters, under `stored_as`.
    """
    elections, numbers = _number_elections(files.elections, spill)
    reader = StateReader(writing.snapshots, files, work=writing)
    ids = reader.ids()
    order = np.argsort(ids, kind="stable")
    planes = _Planes(reader, len(elections))
    name = writing.name("history", state)
    method = {value: code for code, value in enumerate(books.values("method"))}
    unknown = 0
    with ColumnWriter(writing.path(name), HISTORY) as log:
        for first, after, rows in spill.parts():
            new = rows.with_columns(pl.col("election").replace_strict(numbers, return_dtype=pl.Int16), age=pl.lit(0))
            old = _stored(reader, first, after)
            merged = _one_each(pl.concat([new, old]) if old is not None else new)
            report.add(stored_as, merged.filter(pl.col("age") == 0).height)
            report.add("the same ballot twice", new.height - merged.filter(pl.col("age") == 0).height)
            log.append(merged)
            slots = _slots(ids, order, merged["voter_id"].to_numpy())
            unknown += int(((slots < 0) & (merged["age"] == 0).to_numpy()).sum())
            planes.pack(merged, slots, method)
    report.merge(report.warnings, {"ballots of voters who are not in the file (kept)": unknown} if unknown else {})
    return replace(
        files,
        elections=elections,
        history=writing.written(name, log.rows),
        sidecars={**files.sidecars, BALLOTS.name: planes.write(writing, state)},
    )


def pack_newcomers(writing: Writing, state: str, before: StateFiles, after: StateFiles, books: Codebooks) -> StateFiles:
    """Pack the ballots that were known of voters before they came into the file."""
    if after.history is None or after.delta is None or after.slots == before.slots:
        return after
    reader = StateReader(writing.snapshots, after, work=writing)
    came = pl.scan_parquet(reader.path(after.delta)).filter(pl.col("slot") >= before.slots).select("voter_id", "slot")
    stored = pl.scan_parquet(reader.path(after.history))
    rows = stored.join(came, on="voter_id", how="inner").collect(engine="streaming").sort("voter_id", "election")
    if not rows.height:
        return after
    planes = _Planes(reader, len(after.elections))
    method = {value: code for code, value in enumerate(books.values("method"))}
    planes.pack(rows, rows["slot"].to_numpy(), method)
    return replace(after, sidecars={**after.sidecars, BALLOTS.name: planes.write(writing, state)})


def _number_elections(known: tuple[Election, ...], spill: BallotSpill) -> tuple[tuple[Election, ...], dict[int, int]]:
    """Number the spill's elections in the state's list, new ones after the known in order of their dates."""
    places = {(one.date, one.kind): k for k, one in enumerate(known)}
    for key in sorted(key for key in spill.elections if key not in places):
        places[key] = len(places)
    old = {(one.date, one.kind): set(one.labels) for one in known}
    elections = tuple(
        Election(date, kind, tuple(sorted(old.get((date, kind), set()) | spill.labels.get((date, kind), set()))))
        for date, kind in places
    )
    return elections, {number: places[key] for key, number in spill.elections.items()}


def _stored(reader: StateReader, first: int, after: int) -> pl.DataFrame | None:
    """Ballots stored before, of a range of voters."""
    if reader.files.history is None:
        return None
    here = (pl.col("voter_id") >= first) & (pl.col("voter_id") < min(after, _LARGEST - 1))
    return (
        pl.scan_parquet(reader.path(reader.files.history))
        .filter(here)
        .collect(engine="streaming")
        .with_columns(
            pl.col("method").cast(pl.Int32),
            pl.col("ballot_party", "county").cast(pl.Int32),
            age=pl.lit(1),
        )
    )


def _one_each(rows: pl.DataFrame) -> pl.DataFrame:
    """One row a voter and election: the newer load's, and of its copies one that was counted."""
    # Every column takes part, so that the same rows in any order give the same bytes.
    return rows.sort(
        *("voter_id", "election", "age", "counted", "method", "ballot_party", "county"),
        descending=[False, False, False, True, False, False, False],
        nulls_last=True,
    ).unique(["voter_id", "election"], keep="first", maintain_order=True)


def _slots(ids: np.ndarray, order: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """Slot of each id, -1 where it is not a voter of the state."""
    if not len(ids):
        return np.full(len(asked), -1, dtype=np.int64)
    place = np.searchsorted(ids, asked, sorter=order)
    found = order[np.minimum(place, len(ids) - 1)]
    return np.where(ids[found] == asked, found, -1)


class _Planes:
    """Bits of every slot of a state."""

    def __init__(self, reader: StateReader, n_elections: int) -> None:
        self._words = max(1, -(-n_elections // BITS))
        slots = reader.files.slots
        self._bits = {f"{plane}_{word}": np.zeros(slots, np.int64) for plane in PLANES for word in range(self._words)}
        old = reader.sidecar(BALLOTS.name)
        for name in old.columns if old is not None else ():
            assert old is not None
            self._bits[name][: old.height] = old[name].to_numpy()

    def pack(self, rows: pl.DataFrame, slots: np.ndarray, method: dict[str, int]) -> None:
        """Set the bits of some voters' ballots, sorted by voter."""
        known = slots >= 0
        rows, slots = rows.filter(pl.Series(known)), slots[known]
        if not len(slots):
            return
        starts = np.concatenate([[0], np.flatnonzero(slots[1:] != slots[:-1]) + 1])
        election, counted = rows["election"].to_numpy(), rows["counted"].to_numpy()
        how = rows["method"].to_numpy()
        of_plane = {
            "voted": counted,
            "early": counted & (how == method.get("early", -1)),
            "mail": counted & (how == method.get("mail", -1)),
        }
        for word in range(self._words):
            bit = np.where(election // BITS == word, np.int64(1) << (election % BITS).astype(np.int64), 0)
            if not bit.any():
                continue
            mentioned = np.bitwise_or.reduceat(bit, starts)
            for plane, cast in of_plane.items():
                target = self._bits[f"{plane}_{word}"]
                here = slots[starts]
                target[here] = (target[here] & ~mentioned) | np.bitwise_or.reduceat(np.where(cast, bit, 0), starts)

    def write(self, writing: Writing, state: str) -> StoredFile:
        """Write the sidecar."""
        name = writing.name(BALLOTS.name, state)
        with ColumnWriter(writing.path(name), ballot_columns(self._words)) as sidecar:
            sidecar.append(pl.DataFrame(self._bits))
        return writing.written(name, sidecar.rows)


def ballot_columns(words: int) -> tuple[Column, ...]:
    """Columns of a ballots sidecar of so many words."""
    return tuple(replace(c, name=f"{c.name[:-2]}_{word}") for c in BALLOTS.columns for word in range(words))
