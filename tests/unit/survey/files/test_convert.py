"""From raw values to interviews: what the codebook does not know is counted, named, or refused."""

from __future__ import annotations

import polars as pl
import pytest

from hustings.errors import InputError
from hustings.survey.files import convert, read_file_codebook, read_raw
from hustings.survey.files.convert import band_labels

BOOK = """
respondent = "id"
date = "2016-10-01"
[items.vote]
choices = [{ code = "ann", from = ["1", "Ann"] }, { code = "bob", from = ["2"] }]
missing = ["-9"]
"""


def load(tmp_path, rows, book=BOOK, name="w.csv"):
    path = tmp_path / name
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    toml = tmp_path / "book.toml"
    toml.write_text(book, encoding="utf-8")
    return convert(read_raw(path), read_file_codebook(toml))


def test_asked_not_asked_and_missing(tmp_path):
    """An empty cell was not asked; a missing value was asked and not answered."""
    converted = load(tmp_path, ["id,vote", "p1,1", "p2,2", "p3,", "p4,-9", "p5,Ann"])
    wide = converted.interviews.wide("vote")
    assert wide["vote"].to_list() == ["ann", "bob", None, None, "ann"]
    assert wide["asked_vote"].to_list() == [True, True, False, True, True]


def test_few_answers_outside_are_set_aside_and_many_refused(tmp_path):
    rows = [f"p{k},{1 + k % 2}" for k in range(98)]
    converted = load(tmp_path, ["id,vote", *rows, "x1,7", "x2,8"])
    assert converted.rejected.select("row", "respondent_id", "column", "value").rows() == [
        (100, "x1", "vote", "7"),
        (101, "x2", "vote", "8"),
    ]
    assert converted.interviews.respondents.height == 100
    odd = [f"x{k},7" for k in range(6)]
    with pytest.raises(InputError, match=r"6 of 104 answers to vote are outside the codebook: '7' \(6 times\)"):
        load(tmp_path, ["id,vote", *rows, *odd])
    with pytest.raises(InputError, match="2 of 2 answers"):
        load(tmp_path, ["id,vote", "a,7", "b,8"])


def test_a_respondent_twice_and_one_without_an_id(tmp_path):
    converted = load(tmp_path, ["id,vote", "p1,1", "p1,2", ",1", "p2,2,9"])
    assert converted.interviews.answers.select("respondent_id", "code").rows() == [("p1", "ann")]
    assert dict(converted.rejected.select("row", "reason").iter_rows()) == {
        3: "the same respondent again: the first record counts",
        4: "the record has no id",
        5: "the row has 3 values, the header has 2",
    }


def test_numbers_as_people_write_them(tmp_path):
    book = 'respondent = "id"\nweight = "w"\n[items.n]\nkind = "numeric"\nlow = 0\nhigh = 5000\n'
    book += 'choices = [{ code = "dk", label = "Do not know", from = ["DK"] }]\n'
    book = book.replace('weight = "w"\n', "")
    rows = [f"{k};40" for k in range(60)]
    converted = load(tmp_path, ["id;n", *rows, "a;3,5", "b;1,234", "c;2.5", "d;DK", "e;old", "f;inf", "g;-1"], book)
    wide = converted.interviews.wide("n").tail(7)
    assert wide["n"].to_list() == [3.5, 1234.0, 2.5, None, None, None, None]
    assert converted.rejected["value"].to_list() == ["old", "inf", "-1"]
    said = converted.interviews.answers.filter(pl.col("respondent_id") == "d")
    assert said["code"].to_list() == ["dk"]


def test_bands(tmp_path):
    assert band_labels((18.0, 30.0, 45.0)) == ["18-29", "30-44", "45+"]
    book = 'respondent = "id"\n[items.age]\nbins = [18, 30, 45]\n'
    rows = [f"p{k},{age}" for k, age in enumerate([18, 29, 30, 44, 45, 99] * 10)]
    converted = load(tmp_path, ["id,age", *rows, "child,17"], book)
    assert converted.interviews.wide("age")["age"].to_list()[:6] == ["18-29", "18-29", "30-44", "30-44", "45+", "45+"]
    assert converted.rejected["respondent_id"].to_list() == ["child"]
    assert converted.interviews.answers.height == 61


def test_columns_called_like_ours_are_the_files_own(tmp_path):
    """Names that reading uses itself must not swallow a question."""
    names = ["row", "reason", "value", "status", "variable", "code", "text"]
    book = 'respondent = "respondent"\n' + "".join(f"[items.{name}]\n" for name in names)
    book += '[items.q_id]\ncolumn = "respondent_id"\n'
    converted = load(tmp_path, [",".join(["respondent", *names, "respondent_id"]), "p1,a,b,c,d,e,f,g,h"], book)
    assert converted.interviews.wide().select(*names, "q_id").row(0) == tuple("abcdefgh")
    assert converted.interviews.respondents["respondent_id"].to_list() == ["p1"]
    with pytest.raises(InputError, match="question 'mode' has the name of a column"):
        load(tmp_path, ["id,mode", "a,1"], 'respondent = "id"\n[items.mode]\n')


