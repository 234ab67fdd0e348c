"""One state as stored: its voters in slot order, whatever lies in the base file and what in the delta."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from hustings.electorate.identities import unpack_identities
from hustings.store.manifest import StateFiles, StoredFile
from hustings.store.sealed import VaultReader
from hustings.store.snapshots import Snapshots, Writing
from hustings.store.vault import Vault
from hustings.tables import VOTERS

SLOT = pl.col("slot").cast(pl.Int32)


@dataclass(frozen=True)
class StateReader:
    """Reads what a snapshot holds of a state.

    Parameters
    ----------
    snapshots : Snapshots
        The store.
    files : StateFiles
        The state's files in the snapshot.
    work : Writing, optional
        A load in progress, whose files are not in their places yet.
    """

    snapshots: Snapshots
    files: StateFiles
    work: Writing | None = None

    def path(self, file: StoredFile) -> Path:
        """Where a file of the state lies."""
        return self.snapshots.path(file) if self.work is None else self.work.path_of(file)

    def lazy(self, columns: Sequence[str] | None = None) -> pl.LazyFrame:
        """Every slot's row as it is now, gone voters too, in no order; `slot` and the columns asked for."""
        wanted = ["slot", *(columns if columns is not None else VOTERS.column_names)]
        base = pl.scan_parquet(self.path(self.files.base)).with_row_index("slot").with_columns(SLOT).select(wanted)
        delta = self.delta()
        if delta is None:
            return base
        kept = base.join(delta.lazy().select("slot"), on="slot", how="anti")
        return pl.concat([kept, delta.lazy().select(wanted)])

    def delta(self) -> pl.DataFrame | None:
        """Rows that differ from the base."""
        return None if self.files.delta is None else pl.read_parquet(self.path(self.files.delta))

    def in_precincts(self, precincts: Sequence[int]) -> pl.DataFrame:
        """Rows of some precincts, in slot order; of the base only the row groups that hold them are read."""
        here = pl.col("precinct").is_in(pl.Series(sorted(precincts), dtype=pl.Int32).implode())
        return self.lazy().filter(here).collect(engine="streaming").sort("slot")

    def with_ids(self, ids: pl.Series) -> pl.DataFrame:
        """Rows of some voters, in slot order."""
        asked = pl.col("voter_id").is_in(ids.unique().implode())
        return self.lazy().filter(asked).collect(engine="streaming").sort("slot")

    def ids(self) -> np.ndarray:
        """Pseudonym of every slot, in slot order."""
        found = np.zeros(self.files.slots, dtype=np.int64)
        found[: self.files.base.rows] = pl.read_parquet(self.path(self.files.base), columns=["voter_id"])[
            "voter_id"
        ].to_numpy()
        delta = self.delta()
        if delta is not None:
            found[delta["slot"].to_numpy()] = delta["voter_id"].to_numpy()
        return found

    def find(self, ids: pl.Series) -> pl.DataFrame:
        """Slots of voters: (voter_id, slot) for those who are known."""
        asked = ids.unique().rename("voter_id").to_frame().lazy()
        return self.lazy(["voter_id"]).join(asked, on="voter_id", how="semi").collect(engine="streaming")

    def gone(self) -> pl.DataFrame:
        """Rows of voters who are not in the last file, in slot order."""
        return self.lazy().filter(pl.col("last_seen").is_not_null()).collect(engine="streaming").sort("slot")

    def sidecar(self, name: str) -> pl.DataFrame | None:
        """A sidecar, row k for slot k; None where there is none."""
        file = self.files.sidecars.get(name)
        return None if file is None else pl.read_parquet(self.path(file))

    def identities(self, vault: Vault, rows: np.ndarray) -> pl.DataFrame:
        """Identities by their rows in the state's vault, in the order asked for: a column a field."""
        return unpack_identities(self.packed_identities(vault, rows))

    def packed_identities(self, vault: Vault, rows: np.ndarray) -> pl.Series:
        """The same, each in one text."""
        found = np.empty(len(rows), dtype=object)
        first = 0
        for file in self.files.vault:
            here = np.flatnonzero((rows >= first) & (rows < first + file.rows))
            if len(here):
                reader = VaultReader(vault, file.path, self.path(file))
                found[here] = reader.take(rows[here] - first)["identity"].to_numpy()
            first += file.rows
        return pl.Series("identity", found, dtype=pl.String)
