"""The first codebook of a file: it parses and loads its own file, whatever the columns are called."""

from __future__ import annotations

import pytest

from hustings.survey.files import convert, guess_codebook, read_file_codebook, read_raw
from hustings.survey.files.labels import in_order, meaning_of


def loaded(tmp_path, text):
    path = tmp_path / "w.csv"
    path.write_text(text, encoding="utf-8")
    toml = tmp_path / "book.toml"
    toml.write_text(guess_codebook(read_raw(path)), encoding="utf-8")
    return convert(read_raw(path), read_file_codebook(toml))


def test_strange_names_and_values(tmp_path):
    text = 'nr,Q 1,Q-1,über,1a,"say ""x""",empty\n1,😀,b\x7f,"two\nlines",x,"C:\\dir",\n2,y,c,z,y,q,\n'
    converted = loaded(tmp_path, text)
    names = [item.name for item in converted.interviews.codebook.items]
    assert names == ["Q_1", "Q_1_2", "ber", "q_1a", "say_x"]
    first = converted.interviews.wide().row(0, named=True)
    assert [first[name] for name in names] == ["😀", "b\x7f", "two\nlines", "x", "C:\\dir"]


def test_numbers_words_and_choices(tmp_path):
    rows = "".join(f"{k},{k + 20},{k % 3},sentence number {k}\n" for k in range(40))
    converted = loaded(tmp_path, f"caseid,age,few,why\n{rows}")
    assert {item.name: item.kind for item in converted.interviews.codebook.items} == {
        "age": "numeric",
        "few": "single",
        "why": "open",
    }


def test_order_of_codes():
    assert in_order(["10", "b", "9", "-1", "a", "2.5"]) == ["-1", "2.5", "9", "10", "a", "b"]


@pytest.mark.parametrize(
    ("label", "meaning"),
    [
        ("Don’t know", "dont_know"),
        ("I'm not sure", "dont_know"),
        ("Refused", "refused"),
        ("Prefer not to say", "refused"),
        ("Somebody else", "other"),
        ("None of these", "none"),
        ("Donald", ""),
        ("Nonetheless", ""),
        ("Otherwise", ""),
        ("North", ""),
    ],
)
def test_meanings(label, meaning):
    assert meaning_of(label) == meaning
