"""Tables that people edit: what spreadsheets do to them, and every mistake by its place."""

from __future__ import annotations

import pytest

from hustings.errors import InputError
from hustings.store.edited import nearest, read_edited
from hustings.tables.contract import Column, Table

TABLE = Table(
    name="things",
    file="things.csv",
    row="one thing",
    key=("unit",),
    columns=(
        Column("unit", "text", "", "Where."),
        Column("cap_dollars", "float", "dollars", "Most.", nullable=True),
        Column("north", "float", "-90-90", "How far north."),
        Column("lead", "float", "logit", "Any number."),
        Column("effect", "float", "1-", "At least 1."),
    ),
)
HEAD = "unit,cap,north,lead,effect\n"


def read(tmp_path, data, **how):
    file = tmp_path / "things.csv"
    file.write_bytes(data if isinstance(data, bytes) else data.encode())
    return read_edited(file, TABLE, **how)


def test_what_spreadsheets_write(tmp_path):
    text = 'Unit;cap_dollars;north;lead;effect\r\nÅ;"$1,000";-45;-2;1\r\nB;;0;1.5;2\r\n;;;;\r\n'
    for data in (text.encode("utf-8-sig"), text.encode("cp1252"), text.encode("utf-16")):
        assert read(tmp_path, data).rows() == [("Å", 1000.0, -45.0, -2.0, 1.0), ("B", None, 0.0, 1.5, 2.0)]


def test_other_columns_only_where_they_may_stand(tmp_path):
    text = HEAD.replace("unit", "unit,note") + "A,mine,5,1,1,1\n"
    assert read(tmp_path, text, others=True).columns == TABLE.column_names
    with pytest.raises(InputError, match="no column 'note'"):
        read(tmp_path, text)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("A,,91,0,1\n", r"row 2, column 'north': found '91', above 90"),
        ("A,,-90.5,0,1\n", r"row 2, column 'north': found '-90.5', below -90"),
        ("A,-5,0,0,1\n", r"row 2, column 'cap_dollars': found '-5', below 0"),
        ("A,5,0,0,.9\n", r"row 2, column 'effect': found '.9', below 1"),
        ("A,5,0,inf,1\n", r"row 2, column 'lead': found 'inf', not a number"),
        ("A,5,0,0,1\n\nB,5,0,0,1\n", r"row 3: is an empty row"),
        ("A,5,0,0,1,7\n", r"row 2: has 6 cells, the header 5"),
        ("A,5,0,0,1\nA,5,0,0,1\n", r"row 3: a second row of unit A"),
        ("", "has no rows.*expected: unit, cap_dollars"),
    ],
)
def test_mistakes_are_said_with_their_place(tmp_path, rows, said):
    with pytest.raises(InputError, match=said):
        read(tmp_path, HEAD + rows)


def test_the_nearest_word_in_any_case():
    assert nearest("dor", ["mail", "door"]) == "did you mean door?"
    assert nearest("wi", ["MI", "WI"]) == "did you mean WI?"
    assert nearest("Phone", ["phone", "phone_paid"]) == "did you mean phone?"
    assert nearest("xyz", ["a", "b"]) == "one of: a, b"
    assert nearest("x", []) == ""
