"""Qualtrics: three header rows, values and labels, several answers over columns, previews."""

from __future__ import annotations

import polars as pl
import pytest

from hustings.errors import InputError
from hustings.survey.files import convert, guess_codebook, read_file_codebook, read_raw
from made_files import QUALTRICS_BOOK, QUALTRICS_HEADER, QUALTRICS_LABELS, QUALTRICS_VALUES


def load(tmp_path, text, book=QUALTRICS_BOOK, encoding="utf-8"):
    path = tmp_path / "export.csv"
    path.write_bytes(text.encode(encoding))
    toml = tmp_path / "book.toml"
    toml.write_text(book, encoding="utf-8")
    return convert(read_raw(path), read_file_codebook(toml))


def answers(converted, question):
    rows = converted.interviews.answers.filter(pl.col("question") == question)
    return rows.select("respondent_id", "code", "text").rows()


def test_values(tmp_path):
    converted = load(tmp_path, QUALTRICS_VALUES)
    people = converted.interviews.respondents
    assert people["respondent_id"].to_list() == ["R_1", "R_2", "R_3"]
    assert people["disposition"].to_list() == ["1.1", "1.2", "2.12"]
    assert people["seconds"].to_list() == [330.0, 120.0, 60.0]
    assert people["started_at"][0] == "2016-10-01T09:00:00"
    assert f"{people['field_date'][0]}" == "2016-10-01"
    assert converted.rejected.select("row", "respondent_id", "reason").rows() == [
        (7, "R_4", "a preview or test of the questionnaire"),
        (8, "R_5", "marked as spam"),
    ]
    book = converted.interviews.codebook
    assert book.item("vote").wording == "If the election\nwere today?"
    assert book.item("done").wording == "What have you done?"
    assert book.item("done").by_code["2"].label == "Given money"
    assert answers(converted, "done") == [("R_1", "1", None), ("R_1", "7", None), ("R_2", "2", None)]
    assert answers(converted, "why") == [("R_1", None, "because")]


def test_labels_give_the_same_codes(tmp_path):
    converted = load(tmp_path, QUALTRICS_LABELS)
    assert answers(converted, "vote") == [("R_1", "1", None), ("R_2", "2", None)]
    assert answers(converted, "done") == [("R_1", "1", None), ("R_1", "7", None), ("R_2", "2", None)]
    assert converted.interviews.respondents["disposition"].to_list() == ["1.1", "1.2"]
    assert converted.interviews.respondents["started_at"].to_list() == ["2016-10-01T09:00:00", "2016-10-01T09:10:00"]


def test_the_tab_separated_export_is_utf_16(tmp_path):
    text = QUALTRICS_VALUES.replace('"If the election\nwere today?"', "Vote").replace(",", "\t")
    text = text.replace('""ImportId""', '""ImportId""')
    converted = load(tmp_path, text, encoding="utf-16")
    assert answers(converted, "vote")[0] == ("R_1", "1", None)


def test_several_answers_in_one_column(tmp_path):
    """Codes with commas between; labels that hold commas themselves; the same answer twice."""
    text = 'id,q\n1,"1,3"\n2,"Jobs, wages and trade,Health care"\n3,"Health care,3"\n4,\n5,"3,War"\n'
    book = """
    respondent = "id"
    [items.issues]
    column = "q"
    kind = "multiple"
    choices = [
        { code = "1", label = "Jobs, wages and trade" }, { code = "2", label = "Health care" }, { code = "3", label = "War" },
    ]
    """
    converted = load(tmp_path, text, book)
    assert [row[:2] for row in answers(converted, "issues")] == [
        ("1", "1"),
        ("1", "3"),
        ("2", "1"),
        ("2", "2"),
        ("3", "2"),
        ("3", "3"),
        ("5", "3"),
    ]


def test_the_guess_loads_its_own_file(tmp_path):
    for text in (QUALTRICS_VALUES, QUALTRICS_LABELS):
        path = tmp_path / "export.csv"
        path.write_text(text, encoding="utf-8")
        book = guess_codebook(read_raw(path))
        converted = load(tmp_path, text, book)
        kinds = {item.name: item.kind for item in converted.interviews.codebook.items}
        assert kinds == {"Q5": "multiple", "Q1": "single", "Q5_7_TEXT": "open", "Q9": "single"}
        assert answers(converted, "Q5")[0][:2] == ("R_1", "1")


def test_header_rows_that_differ_are_refused(tmp_path):
    first, _, rest = QUALTRICS_HEADER.partition("\n")
    path = tmp_path / "export.csv"
    path.write_text(f"{first}\nonly one\n{rest.rpartition(chr(10) + chr(34))[2]}", encoding="utf-8")
    lines = QUALTRICS_HEADER.splitlines()
    path.write_text("\n".join([lines[0], "one,two", lines[-1], "a,b"]) + "\n", encoding="utf-8")
    with pytest.raises(InputError, match="three header rows"):
        read_raw(path)
