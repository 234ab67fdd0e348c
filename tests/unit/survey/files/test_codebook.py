"""The TOML codebook: each mistake is one line that names the key and the nearest."""

from __future__ import annotations

import pytest

from hustings.errors import ConfigError
from hustings.survey.files import list_codebooks, read_file_codebook

VOTE = 'respondent = "id"\n[items.vote]\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("respondent = ", "Invalid value"),
        ("[items.vote]\n", "respondent is missing"),
        ('respondent = "id"\n', "no questions"),
        ('respondent = "id"\nitems = 3\n', "items is 3, expected a table"),
        ('respondent = "id"\nitems.vote = "x"\n', "items.vote is 'x', expected a table"),
        ('respondant = "id"\n', r"unknown key respondant \(did you mean respondent\?\)"),
        ('population = "adults"\n' + VOTE, "population is 'adults'"),
        (VOTE + 'colum = "x"\n', r"unknown key items.vote.colum \(did you mean items.vote.column\?\)"),
        (VOTE + 'kind = "singel"\n', r"items.vote.kind is 'singel' \(did you mean single\?\)"),
        (VOTE + 'role = "votes"\n', r"items.vote.role is 'votes' \(did you mean vote\?\)"),
        (VOTE + 'column = "a"\ncolumns = ["b", "c"]\n', "items.vote has column and columns"),
        (VOTE + "columns = []\n", "items.vote.columns is empty"),
        (VOTE + 'columns = ["a", "b"]\nkind = "single"\n', "'single' with 2 columns"),
        (VOTE + 'low = "18"\n', "items.vote.low is '18', expected a number"),
        (VOTE + "bins = [18, 18]\n", "items.vote.bins must rise"),
        (VOTE + 'bins = ["x"]\n', "items.vote.bins is .*expected numbers"),
        (VOTE + "bins = [nan]\n", "items.vote.bins must rise"),
        (VOTE + 'choices = ["a"]\n', "items.vote.choices is no list of tables"),
        (VOTE + 'choices = [{ label = "A" }]\n', "items.vote has a choice without a code"),
        (VOTE + 'choices = [{ code = "1", lable = "A" }]\n', "did you mean items.vote.choices.label"),
        (VOTE + 'choices = [{ code = "1", meaning = "dk" }]\n', "items.vote.choices.meaning is 'dk'"),
        (VOTE + 'choices = [{ code = "1", score = "high" }]\n', "items.vote.choices.score is 'high'"),
        (VOTE + 'holds = "code"\n', "did you mean codes"),
        (VOTE + '[voter]\nsystm = "van"\n', "did you mean voter.system"),
        (VOTE + '[voter]\ncolumn = "VANID"\n', "voter.system is missing"),
        (VOTE + '[disposition]\ncolum = "status"\n', "did you mean disposition.column"),
        (VOTE + '[disposition]\ncolumn = "status"\n', "disposition needs a column and codes"),
        (VOTE + '[disposition]\ncolumn = "s"\ncodes = { "1" = "complete" }\n', "disposition.codes.1 is 'complete'"),
    ],
)
def test_mistakes(tmp_path, text, said):
    path = tmp_path / "book.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=said) as caught:
        read_file_codebook(path)
    assert "\n" not in str(caught.value)
    assert "book.toml" in str(caught.value)


def test_a_file_that_is_not_there_names_the_shipped_ones(tmp_path):
    with pytest.raises(ConfigError, match="cces-2016"):
        read_file_codebook(tmp_path / "none.toml")


def test_shipped_codebooks_are_read():
    assert list_codebooks() == ["cces-2016"]
    book = read_file_codebook("cces-2016")
    assert {one.item.role for one in book.items} >= {"vote", "likely_to_vote", "party_id"}


def test_values_are_the_texts_of_the_raw_file(tmp_path):
    path = tmp_path / "book.toml"
    path.write_text(
        VOTE + 'choices = [{ code = 1, from = [1.0, true, "A"] }]\nmissing = [99.0, -1]\nmap = { b = [2, 3] }\n',
        encoding="utf-8",
    )
    one = read_file_codebook(path).items[0]
    assert one.sources == {"1": "1", "A": "1", "2": "b", "3": "b"}
    assert one.missing == ("99", "-1")
    assert [choice.code for choice in one.item.choices] == ["1", "b"]
