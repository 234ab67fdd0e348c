import datetime as dt

import pytest

from hustings.electorate.canonical import to_early_votes
from hustings.electorate.canonical.schema import EARLY_VOTES
from hustings.electorate.layouts import layout_for
from hustings.electorate.reading import read_blocks

LAYOUT = layout_for("nc-2022", "early-votes")
COLUMNS = (
    "county_desc", "ncid", "ballot_req_type", "ballot_request_party", "ballot_req_dt", "ballot_send_dt",
    "ballot_rtn_dt", "ballot_rtn_status",
)  # fmt: skip


def read(tmp_path, *rows):
    path = tmp_path / "absentee_20161101.csv"
    path.write_text("\n".join(",".join(f'"{cell}"' for cell in row) for row in (COLUMNS, *rows)), encoding="latin-1")
    (block,) = read_blocks(path, LAYOUT)
    return to_early_votes(block, LAYOUT)


def test_an_early_vote(tmp_path):
    row = ("WAKE", "EH1", "ONE-STOP", "DEM", "10/20/2016", "10/20/2016", "10/20/2016", "ACCEPTED")
    block = read(tmp_path, row)
    day = dt.date(2016, 10, 20)
    assert dict(block.early_votes.schema) == EARLY_VOTES
    assert block.early_votes.to_dicts() == [
        {
            "source_id": "EH1", "state": "NC", "election_date": None, "requested_on": day, "sent_on": day,
            "returned_on": day, "method": "early", "ballot_status": "accepted", "ballot_party": "DEM",
        }
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("sent", "returned", "reported", "status"),
    [
        ("", "", "", "requested"),
        ("10/01/2016", "", "", "sent"),
        ("10/01/2016", "10/20/2016", "ACCEPTED - CURED", "accepted"),
        ("10/01/2016", "10/20/2016", "SPOILED", "spoiled"),
        ("10/01/2016", "10/20/2016", "WITNESS INFO INCOMPLETE", "rejected"),
        ("10/01/2016", "10/20/2016", "EATEN", "EATEN"),
    ],
)
def test_how_a_mail_ballot_stands(tmp_path, sent, returned, reported, status):
    block = read(tmp_path, ("WAKE", "EH1", "MAIL", "", "09/20/2016", sent, returned, reported))
    assert block.early_votes.select("method", "ballot_status").row(0) == ("mail", status)
    assert block.unknown_codes == ({("ballot_status", "EATEN"): 1} if status == "EATEN" else {})


def test_a_voter_may_have_several_ballots(tmp_path):
    rows = [("WAKE", "EH1", "MAIL", "", "09/20/2016", "", "", status) for status in ("SPOILED", "ACCEPTED")]
    assert read(tmp_path, *rows).early_votes["ballot_status"].to_list() == ["spoiled", "accepted"]
