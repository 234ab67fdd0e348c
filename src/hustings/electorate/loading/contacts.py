"""Load contacts: a log of every attempt, and how often each voter was reached, beside the voters."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import polars as pl

from hustings.electorate.canonical import to_contacts
from hustings.electorate.codebooks import Codebooks, read_codebooks
from hustings.electorate.layouts import Layout
from hustings.electorate.loading.aliases import read_aliases, resolve
from hustings.electorate.loading.job import already_loaded, begin, finish, read_converted
from hustings.electorate.loading.quarantine import Quarantine
from hustings.electorate.loading.report import LoadReport
from hustings.electorate.loading.sidecars import read_sidecar, set_values, write_sidecar
from hustings.electorate.state import StateReader
from hustings.store.columns import write_columns
from hustings.store.snapshots import Manifest, Writing
from hustings.store.vault import Vault
from hustings.tables import CONTACT_SUMMARY, CONTACTS

LOG, SIDECAR = "contacts", "contact_summary"
REACHED = ("reached", "completed", "refused")
"""Results in which the voter was spoken to."""
_KEY = ["voter_id", "contacted_on", "contact_type", "result_reported", "canvasser_id", "question", "answer"]


def load_contacts(
    store: Path,
    files: Sequence[Path],
    layout: Layout,
    *,
    vault: Vault,
    as_of: dt.date,
    parameters: Mapping[str, str] | None = None,
    code_version: str = "",
    wait_seconds: float = 0,
    progress: Callable[[str], None] = lambda _: None,
) -> LoadReport:
    """Load contacts; those that are stored already are not stored twice.

    Contacts of people whom no crosswalk leads to a voter are kept under the pseudonym of their own id, and counted.

    Raises
    ------
    InputError
        A file that cannot be used as a whole; nothing is changed.
    """
    given = parameters or {}
    what = f"load contacts {', '.join(path.name for path in files)}"
    with begin(store, what, layout.name, files, as_of, wait_seconds=wait_seconds) as job:
        report = job.report("contacts")
        if already_loaded(job, report):
            return report
        books, quarantine = read_codebooks(job.codebooks_path), Quarantine()
        manifest = job.writing.before
        aliases = read_aliases(job.writing.snapshots, manifest)
        convert = partial(to_contacts, layout=layout, parameters=given)
        parts = []
        for raw, block in read_converted(job, layout, convert, report, quarantine, parameters=given, progress=progress):
            if block.contacts.height:
                rows = resolve(
                    vault,
                    block.contacts,
                    aliases,
                    parameters=given,
                    states=list(manifest.states),
                    books=books,
                    file=raw.file,
                )
                parts.append(_code(rows, vault, books))
        if parts:
            manifest = _store(job.writing, manifest, pl.concat(parts), report, books)
        finish(job, manifest, report, books=books, quarantine=quarantine, vault=vault, code_version=code_version)
    return report


def _code(rows: pl.DataFrame, vault: Vault, books: Codebooks) -> pl.DataFrame:
    """Code one block."""
    coded = [
        books.encode(rows[name], name, storage=storage).rename(name)
        for name, storage in (
            ("contact_type", "int8"),
            ("result", "int8"),
            ("result_reported", "int16"),
            ("question", "int16"),
            ("answer", "int16"),
        )
    ]
    canvasser = vault.pseudonyms("canvasser=" + rows["canvasser"]).rename("canvasser_id")
    return pl.DataFrame([rows["voter_id"], rows["state"], rows["contacted_on"], *coded, canvasser])


def _store(writing: Writing, manifest: Manifest, rows: pl.DataFrame, report: LoadReport, books: Codebooks) -> Manifest:
    """Write the log's next file and bring the summaries up to date."""
    new = rows.unique(maintain_order=True)
    stored = [writing.snapshots.path(file) for file in manifest.logs.get(LOG, ())]
    if stored:
        days = new["contacted_on"]
        old = pl.scan_parquet(stored).filter(pl.col("contacted_on").is_between(days.min(), days.max())).select(_KEY)
        known = old.with_columns(pl.col("contact_type", "result_reported", "question", "answer").cast(pl.Int32))
        new = new.join(known.collect(), on=_KEY, how="anti", nulls_equal=True, maintain_order="left")
    report.add("stored", new.height)
    report.add("stored before", rows.height - new.height)
    if not new.height:
        return manifest
    name = writing.name(LOG)
    write_columns(new.sort(_KEY), writing.path(name), CONTACTS)
    manifest = manifest.with_log(LOG, writing.written(name, new.height))
    found = []
    for state in manifest.states:
        own = new.filter(pl.col("state") == state)
        if own.height:
            manifest, ids = _summarise(writing, manifest, state, own["voter_id"], books)
            found.append(ids)
    unknown = new.height
    if found:
        unknown = new.filter(~pl.col("voter_id").is_in(pl.concat(found).implode())).height
    report.merge(report.warnings, {"contacts of people who are not in the file (kept)": unknown} if unknown else {})
    return manifest


def _summarise(
    writing: Writing, manifest: Manifest, state: str, voters: pl.Series, books: Codebooks
) -> tuple[Manifest, pl.Series]:
    """Say anew how often some voters were reached, from all that is logged of them; gives those in the file."""
    files = manifest.states[state]
    reader = StateReader(writing.snapshots, files)
    known = reader.find(voters)
    if not known.height:
        return manifest, known["voter_id"]
    logged = pl.concat(
        pl.scan_parquet(writing.path_of(file)).join(known.lazy(), on="voter_id", how="inner")
        for file in manifest.logs[LOG]
    )
    reached = pl.col("result").is_in([code for value in REACHED for code in books.codes("result", value)])
    # A conversation and the answers given in it are rows of one attempt.
    attempts = logged.group_by("slot", "contacted_on", "contact_type", "canvasser_id").agg(
        reached=reached.any(), result=pl.col("result").max()
    )
    found = (
        attempts.sort("slot", "contacted_on", "result", "contact_type", "canvasser_id")
        .group_by("slot", maintain_order=True)
        .agg(
            contact_attempts=pl.len(),
            contacts_reached=pl.col("reached").sum(),
            last_contact_on=pl.col("contacted_on").last(),
            last_result=pl.col("result").last(),
        )
        .collect()
    )
    whole = read_sidecar(reader, SIDECAR, CONTACT_SUMMARY.columns).with_columns(
        pl.col("contact_attempts", "contacts_reached").fill_null(0)
    )
    rows = set_values(whole, found["slot"].to_numpy(), found.drop("slot"))
    after = write_sidecar(writing, state, files, SIDECAR, rows, CONTACT_SUMMARY.columns)
    return manifest.with_state(state, after), known["voter_id"]
