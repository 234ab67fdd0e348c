"""The Excel book: an index, how it was made, toplines, and a sheet for each question with its banners."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import polars as pl

from hustings.errors import ConfigError, StoreError
from hustings.survey.books.banner import TOTAL
from hustings.survey.books.stub import MEAN, NET
from hustings.survey.books.tabulate import SMALL_BASE, SMALLEST_BASE, Tabulation
from hustings.survey.codebook import Codebook, Item

INDEX, METHOD, TOPLINES = "Index", "Method", "Toplines"
_INK, _QUIET, _LINE, _BAND = "#1a1a1a", "#666666", "#c8c8c8", "#f2f2ee"
_AS_TEXT = {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}
"""A wording that begins with = is a wording."""
_SHARE = '[=0]"—";[<0.005]"*";0%'
COLUMNS_A_PAGE = 18
"""Of a wide book, on paper."""
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
    small_mean: Any
    points: Any
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
        Question and code -> earlier waves' names, which sort by day, and shares, for the toplines.

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
        with xlsxwriter.Workbook(beside, _AS_TEXT) as workbook:
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
    for sheet in workbook.worksheets():
        sheet.hide_gridlines(2)
        sheet.set_paper(1)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
        sheet.set_footer(f"&L{title.replace('&', '&&')[:120]}, &A&RPage &P of &N")
        if sheet.get_name() in {INDEX, METHOD, TOPLINES}:
            sheet.fit_to_pages(1, 0)
        else:
            sheet.set_landscape()


def _formats(workbook: Any) -> _Formats:  # noqa: ANN401
    plain = {"font_name": "Calibri", "font_size": 11, "font_color": _INK, "valign": "vcenter"}

    def made(**more: Any) -> Any:  # noqa: ANN401
        return workbook.add_format({**plain, **more})

    head = {"align": "center", "text_wrap": True, "bottom": 1, "bottom_color": _LINE}
    return _Formats(
        title=made(bold=True, font_size=14, text_wrap=True),
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
        percent=made(num_format=_SHARE, align="right"),
        mean=made(num_format="0.00", align="right"),
        mark=made(font_color="#9a3412", font_size=9, align="right", valign="top"),
        small=made(num_format=_SHARE, align="right", italic=True, font_color=_QUIET),
        small_mean=made(num_format="0.00", align="right", italic=True, font_color=_QUIET),
        points=made(num_format="0.0", align="right", font_color=_QUIET),
        absent=made(font_color=_QUIET, align="right"),
    )


def _sheet_names(questions: Sequence[str]) -> dict[str, str]:
    """Names that Excel takes: 31 characters, none of its marks, each once whatever the case."""
    # Excel keeps "History" for itself.
    taken = {INDEX.lower(), METHOD.lower(), TOPLINES.lower(), "history"}
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
        sheet.write(row, 1, book.item(question).shown, formats.label)
        sheet.write(row, 2, parts[question].filter(pl.col("banner") == TOTAL)["n_unweighted"].max(), formats.base)
    sheet.freeze_panes(6, 0)


def _method(
    sheet: Any,  # noqa: ANN401
    formats: _Formats,
    tabulation: Tabulation,
    title: str,
    about: Sequence[tuple[str, str]],
) -> None:
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
    waves = sorted({name for found in previous.values() for name, _ in found}, reverse=True)
    sheet.set_column(0, 0, 64)
    sheet.set_column(1, 2 + len(waves), 12)
    sheet.write(0, 0, title, formats.title)
    row = 2
    for question, part in parts.items():
        item = book.item(question)
        total = part.filter(pl.col("banner") == TOTAL)
        sheet.write(row, 0, item.shown, formats.net)
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
                mean = one["code"] == MEAN
                half = (one["high"] - one["low"]) / 2
                sheet.write_number(row, 2, half if mean else 100 * half, formats.mean if mean else formats.points)
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
    head = 3
    sheet.set_column(0, 0, 44)
    titles = {TOTAL: "", **{banner.name: banner.title for banner in tabulation.banners}}
    column = 1
    for name, group in groupby(part.to_dicts(), key=lambda cell: str(cell["banner"])):
        cells = list(group)
        width = len({cell["column"] for cell in cells})
        if column == 1:
            _stub(sheet, formats, head, cells[::width])
        _heading(sheet, formats, head, column, titles[name], width)
        for k in range(width):
            _column(sheet, formats, head, column + k, cells[k::width])
        column += width
    last = head + 6 + 2 * part.filter(pl.col("banner") == TOTAL).height
    # Text runs over empty cells only: what is longer than the page is wide is wrapped over its columns.
    across = max(min(column - 1, 9), 2)
    for row, said, style in (
        (0, item.shown, formats.title),
        (1, f"{item.name}. Base: {_base(item)}", formats.quiet),
        (last + 1, _footnote(tabulation), formats.quiet),
    ):
        sheet.merge_range(row, 0, row, across, said, style)
        sheet.set_row(row, (20 if row == 0 else 16) * math.ceil(len(said) / (30 + 8 * across)))
    sheet.write_url(2, 0, f"internal:'{INDEX}'!A1", formats.link, "Index")
    sheet.set_column(1, column - 1, 11)
    sheet.set_row(head + 1, 45)
    sheet.freeze_panes(head + 6, 2)
    sheet.repeat_rows(head, head + 5)
    sheet.repeat_columns(0, 1)
    sheet.fit_to_pages(math.ceil(column / COLUMNS_A_PAGE), 0)


def _footnote(tabulation: Tabulation) -> str:
    return (
        "Column percentages of the weighted base, don't know and no answer kept; * less than half a percent, — none. Letters: "
        "above that column of the same banner, upper case at 95 %, lower case at 90 %; many comparisons: "
        f"{_CORRECTED[tabulation.correction]}. Under {SMALLEST_BASE} interviews not shown or tested, under {SMALL_BASE} grey "
        "italics."
    )


def _stub(sheet: Any, formats: _Formats, head: int, cells: Sequence[dict[str, Any]]) -> None:  # noqa: ANN401
    """Labels of the rows."""
    sheet.write(head, 0, "", formats.banner)
    for offset, said in enumerate(("Interviews", "Weighted base", "Effective base"), head + 3):
        sheet.write(offset, 0, said, formats.base)
    for k, cell in enumerate(cells):
        sheet.write(head + 6 + 2 * k, 0, cell["label"], formats.net if cell["code"].startswith(NET) else formats.label)


def _heading(sheet: Any, formats: _Formats, row: int, column: int, title: str, width: int) -> None:  # noqa: ANN401
    if width > 1:
        sheet.merge_range(row, column, row, column + width - 1, title, formats.banner)
    else:
        sheet.write(row, column, title, formats.banner)


def _column(sheet: Any, formats: _Formats, head: int, column: int, cells: Sequence[dict[str, Any]]) -> None:  # noqa: ANN401
    """One group: its head, letter and bases, then its cells."""
    # Rows of a mean have a base of their own; the column's is that of its first answer.
    first = cells[0]
    sheet.write_string(head + 1, column, first["column"], formats.head)
    sheet.write_string(head + 2, column, first["letter"] or "", formats.letter)
    for offset, key in enumerate(("n_unweighted", "n_weighted", "n_effective"), head + 3):
        sheet.write_number(offset, column, first[key], formats.base)
    for k, cell in enumerate(cells):
        _cell(sheet, formats, head + 6 + 2 * k, column, cell)
        if cell["higher_than"]:
            sheet.write_string(head + 7 + 2 * k, column, cell["higher_than"], formats.mark)


def _cell(sheet: Any, formats: _Formats, row: int, column: int, cell: dict[str, Any]) -> None:  # noqa: ANN401
    """One number, always in full: formats show * below half a percent and — for none. In words where the base is too small."""
    share, small = cell["estimate"], cell["flag"] == "small"
    if share is None:
        sheet.write_string(row, column, f"n<{SMALLEST_BASE}", formats.absent)
    elif cell["code"] == MEAN:
        sheet.write_number(row, column, share, formats.small_mean if small else formats.mean)
    else:
        sheet.write_number(row, column, share, formats.small if small else formats.percent)
