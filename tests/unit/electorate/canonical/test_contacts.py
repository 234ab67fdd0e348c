import datetime as dt

import pytest

from hustings.electorate.canonical import to_contacts
from hustings.electorate.canonical.schema import CONTACTS, RESULTS
from hustings.electorate.layouts import load_layout
from hustings.electorate.reading import read_blocks

HISTORY = load_layout("van-contact-history")


def read(tmp_path, layout, rows):
    """An export as the tool makes it: TAB text in UTF-16 under the name of a spreadsheet."""
    path = tmp_path / "export.xls"
    path.write_bytes("\r\n".join("\t".join(row) for row in rows).encode("utf-16"))
    (block,) = read_blocks(path, layout)
    return to_contacts(block, layout)


def contact(**said):
    row = {
        "Voter File VANID": "100200", "Contact Name": "Núñez, Ana", "Date Canvassed": "9/24/2016",
        "Result": "Canvassed", "Contact Type": "Walk", "Canvassed By": "Doe, John",
    } | said  # fmt: skip
    return [row.get(name, "") for name in HISTORY.columns]


def test_a_conversation(tmp_path):
    block = read(tmp_path, HISTORY, [HISTORY.columns, contact()])
    assert dict(block.contacts.schema) == CONTACTS
    assert block.contacts.to_dicts() == [
        {
            "id_system": "van", "source_id": "100200", "contacted_on": dt.date(2016, 9, 24), "contact_type": "door",
            "result": "completed", "result_reported": "Canvassed", "canvasser": "Doe, John", "question": None,
            "answer": None,
        }
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("reported", "result"),
    [
        ("Not Home", "attempted"),
        ("Refused", "refused"),
        ("Moved", "deceased_moved"),
        ("Deceased", "deceased_moved"),
        ("Wrong Number", "bad_contact"),
        ("Disconnected", "bad_contact"),
        ("Language Barrier", "reached"),
        ("Left Message", "attempted"),
    ],
)
def test_results_in_normal_form(tmp_path, reported, result):
    block = read(tmp_path, HISTORY, [HISTORY.columns, contact(Result=reported)])
    assert block.contacts.select("result", "result_reported").row(0) == (result, reported)
    assert block.unknown_codes == {}


def test_every_result_that_the_layout_knows_is_of_the_normal_form():
    assert set(HISTORY.fields["result"].codes.values()) <= set(RESULTS)


def test_a_result_never_seen_is_an_attempt_and_counted(tmp_path):
    block = read(tmp_path, HISTORY, [HISTORY.columns, contact(Result="Abducted"), contact(Result="")])
    assert block.contacts.select("result", "result_reported").rows() == [("attempted", "Abducted"), ("attempted", "")]
    assert block.unknown_codes == {("result", "Abducted"): 1}


def test_a_day_with_an_hour_and_one_that_is_none(tmp_path):
    rows = [contact(**{"Date Canvassed": day}) for day in ("09/24/2016 2:05:00 PM", "2016-09-24T14:05:00", "soon")]
    block = read(tmp_path, HISTORY, [HISTORY.columns, *rows])
    assert block.contacts["contacted_on"].to_list() == [dt.date(2016, 9, 24)] * 2
    assert block.rejected.select("line", "column").rows() == [(4, "contacted_on")]


def test_answers_to_a_question(tmp_path):
    layout = load_layout("van-survey-responses")
    row = ["100200", "Núñez, Ana", "09/24/2016", "1 - Strong support", "Support", "Candidate", "Doe, John", "Phone"]
    block = read(tmp_path, layout, [layout.columns, row])
    columns = ["contact_type", "result", "result_reported", "question", "answer"]
    assert block.contacts.select(columns).row(0) == (
        "phone", "completed", "Survey Response", "Support", "1 - Strong support",
    )  # fmt: skip
