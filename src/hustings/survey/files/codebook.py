"""The TOML codebook of an imported file: which column answers which question, and what its codes mean."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from hustings.errors import ConfigError
from hustings.survey.codebook import MEANINGS, ROLES, Choice, Item

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
}
_CHOICE = {"code", "label", "meaning", "option", "net", "score", "from"}
_VOTER = {"system", "state", "column"}


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
    """

    item: Item
    columns: Mapping[str, str]
    sources: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    bins: tuple[float, ...] = ()


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
    _check_keys(path, "", found, _TOP)
    for key in ("respondent",):
        if not found.get(key):
            raise ConfigError(f"codebook {path}: {key} is missing", hint=f'{key} = "COLUMN", the column with their ids')
    if not found.get("items"):
        raise ConfigError(f"codebook {path}: it has no questions", hint="one table each: [items.vote]")
    if found.get("population", "a") not in {"a", "rv", "lv", "v"}:
        raise ConfigError(f"codebook {path}: population is {found['population']!r}, expected a, rv, lv or v")
    _check_keys(path, "voter.", found.get("voter", {}), _VOTER)
    plain = {key: str(found[key]) for key in _TOP - {"items", "voter", "disposition", "title"} if key in found}
    return FileCodebook(
        path=path,
        **{"population": "a", **plain},
        title=str(found.get("title", path.stem)),
        items=tuple(_item(path, name, one) for name, one in found["items"].items()),
        disposition=found.get("disposition", {}),
        voter=found.get("voter", {}),
    )


def _check_keys(path: Path, prefix: str, found: Mapping[str, Any], known: set[str]) -> None:
    for key in found:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            raise ConfigError(
                f"codebook {path}: unknown key {prefix}{key}",
                hint=f"did you mean {prefix}{near[0]}?" if near else f"known: {', '.join(sorted(known))}",
            )


def _item(path: Path, name: str, one: Mapping[str, Any]) -> FileItem:
    """Read one question."""
    where = f"items.{name}"
    _check_keys(path, f"{where}.", one, _ITEM)
    columns = _columns(path, where, name, one)
    kind = str(one.get("kind", "multiple" if len(columns) > 1 else "single"))
    if kind not in {"single", "multiple", "scale", "numeric", "open"}:
        raise ConfigError(
            f"codebook {path}: {where}.kind is {kind!r}, expected single, multiple, scale, numeric or open"
        )
    if one.get("role", "") not in {"", *ROLES}:
        near = difflib.get_close_matches(str(one["role"]), ROLES, n=1)
        raise ConfigError(
            f"codebook {path}: {where}.role is {one['role']!r}",
            hint=f"did you mean {near[0]}?" if near else f"one of {', '.join(ROLES)}",
        )
    choices, sources = _choices(path, where, one.get("choices", []))
    # A short way to say which values make which code.
    for code, values in one.get("map", {}).items():
        if code not in {choice.code for choice in choices}:
            choices.append(Choice(code, code))
        sources |= {_plain(value): code for value in (values if isinstance(values, list) else [values])}
    bins = tuple(float(edge) for edge in one.get("bins", ()))
    if bins and list(bins) != sorted(set(bins)):
        raise ConfigError(f"codebook {path}: {where}.bins must rise: {list(bins)}")
    item = Item(
        name=name,
        kind=kind,
        wording=str(one.get("wording", "")),
        choices=tuple(choices),
        role=str(one.get("role", "")),
        option=str(one.get("option", "")),
        base=str(one.get("base", "")),
        low=one.get("low"),
        high=one.get("high"),
    )
    return FileItem(item, columns, sources, tuple(_plain(value) for value in one.get("missing", ())), bins)


def _columns(path: Path, where: str, name: str, one: Mapping[str, Any]) -> dict[str, str]:
    """Column -> code, however it is written: one column, a list, or a table."""
    if "column" in one and "columns" in one:
        raise ConfigError(f"codebook {path}: {where} has column and columns", hint="columns for several answers")
    several = one.get("columns")
    if several is None:
        return {str(one.get("column", name)): ""}
    if isinstance(several, Mapping):
        return {str(column): str(code) for column, code in several.items()}
    return {str(column): str(k) for k, column in enumerate(several, 1)}


def _choices(path: Path, where: str, given: list[Mapping[str, Any]]) -> tuple[list[Choice], dict[str, str]]:
    """Choices, and which values of the file make them."""
    choices: list[Choice] = []
    sources: dict[str, str] = {}
    for one in given:
        _check_keys(path, f"{where}.choices.", one, _CHOICE)
        if "code" not in one:
            raise ConfigError(f"codebook {path}: {where} has a choice without a code: {dict(one)}")
        if one.get("meaning", "") not in MEANINGS:
            known = ", ".join(MEANINGS[1:])
            raise ConfigError(f"codebook {path}: {where} has the meaning {one['meaning']!r}", hint=f"one of {known}")
        code = _plain(one["code"])
        choices.append(
            Choice(
                code=code,
                label=str(one.get("label", code)),
                meaning=str(one.get("meaning", "")),
                option=str(one.get("option", "")),
                net=str(one.get("net", "")),
                score=one.get("score"),
            )
        )
        values = one.get("from", [one["code"]])
        sources |= {_plain(value): code for value in (values if isinstance(values, list) else [values])}
    return choices, sources


def _plain(value: object) -> str:
    """Text of a value as the raw file has it."""
    return f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value)
