"""The Excel book: an index, how it was made, toplines, and a sheet for each question with its banners."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from hustings.errors import ConfigError, StoreError
from hustings.survey.books.stub import MEAN, NET
from hustings.survey.books.tabulate import SMALL_BASE, SMALLEST_BASE, TOTAL, Tabulation
from hustings.survey.codebook import Codebook, Item

INDEX, METHOD, TOPLINES = "Index", "Method", "Toplines"
_INK, _QUIET, _LINE, _BAND = "#1a1a1a", "#666666", "#c8c8c8", "#f2f2ee"
_CORRECTED = {
    "none": "no correction for many comparisons: of 20 true equalities one is expected to be lettered",
    "bonferroni": "Bonferroni within each row of a banner",
    "fdr": "Benjamini-Hochberg within each question and banner",
}


@dataclass(frozen=True)
class _Formats:
    """Cell formats of the book."""

    title: Any
    text: Any
    wrapped: Any
    quiet: Any
    link: Any
    banner: Any
    head: Any
    letter: Any
    label: Any
    net: Any
    base: Any
    percent: Any
    mean: Any
    mark: Any
    small: Any
    absent: Any


def write_book(
    tabulation: Tabulation,
    book: Codebook,
    path: Path,
    *,
    title: str,
    about: Sequence[tuple[str, str]],
    made: dt.date,
    previous: Mapping[tuple[str, str], Sequence[tuple[str, float]]] | None = None,
) -> None:
    """Write the book.

    Parameters
    ----------
    tabulation : Tabulation
    book : Codebook
    path : Path
    title : str
    about : sequence of (str, str)
        What the method sheet says: name and value.
    made : date
        The day it was made: goes into the file's properties, so that the same numbers give the same bytes.
    previous : mapping, optional
        Question and code -> earlier waves' names and shares, latest first, for the toplines.

    Raises
    ------
    ConfigError
        The library that writes Excel is not installed.
    StoreError
        The file cannot be written.
    """
    try:
        import xlsxwriter
    except ImportError as err:
        raise ConfigError("Excel books need a library", hint="pip install 'hustings[survey]'") from err
    beside = path.with_name(f".{path.name}.writing")
    try:
        with xlsxwriter.Workbook(beside, {"constant_memory": False, "strings_to_numbers": False}) as workbook:
            workbook.set_properties({"title": title, "created": dt.datetime.combine(made, dt.time())})
            _write(workbook, tabulation, book, title, about, previous or {})
        beside.replace(path)
    except (OSError, xlsxwriter.exceptions.XlsxWriterException) as err:
        raise StoreError(f"cannot write {path}: {err}") from err
    finally:
        beside.unlink(missing_ok=True)


def _write(
    workbook: Any,  # noqa: ANN401 (the library's)
    tabulation: Tabulation,
    book: Codebook,
    title: str,
    about: Sequence[tuple[str, str]],
    previous: Mapping[tuple[str, str], Sequence[tuple[str, float]]],
) -> None:
    formats = _formats(workbook)
    questions = tabulation.estimates["question"].unique(maintain_order=True).to_list()
    sheets = _sheet_names(questions)
    parts = {str(key[0]): part for key, part in tabulation.estimates.group_by("question", maintain_order=True)}
    index = workbook.add_worksheet(INDEX)
    _method(workbook.add_worksheet(METHOD), formats, tabulation, title, about)
    _toplines(workbook.add_worksheet(TOPLINES), formats, book, parts, title, previous)
    _index(index, formats, book, parts, sheets, title)
    for question in questions:
        _question(workbook.add_worksheet(sheets[question]), formats, book.item(question), parts[question], tabulation)


def _formats(workbook: Any) -> _Formats:  # noqa: ANN401
    plain = {"font_name": "Calibri", "font_size": 11, "font_color": _INK, "valign": "vcenter"}

    def made(**more: Any) -> Any:  # noqa: ANN401
        return workbook.add_format({**plain, **more})

    head = {"align": "center", "text_wrap": True, "bottom": 1, "bottom_color": _LINE}
    return _Formats(
        title=made(bold=True, font_size=14),
        text=made(),
        wrapped=made(text_wrap=True, valign="top"),
        quiet=made(font_color=_QUIET, text_wrap=True, valign="top"),
        link=made(font_color="#1f5fa8", underline=1),
        banner=made(bold=True, align="left", bg_color=_BAND, bottom=1, bottom_color=_LINE),
        head=made(**head),
        letter=made(align="center", font_color=_QUIET, bottom=2, bottom_color=_LINE),
        label=made(text_wrap=True),
        net=made(bold=True, text_wrap=True),
        base=made(font_color=_QUIET, num_format="#,##0", align="right"),
        percent=made(num_format="0%", align="right"),
        mean=made(num_format="0.00", align="right"),
        mark=made(font_color="#9a3412", font_size=9, align="right", valign="top"),
        small=made(num_format="0%", align="right", italic=True, font_color=_QUIET),
        absent=made(font_color=_QUIET, align="right"),
    )


def _sheet_names(questions: Sequence[str]) -> dict[str, str]:
    """Names that Excel takes: 31 characters, none of its marks, each once whatever the case."""
    taken = {INDEX.lower(), METHOD.lower(), TOPLINES.lower()}
    names: dict[str, str] = {}
    for question in questions:
        plain = re.sub(r"[\[\]:*?/\\']", "_", question)[:31]
        name, k = plain, 1
        while name.lower() in taken:
            k += 1
            name = f"{plain[: 31 - len(str(k)) - 1]}~{k}"
        taken.add(name.lower())
        names[question] = name
    return names


def _index(
    sheet: Any,  # noqa: ANN401
    formats: _Formats,
    book: Codebook,
    parts: Mapping[str, pl.DataFrame],
    sheets: Mapping[str, str],
    title: str,
) -> None:
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 84)
    sheet.set_column(2, 2, 12)
    sheet.write(0, 0, title, formats.title)
    for row, (name, said) in enumerate(
        ((METHOD, "How the numbers were made"), (TOPLINES, "All questions, everybody")), 2
    ):
        sheet.write_url(row, 0, f"internal:'{name}'!A1", formats.link, name)
        sheet.write(row, 1, said, formats.text)
    for column, said in enumerate(("Question", "Wording", "Asked")):
        sheet.write(5, column, said, formats.banner)
    for row, (question, name) in enumerate(sheets.items(), 6):
        sheet.write_url(row, 0, f"internal:'{name}'!A1", formats.link, question)
        sheet.write(row, 1, book.item(question).wording, formats.label)
        sheet.write(row, 2, parts[question].filter(pl.col("banner") == TOTAL)["n_unweighted"].max(), formats.base)
    sheet.freeze_panes(6, 0)


def _method(
    sheet: Any,  # noqa: ANN401
    formats: _Formats,
    tabulation: Tabulation,
    title: str,
    about: Sequence[tuple[str, str]],
) -> None:
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 100)
    sheet.write(0, 0, title, formats.title)
    said = [
        *about,
        (
            "Percentages",
            "of the weighted base: everybody in the column who was asked; don't know and no answer are kept",
        ),
        ("Cells", "* less than half a percent; — none"),
        (
            "Significance",
            (
                "a cell lists the letters of the columns of its banner that it is above: upper case at 95 %, lower case at "
                "90 %; two-sided, with the design's covariance, so right for weights and for columns that share people"
            ),
        ),
        ("Many comparisons", _CORRECTED[tabulation.correction]),
        (
            "Small bases",
            f"fewer than {SMALLEST_BASE} interviews: not shown and not tested; fewer than {SMALL_BASE}: in grey italics",
        ),
    ]
    for row, (name, value) in enumerate(said, 2):
        sheet.write(row, 0, name, formats.wrapped)
        sheet.write(row, 1, value, formats.wrapped)


def _toplines(
    sheet: Any,  # noqa: ANN401
    formats: _Formats,
    book: Codebook,
    parts: Mapping[str, pl.DataFrame],
    title: str,
    previous: Mapping[tuple[str, str], Sequence[tuple[str, float]]],
) -> None:
    """All questions of everybody, one under the other, with the waves before."""
    waves = list(dict.fromkeys(name for found in previous.values() for name, _ in found))
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 64)
    sheet.set_column(1, 2 + len(waves), 12)
    sheet.write(0, 0, title, formats.title)
    row = 2
    for question, part in parts.items():
        item = book.item(question)
        total = part.filter(pl.col("banner") == TOTAL)
        sheet.write(row, 0, item.wording, formats.net)
        for k, name in enumerate(("Share", "± 95 %", *waves), 1):
            sheet.write(row, k, name, formats.head)
        interviews, effective = _largest(total, "n_unweighted"), _largest(total, "n_effective")
        base = f"Base: {_base(item)}; {interviews:,.0f} interviews, effective {effective:,.0f}"
        sheet.write(row + 1, 0, base, formats.quiet)
        row += 2
        for one in total.to_dicts():
            sheet.write(row, 0, one["label"], formats.net if one["code"].startswith(NET) else formats.label)
            _cell(sheet, formats, row, 1, one)
            if one["estimate"] is not None:
                half = (one["high"] - one["low"]) / 2
                said = f"{half:.2f}" if one["code"] == MEAN else f"{100 * half:.1f}"
                sheet.write(row, 2, said, formats.absent)
            earlier = dict(previous.get((question, one["code"]), ()))
            for k, name in enumerate(waves, 3):
                if name in earlier:
                    sheet.write_number(row, k, earlier[name], formats.mean if one["code"] == MEAN else formats.percent)
            row += 1
        row += 1
    sheet.freeze_panes(1, 1)


def _largest(part: pl.DataFrame, name: str) -> float:
    return float(part[name].to_numpy().max())


def _base(item: Item) -> str:
    return item.base or "everybody"


def _question(sheet: Any, formats: _Formats, item: Item, part: pl.DataFrame, tabulation: Tabulation) -> None:  # noqa: ANN401
    """One question: banners side by side, bases, then each answer with its letters below."""
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 44)
    sheet.write(0, 0, item.wording, formats.title)
    sheet.write(1, 0, f"{item.name}. Base: {_base(item)}", formats.quiet)
    sheet.write_url(1, 2, f"internal:'{INDEX}'!A1", formats.link, "Index")
    rows = part.filter(pl.col("banner") == TOTAL).select("code", "label").rows()
    head = 3
    for offset, said in enumerate(("Interviews", "Weighted base", "Effective base"), head + 3):
        sheet.write(offset, 0, said, formats.base)
    sheet.write(head, 0, "", formats.banner)
    for k, (code, label) in enumerate(rows):
        sheet.write(head + 6 + 2 * k, 0, label, formats.net if code.startswith(NET) else formats.label)
    column = 1
    titles = {TOTAL: "", **{banner.name: banner.title for banner in tabulation.banners}}
    for name, title in titles.items():
        cells = part.filter(pl.col("banner") == name)
        groups = cells["column"].unique(maintain_order=True).to_list()
        _heading(sheet, formats, head, column, title, len(groups))
        for group in groups:
            _column(sheet, formats, head, column, cells.filter(pl.col("column") == group).to_dicts())
            column += 1
    sheet.set_column(1, column, 11)
    sheet.set_row(head + 1, 45)
    sheet.freeze_panes(head + 6, 2)


def _heading(sheet: Any, formats: _Formats, row: int, column: int, title: str, width: int) -> None:  # noqa: ANN401
    if width > 1:
        sheet.merge_range(row, column, row, column + width - 1, title, formats.banner)
    else:
        sheet.write(row, column, title, formats.banner)


def _column(sheet: Any, formats: _Formats, head: int, column: int, cells: Sequence[dict[str, Any]]) -> None:  # noqa: ANN401
    """One group: its head, letter and bases, then its cells."""
    # Rows of a mean have a base of their own; the column's is that of its first answer.
    first = cells[0]
    sheet.write(head + 1, column, first["column"], formats.head)
    sheet.write(head + 2, column, first["letter"] or "", formats.letter)
    for offset, key in enumerate(("n_unweighted", "n_weighted", "n_effective"), head + 3):
        sheet.write_number(offset, column, first[key], formats.base)
    for k, cell in enumerate(cells):
        _cell(sheet, formats, head + 6 + 2 * k, column, cell)
        if cell["higher_than"]:
            sheet.write(head + 7 + 2 * k, column, cell["higher_than"], formats.mark)


def _cell(sheet: Any, formats: _Formats, row: int, column: int, cell: dict[str, Any]) -> None:  # noqa: ANN401
    """One number: a percentage, a mean, * below half a percent, — for none, blank where the base is too small."""
    share = cell["estimate"]
    if share is None:
        sheet.write(row, column, "n<30", formats.absent)
    elif cell["code"] == MEAN:
        sheet.write_number(row, column, share, formats.mean)
    elif share == 0:
        sheet.write(row, column, "—", formats.absent)
    elif share < 0.005:
        sheet.write(row, column, "*", formats.absent)
    else:
        sheet.write_number(row, column, share, formats.small if cell["flag"] == "small" else formats.percent)