def test_codes_without_labels_are_in_the_order_of_numbers(tmp_path):
    converted = load(tmp_path, ["id,q", "a,10", "b,9", "c,1", "d,x"], 'respondent = "id"\n[items.q]\n')
    assert [choice.code for choice in converted.interviews.codebook.item("q").choices] == ["1", "9", "10", "x"]


def test_endings_nobody_described_become_no_interview(tmp_path):
    book = BOOK + '[disposition]\ncolumn = "s"\ncodes = { done = "1.1", half = "1.2" }\n'
    converted = load(tmp_path, ["id,vote,s", "a,1,done", "b,1,half", "c,1,gone", "d,1,"], book)
    assert converted.interviews.respondents["disposition"].to_list() == ["1.1", "1.2"]
    assert converted.rejected["reason"].unique().to_list() == ["how the interview ended is not in the codebook"]


def test_which_value_means_chosen_is_asked_where_it_is_not_clear(tmp_path):
    rows = ["id,m1,m2", "a,1,2", "b,2,2", "c,1,1", "d,,"]
    book = 'respondent = "id"\n[items.m]\ncolumns = ["m1", "m2"]\n'
    with pytest.raises(InputError, match="which of them means"):
        load(tmp_path, rows, book)
    converted = load(tmp_path, rows, book + 'chosen = "1"\n')
    assert converted.interviews.answers.select("respondent_id", "code").rows() == [
        ("a", "1"),
        ("b", None),
        ("c", "1"),
        ("c", "2"),
    ]


@pytest.mark.parametrize("weight", ["0", "-1", "", "heavy"])
def test_weights_that_are_none_stop(tmp_path, weight):
    book = BOOK.replace("[items", 'weight = "w"\n[items')
    with pytest.raises(InputError, match=r"row 3, column 'w'.*no number above 0"):
        load(tmp_path, ["id,vote,w", "a,1,1,".rstrip(","), f"b,2,{weight}"], book)


def test_dates(tmp_path):
    book = BOOK.replace('date = "2016-10-01"', 'date = "day"')
    converted = load(tmp_path, ["id,vote,day", "a,1,2016-10-03", "b,1,10/4/2016 9:00"], book)
    assert [f"{day}" for day in converted.interviews.respondents["field_date"]] == ["2016-10-03", "2016-10-04"]
    with pytest.raises(InputError, match=r"dates that cannot be read, like '3\.10\.2016'"):
        load(tmp_path, ["id,vote,day", "a,1,3.10.2016"], book)
    read = load(tmp_path, ["id,vote,day", "a,1,3.10.2016"], 'date_format = "%d.%m.%Y"\n' + book)
    assert f"{read.interviews.respondents['field_date'][0]}" == "2016-10-03"


def test_a_column_that_is_not_there_names_the_nearest(tmp_path):
    with pytest.raises(InputError, match="did you mean 'vota'"):
        load(tmp_path, ["id,vota", "a,1"])


def test_words_stay_verbatim(tmp_path):
    said = '😡 f*** \'em, "all" — ärgerlich'
    quoted = '"' + said.replace('"', '""') + '"'
    converted = load(tmp_path, ["id,why", f"a,{quoted}"], 'respondent = "id"\n[items.why]\nkind = "open"\n')
    assert converted.interviews.answers["text"][0] == said


def test_decipher(tmp_path):
    rows = [
        "record,uuid,date,markers,status,vlist,qtime,Q1,Q5r1,Q5r2",
        "1,u1,10/01/2016 09:00,,3,1,300.5,1,1,0",
        "2,u2,10/01/2016 09:10,,4,1,100,2,0,0",
        "3,u3,10/01/2016 09:10,,1,1,10,,,",
        "4,u4,10/01/2016 09:10,,7,1,10,,,",
    ]
    raw = read_raw_of(tmp_path, rows)
    assert raw.kind == "decipher"
    assert raw.sets == {"Q5": {"Q5r1": "1", "Q5r2": "2"}}
    from hustings.survey.files import guess_codebook

    converted = load(tmp_path, rows, guess_codebook(raw))
    people = converted.interviews.respondents
    assert people["disposition"].to_list() == ["1.1", "1.2", "4.7"]
    assert people["seconds"][0] == 300.5
    assert converted.rejected["respondent_id"].to_list() == ["u4"]
    several = converted.interviews.wide("Q5")
    assert several["Q5"].to_list() == [["1"], [], None]


def read_raw_of(tmp_path, rows):
    path = tmp_path / "w.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return read_raw(path)
