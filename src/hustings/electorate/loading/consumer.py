"""Load attributes from vendors: beside the voters, never over what a voter reported; each observed or modelled."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Unpack

import polars as pl

from hustings.electorate.canonical import to_consumer
from hustings.electorate.codebooks import Codebooks
from hustings.electorate.layouts import Layout
from hustings.electorate.loading.aliases import Resolver
from hustings.electorate.loading.job import LoadOptions, begin
from hustings.electorate.loading.report import LoadReport
from hustings.electorate.loading.sidecars import columns_of, read_sidecar, set_values, write_sidecar
from hustings.electorate.state import StateReader
from hustings.errors import InputError
from hustings.store.manifest import Manifest
from hustings.store.snapshots import Writing
from hustings.tables import VOTERS
from hustings.tables.contract import Column

SIDECAR = "consumer"
_NUMBER = re.compile(r"(_score|_share|_prob|_points|_years|_count)$|^(turnout|support|persuade)_")


def load_consumer(store: Path, files: Sequence[Path], layout: Layout, **options: Unpack[LoadOptions]) -> LoadReport:
    """Load consumer attributes.

    A number (``turnout_score``, ``support_2026g``) is stored as one, anything else as codes. Attributes that were stored
    before and are not in the file stay.

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
        A file that cannot be used as a whole, or an attribute with the name of a column of the voter file.
    """
    with begin(store, "consumer", layout, files, **options) as job:
        if job.done_before:
            return job.report
        who = Resolver(job)
        parts, provenance = [], dict[str, str]()
        for raw, block in job.read(layout, partial(to_consumer, layout=layout, parameters=job.parameters)):
            provenance |= block.provenance
            rows = who.resolve(block.consumer, raw.file)
            parts.append(_code(rows, list(block.provenance), job.books, job.report))
        taken = sorted(set(provenance) & set(VOTERS.column_names))
        if taken:
            raise InputError(
                f"the attribute {taken[0]!r} has the name of a column of the voter file, and would hide what voters reported",
                file=layout.file,
                hint=f"call it {taken[0]}_modelled",
            )
        manifest = job.before
        if parts:
            manifest = _store(job.writing, manifest, pl.concat(parts), list(provenance), job.report)
            manifest = replace(manifest, provenance={**manifest.provenance, **provenance})
        job.finish(manifest)
    return job.report


def _code(rows: pl.DataFrame, attributes: list[str], books: Codebooks, report: LoadReport) -> pl.DataFrame:
    """Code one block: numbers as numbers, texts as codes."""
    coded = []
    for name in attributes:
        if _NUMBER.search(name):
            numbers = rows[name].cast(pl.Float32, strict=False)
            unread = int((numbers.is_null() & rows[name].is_not_null()).sum())
            report.merge(report.warnings, {f"{name}: not a number, left out": unread} if unread else {})
            coded.append(numbers)
        else:
            coded.append(books.encode(rows[name], name, storage="int16").rename(name))
    return pl.DataFrame([rows["voter_id"], rows["state"], *coded])


def _store(
    writing: Writing, manifest: Manifest, rows: pl.DataFrame, attributes: list[str], report: LoadReport
) -> Manifest:
    """Put attributes beside the voters of each state."""
    once = rows.filter(pl.col("voter_id").is_not_null()).unique("voter_id", keep="last", maintain_order=True)
    report.add("the same voter twice", rows.height - once.height)
    found = 0
    for state, files in manifest.states.items():
        own = once.filter(pl.col("state") == state)
        if not own.height:
            continue
        reader = StateReader(writing.snapshots, files)
        known = own.join(reader.find(own["voter_id"]), on="voter_id", how="inner")
        found += known.height
        old = {column.name: column for column in columns_of(reader, SIDECAR)}
        new = {
            name: Column(name, "int", "", "", nullable=True, storage="float32" if _NUMBER.search(name) else "int16")
            for name in attributes
        }
        columns = tuple((old | new).values())
        whole = set_values(read_sidecar(reader, SIDECAR, columns), known["slot"].to_numpy(), known.select(attributes))
        manifest = manifest.with_state(state, write_sidecar(writing, state, files, SIDECAR, whole, columns))
    report.add("stored", found)
    strangers = once.height - found
    report.merge(report.warnings, {"people who are not in the voter file (not stored)": strangers} if strangers else {})
    return manifest
