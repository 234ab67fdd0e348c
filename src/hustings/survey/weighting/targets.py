"""A population that somebody else counted: a table of cells, and how its columns answer the questions of the survey.

::

    file = "poststrat.parquet"        # CSV or Parquet, one row a cell
    count = "n"
    margins = ["state", "age_band*sex", "race*education"]
    [columns.education]               # a question of the survey ...
    column = "education"              # ... and the column of the population
    map = { college = ["4-Year College", "Post-grad"], "no college" = ["No HS", "HS", "Some college"] }
    [leave_out]
    state = ["DC"]                    # interviews outside the population do not count
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from hustings.errors import ConfigError, InputError
from hustings.survey.weighting.margins import variables_of

_KEYS = {"file", "count", "margins", "columns", "leave_out"}


@dataclass(frozen=True)
class Targets:
    """A population's cells and the margins to take from them.

    Parameters
    ----------
    cells : pl.DataFrame
        One row a cell, the survey's variables as text in its own codes, and the count.
    count : str
    margins : tuple of str
    leave_out : mapping
        Variable -> values of interviews that are outside the population.
    """

    cells: pl.DataFrame
    count: str
    margins: tuple[str, ...]
    leave_out: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def inside(self, table: pl.DataFrame) -> pl.DataFrame:
        """Interviews of the population.

        Raises
        ------
        ConfigError
            A variable is none of the survey's.
        """
        for name, values in self.leave_out.items():
            if name not in table.columns:
                raise ConfigError(f"leave_out names {name!r}, which the survey does not have")
            table = table.filter(~pl.col(name).is_in(values).fill_null(value=False))
        return table


def read_targets(path: Path, *, count: str | None = None, margins: tuple[str, ...] = ()) -> Targets:
    """Read a population: a TOML as above, or a CSV or Parquet whose columns are named and coded as the survey's.

    Raises
    ------
    ConfigError
        A key is unknown or missing.
    InputError
        The table cannot be read, or holds a value that its map does not.
    """
    if path.suffix.lower() != ".toml":
        if not count or not margins:
            raise ConfigError(
                f"--targets {path.name} needs --count COLUMN and --margins", hint="or put all three into a TOML file"
            )
        return Targets(_as_text(_read(path), count), count, margins)
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as err:
        raise ConfigError(f"targets {path} cannot be read: {err.strerror}") from err
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as err:
        raise ConfigError(f"targets {path}: {err}") from err
    _check(path, found)
    column = count or str(found["count"])
    rows = _read((path.parent / str(found["file"])).resolve())
    cells = _as_text(_renamed(path, rows, found.get("columns", {})), column)
    wanted = margins or tuple(str(one) for one in found["margins"])
    return Targets(cells, column, wanted, _leave_out(found))


def _check(path: Path, found: Mapping[str, Any]) -> None:
    """Hold what was read to its shape: a mistake is one clear line."""
    _known(path, "", found, _KEYS)
    for key in ("file", "count", "margins"):
        if key not in found:
            raise ConfigError(
                f"targets {path}: {key} is missing", hint='file = "cells.csv", count = "n", margins = [...]'
            )
    for key in ("file", "count"):
        _expect(path, key, found[key], isinstance(found[key], str), "a name in quotes")
    margins = found["margins"]
    _expect(path, "margins", margins, _texts(margins) and len(margins) > 0, 'a list such as ["state", "age_band*sex"]')
    for key in ("columns", "leave_out"):
        _expect(path, key, found.get(key, {}), isinstance(found.get(key, {}), dict), f"a table [{key}]")
    for name, values in found.get("leave_out", {}).items():
        _expect(path, f"leave_out.{name}", values, isinstance(values, list), 'a list such as ["DC"]')
    for name, one in found.get("columns", {}).items():
        at = f"columns.{name}"
        _expect(path, at, one, isinstance(one, dict), f'a table [{at}] with column = "..." or map = {{...}}')
        _known(path, f"{at}.", one, {"column", "map"})
        _expect(path, f"{at}.column", one.get("column", ""), isinstance(one.get("column", ""), str), "a name in quotes")
        _check_map(path, f"{at}.map", one.get("map", {}))


def _check_map(path: Path, at: str, codes: object) -> None:
    _expect(path, at, codes, isinstance(codes, dict), "a table { code = [values] }")
    assert isinstance(codes, dict)
    taken: dict[str, str] = {}
    for code, values in codes.items():
        _expect(path, f"{at}.{code}", values, isinstance(values, list), 'a list of values such as ["No HS", "HS"]')
        for value in values:
            if taken.setdefault(str(value), code) != code:
                raise ConfigError(
                    f"targets {path}: {at} puts {value!r} into both {taken[str(value)]!r} and {code!r}",
                    hint="each value of the population belongs to one code",
                )


def _known(path: Path, at: str, found: Mapping[str, Any], keys: set[str]) -> None:
    for key in found:
        if key not in keys:
            near = difflib.get_close_matches(key, keys, n=1)
            raise ConfigError(
                f"targets {path}: unknown key {at}{key}",
                hint=f"did you mean {near[0]}?" if near else f"known: {', '.join(sorted(keys))}",
            )


def _expect(path: Path, at: str, value: object, holds: bool, what: str) -> None:
    if not holds:
        raise ConfigError(f"targets {path}: {at} is {value!r}, expected {what}")


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _leave_out(found: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(str(value) for value in values) for name, values in found.get("leave_out", {}).items()}


def _read(path: Path) -> pl.DataFrame:
    try:
        return pl.read_parquet(path) if path.suffix.lower() == ".parquet" else pl.read_csv(path, infer_schema=False)
    except OSError as err:
        raise InputError(f"cannot be read: {err.strerror or err}", file=path) from err
    except pl.exceptions.PolarsError as err:
        raise InputError(f"is no table that can be read: {str(err).splitlines()[0]}", file=path) from err


def _renamed(path: Path, rows: pl.DataFrame, columns: Mapping[str, Any]) -> pl.DataFrame:
    """Give the population's columns the survey's names and codes."""
    for name, one in columns.items():
        source = str(one.get("column", name))
        if source not in rows.columns:
            raise ConfigError(
                f"targets {path}: the population has no column {source!r}", hint=f"it has {', '.join(rows.columns)}"
            )
        text = rows[source].cast(pl.String)
        codes = {str(value): str(code) for code, values in one.get("map", {}).items() for value in values}
        if codes:
            unknown = sorted(set(text.drop_nulls().unique()) - set(codes))
            if unknown:
                raise InputError(
                    f"the population's {source} has {unknown[0]!r}, which columns.{name}.map does not",
                    file=path,
                    hint="put every value into one of the codes",
                )
            text = text.replace_strict(codes, return_dtype=pl.String)
        rows = rows.with_columns(text.alias(name))
    return rows


def _as_text(rows: pl.DataFrame, count: str) -> pl.DataFrame:
    if count not in rows.columns:
        raise ConfigError(
            f"the population has no column {count!r} to count with", hint=f"it has {', '.join(rows.columns)}"
        )
    number = rows[count].cast(pl.Float64, strict=False)
    if number.null_count() > rows[count].null_count():
        raise InputError(f"the population's {count} holds values that are no number", column=count)
    return rows.with_columns(pl.exclude(count).cast(pl.String)).with_columns(number.alias(count))


def variables(margins: tuple[str, ...]) -> list[str]:
    """Variables that margins name."""
    return list(dict.fromkeys(name for margin in margins for name in variables_of(margin)))
