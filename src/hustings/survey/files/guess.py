"""A first codebook for a file: its own labels where it has some, its values where they are few. For editing."""

from __future__ import annotations

import json
import re

import polars as pl

from hustings.survey.files.raw import RawFile

_META = {
    "StartDate",
    "EndDate",
    "Status",
    "IPAddress",
    "Progress",
    "Duration (in seconds)",
    "Finished",
    "RecordedDate",
    "RecipientLastName",
    "RecipientFirstName",
    "RecipientEmail",
    "ExternalReference",
    "LocationLatitude",
    "LocationLongitude",
    "DistributionChannel",
    "UserLanguage",
    "record",
    "date",
    "markers",
    "status",
    "vlist",
    "qtime",
    "vos",
    "vbrowser",
    "vmobiledevice",
}
_IDS = ("ResponseId", "uuid", "respondent_id", "resp_id", "respondent", "caseid", "id")
_FEW = 25


def guess_codebook(raw: RawFile) -> str:
    """Write a first codebook as TOML.

    Questions with labels, or with at most 25 different values, are single choices; numbers with more are numeric; the rest
    is open. Columns that are all empty, and a format's own columns, are left out.
    """
    respondent = next((name for name in _IDS if name in raw.rows.columns), _unique_column(raw.rows))
    lines = [
        "# Made from the file's own labels: say which question is which (role), and what is no opinion (meaning).",
        f"title = {json.dumps(raw.path.stem)}",
        f"respondent = {json.dumps(respondent)}",
        'population = "a"  # a adults, rv registered voters, lv likely voters',
    ]
    inside = {column for parts in raw.sets.values() for column in parts}
    for name, parts in raw.sets.items():
        lines += ["", f"[items.{_key(name)}]", 'kind = "multiple"', f"columns = {_inline(parts)}"]
    for name in raw.rows.columns:
        if name in _META or name in inside or name == respondent or raw.rows[name].null_count() == raw.rows.height:
            continue
        lines += ["", *_item(raw, name)]
    return "\n".join(lines) + "\n"


def _unique_column(rows: pl.DataFrame) -> str:
    for name in rows.columns:
        if rows[name].null_count() == 0 and rows[name].n_unique() == rows.height:
            return name
    return rows.columns[0]


def _item(raw: RawFile, name: str) -> list[str]:
    values = raw.rows[name].drop_nulls()
    labels = raw.labels.get(name, {})
    lines = [f"[items.{_key(name)}]"]
    if _key(name) != name:
        lines.append(f"column = {json.dumps(name)}")
    if raw.wordings.get(name):
        lines.append(f"wording = {json.dumps(raw.wordings[name], ensure_ascii=False)}")
    if labels or values.n_unique() <= _FEW:
        found = dict(labels) or {value: value for value in values.unique().sort().to_list()}
        lines.append('kind = "single"')
        lines.append("choices = [")
        lines += [
            f"    {{ code = {json.dumps(code)}, label = {json.dumps(label, ensure_ascii=False)} }},"
            for code, label in found.items()
        ]
        lines.append("]")
    else:
        numeric = values.cast(pl.Float64, strict=False).null_count() == 0
        lines.append(f'kind = "{"numeric" if numeric else "open"}"')
    return lines


def _key(name: str) -> str:
    """A name that TOML takes bare and tables take as a column."""
    plain = re.sub(r"[^A-Za-z0-9_]+", "_", name).strip("_")
    return plain if plain[:1].isalpha() else f"q_{plain}"


def _inline(parts: object) -> str:
    assert isinstance(parts, dict)
    return "{ " + ", ".join(f"{json.dumps(column)} = {json.dumps(code)}" for column, code in parts.items()) + " }"
