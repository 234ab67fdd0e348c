"""A first codebook for a file: its own labels where it has some, its values where they are few. For editing."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping

import polars as pl

from hustings.survey.codebook import ASKED, RESERVED
from hustings.survey.files.labels import in_order, meaning_of
from hustings.survey.files.numbers import number
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
_LONG = 80
"""Letters: nobody writes a choice that long, and answers in words often are."""
_NAMES_AT_LEAST = 10


def guess_codebook(raw: RawFile) -> str:
    """Write a first codebook as TOML.

    Questions with labels, or with at most 25 different values, are single choices; numbers with more are numeric, their
    labelled values special codes; the rest is open. What a label says ("don't know", "refused") is taken for its meaning.
    Columns that are all empty, and a format's own columns, are left out.
    """
    respondent = next((name for name in _IDS if name in raw.rows.columns), _unique_column(raw.rows))
    lines = [
        "# Made from the file's own labels: say which question is which (role), and check what is no opinion (meaning).",
        f"title = {_quoted(raw.path.stem)}",
        f"respondent = {_quoted(respondent)}",
        'population = "a"  # a adults, rv registered voters, lv likely voters',
    ]
    inside = {column for parts in raw.sets.values() for column in parts}
    taken: set[str] = set()
    for name in raw.sets:
        lines += ["", f"[items.{_key(name, taken)}]", *_set(raw, name)]
    for name in raw.rows.columns:
        if name in _META or name in inside or name == respondent or raw.rows[name].null_count() == raw.rows.height:
            continue
        key = _key(name, taken)
        lines += ["", f"[items.{key}]", *([f"column = {_quoted(name)}"] if key != name else []), *_item(raw, name)]
    return "\n".join(lines) + "\n"


def _unique_column(rows: pl.DataFrame) -> str:
    for name in rows.columns:
        if rows[name].null_count() == 0 and rows[name].n_unique() == rows.height:
            return name
    return rows.columns[0]


def _set(raw: RawFile, name: str) -> list[str]:
    """Lines of a question with several answers."""
    parts = raw.sets[name]
    lines = ['kind = "multiple"']
    inline = ", ".join(f"{_quoted(column)} = {_quoted(code)}" for column, code in parts.items())
    if raw.chosen.get(name) == "":
        found: set[str] = set()
        labels: dict[str, str] = {}
        for column in parts:
            missing = raw.missing.get(column, ())
            labels |= {code: label for code, label in raw.labels.get(column, {}).items() if code not in missing}
            found |= set(raw.rows[column].drop_nulls().unique()) - set(missing)
        return [*lines, f"columns = [{', '.join(map(_quoted, parts))}]", 'holds = "codes"', *_choices(labels, found)]
    lines.append(f"columns = {{ {inline} }}")
    return [*lines, f"chosen = {_quoted(raw.chosen[name])}"] if name in raw.chosen else lines


def _item(raw: RawFile, name: str) -> list[str]:
    """Lines of a question with one answer."""
    declared = raw.missing.get(name, ())
    labels = raw.labels.get(name, {})
    values = raw.rows[name].drop_nulls()
    # Declared missing and with a label is an answer of a kind ("refused"); without, it is none.
    silent = [value for value in declared if value not in labels]
    unlabelled = set(values.unique()) - set(labels) - set(silent)
    lines = [f"wording = {_quoted(raw.wordings[name])}"] if raw.wordings.get(name) else []
    numbers = pl.Series(sorted(unlabelled), dtype=pl.String).to_frame("v").select(number(pl.col("v")))["v"]
    numeric = len(unlabelled) > 0 and numbers.null_count() == 0
    if len(unlabelled) > _FEW or (not labels and _is_words(name, values, numeric=numeric)):
        lines.append(f'kind = "{"numeric" if numeric else "open"}"')
        lines += _choices(labels, set(), declared) if labels and numeric else []
    else:
        lines.append('kind = "single"')
        lines += _choices(labels, unlabelled, declared)
    if silent:
        lines.append(f"missing = [{', '.join(map(_quoted, silent))}]")
    return lines


def _is_words(name: str, values: pl.Series, *, numeric: bool) -> bool:
    """Whether answers look like sentences: long, or nearly all different."""
    if numeric:
        return False
    many = values.n_unique() > max(_NAMES_AT_LEAST, values.len() / 2)
    longest = values.str.len_chars().max()
    return name.endswith("_TEXT") or many or (isinstance(longest, int) and longest > _LONG)


def _choices(labels: Mapping[str, str], unlabelled: set[str], missing: Collection[str] = ()) -> list[str]:
    """Lines of the choices, in the order of their codes."""
    lines = ["choices = ["]
    for code in in_order({*labels, *unlabelled}):
        label = labels.get(code, code)
        meaning = meaning_of(label) or ("refused" if code in missing else "")
        said = f", meaning = {_quoted(meaning)}" if meaning else ""
        lines.append(f"    {{ code = {_quoted(code)}, label = {_quoted(label)}{said} }},")
    return [*lines, "]"]


def _key(name: str, taken: set[str]) -> str:
    """A name that TOML takes bare and tables take as a column, of its own."""
    plain = re.sub(r"[^A-Za-z0-9_]+", "_", name).strip("_")
    own = plain[:1].isalpha() and plain not in RESERVED and not plain.startswith(ASKED)
    first = plain if own else f"q_{plain}"
    key, k = first, 2
    while key in taken:
        key, k = f"{first}_{k}", k + 1
    taken.add(key)
    return key


def _quoted(text: str) -> str:
    """A TOML string: JSON's, but for one character that TOML wants written out."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
