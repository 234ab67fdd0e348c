"""From the document of a layout to a :class:`Layout`: every key is known, every name it uses is a column."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from hustings.contests.document import Section, nearest
from hustings.electorate.layouts.codes import code_table
from hustings.electorate.layouts.layout import KINDS, Drop, Field, Layout, Source, WideHistory
from hustings.errors import ConfigError

ENCODINGS = ("utf-8", "latin-1", "windows-1252")
_HEADERS = ("yes", "no", "maybe")
_COVERAGES = ("full", "changes")
_ID_SYSTEMS = ("state", "van", "dwid", "lal")
_SOURCE_KEYS = ("column", "join", "template", "constant", "parameter")


def build_layout(values: dict[str, Any], *, file: str) -> Layout:
    """Make a layout of a parsed document.

    Parameters
    ----------
    values : dict
        The document.
    file : str
        Where it stands, for messages.

    Raises
    ------
    ContestError
        A key that is unknown, missing or of the wrong type; `load_layout` makes a `LayoutError` of it.
    """
    top = Section(values, file)
    layout = Layout(
        name=top.text("name"),
        title=top.text("title"),
        kind=_one_of(top, "kind", KINDS),
        country=top.take("country", str, "US") or "US",
        state=top.take("state", str),
        encoding=_one_of(top, "encoding", ENCODINGS, "utf-8"),
        delimiters=_delimiters(top),
        quote=_quote(top),
        header=_one_of(top, "header", _HEADERS, "yes"),
        columns=top.texts("columns"),
        optional=frozenset(top.texts("optional")),
        ignore=tuple(_pattern(top, "ignore", text) for text in top.texts("ignore")),
        aliases=_text_map(top, "aliases"),
        key=top.texts("key"),
        dates=top.texts("dates") or ("%Y-%m-%d",),
        coverage=_one_of(top, "coverage", _COVERAGES, "full"),
        id_system=_one_of(top, "id_system", _ID_SYSTEMS, "state"),
        valid_from=top.take("valid_from", dt.date),
        valid_to=top.take("valid_to", dt.date),
        permitted_use=top.text("permitted_use"),
        file_names=top.texts("file_names"),
        skip_folders=top.texts("skip_folders"),
        date_in_name=_pattern(top, "date_in_name", top.take("date_in_name", str, "") or ""),
        parameters=_text_map(top, "parameters"),
        siblings=_text_map(top, "siblings"),
        fields=_fields(top),
        drops=tuple(_drop(section) for section in top.tables("drop")),
        wide_history=_wide_history(top),
        file=file,
    )
    top.close()
    _check_names(top, layout)
    return layout


def _one_of(section: Section, key: str, allowed: tuple[str, ...], default: str | None = None) -> str:
    value = section.text(key) if default is None else section.take(key, str, default) or default
    if value not in allowed:
        raise section.error(f"{key!r} is {value!r}; expected one of {', '.join(allowed)}", nearest(value, allowed))
    return value


def _delimiters(top: Section) -> tuple[str, ...]:
    delimiters = top.texts("delimiters") or (",",)
    for delimiter in delimiters:
        if len(delimiter) != 1 or delimiter in '"\r\n' or not delimiter.isascii():
            raise top.error(f"the delimiter {delimiter!r} is not one plain character", 'for example ["\\t"]')
    return delimiters


def _quote(top: Section) -> str:
    quote = top.take("quote", str, '"')
    if quote not in ("", '"', "'"):
        raise top.error(f"'quote' is {quote!r}; expected one quotation mark", 'quote = "" means that there is none')
    return quote


def _pattern(section: Section, key: str, text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise section.error(f"{key!r}: {text!r} is not a regular expression: {error}") from None
    return text


def _section(parent: Section, key: str) -> Section | None:
    values = parent.take(key, dict)
    return None if values is None else Section(values, parent.file, f"{parent.path} [{key}]".strip())


def _text_map(parent: Section, key: str) -> dict[str, str]:
    section = _section(parent, key)
    if section is None:
        return {}
    return {name: section.take(name, str, required=True) or "" for name in parent.take(key, dict) or {}}


def _fields(top: Section) -> dict[str, Field]:
    fields = _section(top, "fields")
    if fields is None:
        raise top.error("the table [fields] is missing; expected where each field comes from", "add: [fields]")
    return {name: _field(fields, name, value) for name, value in (top.take("fields", dict) or {}).items()}


def _field(fields: Section, name: str, value: object) -> Field:
    if isinstance(value, str):
        return Field((Source(column=value),))
    section = _section(fields, name)
    assert section is not None
    if section.has("first"):
        sources = tuple(_source_of(section, item) for item in section.take("first", list) or [])
    else:
        sources = (_source(section),)
    field = Field(
        sources=sources,
        codes=_codes(section),
        known=frozenset(section.texts("known")),
        otherwise=section.take("otherwise", str, "") or "",
        contains=tuple(_pair(section, pair) for pair in section.take("contains", list, []) or []),
        dates=section.texts("dates"),
        months=_by_number(section, "months"),
        days=_by_day(section, "days"),
        absent=frozenset(section.texts("absent")),
        upper=section.take("upper", bool, default=False) or False,
        age=section.take("age", str, "") or "",
        age_at_year_end=section.take("age_at_year_end", bool, default=False) or False,
        provenance=section.take("provenance", str, "") or "",
    )
    section.close()
    return field


def _source_of(section: Section, item: object) -> Source:
    if isinstance(item, str):
        return Source(column=item)
    if not isinstance(item, dict):
        raise section.error(f"'first' holds {item!r}; expected columns or tables")
    inner = Section(item, section.file, f"{section.path} first")
    source = _source(inner)
    inner.close()
    return source


def _source(section: Section) -> Source:
    between = section.take("between", str, " ")
    assert between is not None
    source = Source(
        column=section.take("column", str, "") or "",
        join=section.texts("join"),
        template=section.take("template", str, "") or "",
        constant=section.take("constant", str, "") or "",
        parameter=section.take("parameter", str, "") or "",
        extract=_pattern(section, "extract", section.take("extract", str, "") or ""),
        between=between,
    )
    said = [key for key in _SOURCE_KEYS if getattr(source, key)]
    if len(said) != 1 and not (source.extract and not said):
        found = " and ".join(said) or "none of them"
        raise section.error(f"found {found}; expected one of {', '.join(_SOURCE_KEYS)}", "each field has one source")
    return source


def _codes(section: Section) -> dict[str, str]:
    if section.has("code_table"):
        try:
            return code_table(section.text("code_table"))
        except ConfigError as error:
            raise section.error(error.message, error.hint) from None
    return _text_map(section, "codes")


def _pair(section: Section, pair: object) -> tuple[str, str]:
    if not (isinstance(pair, list) and len(pair) == 2 and all(isinstance(text, str) for text in pair)):
        raise section.error(f"'contains' holds {pair!r}; expected pairs", 'contains = [["PRIMARY", "primary"]]')
    return pair[0], pair[1]


def _by_number(section: Section, key: str) -> dict[int, str]:
    texts = _text_map(section, key)
    if not all(name.isdigit() and 1 <= int(name) <= 12 for name in texts):
        raise section.error(f"{key!r} holds {', '.join(texts)}; expected months 1 to 12")
    return {int(name): text for name, text in texts.items()}


def _by_day(section: Section, key: str) -> dict[dt.date, str]:
    texts = _text_map(section, key)
    try:
        return {dt.date.fromisoformat(name): text for name, text in texts.items()}
    except ValueError:
        raise section.error(f"{key!r} holds {', '.join(texts)}; expected days such as 2016-03-15") from None


def _drop(section: Section) -> Drop:
    drop = Drop(
        section.text("reason"), section.take("column", str, "") or "", section.texts("values"), section.texts("blank")
    )
    section.close()
    if bool(drop.column) == bool(drop.blank):
        raise section.error("expected either 'column' with 'values', or 'blank'")
    return drop


def _wide_history(top: Section) -> WideHistory | None:
    section = _section(top, "wide_history")
    if section is None:
        return None
    pattern = _pattern(section, "pattern", section.text("pattern"))
    if not {"kind", "year"} <= set(re.compile(pattern).groupindex):
        raise section.error("'pattern' lacks a group", "it needs (?P<kind>...) and (?P<year>...)")
    dates: Mapping[str, Any] = section.take("dates", dict, {}) or {}
    wide = WideHistory(
        pattern=pattern,
        kinds=_text_map(section, "kinds"),
        methods=_text_map(section, "methods"),
        parties=_text_map(section, "parties"),
        not_counted=frozenset(section.texts("not_counted")),
        dates=dates,
    )
    section.close()
    if not all(isinstance(day, dt.date) for day in dates.values()):
        raise section.error("'dates' holds something that is no day", "General_2016 = 2016-11-08, without quotes")
    return wide


def _check_names(top: Section, layout: Layout) -> None:
    """Every column that is used is one; nothing is both column and alias."""
    known = dict.fromkeys((*layout.columns, *layout.parameters))
    needed = [(f"fields.{name}", column) for name, spec in layout.fields.items() for column in spec.names()]
    needed += [("key", column) for column in layout.key]
    needed += [("optional", column) for column in layout.optional]
    needed += [("aliases", column) for column in layout.aliases.values()]
    needed += [("drop", column) for drop in layout.drops for column in (drop.column, *drop.blank) if column]
    for where, column in needed:
        if column not in known:
            raise top.error(
                f"{where} names the column {column!r}, which is not among 'columns'", nearest(column, known)
            )
    for name, spec in layout.fields.items():
        for source in spec.sources:
            if source.parameter and source.parameter not in layout.parameters:
                raise top.error(f"fields.{name} names the parameter {source.parameter!r}, which [parameters] lacks")
