"""SPSS ``.sav``: values with their labels, questions, user-missing values kept as the codes they are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from hustings.errors import ConfigError, InputError
from hustings.survey.files.raw import RawFile, as_text

KIND = "spss"


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
    try:
        columns, about = pyreadstat.read_sav(path, user_missing=True, output_format="dict")
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, UnicodeDecodeError, OSError) as err:
        raise InputError(
            f"is no whole SPSS file: {err}",
            file=path,
            hint="the copy may have been cut short: compare its size, copy again",
        ) from err
    rows = as_text(pl.DataFrame({name: _series(values) for name, values in columns.items()}))
    expected = about.number_rows
    if expected is not None and expected >= 0 and rows.height != expected:
        raise InputError(f"says it has {expected:,} records and holds {rows.height:,}", file=path, hint="copy it again")
    return RawFile(path, KIND, rows, first_row=1, wordings=_wordings(about), labels=_labels(about), sets=_sets(about))


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


def _sets(about: Any) -> dict[str, dict[str, str]]:  # noqa: ANN401
    """Multiple-response sets, where the file declares them."""
    found: dict[str, dict[str, str]] = {}
    for name, one in (getattr(about, "mr_sets", None) or {}).items():
        columns = list(one.get("variable_list", ()))
        found[name.lstrip("$")] = {column: str(k) for k, column in enumerate(columns, 1)}
    return found


def _code(value: object) -> str:
    return f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value)
