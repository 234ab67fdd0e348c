"""People who share no id: a vendor's or respondents' file against the voters, and movers between states.

What is found is kept as ids that lead to voters, each with its probability; nobody's row is changed. Names are read from
the vault into memory, compared there, and not written anywhere.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import polars as pl

from hustings.electorate.canonical import to_voters
from hustings.electorate.codebooks import Codebooks, read_codebooks
from hustings.electorate.layouts import Layout
from hustings.electorate.linkage import Linkage, LinkageSpec, assign_persons, link, link_by_state
from hustings.electorate.loading.aliases import alias_ids, write_aliases
from hustings.electorate.loading.job import already_loaded, begin, finish, read_converted
from hustings.electorate.loading.quarantine import Quarantine
from hustings.electorate.loading.report import LoadReport
from hustings.electorate.state import StateReader
from hustings.errors import InputError
from hustings.store.columns import polars_schema, write_columns
from hustings.store.snapshots import Manifest, Writing
from hustings.store.vault import Vault
from hustings.tables import PERSONS

PERSONS_LOG = "persons"
_FROM_VAULT = ("first_name", "middle_name", "last_name", "suffix", "birth_date", "address", "city", "zip", "phone")
_TEXTS = ("sex", "race", "party", "county")


def link_file(
    store: Path,
    files: Sequence[Path],
    layout: Layout,
    *,
    vault: Vault,
    as_of: dt.date,
    seed: int = 1,
    spec: LinkageSpec | None = None,
    parameters: Mapping[str, str] | None = None,
    code_version: str = "",
    wait_seconds: float = 0,
    progress: Callable[[str], None] = lambda _: None,
) -> LoadReport:
    """Link the people of a file to the stored voters of the states it names.

    Parameters
    ----------
    store : Path
        The campaign's store.
    files : sequence of Path
    layout : Layout
        A layout of people whose ids are another system's (`id_system`), for example ``van-person``.
    vault : Vault
    as_of : date
    seed : int
        Of the sample of random pairs.
    spec : LinkageSpec, optional
        Thresholds and limits.
    parameters, code_version, wait_seconds, progress
        As for voters.

    Returns
    -------
    LoadReport
        With `linkage`: match rates by age band, race, party and mover status.

    Raises
    ------
    InputError
        The ids are the state's own, or none of its states is stored.
    """
    if layout.id_system == "state":
        raise InputError(
            f"the layout {layout.name!r} holds the state's own ids: there is nothing to link",
            hint="hustings load voters FILE",
        )
    what = f"link {', '.join(path.name for path in files)}"
    with begin(store, what, layout.name, files, as_of, wait_seconds=wait_seconds) as job:
        report = job.report("link")
        if already_loaded(job, report):
            return report
        books, quarantine = read_codebooks(job.codebooks_path), Quarantine()
        manifest = job.writing.before
        convert = partial(to_voters, layout=layout, as_of=as_of, parameters=parameters or {})
        people = [
            _people(
                alias_ids(vault, layout.id_system, block.voters["source_id"]).rename("id"),
                block.voters.select("birth_year", "state", *_TEXTS),
                block.identities,
            )
            for _, block in read_converted(
                job, layout, convert, report, quarantine, parameters=parameters or {}, progress=progress
            )
        ]
        right = pl.concat(people).unique("id", keep="last", maintain_order=True) if people else pl.DataFrame()
        states = [name for name in manifest.states if right.height and name in set(right["state"].to_list())]
        if not states:
            raise InputError(
                "the file names no state whose voters are stored", hint=f"stored: {', '.join(manifest.states)}"
            )
        progress("reading names")
        left = pl.concat(
            _stored_people(job.writing, manifest, state, vault, books, pl.col("last_seen").is_null())
            for state in states
        )
        progress(f"linking {right.height:,} people to {left.height:,} voters")
        found = link(left, right, spec=spec, seed=seed, folder=job.writing.work, as_of=as_of)
        sure = found.links.filter(~pl.col("uncertain"))
        _account(report, found, right.height)
        codes = {name: books.encode(pl.Series([name]), "state")[0] for name in states}
        new = sure.join(left.select(left_id="id", state="state"), on="left_id", how="left").select(
            alias_id="right_id",
            voter_id="left_id",
            state=pl.col("state").replace_strict(codes, return_dtype=pl.Int32),
            match_prob="match_prob",
        )
        if new.height:
            manifest = write_aliases(job.writing, manifest, new)
        finish(job, manifest, report, books=books, quarantine=quarantine, vault=vault, code_version=code_version)
    return report


def link_movers(
    store: Path,
    *,
    vault: Vault,
    as_of: dt.date,
    seed: int = 1,
    spec: LinkageSpec | None = None,
    code_version: str = "",
    wait_seconds: float = 0,
    progress: Callable[[str], None] = lambda _: None,
) -> LoadReport:
    """Find voters who are gone from one state and have come to another; give both one person.

    Returns
    -------
    LoadReport
        With `linkage`: match rates by age band, race, party and state.

    Raises
    ------
    InputError
        Fewer than two states are stored.
    """
    with begin(store, "link movers", "movers", [], as_of, wait_seconds=wait_seconds) as job:
        report = job.report("link movers")
        manifest = job.writing.before
        if len(manifest.states) < 2:
            raise InputError("movers between states need the voters of two states at least")
        books = read_codebooks(job.codebooks_path)
        first = min(state.file_date for state in manifest.states.values())
        gone = pl.col("last_seen").is_not_null()
        came = pl.col("last_seen").is_null() & (pl.col("first_seen") > pl.lit(first).str.to_date("%Y-%m-%d"))
        left, right = (
            pl.concat(_stored_people(job.writing, manifest, state, vault, books, who) for state in manifest.states)
            for who in (gone, came)
        )
        report.rows_in = right.height
        if not left.height or not right.height:
            report.notes.append("nobody is gone from one state and new in another: nothing changed")
            return report
        progress(f"linking {right.height:,} new voters to {left.height:,} who are gone")
        found = link_by_state(left, right, spec=spec, seed=seed, folder=job.writing.work, as_of=as_of)
        _account(report, found, right.height)
        if not found.links.filter(~pl.col("uncertain")).height:
            report.notes.append("nobody was linked: nothing changed")
            return report
        manifest = _write_persons(job.writing, manifest, found)
        finish(job, manifest, report, books=books, quarantine=Quarantine(), vault=vault, code_version=code_version)
    return report


def _account(report: LoadReport, found: Linkage, n_right: int) -> None:
    """Count what was linked, and say for whom it works."""
    uncertain = int(found.links["uncertain"].sum())
    report.add("linked", found.links.height - uncertain)
    report.add("uncertain (not linked)", uncertain)
    report.add("nobody found", n_right - found.links.height)
    report.linkage = found.report.to_dicts()


def _stored_people(
    writing: Writing, manifest: Manifest, state: str, vault: Vault, books: Codebooks, who: pl.Expr
) -> pl.DataFrame:
    """Read some voters of a state with their names."""
    reader = StateReader(writing.snapshots, manifest.states[state])
    columns = ["voter_id", "birth_year", "vault_row", "first_seen", "last_seen", *_TEXTS]
    rows = reader.lazy(columns).filter(who).collect(engine="streaming").sort("slot")
    values = {name: books.frame(name).unique("code", keep="last") for name in _TEXTS}
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
    identities = reader.identities(vault, rows["vault_row"].to_numpy())
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
