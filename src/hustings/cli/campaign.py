"""What the electorate's commands share: the campaign's folder, its vault's key, its voters as of a day, and tables."""

from __future__ import annotations

import datetime as dt
import json
import os
import secrets
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from hustings.cli.inputs import parse_day, some
from hustings.errors import ConfigError, StoreError

if TYPE_CHECKING:
    import polars as pl

    from hustings.electorate.loading import LoadReport
    from hustings.electorate.query import Electorate
    from hustings.engines import Engine
    from hustings.store.campaign import Campaign
    from hustings.store.vault import Vault

KEY_VARIABLE = "HUSTINGS_VAULT_KEY"
MAKE_A_KEY = f'export {KEY_VARIABLE}="$(openssl rand -hex 32)"'
PRINTED_ROWS = 50
"""Rows that are printed where more could be."""

CampaignDir = Annotated[
    Path | None,
    typer.Option("--campaign", metavar="DIR", help="The campaign's folder [this one, or the nearest above it]."),
]
AsOf = Annotated[
    str | None, typer.Option("--as-of", metavar="YYYY-MM-DD", help="What was known on that day [the last snapshot].")
]
Where = Annotated[
    str | None,
    typer.Option("--where", metavar="CONDITION", help="As in SQL: \"party = 'UNA' and age < 30\"."),
]
Gone = Annotated[bool, typer.Option("--gone", help="Voters who are no longer in the file too.")]
OutFile = Annotated[
    Path | None, typer.Option("--out", metavar="FILE", help="Write all rows to FILE.csv or FILE.parquet.")
]


def campaign_at(folder: Path | None) -> Campaign:
    """Open the campaign that was named, or the one that this folder belongs to."""
    from hustings.store.campaign import SETTINGS, find_campaign, open_campaign

    if folder is None:
        return find_campaign(Path.cwd())
    if not (folder / SETTINGS).is_file():
        raise StoreError(f"{folder} is no campaign's folder: it has no {SETTINGS}", hint=f"hustings new {folder}")
    return open_campaign(folder)


def vault_of(campaign: Campaign, *, begin: bool = False) -> Vault:
    """Open a campaign's vault; begin it where there is none yet and `begin` says so: the first load that succeeds keeps it.

    Raises
    ------
    ConfigError
        There is no key, or the keyring cannot be asked.
    VaultError
        The key is not the one the vault was begun with.
    """
    from hustings.store.vault import KEY_FILE, open_vault

    folder = campaign.store / "vault"
    new = begin and not (folder / KEY_FILE).is_file()
    return open_vault(folder, _key(campaign), salt=secrets.token_bytes(16) if new else None)


def _key(campaign: Campaign) -> str:
    """The secret, from where ``campaign.toml`` says."""
    if campaign.vault.key == "env":
        key = os.environ.get(KEY_VARIABLE, "")
        if not key:
            from hustings.store.vault import KEY_FILE

            begun = (campaign.store / "vault" / KEY_FILE).is_file()
            raise ConfigError(
                f"{KEY_VARIABLE} is not set: names and addresses are sealed with it",
                # Where a vault was begun, a new key opens nothing.
                hint="give the key that this campaign was begun with"
                if begun
                else f"make a key once and keep it safe: {MAKE_A_KEY}",
            )
        return key
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError as err:
        raise ConfigError("the keyring is not installed", hint="pip install 'hustings[keyring]'") from err
    user = campaign.folder.resolve().name
    try:
        key = keyring.get_password("hustings", user) or ""
    except KeyringError as err:
        raise ConfigError(f"the keyring cannot be asked: {err}", hint=f'or set key = "env" and {KEY_VARIABLE}') from err
    if not key:
        raise ConfigError(
            f"the keyring has no key for the campaign {user!r}", hint=f"keyring set hustings {user}; keep a copy"
        )
    return key


@contextmanager
def electorate_at(campaign: Campaign, as_of: str | None, *, queries: bool = True) -> Iterator[Electorate]:
    """Open a campaign's voters as of a day, on the engine that ``campaign.toml`` names; one voter needs none."""
    from hustings.electorate.query import electorate_of, open_electorate

    day = parse_day(as_of, "--as-of") if as_of else None
    if not queries:
        yield open_electorate(campaign.store, cast("Engine", None), day)
        return
    electorate = electorate_of(campaign.folder, day)
    try:
        yield electorate
    finally:
        electorate.engine.close()


def say_day(electorate: Electorate) -> str:
    """Say of which day and snapshot the numbers are."""
    manifest = electorate.words.manifest
    of = "" if manifest.date == electorate.as_of else f" of {manifest.as_of}"
    return f"as of {electorate.as_of} (snapshot {manifest.number}{of})"


@contextmanager
def telling(what: str, *, quiet: bool) -> Iterator[Callable[[str], None]]:
    """Show on a terminal's error stream what is being done; gives what tells it the next step."""
    if quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console

    with Console(stderr=True).status(what) as status:
        yield lambda text: status.update(f"{what}: {text}")


def aligned(rows: Sequence[Sequence[str]], *, right: Sequence[int] = (), indent: str = "") -> list[str]:
    """Lines of a table: cells under each other, some columns to the right."""
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))] if rows else []
    padded = (
        [row[k].rjust(width) if k in right else row[k].ljust(width) for k, width in enumerate(widths)] for row in rows
    )
    return [(indent + "  ".join(cells)).rstrip() for cells in padded]


