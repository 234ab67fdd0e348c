"""Synthetic voter files of a few thousand rows, stores made of them, and the same files read by the csv module."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from hustings.electorate.codebooks import read_codebooks
from hustings.electorate.layouts import layout_for, load_layout
from hustings.electorate.loading import (
    load_aliases,
    load_consumer,
    load_contacts,
    load_early_votes,
    load_history,
    load_voters,
)
from hustings.electorate.loading.compact import compact_state
from hustings.electorate.loading.fresh import precinct_places
from hustings.electorate.synthetic import ElectorateSpec, write_voters
from hustings.store.snapshots import writing
from hustings.store.vault import open_vault

PASSPHRASE = "correct horse battery"
SALT = b"0123456789abcdef"
DAYS = (dt.date(2016, 10, 1), dt.date(2016, 10, 8), dt.date(2016, 10, 15))
VOTERS, HISTORY = "ncvoter_Statewide.zip", "ncvhis_Statewide.zip"
ROWS = 4000


def make_raw(folder: Path) -> Path:
    """Three weekly North Carolina files, and what comes with the last."""
    write_voters(ElectorateSpec(ROWS, weeks=3, seed=5), folder)
    return folder


def make_ohio(folder: Path) -> Path:
    """An Ohio file: whole birth dates, elections as columns, many of them."""
    write_voters(ElectorateSpec(800, state="OH", layout="oh-swvf", seed=6), folder)
    return folder


def opened(store: Path):
    """The vault of a store, begun where there is none."""
    return open_vault(store / "vault", PASSPHRASE, salt=SALT)


def layout(kind: str):
    return layout_for("nc-2022", kind)


def load_week(store: Path, raw: Path, week: int, **settings):
    """Load one week's voters."""
    file = raw / DAYS[week].isoformat() / VOTERS
    return load_voters(store, [file], layout("voters"), vault=opened(store), as_of=DAYS[week], **settings)


def load_ballots(store: Path, raw: Path, **settings):
    """Load the history of the first week."""
    file = raw / DAYS[0].isoformat() / HISTORY
    return load_history(store, [file], layout("history"), vault=opened(store), as_of=DAYS[0], **settings)


def load_around(store: Path, raw: Path):
    """Load what comes with the last week: crosswalk, ballots, contacts, answers, attributes. Gives the reports."""
    last, day, vault = raw / DAYS[2].isoformat(), DAYS[2], opened(store)
    return {
        "aliases": load_aliases(store, last / "vanid_crosswalk.csv", system="van", state="NC", vault=vault, as_of=day),
        "early_votes": load_early_votes(
            store, [last / "absentee_20161015.zip"], layout("early-votes"), vault=vault, as_of=day
        ),
        "contacts": load_contacts(
            store, [last / "van_contact_history.xls"], load_layout("van-contact-history"), vault=vault, as_of=day
        ),
        "answers": load_contacts(
            store, [last / "van_survey_responses.xls"], load_layout("van-survey-responses"), vault=vault, as_of=day
        ),
        "consumer": load_consumer(store, [last / "consumer.csv"], load_layout("consumer"), vault=vault, as_of=day),
    }


def load_ohio(store: Path, raw: Path, **settings):
    """Load the Ohio file; its ballots come along."""
    files = sorted(path for path in raw.iterdir() if path.suffix in {".gz", ".zip", ".txt"})
    return load_voters(store, files, layout_for("oh-swvf", "voters"), vault=opened(store), as_of=DAYS[0], **settings)


@dataclass(frozen=True)
class Made:
    """A finished store and the files it was made of; do not write into either."""

    store: Path
    raw: Path
    reports: dict
    raw_ohio: Path | None = None


def csv_rows(path: Path, *, delimiter: str = "\t", encoding: str = "latin-1") -> list[dict[str, str]]:
    """Rows of a raw file, of the single member of a zip too, read by the standard library."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            data = archive.read(archive.namelist()[0])
    else:
        data = path.read_bytes()
    return list(csv.DictReader(io.StringIO(data.decode(encoding), newline=""), delimiter=delimiter))


def raw_voters(raw: Path, week: int) -> dict[str, dict[str, str]]:
    """Voters of a week by their ids: confidential ones left out, of copies the one registered last (then the later line)."""
    found: dict[str, dict[str, str]] = {}

    def rank(row: dict[str, str]) -> str:
        return row["registr_dt"][6:] + row["registr_dt"][:5]

    for row in csv_rows(raw / DAYS[week].isoformat() / VOTERS):
        if row["confidential_ind"] == "Y":
            continue
        kept = found.get(row["ncid"])
        if kept is None or rank(row) >= rank(kept):
            found[row["ncid"]] = row
    return found


def rewritten(source: Path, target: Path, change) -> Path:
    """Copy a zipped text file, its lines (with their ends) changed by a function."""
    with zipfile.ZipFile(source) as archive:
        name = archive.namelist()[0]
        lines = archive.read(name).splitlines(keepends=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, b"".join(change(lines)))
    return target


def store_bytes(store: Path) -> dict[str, str]:
    """Every file of a store and the hash of its bytes; the lock is none of it."""
    return {
        path.relative_to(store).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(store.rglob("*"))
        if path.is_file() and path.name not in {"lock", "lock.json"}
    }


def compact_store(store: Path) -> None:
    """Write every state anew that has a delta."""
    with writing(store, what="test") as place:
        manifest = place.before
        books = read_codebooks(store / manifest.codebooks.path)
        for name, files in manifest.states.items():
            if files.delta is not None:
                manifest = manifest.with_state(name, compact_state(place, name, files, precinct_places(books, name)))
        place.commit(replace(manifest, number=place.number))


def manifest_of(store: Path) -> dict:
    """The last manifest, as JSON."""
    return json.loads(max((store / "manifests").iterdir()).read_text())


def decoded(store: Path, table: str, state: str = "NC") -> pl.DataFrame:
    """Rows of a state's last voters or history, read from its files with codes written out; none of our readers used."""
    manifest = manifest_of(store)
    files = manifest["states"][state]
    if table == "voters":
        rows = pl.read_parquet(store / files["base"]["path"]).with_row_index("slot").cast({"slot": pl.Int32})
        if files["delta"]:
            delta = pl.read_parquet(store / files["delta"]["path"])
            rows = pl.concat([rows.filter(~pl.col("slot").is_in(delta["slot"].to_list())), delta.select(rows.columns)])
    else:
        days = {number: one["date"] for number, one in enumerate(files["elections"])}
        rows = pl.read_parquet(store / files["history"]["path"]).with_columns(
            day=pl.col("election").cast(pl.Int64).replace_strict(days, return_dtype=pl.String)
        )
    books = pl.read_parquet(store / manifest["codebooks"]["path"])
    for name in rows.columns:
        book = books.filter(pl.col("book") == {"ballot_party": "party"}.get(name, name))
        if book.height:
            words = dict(book.select("code", "value").iter_rows())
            rows = rows.with_columns(
                pl.col(name).cast(pl.Int64).replace_strict(words, default=None, return_dtype=pl.String)
            )
    return rows


def pseudonyms(store: Path, ids, state: str = "NC") -> list[int]:
    """Pseudonyms of a state's ids."""
    return opened(store).pseudonyms(pl.Series([f"{state}:{one}" for one in ids], dtype=pl.String)).to_list()
