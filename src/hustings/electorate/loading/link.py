"""People who share no id: a vendor's or respondents' file against the voters, and movers between states.

What is found is kept as ids that lead to voters, each with its probability; nobody's row is changed. Names are read from
the vault into memory, compared there, and not written anywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import polars as pl

from hustings.electorate.canonical import to_voters
from hustings.electorate.layouts import Layout
from hustings.electorate.loading.aliases import alias_ids, write_aliases
from hustings.electorate.loading.contacts import claim_contacts
from hustings.electorate.loading.job import Job, LoadOptions, begin
from hustings.electorate.loading.report import LoadReport
from hustings.electorate.state import StateReader
from hustings.errors import InputError
from hustings.store.columns import polars_schema, write_columns
from hustings.store.manifest import Manifest
from hustings.store.snapshots import Writing
from hustings.tables import PERSONS

if TYPE_CHECKING:
    from hustings.electorate.linkage import Linkage, LinkageSpec

PERSONS_LOG = "persons"
_FROM_VAULT = ("first_name", "middle_name", "last_name", "suffix", "birth_date", "address", "city", "zip", "phone")
_TEXTS = ("sex", "race", "party", "county")


def link_file(
    store: Path,
    files: Sequence[Path],
    layout: Layout,
    *,
    seed: int = 1,
    spec: LinkageSpec | None = None,
    **options: Unpack[LoadOptions],
) -> LoadReport:
    """Link the people of a file to the stored voters of the states it names.

    Parameters
    ----------
    store : Path
        The campaign's store.
    files : sequence of Path
    layout : Layout
        A layout of people whose ids are another system's (`id_system`), for example ``van-person``.
    seed : int
        Of the sample of random pairs.
    spec : LinkageSpec, optional
        Thresholds and limits.
    options
        :class:`LoadOptions`.

    Returns
    -------
    LoadReport
        With `linkage`: match rates by age band, race, party and mover status.

    Raises
    ------
    InputError
        The ids are the state's own, or none of its states is stored.
    """
    from hustings.electorate.linkage import link

    if layout.id_system == "state":
        raise InputError(
            f"the layout {layout.name!r} holds the state's own ids: there is nothing to link",
            hint="hustings load voters FILE",
        )
    with begin(store, "link", layout, files, **options) as job:
        if job.done_before:
            return job.report
        manifest = job.before
        right = _people_of_files(job, layout)
        named = set(right["state"].to_list()) if right.height else set()
        states = [name for name in manifest.states if name in named]
        if not states:
            raise InputError(
                "the file names no state whose voters are stored", hint=f"stored: {', '.join(manifest.states)}"
            )
        job.progress("reading names")
        left = pl.concat(_stored_people(job, state, pl.col("last_seen").is_null()) for state in states)
        job.progress(f"linking {right.height:,} people to {left.height:,} voters")
        found = link(left, right, spec=spec, seed=seed, folder=job.writing.work, as_of=job.as_of)
        _account(job.report, found, right.height)
        codes = {name: job.books.encode(pl.Series([name]), "state")[0] for name in states}
        sure = found.links.filter(~pl.col("uncertain"))
        new = sure.join(left.select(left_id="id", state="state"), on="left_id", how="left").select(
            alias_id="right_id",
            voter_id="left_id",
            state=pl.col("state").replace_strict(codes, return_dtype=pl.Int32),
            match_prob="match_prob",
        )
        job.finish(claim_contacts(job, write_aliases(job.writing, manifest, new), new) if new.height else manifest)
    return job.report


def _people_of_files(job: Job, layout: Layout) -> pl.DataFrame:
    """Read the people of a file, each once."""
    convert = partial(to_voters, layout=layout, as_of=job.as_of, parameters=job.parameters)
    people = [
        _people(
            alias_ids(job.vault, layout.id_system, block.voters["source_id"]).rename("id"),
            block.voters.select("birth_year", "state", *_TEXTS),
            block.identities,
        )
        for _, block in job.read(layout, convert)
    ]
    return pl.concat(people).unique("id", keep="last", maintain_order=True) if people else pl.DataFrame()


def link_movers(
    store: Path, *, seed: int = 1, spec: LinkageSpec | None = None, **options: Unpack[LoadOptions]
) -> LoadReport:
    """Find voters who are gone from one state and have come to another; give both one person.

    Parameters
    ----------
    store : Path
        The campaign's store.
    seed : int
        Of the sample of random pairs.
    spec : LinkageSpec, optional
        Thresholds and limits.
    options
        :class:`LoadOptions`.

    Returns
    -------
    LoadReport
        With `linkage`: match rates by age band, race, party and state.

    Raises
    ------
    InputError
        Fewer than two states are stored.
    """
    from hustings.electorate.linkage import link_by_state

    with begin(store, "link movers", "movers", [], **options) as job:
        report, manifest = job.report, job.before
        if len(manifest.states) < 2:
            raise InputError("movers between states need the voters of two states at least")
        first = min(state.file_date for state in manifest.states.values())
        gone = pl.col("last_seen").is_not_null()
        came = pl.col("last_seen").is_null() & (pl.col("first_seen") > pl.lit(first).str.to_date("%Y-%m-%d"))
        left, right = (pl.concat(_stored_people(job, state, who) for state in manifest.states) for who in (gone, came))
        report.rows_in = right.height
        if not left.height or not right.height:
            report.notes.append("nobody is gone from one state and new in another: nothing changed")
            return report
        job.progress(f"linking {right.height:,} new voters to {left.height:,} who are gone")
        found = link_by_state(left, right, spec=spec, seed=seed, folder=job.writing.work, as_of=job.as_of)
        _account(report, found, right.height)
        if not found.links.filter(~pl.col("uncertain")).height:
            report.notes.append("nobody was linked: nothing changed")
            return report
        job.finish(_write_persons(job.writing, manifest, found))
    return report


def _account(report: LoadReport, found: Linkage, n_right: int) -> None:
    """Count what was linked, and say for whom it works."""
    uncertain = int(found.links["uncertain"].sum())
    report.add("linked", found.links.height - uncertain)
    report.add("uncertain (not linked)", uncertain)
    report.add("nobody found", n_right - found.links.height)
    report.linkage = found.report.to_dicts()


def _stored_people(job: Job, state: str, who: pl.Expr) -> pl.DataFrame:
    """Read some voters of a state with their names."""
    reader = StateReader(job.writing.snapshots, job.before.states[state])
    columns = ["voter_id", "birth_year", "vault_row", "first_seen", "last_seen", *_TEXTS]
    rows = reader.lazy(columns).filter(who).collect(engine="streaming").sort("slot")
    values = {name: job.books.frame(name).unique("code", keep="last") for name in _TEXTS}
    named = rows.select(
        "birth_year",
        state=pl.lit(state),
        **{
            name: pl.col(name)
            .cast(pl.Int32)
            .replace_strict(book["code"], book["value"], default=None, return_dtype=pl.String)
            for name, book in values.items()
        },
    )
    identities = reader.identities(job.vault, rows["vault_row"].to_numpy())
    return _people(rows["voter_id"].rename("id"), named, identities)


def _people(ids: pl.Series, known: pl.DataFrame, identities: pl.DataFrame) -> pl.DataFrame:
    """Put people into the columns of linkage."""
    names = [
        (identities[name] if name in identities.columns else pl.Series([None] * len(ids), dtype=pl.String)).rename(name)
        for name in _FROM_VAULT
    ]
    columns = [known[name].rename(name) for name in ("birth_year", "state", *_TEXTS)]
    return pl.DataFrame([ids, *names, *columns]).with_columns(
        pl.col("birth_year").cast(pl.Int16), pl.col("first_name", "last_name").fill_null("")
    )


def _write_persons(writing: Writing, manifest: Manifest, found: Linkage) -> Manifest:
    """Give linked voters one person, keeping the ids given before."""
    from hustings.electorate.linkage import assign_persons

    stored = manifest.logs.get(PERSONS_LOG, ())
    types = polars_schema(PERSONS.columns)
    known = pl.read_parquet(writing.snapshots.path(stored[-1])) if stored else pl.DataFrame(schema=types)
    persons = assign_persons(found.links, known.select("voter_id", "person_id")).table
    sure = found.links.filter(~pl.col("uncertain"))
    probs = pl.concat(
        [sure.select(voter_id="left_id", prob="match_prob"), sure.select(voter_id="right_id", prob="match_prob")]
    )
    rows = (
        persons.join(known.select("voter_id", old="match_prob"), on="voter_id", how="left")
        .join(probs.group_by("voter_id").agg(pl.col("prob").max()), on="voter_id", how="left")
        .select("voter_id", "person_id", match_prob=pl.coalesce("prob", "old", pl.lit(1.0)))
        .sort("voter_id")
    )
    name = writing.name(PERSONS_LOG)
    write_columns(rows, writing.path(name), PERSONS)
    return replace(manifest, logs={**manifest.logs, PERSONS_LOG: (writing.written(name, rows.height),)})
