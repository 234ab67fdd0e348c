"""The TOML codebook of an imported file: which column answers which question, and what its codes mean."""

from __future__ import annotations

import itertools
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from hustings.errors import ConfigError
from hustings.survey.codebook import KINDS, MEANINGS, ROLES, Choice, Item
from hustings.survey.files.keys import Keys

_TOP = {
    "title",
    "respondent",
    "population",
    "mode",
    "date",
    "date_format",
    "weight",
    "seconds",
    "started",
    "ended",
    "disposition",
    "device",
    "stratum",
    "voter",
    "items",
}
_ITEM = {
    "column",
    "columns",
    "kind",
    "wording",
    "role",
    "option",
    "low",
    "high",
    "missing",
    "bins",
    "choices",
    "base",
    "map",
    "chosen",
    "holds",
}
_CHOICE = {"code", "label", "meaning", "option", "net", "score", "from"}
_VOTER = {"system", "state", "column"}
_DISPOSITION = {"column", "codes"}
_AAPOR = re.compile(r"[1-4]\.\d+\Z")
_POPULATIONS = ("a", "rv", "lv", "v")


@dataclass(frozen=True)
class FileItem:
    """One question and where its answers stand.

    Parameters
    ----------
    item : Item
        Without choices: they come from the file's labels or its values.
    columns : mapping
        Column -> code; one column with an empty code for questions with one answer.
    sources : mapping
        Value in the file -> code.
    missing : tuple of str
        Values that are no answer.
    bins : tuple of float
        Lower ends of bands that a number is put into.
    chosen : tuple of str
        Values that mean "chosen", where each column stands for one answer; empty: any but no, 0 and their like.
    holds : str
        ``codes`` where each of several columns holds the code of an answer.
    """

    item: Item
    columns: Mapping[str, str]
    sources: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    bins: tuple[float, ...] = ()
    chosen: tuple[str, ...] = ()
    holds: str = ""


@dataclass(frozen=True)
class FileCodebook:
    """A codebook of an imported file: see docs/survey/files.md for the keys."""

    path: Path
    title: str
    respondent: str
    population: str
    items: tuple[FileItem, ...]
    mode: str = "unknown"
    date: str = ""
    date_format: str = ""
    weight: str = ""
    seconds: str = ""
    started: str = ""
    ended: str = ""
    device: str = ""
    stratum: str = ""
    disposition: Mapping[str, Any] = field(default_factory=dict)
    voter: Mapping[str, str] = field(default_factory=dict)


def list_codebooks() -> list[str]:
    """Names of the codebooks that are shipped."""
    folder = files("hustings.survey.files") / "codebooks"
    return sorted(Path(one.name).stem for one in folder.iterdir() if one.name.endswith(".toml"))


def read_file_codebook(name: str | Path) -> FileCodebook:
    """Read a codebook: a shipped one by name, or a TOML file.

    Raises
    ------
    ConfigError
        It cannot be read, a key is unknown (the nearest is named), or a value cannot be.
    """
    path = Path(name)
    if str(name) in list_codebooks():
        path = Path(str(files("hustings.survey.files") / "codebooks" / f"{name}.toml"))
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as err:
        raise ConfigError(
            f"codebook {name} cannot be read: {err.strerror}",
            hint=f"a TOML file, or one of {', '.join(list_codebooks())}; hustings survey codebook FILE makes a first one",
        ) from err
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as err:
        raise ConfigError(f"codebook {path}: {err}") from err
    top = Keys(path, "", found)
    top.check(_TOP)
    if not top.text("respondent"):
        raise ConfigError(
            f"codebook {path}: respondent is missing", hint='respondent = "COLUMN", the column with their ids'
        )
    items = top.table("items")
    if not items.found:
        raise ConfigError(f"codebook {path}: it has no questions", hint="one table each: [items.vote]")
    top.one_of("population", _POPULATIONS)
    settings = {key: top.text(key) for key in _TOP - {"items", "voter", "disposition", "title"} if key in found}
    return FileCodebook(
        path=path,
        **{"population": "a", **settings},
        title=top.text("title", path.stem),
        items=tuple(_item(name, items.table(name)) for name in items.found),
        disposition=_disposition(top.table("disposition")),
        voter=_voter(top.table("voter")),
    )


