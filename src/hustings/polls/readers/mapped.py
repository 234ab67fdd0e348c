"""Any CSV with one row per question, described in a small TOML (see ``docs/polls.md``)."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from hustings.contests.contest import Contest
from hustings.errors import InputError
from hustings.polls.readers.build import answer_frame, question_frame, ragged_rows
from hustings.polls.readers.raw import RawPolls
from hustings.store.textfile import TextFile, missing_column, nearest, read_text_file

FIELDS = (
    "poll_id",
    "pollster",
    "sponsor",
    "unit",
    "start_date",
    "end_date",
    "published_date",
    "sample_size",
    "population",
    "mode",
    "partisan",
    "cycle",
    "is_subgroup",
)
"""Fields that ``[columns]`` may map and ``[fixed]`` may set."""
NEEDED = ("pollster", "end_date", "sample_size")
"""Fields without which a poll cannot be used (and `unit`, where there is more than one)."""

_TABLES = ("columns", "options", "answers", "units", "populations", "format", "fixed")
_FORMAT = ("date", "shares", "delimiter", "decimal")
_SCALES = {"percent": 100.0, "fraction": 1.0}
_POPULATIONS = ("lv", "rv", "v", "a")

Mapped = dict[str, dict[str, str]]


def read_mapped(path: str | Path, contest: Contest, *, mapping: Path) -> RawPolls:
    """Read a file as a mapping says.

    Parameters
    ----------
    path : str | Path
        The poll file.
    contest : Contest
        The contest, whose option and unit ids the mapping uses.
    mapping : Path
        The TOML.

    Raises
    ------
    InputError
        When the mapping is wrong (names its key), or the file lacks a column that it names.
    """
    said = load_mapping(mapping, contest)
    delimiter = said["format"].get("delimiter")
    table = read_text_file(path, delimiter=delimiter)
    texts = {field: _column(table, column, mapping) for field, column in said["columns"].items()}
    for field, value in said["fixed"].items():
        texts[field] = pl.repeat(value, len(table.rows), dtype=pl.String, eager=True)
    if "unit" not in texts:
        texts["unit"] = pl.repeat(contest.units[0].id, len(table.rows), dtype=pl.String, eager=True)
    for field, translation in (("unit", said["units"]), ("population", said["populations"])):
        if field in texts and translation:
            texts[field] = texts[field].replace(translation)
    stems = {_header_name(column): answer for answer, column in (said["options"] | said["answers"]).items()}
    for column in stems:
        if column not in table.header:
            missing_column(table, f"mapping {mapping.name}", (column,))
    return RawPolls(
        file=table.path,
        layout=f"mapping {mapping.name}",
        questions=question_frame(table, texts),
        answers=answer_frame(table, stems),
        rejected=ragged_rows(table),
        date_format=said["format"].get("date"),
        decimal_comma=said["format"].get("decimal") == ",",
        scale=_SCALES.get(said["format"].get("shares", "")),
        remarks=table.remarks,
    )


def load_mapping(mapping: Path, contest: Contest) -> Mapped:
    """Read and check a mapping: every table is there (perhaps empty), every key is known, every value is text."""
    document = _document(mapping)
    _known(mapping, "", document, _TABLES)
    said: Mapped = {name: _texts(mapping, name, document.get(name, {})) for name in _TABLES}
    _known(mapping, "columns.", said["columns"], FIELDS)
    _known(mapping, "fixed.", said["fixed"], FIELDS)
    _known(mapping, "format.", said["format"], _FORMAT)
    _known(mapping, "options.", said["options"], contest.option_ids)
    units = (*contest.unit_ids, contest.nation)
    for table, allowed in (("units", units), ("populations", _POPULATIONS)):
        _known(mapping, f"{table}: ", said[table].values(), allowed)
    needed = NEEDED if len(contest.units) <= 1 else (*NEEDED, "unit")
    for field in needed:
        if field not in said["columns"] and field not in said["fixed"]:
            raise InputError("the mapping does not say where this field is", file=mapping, column=f"columns.{field}")
    if len(said["options"]) < 2:
        raise InputError(
            "the mapping needs the columns of at least two options",
            file=mapping,
            column="options",
            hint=f"options of {contest.name}: {', '.join(contest.option_ids)}",
        )
    _check_format(mapping, said["format"])
    return said


def _document(mapping: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(mapping.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise InputError("there is no such mapping file", file=mapping) from None
    except (OSError, ValueError) as error:
        # Both the TOML and the UTF-8 decoder raise kinds of ValueError.
        found = re.search(r"line (\d+)", str(error))
        raise InputError(
            f"the mapping cannot be read: {error}", file=mapping, row=int(found[1]) if found else None
        ) from None


def _texts(mapping: Path, name: str, table: object) -> dict[str, str]:
    if not isinstance(table, dict):
        raise InputError(f"[{name}] must be a table of texts", file=mapping, column=name)
    for field, value in table.items():
        if not isinstance(value, str):
            raise InputError(f"expected a text, found {value!r}", file=mapping, column=f"{name}.{field}")
    return table


def _known(mapping: Path, prefix: str, names: Iterable[str], allowed: Iterable[str]) -> None:
    allowed = tuple(allowed)
    for name in names:
        if name not in allowed:
            near = nearest(name, allowed)
            some = ", ".join(allowed[:12]) + (", ..." if len(allowed) > 12 else "")
            hint = f"did you mean {near!r}?" if near else f"known: {some}"
            raise InputError("unknown name", file=mapping, column=f"{prefix}{name}", hint=hint)


def _check_format(mapping: Path, said: Mapping[str, str]) -> None:
    shares = said.get("shares")
    if shares is not None and shares not in _SCALES:
        raise InputError(f"expected percent or fraction, found {shares!r}", file=mapping, column="format.shares")
    decimal = said.get("decimal", ".")
    if decimal not in (".", ","):
        raise InputError(f'expected "." or ",", found {decimal!r}', file=mapping, column="format.decimal")
    delimiter = said.get("delimiter")
    if delimiter is not None and (len(delimiter) != 1 or delimiter in '"\r\n'):
        raise InputError(f"expected one character, found {delimiter!r}", file=mapping, column="format.delimiter")
    date = said.get("date")
    if date is None:
        return
    day = dt.date(2016, 10, 25)
    try:
        read_back = pl.Series([day.strftime(date)]).str.to_date(date, strict=False).to_list()
    except (pl.exceptions.PolarsError, ValueError):
        read_back = []
    if read_back != [day]:
        raise InputError(
            f"{date!r} does not write a whole day", file=mapping, column="format.date", hint='for example "%d.%m.%Y"'
        )


def _header_name(column: str) -> str:
    return re.sub(r"\s+", "_", column.strip().casefold())


def _column(table: TextFile, column: str, mapping: Path) -> pl.Series:
    name = _header_name(column)
    if name not in table.header:
        missing_column(table, f"mapping {mapping.name}", (name,))
    return table.column(name)
