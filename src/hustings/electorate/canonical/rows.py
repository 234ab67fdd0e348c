"""Which rows of a block go on: text trimmed, rows without a key set aside, people who must not be kept dropped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import polars as pl

from hustings.electorate.layouts import Drop, Layout
from hustings.electorate.layouts.parameters import check_parameters
from hustings.electorate.reading import RawBlock

_LONGEST_TEXT = 4000


@dataclass(frozen=True)
class BlockReport:
    """What happened to the rows of a block; every canonical block carries one.

    Attributes
    ----------
    line : pl.Series
        Line in the file (Int64, from 1) of each row of the block's first frame.
    rejected : pl.DataFrame
        Rows that cannot be used: ``file, line, column, reason, text``.
    dropped : dict[str, int]
        Reason to rows left at the door.
    unknown_codes : dict[tuple[str, str], int]
        (Canonical field or election column, code as in the file) to rows.
    warnings : dict[str, int]
        What was done about values that cannot be, to rows.
    """

    line: pl.Series
    rejected: pl.DataFrame
    dropped: dict[str, int]
    unknown_codes: dict[tuple[str, str], int]
    warnings: dict[str, int]


@dataclass
class Rows:
    """Rows of a block on their way, with all that is needed to read fields from them.

    Attributes
    ----------
    frame : pl.DataFrame
        Trimmed text columns of the rows that go on.
    line : pl.Series
        Their lines in the file.
    file : str
        Name of the file.
    layout : Layout
        How the file is laid out.
    given : dict[str, str]
        What the user said with ``--set``.
    rejected : pl.DataFrame
        Rows set aside so far.
    dropped, unknown_codes, warnings : Counter
        Counts so far.
    """

    frame: pl.DataFrame
    line: pl.Series
    file: str
    layout: Layout
    given: Mapping[str, str]
    rejected: pl.DataFrame
    dropped: Counter[str] = field(default_factory=Counter)
    unknown_codes: Counter[tuple[str, str]] = field(default_factory=Counter)
    warnings: Counter[str] = field(default_factory=Counter)

    def warn(self, what: str, rows: int) -> None:
        """Count rows for a warning; none is no warning."""
        if rows:
            self.warnings[what] += rows

    def keep(self, mask: pl.Series) -> None:
        """Go on with some of the rows."""
        if not mask.all():
            self.frame = self.frame.filter(mask)
            self.line = self.line.filter(mask)

    def set_aside(self, mask: pl.Series, column: str, reason: str) -> None:
        """Set rows aside, with the column at fault and the reason."""
        if not mask.any():
            return
        text = pl.concat_str(pl.all(), separator="\t", ignore_nulls=True).str.slice(0, _LONGEST_TEXT)
        apart = self.frame.filter(mask).select(
            file=pl.lit(self.file), line=self.line.filter(mask), column=pl.lit(column), reason=pl.lit(reason), text=text
        )
        self.rejected = self.rejected.vstack(apart).sort("line")
        self.keep(~mask)

    def report(self) -> BlockReport:
        """What happened to the rows."""
        return BlockReport(self.line, self.rejected, dict(self.dropped), dict(self.unknown_codes), dict(self.warnings))


def begin(block: RawBlock, layout: Layout, parameters: Mapping[str, str] | None) -> Rows:
    """Trim the text of a block and take out the rows that do not go on.

    Parameters
    ----------
    block : RawBlock
        As read.
    layout : Layout
        Its key and drop rules.
    parameters : Mapping[str, str] or None
        What the layout needs to be told.

    Raises
    ------
    ConfigError
        A parameter is missing or unknown.
    """
    given = dict(parameters or {})
    check_parameters(layout, given)
    frame = trimmed(block.frame, apart_from=layout.code_columns)
    rows = Rows(frame, block.line, block.file, layout, given, block.rejected.clear())
    for drop in layout.drops:
        marked = rows.frame.select(_drop_expression(drop)).to_series()
        if marked.any():
            rows.dropped[drop.reason] += int(marked.sum())
            rows.keep(~marked)
    for column in layout.key:
        rows.set_aside(rows.frame[column].is_null(), column, f"the key {column} is empty")
    return rows


def trimmed(frame: pl.DataFrame, *, apart_from: Collection[str] = ()) -> pl.DataFrame:
    """Text without blanks around it; text that is nothing but blanks is absent.

    Most columns of most files carry none: looking is cheaper than trimming.

    Parameters
    ----------
    frame : pl.DataFrame
        Text columns.
    apart_from : Collection[str]
        Columns that are left as they are.
    """
    filled = [s.name for s in frame.iter_columns() if s.name not in apart_from and s.null_count() < frame.height]
    # Nothing printed sorts before "!" but a blank.
    padded = _where(frame, filled, (pl.all() < "!") | pl.all().str.ends_with(" "))
    if not padded:
        return frame
    frame = frame.with_columns(pl.col(padded).str.strip_chars())
    blank = _where(frame, padded, pl.all() == "")
    return frame.with_columns(pl.when(pl.col(blank) != "").then(pl.col(blank))) if blank else frame


def _where(frame: pl.DataFrame, columns: list[str], fits: pl.Expr) -> list[str]:
    """Those of some columns in which any row fits."""
    if not columns:
        return []
    found = frame.select(columns).select(fits.any()).row(0)
    return [name for name, there in zip(columns, found, strict=True) if there]


def _drop_expression(drop: Drop) -> pl.Expr:
    if drop.column:
        return pl.col(drop.column).str.strip_chars().is_in(drop.values).fill_null(value=False)
    return pl.all_horizontal(pl.col(name).str.strip_chars("* ").fill_null("") == "" for name in drop.blank)
