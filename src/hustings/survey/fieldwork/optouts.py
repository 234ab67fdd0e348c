"""Who must not be asked: campaign-wide and for ever, by pseudonym and by keyed phone number."""

from __future__ import annotations

import csv
import datetime as dt
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from hustings.errors import InputError, StoreError
from hustings.store.vault import Vault
from hustings.survey.fieldwork.phones import read_phone
from hustings.survey.waves import Wave

OPT_OUTS = "opt-outs.sqlite"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS opt_outs (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    voter_id INTEGER,
    phone_key INTEGER,
    at TEXT NOT NULL,
    source TEXT NOT NULL,
    scope TEXT NOT NULL,
    CHECK (voter_id IS NOT NULL OR phone_key IS NOT NULL)
);
CREATE INDEX IF NOT EXISTS opt_outs_voter ON opt_outs (voter_id);
CREATE INDEX IF NOT EXISTS opt_outs_phone ON opt_outs (phone_key);
CREATE TRIGGER IF NOT EXISTS opt_outs_stay BEFORE UPDATE ON opt_outs
    BEGIN SELECT RAISE(ABORT, 'opt-outs are for ever'); END;
CREATE TRIGGER IF NOT EXISTS opt_outs_last BEFORE DELETE ON opt_outs
    BEGIN SELECT RAISE(ABORT, 'opt-outs are for ever'); END;
"""


def opt_outs_folder(wave: Wave) -> Path:
    """Where the opt-outs lie that a wave adds to: the campaign's; of a rehearsed wave, whose voters are nobody, its own."""
    return wave.folder if wave.about().get("rehearsal") else wave.survey.folder.parent


@dataclass(frozen=True)
class Listed:
    """What became of a do-not-call file: rows taken, and rows set aside with file, line and reason."""

    taken: int
    set_aside: pl.DataFrame


