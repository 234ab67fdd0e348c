"""SPSS ``.sav``: values with their labels, questions, user-missing values kept as the codes they are."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl

from hustings.errors import ConfigError, InputError
from hustings.survey.files.raw import RawFile, as_text

KIND = "spss"
_DAMAGE = (OSError, ValueError, OverflowError, TypeError, KeyError, IndexError, MemoryError)
"""What Python itself raises of damaged bytes: dates, lengths and texts that cannot be."""


def read(path: Path) -> RawFile:
    """Read an SPSS file.

    Raises
    ------
    ConfigError
        The library that reads it is not installed.
    InputError
        It is no SPSS file, or ends too early.
    """
    try:
        import pyreadstat
    except ImportError as err:
        raise ConfigError("SPSS files need a library", hint="pip install 'hustings[survey]'") from err
    if not path.is_file():
        raise InputError("cannot be read: there is no such file", file=path)
    _try_first(path)
    try:
        columns, about = pyreadstat.read_sav(path, user_missing=True, output_format="dict")
        rows = as_text(pl.DataFrame({name: _series(values) for name, values in columns.items()}))
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, pl.exceptions.PolarsError, *_DAMAGE) as err:
        raise InputError(
            f"is no whole SPSS file: {(str(err).splitlines() or [type(err).__name__])[0]}",
            file=path,
            hint="the copy may have been cut short: compare its size, copy again",
        ) from err
    expected = about.number_rows
    if expected is not None and expected >= 0 and rows.height != expected:
        raise InputError(f"says it has {expected:,} records and holds {rows.height:,}", file=path, hint="copy it again")
    sets, chosen = _sets(about, rows.columns)
    return RawFile(
        path,
        KIND,
        rows,
        first_row=1,
        wordings=_wordings(about),
        labels=_labels(about),
        sets=sets,
        chosen=chosen,
        missing=_missing(about, columns),
    )


def _try_first(path: Path) -> None:
    """Let another process read the file: of some damaged bytes the library ends the process that reads them."""
    read_it = "import sys, pyreadstat; pyreadstat.read_sav(sys.argv[1], user_missing=True, output_format='dict')"
    tried = subprocess.run([sys.executable, "-c", read_it, str(path)], capture_output=True, check=False)  # noqa: S603 (our own interpreter, our own text)
    if tried.returncode < 0:
        raise InputError("is damaged: reading it fails for good", file=path, hint="copy it again from where it came")


def _series(values: Any) -> pl.Series:  # noqa: ANN401 (a list or an array)
    found = list(values)
    # SPSS's system-missing comes as NaN.
    clean = [None if isinstance(value, float) and value != value else value for value in found]  # noqa: PLR0124
    return pl.Series(clean, strict=False)


def _wordings(about: Any) -> dict[str, str]:  # noqa: ANN401 (the library's metadata)
    return {name: label for name, label in about.column_names_to_labels.items() if label}


def _labels(about: Any) -> dict[str, dict[str, str]]:  # noqa: ANN401
    return {
        name: {_code(code): str(label) for code, label in labels.items()}
        for name, labels in about.variable_value_labels.items()
    }


def _sets(about: Any, columns: list[str]) -> tuple[dict[str, dict[str, str]], dict[str, str]]:  # noqa: ANN401
    """Multiple-response sets, where the file declares them: the columns of each, and the value that is counted.

    A set of categories (SPSS's type C) has no counted value: each of its columns holds the code of an answer.
    """
    found: dict[str, dict[str, str]] = {}
    chosen: dict[str, str] = {}
    # The file declares them by short names, in whatever case.
    spelled = {name.lower(): name for name in columns}
    for name, one in (about.mr_sets or {}).items():
        inside = [spelled[part.lower()] for part in one["variable_list"] if part.lower() in spelled]
        if len(inside) < 2:
            continue
        key = name.lstrip("$")
        found[key] = {column: str(k) for k, column in enumerate(inside, 1)}
        counted = one.get("counted_value")
        chosen[key] = _code(counted) if one.get("is_dichotomy") and counted is not None else ""
    return found, chosen


def _missing(about: Any, columns: Any) -> dict[str, tuple[str, ...]]:  # noqa: ANN401
    """Values that are there and that the file declares to be no answer, one by one or by range."""
    found: dict[str, tuple[str, ...]] = {}
    for name, ranges in about.missing_ranges.items():
        present = {value for value in columns[name] if value is not None and value == value}  # noqa: PLR0124
        inside = [value for value in present if any(_within(value, one) for one in ranges)]
        if inside:
            found[name] = tuple(_code(value) for value in sorted(inside))
    return found


def _within(value: Any, one: Any) -> bool:  # noqa: ANN401
    low, high = (one["lo"], one["hi"]) if isinstance(one, dict) else (one, one)
    if isinstance(value, str) != isinstance(low, str):
        return False
    return value.strip() == low.strip() if isinstance(value, str) else bool(low <= value <= high)


def _code(value: object) -> str:
    return f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value).strip()
