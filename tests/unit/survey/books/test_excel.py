"""The book read back: every number is the table's."""

from __future__ import annotations

import datetime as dt
import re

import openpyxl
import polars as pl
import pytest

from hustings.errors import StoreError
from hustings.survey.books import make_banners, tabulate, write_book
from hustings.survey.books.excel import _sheet_names
from hustings.survey.codebook import Choice, Item
from hustings.survey.weighting import unweighted
from made_answers import AGE, ISSUES, KEEN, VOTE, interviews, some

ODD = Item(
    "a_question.with_a_name_that_is_longer_than_a_sheet",
    "single",
    "Odd & <b>?",
    (Choice("y", "=1+1"), Choice("n", "http://x")),
)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A book of four questions and an odd one: its numbers, codebook and file."""
    found = some(240)
    table = found.wide().with_columns(
        pl.Series(ODD.name, ["y", "n"] * 120), pl.lit(value=True).alias(f"asked_{ODD.name}")
    )
    book = interviews({"vote": ["a"]}, items=(VOTE, KEEN, ISSUES, AGE, ODD)).codebook
    made = tabulate(table, book, unweighted(table), make_banners(table, book, ["vote", "sex*age_group", "issues"]))
    path = tmp_path_factory.mktemp("book") / "book.xlsx"
    write(made, book, path)
    return made, book, path


def write(made, book, path):
    previous = {("vote", "a"): [("2016-09-30", 0.44), ("2016-09-29", 0.41)]}
    about = [("Survey", "made up"), ("Source", "=cmd|' /C calc'!A0")]
    write_book(made, book, path, title="Fish & Chips", about=about, made=dt.date(2016, 10, 1), previous=previous)


@pytest.fixture(scope="module")
def sheets(made):
    return openpyxl.load_workbook(made[2])


def test_every_number_is_the_table_s(made, sheets):
    estimates, seen = made[0].estimates, 0
    for (question,), part in estimates.group_by("question", maintain_order=True):
        sheet = sheets[_sheet_names(estimates["question"].unique(maintain_order=True).to_list())[str(question)]]
        column = 2
        for (_, _), cells in part.group_by("banner", "column", maintain_order=True):
            assert sheet.cell(5, column).value == cells["column"][0]
            assert (sheet.cell(6, column).value or None) == cells["letter"][0]
            bases = [sheet.cell(row, column).value for row in (7, 8, 9)]
            assert bases == pytest.approx([cells[name][0] for name in ("n_unweighted", "n_weighted", "n_effective")])
            for k, one in enumerate(cells.to_dicts()):
                assert sheet.cell(10 + 2 * k, 1).value == one["label"]
                shown = sheet.cell(10 + 2 * k, column).value
                assert shown == ("n<30" if one["estimate"] is None else pytest.approx(one["estimate"], rel=1e-14))
                assert (sheet.cell(11 + 2 * k, column).value or "") == one["higher_than"]
                seen += 1
            column += 1
        assert sheet.cell(5, column).value is None
    assert seen == estimates.height


def test_toplines_hold_shares_errors_and_earlier_waves(made, sheets):
    rows = [[cell.value for cell in row] for row in sheets["Toplines"].iter_rows()]
    at = next(k for k, row in enumerate(rows) if row[0] == VOTE.wording)
    assert rows[at][1:5] == ["Share", "± 95 %", "2016-09-30", "2016-09-29"]
    total = made[0].estimates.filter((pl.col("question") == "vote") & (pl.col("banner") == "total")).row(0, named=True)
    assert rows[at + 2][:2] == ["Ames", pytest.approx(total["estimate"])]
    assert rows[at + 2][2] == pytest.approx(50 * (total["high"] - total["low"]))
    assert rows[at + 2][3:5] == [0.44, 0.41]
    assert "240 interviews" in rows[at + 1][0]


def test_sheets_can_be_read_and_printed(made, sheets):
    assert sheets.sheetnames[:4] == ["Index", "Method", "Toplines", "vote"]
    for sheet in sheets:
        assert sheet.page_setup.fitToHeight == 0
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
    vote = sheets["vote"]
    assert vote.freeze_panes == "C10"
    assert vote.page_setup.orientation == "landscape"
    assert (vote.print_title_rows, vote.print_title_cols) == ("$4:$9", "$A:$B")
    assert max(one.width for one in vote.column_dimensions.values()) < 60
    last = [cell.value for cell in vote["A"] if cell.value][-1]
    assert "no correction for many comparisons" in last
    assert "&&" in vote.oddFooter.left.text or "Fish && Chips" in str(vote.oddFooter.left.text)


def test_the_index_leads_to_every_sheet(sheets):
    targets = {cell.hyperlink.location for row in sheets["Index"].iter_rows() for cell in row if cell.hyperlink}
    assert {re.sub(r"^'(.*)'!A1$", r"\1", one) for one in targets} == set(sheets.sheetnames) - {"Index"}


def test_words_stay_words(sheets):
    """Nothing that begins with = or http is a formula or link."""
    cells = [cell for sheet in sheets for row in sheet.iter_rows() for cell in row]
    assert [cell for cell in cells if cell.data_type == "f"] == []
    assert {"=1+1", "http://x", "=Which matter?", "=cmd|' /C calc'!A0"} <= {cell.value for cell in cells}


def test_the_same_numbers_are_the_same_bytes(made, tmp_path):
    write(made[0], made[1], tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == made[2].read_bytes()


def test_names_of_sheets():
    long = "x" * 31
    found = _sheet_names(["History", "index", "a[b]:c*d?/\\'", long + "1", long + "2", "VOTE", "vote"])
    assert list(found.values()) == ["History~2", "index~2", "a_b__c_d____", long, "x" * 29 + "~2", "VOTE", "vote~2"]


def test_a_folder_that_is_not_there(made, tmp_path):
    with pytest.raises(StoreError, match="cannot write"):
        write(made[0], made[1], tmp_path / "nowhere" / "book.xlsx")
