"""Ids of other systems that lead to a voter: from a list that says so, or from linkage."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from hustings.electorate.identities import voter_ids
from hustings.electorate.loading.job import Job
from hustings.errors import InputError
from hustings.store.columns import polars_schema, write_columns
from hustings.store.manifest import Manifest
from hustings.store.snapshots import Snapshots, Writing
from hustings.store.vault import Vault
from hustings.tables import ALIASES

LOG = "aliases"


def alias_ids(vault: Vault, system: str, ids: pl.Series) -> pl.Series:
    """Pseudonyms of another system's ids."""
    return vault.pseudonyms(f"{system}=" + ids).rename("alias_id")


def read_aliases(snapshots: Snapshots, manifest: Manifest) -> pl.DataFrame:
    """Every alias of a snapshot."""
    files = manifest.logs.get(LOG, ())
    return pl.read_parquet(snapshots.path(files[-1])) if files else pl.DataFrame(schema=polars_schema(ALIASES.columns))


def write_aliases(writing: Writing, manifest: Manifest, new: pl.DataFrame) -> Manifest:
    """Merge new aliases with those stored; the newer word counts."""
    stored = read_aliases(writing.snapshots, manifest)
    fitting = new.select(pl.col(name).cast(kind) for name, kind in stored.schema.items())
    merged = pl.concat([stored, fitting]).unique("alias_id", keep="last", maintain_order=True).sort("alias_id")
    name = writing.name(LOG)
    write_columns(merged, writing.path(name), ALIASES)
    return replace(manifest, logs={**manifest.logs, LOG: (writing.written(name, merged.height),)})


class Resolver:
    """Finds the voters behind the ids of a load's rows."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._aliases = read_aliases(job.writing.snapshots, job.before)

    def resolve(self, rows: pl.DataFrame, file: str) -> pl.DataFrame:
        """Add `voter_id` and `state` (text) to rows with `id_system` and `source_id`.

        Who is unknown keeps the pseudonym of the other system's id, and no state.

        Raises
        ------
        InputError
            Ids are the state's own, and which state it is cannot be told.
        """
        system = rows["id_system"][0] if rows.height else "state"
        return self._of_states(rows, file) if system == "state" else self._of_others(rows, system)

    def _of_states(self, rows: pl.DataFrame, file: str) -> pl.DataFrame:
        """Ids that are the states' own."""
        states = list(self._job.before.states)
        state = self._job.of_state or (states[0] if len(states) == 1 else None)
        own = rows["state"] if "state" in rows.columns else pl.Series([None] * rows.height, dtype=pl.String)
        if own.null_count() and state is None:
            raise InputError(
                "the ids are a state's own, and the file does not say of which", file=file, hint="--state NC"
            )
        named = rows.with_columns(state=own.fill_null(state or ""))
        parts = [
            part.with_columns(voter_ids(self._job.vault, part["state"][0], part["source_id"]))
            for part in named.partition_by("state", maintain_order=True)
        ]
        return pl.concat(parts) if parts else named.with_columns(voter_id=pl.lit(None, pl.Int64))

    def _of_others(self, rows: pl.DataFrame, system: str) -> pl.DataFrame:
        """Ids of another system, by what is known to lead to a voter."""
        names = self._job.books.frame("state")
        found = (
            rows.drop("state", strict=False)
            .with_columns(alias_ids(self._job.vault, system, rows["source_id"]))
            .join(
                self._aliases.with_columns(pl.col("state").cast(pl.Int32)),
                on="alias_id",
                how="left",
                maintain_order="left",
            )
        )
        return found.with_columns(
            pl.col("voter_id").fill_null(pl.col("alias_id")),
            pl.col("state").replace_strict(names["code"], names["value"], default=None, return_dtype=pl.String),
        )