def _disposition(keys: Keys) -> dict[str, Any]:
    """Read which column says how an interview ended, and what its values mean."""
    keys.check(_DISPOSITION)
    if not keys.found:
        return {}
    codes = keys.table("codes")
    if not keys.text("column") or not codes.found:
        raise ConfigError(
            f"codebook {keys.path}: disposition needs a column and codes",
            hint='disposition = { column = "status", codes = { "complete" = "1.1", "partial" = "1.2" } }',
        )
    read = {value: codes.text(value) for value in codes.found}
    for value, code in read.items():
        if not _AAPOR.match(code):
            raise codes.wrong(
                value, f"is {code!r}, expected an AAPOR code", "1.1 complete, 1.2 partial, 2.12 break-off"
            )
    return {"column": keys.text("column"), "codes": read}


def _voter(keys: Keys) -> dict[str, str]:
    keys.check(_VOTER)
    if keys.found and not keys.text("system"):
        raise ConfigError(
            f"codebook {keys.path}: voter.system is missing",
            hint='"state" for the state\'s own ids, "case" for a sample drawn here, or another system, like "van"',
        )
    return {key: keys.text(key) for key in keys.found}


def _item(name: str, keys: Keys) -> FileItem:
    """Read one question."""
    keys.check(_ITEM)
    columns = _columns(name, keys)
    kind = keys.one_of("kind", KINDS) or ("multiple" if len(columns) > 1 else "single")
    if len(columns) > 1 and kind != "multiple":
        raise keys.wrong("kind", f"is {kind!r} with {len(columns)} columns", 'several columns are kind = "multiple"')
    choices, sources = _choices(keys)
    # A short way to say which values make which code.
    short = keys.table("map")
    for code in short.found:
        if code not in {choice.code for choice in choices}:
            choices.append(Choice(code, code))
        sources |= dict.fromkeys(short.texts(code), code)
    bins = _bins(keys)
    item = Item(
        name=name,
        kind=kind,
        wording=keys.text("wording"),
        choices=tuple(choices),
        role=keys.one_of("role", ROLES),
        option=keys.text("option"),
        base=keys.text("base"),
        low=keys.number("low"),
        high=keys.number("high"),
    )
    return FileItem(
        item, columns, sources, keys.texts("missing"), bins, keys.texts("chosen"), keys.one_of("holds", ("codes",))
    )


def _bins(keys: Keys) -> tuple[float, ...]:
    """Read the lower ends of bands."""
    texts = keys.texts("bins")
    try:
        bins = tuple(float(edge) for edge in texts)
    except ValueError:
        raise keys.wrong("bins", f"is {list(texts)}, expected numbers", "bins = [18, 30, 45, 65]") from None
    if any(low >= high for low, high in itertools.pairwise(bins)) or not all(abs(edge) < float("inf") for edge in bins):
        raise keys.wrong("bins", f"must rise: {list(texts)}")
    return bins


def _columns(name: str, keys: Keys) -> dict[str, str]:
    """Column -> code, however it is written: one column, a list, or a table."""
    if "column" in keys.found and "columns" in keys.found:
        raise ConfigError(
            f"codebook {keys.path}: {keys.where} has column and columns", hint="columns for several answers"
        )
    several = keys.found.get("columns")
    if several is None:
        return {keys.text("column", name): ""}
    if isinstance(several, Mapping):
        table = keys.table("columns")
        found = {column: table.text(column) for column in table.found}
    else:
        found = {column: f"{k}" for k, column in enumerate(keys.texts("columns"), 1)}
    if not found:
        raise keys.wrong("columns", "is empty", 'columns = ["q5_1", "q5_2"]')
    return found


def _choices(keys: Keys) -> tuple[list[Choice], dict[str, str]]:
    """Choices, and which values of the file make them."""
    choices: list[Choice] = []
    sources: dict[str, str] = {}
    for one in keys.tables("choices"):
        one.check(_CHOICE)
        code = one.text("code")
        if not code:
            raise ConfigError(f"codebook {keys.path}: {keys.where} has a choice without a code: {dict(one.found)}")
        choices.append(
            Choice(
                code=code,
                label=one.text("label", code),
                meaning=one.one_of("meaning", MEANINGS),
                option=one.text("option"),
                net=one.text("net"),
                score=one.number("score"),
            )
        )
        sources |= dict.fromkeys(one.texts("from") if "from" in one.found else (code,), code)
    return choices, sources