class OptOuts:
    """The campaign's opt-outs.

    Parameters
    ----------
    folder : Path
        The campaign's ``surveys`` folder.
    vault : Vault, optional
        Makes keys of phone numbers; without it only voters can be added.
    """

    def __init__(self, folder: Path, vault: Vault | None = None) -> None:
        self.path = folder / OPT_OUTS
        self._vault = vault

    def add(self, *, at: str, source: str, voter_id: int | None = None, phone: str | None = None) -> None:
        """Take a voter, a phone number or both off every list, for ever; on disk when it returns.

        Parameters
        ----------
        at : str
            When, ISO 8601 in UTC.
        source : str
            Who said so: web, sms, ivr, the name of a file.
        voter_id : int, optional
            Pseudonym of the voter.
        phone : str, optional
            The number, E.164.

        Raises
        ------
        StoreError
            It could not be written.
        """
        key = self.phone_key(phone) if phone else None
        self._insert([(voter_id, key, at, source)])

    def add_file(self, path: Path, *, at: dt.datetime) -> Listed:
        """Add a do-not-call list: CSV with a column ``phone`` or ``voter_id``, or one number a line.

        Raises
        ------
        InputError
            The file cannot be read, or has neither column.
        """
        try:
            with path.open(encoding="utf-8-sig", newline="") as stream:
                rows = list(csv.reader(stream))
        except (OSError, UnicodeDecodeError, csv.Error) as err:
            raise InputError(f"cannot be read: {err}", file=path, hint="expected CSV in UTF-8") from err
        head = [cell.strip().lower() for cell in rows[0]] if rows else []
        named = [name for name in ("phone", "voter_id") if name in head]
        if not named and not (head and len(head) == 1 and read_phone(head[0]).e164):
            raise InputError(f"has the columns {head}, expected one named phone or voter_id", file=path, row=1)
        found: list[tuple[int | None, int | None, str, str]] = []
        bad: list[tuple[str, int, str]] = []
        for line, row in enumerate(rows, start=1):
            if (named and line == 1) or not any(cell.strip() for cell in row):
                continue
            places: dict[str, int] = {name: head.index(name) for name in named} or {"phone": 0}
            cells = {name: row[place].strip() for name, place in places.items() if place < len(row)}
            voter, phone, problem = _read_row(cells)
            if problem:
                bad.append((str(path), line, problem))
            else:
                found.append((voter, self.phone_key(phone) if phone else None, at.isoformat(), path.name))
        self._insert(found)
        aside = pl.DataFrame(bad, schema={"file": pl.String, "line": pl.Int64, "reason": pl.String}, orient="row")
        return Listed(len(found), aside)

    def voters(self) -> pl.Series:
        """Pseudonyms of voters that must not be asked."""
        return self._column("voter_id")

    def phones(self) -> pl.Series:
        """Keys of phone numbers that must not be used."""
        return self._column("phone_key")

    def holds(self, voter_id: int | None, phone_key: int | None) -> bool:
        """Tell whether a voter or a number is on the list, as of now."""
        asked = "SELECT 1 FROM opt_outs WHERE voter_id = ? UNION ALL SELECT 1 FROM opt_outs WHERE phone_key = ? LIMIT 1"
        if not self.path.is_file():
            return False
        with self._open() as connection:
            return connection.execute(asked, (voter_id, phone_key)).fetchone() is not None

    def phone_key(self, phone: str) -> int:
        """Key of one number.

        Raises
        ------
        StoreError
            There is no vault to key it with.
        """
        return int(self.phone_keys(pl.Series([phone]))[0])

    def phone_keys(self, phones: pl.Series) -> pl.Series:
        """Keys of numbers (E.164), null where null."""
        if self._vault is None:
            raise StoreError("a phone number needs the vault's key", hint="set HUSTINGS_VAULT_KEY")
        return self._vault.text_keys("phone:" + phones)

    def _insert(self, rows: list[tuple[int | None, int | None, str, str]]) -> None:
        insert = "INSERT INTO opt_outs (voter_id, phone_key, at, source, scope) VALUES (?, ?, ?, ?, 'all')"
        with self._open(begin=True) as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(insert, rows)
            connection.execute("COMMIT")

    def _column(self, name: str) -> pl.Series:
        if not self.path.is_file():
            return pl.Series(name, [], dtype=pl.Int64)
        with self._open() as connection:
            rows = connection.execute(f"SELECT DISTINCT {name} FROM opt_outs WHERE {name} IS NOT NULL").fetchall()  # noqa: S608 (one of two constants)
        return pl.Series(name, [row[0] for row in rows], dtype=pl.Int64)

    @contextmanager
    def _open(self, *, begin: bool = False) -> Iterator[sqlite3.Connection]:
        """Open the file for one thing: several processes add to it, and a server asks it at each send."""
        if begin:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            connection = sqlite3.connect(self.path, isolation_level=None, timeout=10)
            try:
                connection.execute("PRAGMA synchronous = FULL")
                if begin:
                    connection.executescript(_SCHEMA)
                yield connection
            finally:
                connection.close()
        except sqlite3.Error as err:
            raise StoreError(
                f"{self.path} cannot be used: {err}",
                hint="nobody is contacted without it; restore it from a backup",
            ) from err


def _read_row(cells: Mapping[str, str]) -> tuple[int | None, str | None, str]:
    """Voter, phone and problem of a row."""
    voter: int | None = None
    if cells.get("voter_id"):
        if not cells["voter_id"].isdecimal():
            return None, None, f"voter_id {cells['voter_id']!r} is no pseudonym, expected digits"
        voter = int(cells["voter_id"])
    if cells.get("phone"):
        phone = read_phone(cells["phone"])
        # The number itself stays out of the report: it goes to logs and screens.
        return voter, phone.e164 or None, f"phone {phone.problem}" if phone.problem else ""
    return voter, None, "" if voter else "has neither phone nor voter_id"
