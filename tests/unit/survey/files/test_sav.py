"""SPSS files: written by pyreadstat, read by us; what the file says of its values survives."""

from __future__ import annotations

import polars as pl
import pytest

from hustings.errors import InputError
from hustings.survey.files import convert, guess_codebook, read_file_codebook, read_raw
from made_files import with_sets, write_plain_sav


@pytest.fixture
def sav(tmp_path):
    return write_plain_sav(tmp_path / "wave.sav")


def loaded(path, book_text, tmp_path):
    book = tmp_path / "book.toml"
    book.write_text(book_text, encoding="utf-8")
    return convert(read_raw(path), read_file_codebook(book))


def codes(converted, question):
    rows = converted.interviews.answers.filter(pl.col("question") == question)
    return dict(rows.group_by("respondent_id", maintain_order=True).agg("code").iter_rows())


def test_values_wordings_and_labels_are_as_written(sav):
    raw = read_raw(sav)
    assert raw.kind == "spss"
    assert raw.rows["vote"].to_list() == ["1", "2", "10", "99", "1", None]
    assert raw.rows["region"].to_list() == ["N", "S", "N", "S", None, "N"]
    assert raw.wordings["vote"] == "Whom would you vote for?"
    assert raw.labels["vote"]["99"] == "Don't know"
    assert raw.labels["region"] == {"N": "North", "S": "South", "W": "West"}
    assert {name: set(values) for name, values in raw.missing.items()} == {
        "vote": {"99"},
        "age": {"998", "999"},
        "second": {"9"},
    }


def test_the_guess_loads_its_own_file(sav, tmp_path):
    converted = loaded(sav, guess_codebook(read_raw(sav)), tmp_path)
    assert converted.rejected.is_empty()
    book = converted.interviews.codebook
    # Codes in the order of numbers, not of letters; the label tells what is no opinion.
    assert [choice.code for choice in book.item("vote").choices] == ["1", "2", "10", "99"]
    assert book.item("vote").by_code["99"].meaning == "dont_know"
    # A label that nobody chose stays; values without labels between labelled ends are choices too.
    assert "W" in book.item("region").by_code
    assert [choice.code for choice in book.item("warm").choices] == ["1", "4", "5", "7", "10"]
    # Declared missing: with a label it is an answer of its kind, without it is none.
    age = codes(converted, "age")
    assert age["a2"] == ["999"]
    assert age["a5"] == [None]
    assert book.item("age").by_code["999"].meaning == "refused"


def test_many_ages_with_one_label_are_numbers(tmp_path):
    import pandas as pd
    import pyreadstat

    ages = [*range(20, 60), 999]
    path = tmp_path / "ages.sav"
    rows = pd.DataFrame({"id": [f"p{k}" for k in range(41)], "age": [float(age) for age in ages]})
    pyreadstat.write_sav(rows, str(path), variable_value_labels={"age": {999.0: "Refused"}})
    converted = loaded(path, guess_codebook(read_raw(path)), tmp_path)
    assert converted.interviews.codebook.item("age").kind == "numeric"
    values = converted.interviews.wide("age")["age"]
    assert values.drop_nulls().to_list() == [float(age) for age in range(20, 60)]
    assert codes(converted, "age")["p40"] == ["999"]


def test_multiple_response_sets(sav, tmp_path):
    """$done: dichotomies counted at 1 (2 is "no"); $issues: each column holds the code of an answer."""
    with_sets(sav, "$done=D1 1 4 Done M1 M2\n$issues=C 6 Issues FIRST SECOND\n")
    raw = read_raw(sav)
    assert raw.sets == {"done": {"m1": "1", "m2": "2"}, "issues": {"first": "1", "second": "2"}}
    converted = loaded(sav, guess_codebook(raw), tmp_path)
    assert codes(converted, "done") == {"a1": ["1"], "a2": [None], "a3": ["1", "2"], "a4": ["2"], "a5": ["1"]}
    assert codes(converted, "issues") == {
        "a1": ["3", "1"],
        "a2": ["1"],
        "a3": ["2", "3"],
        "a4": ["1", "2"],
        "a5": ["3"],
        "a6": ["1"],
    }
    assert converted.interviews.codebook.item("issues").by_code["3"].label == "War"


def test_half_a_file_is_refused(sav):
    data = sav.read_bytes()
    for cut in (10, len(data) // 2, len(data) - 20):
        sav.write_bytes(data[:cut])
        with pytest.raises(InputError, match=r"SPSS|records"):
            read_raw(sav)


def test_bytes_that_end_the_library_s_process_are_an_error_of_ours(tmp_path):
    """One byte of a variable's record, found by turning bytes at random: the library does not come back from it."""
    import pandas as pd
    import pyreadstat

    path = tmp_path / "turned.sav"
    rows = pd.DataFrame({"id": [f"r{k}" for k in range(40)], "a": [1.0 + k % 3 for k in range(40)], "b": ["x y"] * 40})
    pyreadstat.write_sav(rows, path, variable_value_labels={"a": {1: "Yes", 2: "No", 3: "DK"}})
    damaged = bytearray(path.read_bytes())
    damaged[213] = 240
    path.write_bytes(damaged)
    with pytest.raises(InputError, match=r"damaged|no whole SPSS file"):
        read_raw(path)
