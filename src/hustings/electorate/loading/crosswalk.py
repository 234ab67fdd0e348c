"""Load a crosswalk: whose ids of another system are which voters; contacts kept under those ids become theirs."""

from __future__ import annotations

from pathlib import Path
from typing import Unpack

import polars as pl

from hustings.electorate.identities import voter_ids
from hustings.electorate.loading.aliases import alias_ids, write_aliases
from hustings.electorate.loading.contacts import claim_contacts
from hustings.electorate.loading.job import LoadOptions, begin
from hustings.electorate.loading.report import LoadReport
from hustings.electorate.state import StateReader
from hustings.errors import InputError


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
        job.finish(claim_contacts(job, write_aliases(job.writing, manifest, new), new))
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
