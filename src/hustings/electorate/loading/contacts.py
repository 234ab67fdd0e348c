"""Load contacts: a log of every attempt, and how often each voter was reached, beside the voters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Unpack

import polars as pl

from hustings.electorate.canonical import to_contacts
from hustings.electorate.codebooks import Codebooks
from hustings.electorate.layouts import Layout
from hustings.electorate.loading.aliases import Resolver
from hustings.electorate.loading.job import Job, LoadOptions, begin
from hustings.electorate.loading.report import LoadReport
from hustings.electorate.loading.sidecars import read_sidecar, set_values, write_sidecar
from hustings.electorate.state import StateReader
from hustings.store.columns import write_columns
from hustings.store.manifest import Manifest
from hustings.store.snapshots import Writing
from hustings.store.vault import Vault
from hustings.tables import CONTACT_SUMMARY, CONTACTS

LOG, SIDECAR = "contacts", "contact_summary"
REACHED = ("reached", "completed", "refused")
"""Results in which the voter was spoken to."""
BY_WORD = ("attempted", "bad_contact", "deceased_moved", "reached", "refused", "completed")
"""Results by how much they say of an attempt."""
_KEY = ["voter_id", "contacted_on", "contact_type", "result_reported", "canvasser_id", "question", "answer"]


def load_contacts(store: Path, files: Sequence[Path], layout: Layout, **options: Unpack[LoadOptions]) -> LoadReport:
    """Load contacts; those that are stored already are not stored twice.

    Contacts of people whom no crosswalk leads to a voter are kept under the pseudonym of their own id, and counted.

    Parameters
    ----------
    store : Path
        The campaign's store.
    files : sequence of Path
    layout : Layout
    options
        :class:`LoadOptions`.

    Raises
    ------
    InputError
        A file that cannot be used as a whole; nothing is changed.
    """
    with begin(store, "contacts", layout, files, **options) as job:
        if job.done_before:
            return job.report
        who = Resolver(job)
        parts = [
            _code(who.resolve(block.contacts, raw.file), job.vault, job.books)
            for raw, block in job.read(layout, partial(to_contacts, layout=layout, parameters=job.parameters))
            if block.contacts.height
        ]
        job.finish(_store(job, job.before, pl.concat(parts)) if parts else job.before)
    return job.report


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


def _store(job: Job, manifest: Manifest, rows: pl.DataFrame) -> Manifest:
    """Write the log's next file and bring the summaries up to date."""
    writing, report = job.writing, job.report
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
    manifest, found = _summarise_all(job, manifest, new)
    unknown = new.join(found.to_frame(), on="voter_id", how="anti").height
    report.merge(report.warnings, {"contacts of people who are not in the file (kept)": unknown} if unknown else {})
    return manifest


def claim_contacts(job: Job, manifest: Manifest, aliases: pl.DataFrame) -> Manifest:
    """Give contacts that were kept under another system's id to the voters whom new aliases lead to.

    Parameters
    ----------
    job : Job
    manifest : Manifest
        With the aliases stored.
    aliases : pl.DataFrame
        New ones: ``alias_id``, ``voter_id``, ``state`` (code).
    """
    files, claimed = [], []
    leads = aliases.select("alias_id", whose="voter_id", of="state")
    for k, file in enumerate(manifest.logs.get(LOG, ())):
        rows = pl.read_parquet(job.writing.snapshots.path(file))
        found = rows.join(leads, left_on="voter_id", right_on="alias_id", how="left", maintain_order="left")
        own = found.filter(pl.col("whose").is_not_null())
        if not own.height:
            files.append(file)
            continue
        claimed.append(own.select(voter_id="whose", state="of"))
        name = job.writing.name(LOG, suffix=f"-{k}.parquet")
        theirs = found.with_columns(pl.coalesce("whose", "voter_id").alias("voter_id")).select(rows.columns)
        write_columns(theirs.sort(_KEY), job.writing.path(name), CONTACTS)
        files.append(job.writing.written(name, rows.height))
    if not claimed:
        return manifest
    manifest = replace(manifest, logs={**manifest.logs, LOG: tuple(files)})
    names = job.books.frame("state")
    voters = pl.concat(claimed).with_columns(
        pl.col("state").cast(pl.Int32).replace_strict(names["code"], names["value"], return_dtype=pl.String)
    )
    job.report.add("contacts that found their voter", voters.height)
    return _summarise_all(job, manifest, voters)[0]


def _summarise_all(job: Job, manifest: Manifest, rows: pl.DataFrame) -> tuple[Manifest, pl.Series]:
    """Bring the summaries of some voters up to date, state by state; gives those in the file."""
    known = [pl.Series("voter_id", [], dtype=pl.Int64)]
    for state in manifest.states:
        own = rows.filter(pl.col("state") == state)
        if own.height:
            manifest, ids = _summarise(job.writing, manifest, state, own["voter_id"], job.books)
            known.append(ids)
    return manifest, pl.concat(known)


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
    # A conversation and the answers given in it are rows of one attempt: of its results the one that says most.
    telling = {code: rank for rank, value in enumerate(BY_WORD) for code in books.codes("result", value)}
    rank = pl.col("result").replace_strict(telling, default=-1, return_dtype=pl.Int32)
    attempts = logged.group_by("slot", "contacted_on", "contact_type", "canvasser_id").agg(
        reached=reached.any(), result=pl.col("result").sort_by(rank, "result").last()
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