def frame_lines(frame: pl.DataFrame, *, counts: Sequence[str] = (), absent: str = "(none)") -> list[str]:
    """Lines of a table with its header; columns of `counts` get thousands separators."""
    numeric = [k for k, kind in enumerate(frame.dtypes) if kind.is_numeric()]

    def cell(value: object, name: str) -> str:
        if value is None:
            return absent
        if name in counts and isinstance(value, int | float):
            return f"{value:,.0f}"
        return f"{value:.6g}" if isinstance(value, float) else str(value)

    cells = [[cell(value, name) for name, value in zip(frame.columns, row, strict=True)] for row in frame.iter_rows()]
    return aligned([frame.columns, *cells], right=numeric)


CHANGES = ("moved", "moved_county", "switched_party", "status", "name_or_contact")
"""Parts of the changed voters; one voter may be in several."""
NOT_STORED = "(not stored)"
"""How a warning ends that is about rows of their own: they stand among the rows."""


def report_lines(report: LoadReport, aside: Path) -> list[str]:
    """What became of the rows: the lines within, further to the right, add up to the first."""
    counts = report.counts
    compared = any(key in counts for key in ("unchanged", "changed", "back"))
    changed = ", ".join(f"{counts[key]:,} {key.replace('_', ' ')}" for key in CHANGES if key in counts)
    # Some voter files have their history in columns: ballots are no rows of theirs.
    beside = [key for key in counts if report.what == "voters" and "ballot" in key]
    rows = [["  rows in", f"{report.rows_in:,}", ""]]
    for key, number in counts.items():
        if key not in (*CHANGES, *beside, "gone"):
            label = "new" if key == "stored" and compared else key
            rows.append([f"    {label}", f"{number:,}", changed if key == "changed" else ""])
    absent = {key: number for key, number in report.warnings.items() if key.endswith(NOT_STORED)}
    rows += [["    not stored", f"{n:,}", key.removesuffix(NOT_STORED).strip()] for key, n in absent.items()]
    rows += [["    dropped", f"{number:,}", reason] for reason, number in report.dropped.items()]
    rows.append(["    set aside", f"{report.set_aside:,}", f"why: {aside}" if report.set_aside else ""])
    if "gone" in counts:
        rows.append(["  gone", f"{counts['gone']:,}", "stored before, not in this file"])
    rows += [[f"  {key}", f"{counts[key]:,}", ""] for key in beside]
    return aligned(rows, right=(1,))


def say_report(
    report: LoadReport, campaign: Campaign, files: list[Path], how: str, source: str, *, quiet: bool
) -> None:
    """Print what a load did."""
    if quiet:
        return
    names = ", ".join(path.name for path in files) or report.what
    if report.notes:
        print("\n".join(f"{names}: {note}" for note in report.notes))
        return
    print(f"{report.what} from {names}, {how}, as of {report.as_of}{source}")
    aside = campaign.store / "quarantine" / f"{report.snapshot:06d}.csv"
    print("\n".join(report_lines(report, aside)))
    for warning, rows in report.warnings.items():
        if not warning.endswith(NOT_STORED):
            print(f"  warning: {warning}: {some(rows, 'row')}")
    print(f"stored as snapshot {report.snapshot}")


def frame_json(frame: pl.DataFrame) -> str:
    """Rows as a JSON list of objects; days as text."""
    return json.dumps(frame.to_dicts(), indent=2, ensure_ascii=False, default=plain)


def plain(value: object) -> str:
    """Text of a value that JSON does not have."""
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def check_out(path: Path | None, option: str = "--out") -> None:
    """Refuse a file that cannot be written, before the work is done.

    Raises
    ------
    ConfigError
        Its name says neither CSV nor Parquet, or its folder does not exist.
    """
    if path is None:
        return
    if path.suffix not in {".csv", ".parquet"}:
        raise ConfigError(f"{option} {path}: cannot tell the format by the name", hint="end it in .csv or .parquet")
    if not path.absolute().parent.is_dir():
        raise ConfigError(f"{option} {path}: there is no folder {path.parent}", hint="make it first")
    if path.is_dir():
        raise ConfigError(f"{option} {path} is a folder", hint="name a file")


def write_frame(frame: pl.DataFrame, path: Path, *, private: bool = False) -> None:
    """Write rows, all of them or nothing; `private` to be read by their owner only."""
    beside = path.with_name(f".{path.name}.writing")
    try:
        with os.fdopen(
            os.open(beside, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600 if private else 0o666), "wb"
        ) as out:
            if path.suffix == ".csv":
                frame.write_csv(out)
            else:
                frame.write_parquet(out, compression="zstd")
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def say_scores(about: dict[str, Any], out: Path) -> list[str]:
    """Write beside a list what made its scores, and say so; nothing for a list without scores."""
    from hustings.store import write_json

    if not about:
        return []
    beside = out.with_name(f"{out.stem}.scores.json")
    write_json(about, beside)
    models = ", ".join(f"{name} of {day}" for name, day in about["models"].items())
    return [f"scores are 0-100: {models} ({beside.name})"]
