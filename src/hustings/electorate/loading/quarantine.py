"""Rows that could not be used: where they stood and why, in the open; what they said, sealed."""

from __future__ import annotations

import polars as pl

from hustings.electorate.loading.report import SET_ASIDE_TYPES
from hustings.store.sealed import VaultWriter
from hustings.store.snapshots import Writing
from hustings.store.vault import Vault


class Quarantine:
    """Collects rows that are set aside and writes them with the load."""

    def __init__(self) -> None:
        self._parts: list[pl.DataFrame] = []
        self.rows = 0

    def add(self, rows: pl.DataFrame) -> None:
        """Set rows aside: columns file, line, reason, text."""
        if rows.height:
            self._parts.append(rows.select(pl.col(name).cast(kind) for name, kind in SET_ASIDE_TYPES.items()))
            self.rows += rows.height

    def write(self, writing: Writing, vault: Vault) -> list[str]:
        """Write what was set aside; gives the names of the files."""
        if not self.rows:
            return []
        rows = pl.concat(self._parts)
        open_name, sealed = writing.name("quarantine", suffix=".csv"), writing.name("quarantine", suffix=".vault")
        rows.select("file", "line", "reason").write_csv(writing.path(open_name))
        with VaultWriter(vault, sealed, writing.path(sealed)) as writer:
            writer.append(rows)
        return [open_name, sealed]
