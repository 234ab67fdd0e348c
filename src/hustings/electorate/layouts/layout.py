"""What a layout says: how one kind of file from one source is laid out, and what its columns mean here."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

KINDS = ("voters", "history", "early-votes", "contacts", "consumer")
"""What a file can hold."""


@dataclass(frozen=True)
class Source:
    """One way to come to the text of a field; exactly one of the first five says how.

    Attributes
    ----------
    column : str
        A column of the file.
    join : tuple[str, ...]
        Several columns; their filled cells with `between` in between.
    template : str
        Text with ``{column or parameter}`` in it, for ids put together of parts.
    constant : str
        The same text in every row.
    parameter : str
        What the user gave with ``--set``.
    extract : str
        Regular expression with one group, applied to the text; no match makes it absent.
    between : str
        What stands between joined cells.
    """

    column: str = ""
    join: tuple[str, ...] = ()
    template: str = ""
    constant: str = ""
    parameter: str = ""
    extract: str = ""
    between: str = " "

    @property
    def template_parts(self) -> tuple[str, ...]:
        """Names within the braces of `template`."""
        return tuple(re.findall(r"\{([^{}]+)\}", self.template))


@dataclass(frozen=True)
class Field:
    """How a canonical field comes from the columns of the file.

    Attributes
    ----------
    sources : tuple[Source, ...]
        The first one that is not empty counts.
    codes : Mapping[str, str]
        Code in the file to canonical value. A code not listed is kept as itself and counted.
    known : frozenset[str]
        Values that are kept as they are without being counted as unknown.
    otherwise : str
        What a code not listed becomes, for fields with a closed list of values; it is counted all the same.
    contains : tuple[tuple[str, str], ...]
        Text within the value, and what the field then is; the first that fits counts, capitals or not.
    dates : tuple[str, ...]
        Formats (``strptime``) of a date field; those of the layout when empty.
    months, days : Mapping
        For a field that follows from a date: month (1-12) or single day to value; days go first.
    absent : frozenset[str]
        For a yes-or-no field: the values that mean no.
    upper : bool
        Whether the value is put in capitals, so that sources that write names otherwise agree.
    age : str
        For the birth year: column with the age, used where no year is given.
    age_at_year_end : bool
        Whether that is the age on 31 December of the file's year, or on the day of the file.
    provenance : str
        For consumer attributes: "observed" or "modelled"; empty elsewhere.
    """

    sources: tuple[Source, ...]
    codes: Mapping[str, str] = field(default_factory=dict)
    known: frozenset[str] = frozenset()
    otherwise: str = ""
    contains: tuple[tuple[str, str], ...] = ()
    dates: tuple[str, ...] = ()
    months: Mapping[int, str] = field(default_factory=dict)
    days: Mapping[dt.date, str] = field(default_factory=dict)
    absent: frozenset[str] = frozenset()
    upper: bool = False
    age: str = ""
    age_at_year_end: bool = False
    provenance: str = ""

    def names(self) -> tuple[str, ...]:
        """Columns and parameters that the field needs."""
        found: list[str] = [self.age] if self.age else []
        for source in self.sources:
            found += [source.column] if source.column else []
            found += [*source.join, *source.template_parts]
        return tuple(dict.fromkeys(found))


@dataclass(frozen=True)
class Drop:
    """Rows that are left at the door, and why: people whose data must not be kept.

    Attributes
    ----------
    reason : str
        Under which they are counted.
    column : str
        Column that marks them, with one of `values`.
    values : tuple[str, ...]
        The marks.
    blank : tuple[str, ...]
        Or: columns that are all blank (or hold only asterisks) in their rows.
    """

    reason: str
    column: str = ""
    values: tuple[str, ...] = ()
    blank: tuple[str, ...] = ()


@dataclass(frozen=True)
class WideHistory:
    """Columns that each stand for one election, one cell per voter.

    Attributes
    ----------
    pattern : str
        Regular expression for the column's name with groups ``kind``, ``year`` and, where known, ``month``, ``day``.
    kinds : Mapping[str, str]
        Text of the group ``kind`` to canonical election kind.
    methods : Mapping[str, str]
        Cell to method of voting; any other filled cell is a vote of unknown method.
    parties : Mapping[str, str]
        Cell (or, where cells are longer, the cell) to the party of the ballot, for primaries.
    not_counted : frozenset[str]
        Cells that mean "did not vote".
    dates : Mapping[str, dt.date]
        Day of an election whose column names only its year; generals of US federal years are known.
    """

    pattern: str
    kinds: Mapping[str, str]
    methods: Mapping[str, str] = field(default_factory=dict)
    parties: Mapping[str, str] = field(default_factory=dict)
    not_counted: frozenset[str] = frozenset()
    dates: Mapping[str, dt.date] = field(default_factory=dict)


@dataclass(frozen=True)
class Layout:
    """How one kind of file from one source is laid out, in one period.

    Attributes
    ----------
    name, title : str
        What it is called, and in words.
    kind : str
        One of `KINDS`.
    country : str
        Two letters.
    state : str or None
        Two letters of the state that issues the file; None where the file says it row by row.
    encoding : str
        Of files that carry no mark of their own; "utf-8", "latin-1", "windows-1252".
    delimiters : tuple[str, ...]
        What stands between cells; several are tried on the first line.
    quote : str
        Quotation mark around cells; empty when the source uses none.
    header : str
        "yes", "no" or "maybe": whether the first line names the columns.
    columns : tuple[str, ...]
        All columns, in order.
    optional : frozenset[str]
        Those that a file may lack.
    ignore : tuple[str, ...]
        Regular expressions for further columns that are known and not read.
    aliases : Mapping[str, str]
        Other name of a column to its name here.
    key : tuple[str, ...]
        Columns that tell rows apart.
    dates : tuple[str, ...]
        Formats of dates (``strptime``).
    coverage : str
        "full": who is not in the file is gone; "changes": the file adds to earlier ones.
    id_system : str
        Whose ids `source_id` holds: "state", "van", "dwid", "lal".
    valid_from, valid_to : date or None
        First and last day on which the source published this layout.
    permitted_use : str
        What the law or the contract allows, in one sentence.
    file_names : tuple[str, ...]
        Patterns (``fnmatch``) that tell the right members of an archive or folder.
    skip_folders : tuple[str, ...]
        Patterns of folders that are none of it.
    date_in_name : str
        Regular expression with the groups ``year``, ``month``, ``day`` for the date in the name of a file.
    parameters : Mapping[str, str]
        What the user has to give with ``--set``, and what it is.
    siblings : Mapping[str, str]
        Other kind of file of the same source to the layout that reads it.
    fields : Mapping[str, Field]
        Canonical field to where it comes from.
    drops : tuple[Drop, ...]
        Rows left at the door.
    wide_history : WideHistory or None
        Columns that hold one election each.
    file : str
        Where the layout was read from, for messages.
    """

    name: str
    title: str
    kind: str
    country: str
    state: str | None
    columns: tuple[str, ...]
    fields: Mapping[str, Field]
    permitted_use: str
    encoding: str = "utf-8"
    delimiters: tuple[str, ...] = (",",)
    quote: str = '"'
    header: str = "yes"
    optional: frozenset[str] = frozenset()
    ignore: tuple[str, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)
    key: tuple[str, ...] = ()
    dates: tuple[str, ...] = ("%Y-%m-%d",)
    coverage: str = "full"
    id_system: str = "state"
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    file_names: tuple[str, ...] = ()
    skip_folders: tuple[str, ...] = ()
    date_in_name: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    siblings: Mapping[str, str] = field(default_factory=dict)
    drops: tuple[Drop, ...] = ()
    wide_history: WideHistory | None = None
    file: str = ""

    @cached_property
    def used_columns(self) -> tuple[str, ...]:
        """Columns that the fields, the key and the drop rules need, in the order of `columns`."""
        needed = set(self.key)
        for spec in self.fields.values():
            needed.update(spec.names())
        for drop in self.drops:
            needed.update((drop.column, *drop.blank))
        return tuple(column for column in self.columns if column in needed)

    @cached_property
    def code_columns(self) -> frozenset[str]:
        """Columns in use that hold nothing but codes: looked up value by value, they need no trimming."""
        coded: set[str] = set()
        other = {*self.key, *(column for drop in self.drops for column in drop.blank)}
        for spec in self.fields.values():
            (coded if spec.codes or spec.known else other).update(spec.names())
        return frozenset(coded - other)

    def election_columns(self, names: Iterable[str]) -> tuple[str, ...]:
        """Those of a file's columns that hold one election each."""
        if self.wide_history is None:
            return ()
        pattern = re.compile(self.wide_history.pattern)
        return tuple(name for name in names if name not in self.columns and pattern.search(name))
