"""Ids of other systems that lead to a voter: from a list that says so, or from linkage."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Unpack

import polars as pl

from hustings.electorate.identities import voter_ids
from hustings.electorate.loading.job import Job, LoadOptions, begin
from hustings.electorate.loading.report import LoadReport
from hustings.electorate.state import StateReader
from hustings.errors import InputError
from hustings.store.columns import polars_schema, write_columns
from hustings.store.snapshots import Manifest, Snapshots, Writing
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


def load_aliases(store: Path, file: Path, *, system: str, state: str, **options: Unpack[LoadOptions]) -> LoadReport:
    """Load a crosswalk: a CSV whose first column is another system's id and whose second the state's own.

    Parameters
    ----------
    store, file : Path
    system : str
        Whose ids: ``van``, ``dwid``, ``lal``.
    state : str
        Whose voters they are.
    options
        :class:`LoadOptions`.

    Raises
    ------
    InputError
        The file is no such list, or no voters of the state are stored.
    """
    with begin(store, "crosswalk", f"crosswalk-{system}", [file], **options) as job:
        report, manifest = job.report, job.before
        if job.done_before:
            return report
        job.stored_state(state, file.name)
        rows = _read(file)
        report.rows_in = rows.height
        whole = rows.drop_nulls()
        job.quarantine.add(_incomplete(rows, file))
        new = pl.DataFrame(
            [alias_ids(job.vault, system, whole["alias"]), voter_ids(job.vault, state, whole["source_id"])]
        ).with_columns(state=job.books.encode(pl.Series("state", [state]), "state")[0], match_prob=pl.lit(1.0))
        known = StateReader(job.writing.snapshots, manifest.states[state]).find(new["voter_id"])
        report.add("stored", new.height)
        strangers = new.join(known, on="voter_id", how="anti").height
        report.merge(report.warnings, {"voters who are not in the file (kept)": strangers} if strangers else {})
        job.finish(write_aliases(job.writing, manifest, new))
    return report


def _read(file: Path) -> pl.DataFrame:
    """Two text columns, alias and source_id, with their lines."""
    try:
        found = pl.read_csv(file, infer_schema=False)
    except pl.exceptions.PolarsError as err:
        raise InputError(
            str(err).splitlines()[0], file=file, hint="expected a CSV with a header and two columns"
        ) from err
    if found.width != 2:
        raise InputError(
            f"found {found.width} columns, expected two: the other system's id and the state's own", file=file
        )
    named = found.rename(dict(zip(found.columns, ("alias", "source_id"), strict=True)))
    return named.with_columns(pl.all().str.strip_chars().replace("", None), line=pl.int_range(2, pl.len() + 2))


def _incomplete(rows: pl.DataFrame, file: Path) -> pl.DataFrame:
    """Rows that lack an id."""
    return rows.filter(pl.any_horizontal(pl.col("alias", "source_id").is_null())).select(
        pl.lit(file.name).alias("file"), "line", reason=pl.lit("an id is missing"), text=pl.col("alias")
    )


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
        state = self._job.parameters.get("state") or (states[0] if len(states) == 1 else None)
        own = rows["state"] if "state" in rows.columns else pl.Series([None] * rows.height, dtype=pl.String)
        if own.null_count() and state is None:
            raise InputError(
                "the ids are a state's own, and the file does not say of which", file=file, hint="--set state=NC"
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
