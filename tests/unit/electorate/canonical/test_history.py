import datetime as dt

import pytest

from hustings.electorate.canonical import to_history
from hustings.electorate.canonical.schema import ELECTION_KINDS, HISTORY
from hustings.electorate.layouts import layout_for, load_layout
from hustings.electorate.reading import read_blocks


def read(tmp_path, layout, text, **how):
    path = tmp_path / "history.txt"
    path.write_text(text, encoding="latin-1")
    (block,) = read_blocks(path, layout, parameters=how.get("parameters"))
    return to_history(block, layout, **how)


def nc(tmp_path, *rows):
    """(election_lbl, election_desc, voting_method, voted_party_cd) rows of voter EH1 of Wake, voting in Wake."""
    layout = layout_for("nc-2022", "history")
    lines = ["\t".join(layout.columns)]
    for label, desc, method, party in rows:
        cells = ["92", "WAKE", "000012345678", label, desc, method, party, "", "01", "PCT 01", "EH1", "92", "WAKE"]
        lines.append("\t".join([*cells, "01", "VTD 01"]))
    return read(tmp_path, layout, "\n".join(lines) + "\n")


def test_a_vote_in_north_carolina(tmp_path):
    block = nc(tmp_path, ("11/08/2016", "11/08/2016 GENERAL", "ABSENTEE ONESTOP", "DEM"))
    assert dict(block.history.schema) == HISTORY
    assert block.history.to_dicts() == [
        {
            "source_id": "EH1", "state": "NC", "county": "WAKE", "election_date": dt.date(2016, 11, 8),
            "election_kind": "general", "election_label": "11/08/2016 GENERAL", "method": "early", "counted": True,
            "ballot_party": "DEM",
        }
    ]  # fmt: skip
    assert block.line.to_list() == [2]


@pytest.mark.parametrize(
    ("reported", "method", "counted"),
    [
        ("ABSENTEE BY MAIL", "mail", True),
        ("EARLY VOTING IN-PERSON", "early", True),
        ("EARLY VOTING CURBSIDE", "curbside", True),
        ("ELECTION DAY IN-PERSON", "election day", True),
        ("IN-PERSON", "election day", True),
        ("PROVISIONAL", "provisional", True),
        ("TRANSFER", "transfer", True),
        ("ELIGIBLE DID NOT VOTE", "unknown", False),
        ("", "unknown", True),
    ],
)
def test_methods_of_north_carolina(tmp_path, reported, method, counted):
    block = nc(tmp_path, ("11/08/2016", "11/08/2016 GENERAL", reported, ""))
    assert block.history.select("method", "counted").row(0) == (method, counted)
    assert block.unknown_codes == {}


def test_a_method_never_seen_is_kept_and_counted(tmp_path):
    block = nc(tmp_path, ("11/08/2016", "11/08/2016 GENERAL", "BY DRONE", ""))
    assert block.history["method"].to_list() == ["BY DRONE"]
    assert block.unknown_codes == {("method", "BY DRONE"): 1}


@pytest.mark.parametrize(
    ("description", "kind"),
    [
        ("11/08/2016 GENERAL", "general"),
        ("03/15/2016 PRIMARY", "primary"),
        ("06/07/2016 CONGRESSIONAL PRIMARY", "primary"),
        ("02/25/2020 PRESIDENTIAL PREFERENCE PRIMARY", "presidential primary"),
        ("07/17/2012 SECOND PRIMARY", "runoff"),
        ("11/07/2017 MUNICIPAL", "municipal"),
        ("09/10/2019 SPECIAL", "special"),
        ("11/06/2018 something else", "other"),
    ],
)
def test_kinds_of_election(tmp_path, description, kind):
    block = nc(tmp_path, (description[:10], description, "IN-PERSON", ""))
    assert block.history["election_kind"].to_list() == [kind]
    assert kind in ELECTION_KINDS


def test_a_row_whose_day_cannot_be_read_is_set_aside(tmp_path):
    good = ("11/08/2016", "11/08/2016 GENERAL", "IN-PERSON", "")
    block = nc(tmp_path, good, ("11/38/2016", "x", "IN-PERSON", ""), ("", "x", "IN-PERSON", ""), good)
    assert block.line.to_list() == [2, 5]
    assert block.history.height == 2
    assert block.rejected.select("line", "column").rows() == [(3, "election_date"), (4, "election_lbl")]


def test_the_same_vote_under_an_old_and_a_new_label_stays_twice(tmp_path):
    rows = [("11/08/2016", "11/08/2016 GENERAL", method, "DEM") for method in ("ABSENTEE ONESTOP", "EARLY VOTING")]
    assert nc(tmp_path, *rows).history["method"].to_list() == ["early", "early"]


@pytest.mark.parametrize(
    ("code", "method", "counted"),
    [
        ("Y", "election day", True), ("A", "mail", True), ("E", "early", True), ("B", "mail", False),
        ("P", "provisional", False), ("F", "provisional", True), ("Z", "provisional", True), ("N", "unknown", False),
    ],
)  # fmt: skip
def test_codes_of_florida(tmp_path, code, method, counted):
    block = read(tmp_path, load_layout("fl-history"), f"DAD\t100000001\t08/28/2018\tPRI\t{code}\n")
    columns = ["source_id", "county", "election_date", "election_kind", "method", "counted"]
    assert block.history.select(columns).row(0) == (
        "100000001", "MIAMI-DADE", dt.date(2018, 8, 28), "primary", method, counted,
    )  # fmt: skip


def test_an_election_type_never_seen_is_other_and_counted(tmp_path):
    block = read(tmp_path, load_layout("fl-history"), "DAD\t1\t08/28/2018\tXXX\tY\n")
    assert block.history["election_kind"].to_list() == ["other"]
    assert block.unknown_codes == {("election_kind", "XXX"): 1}


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        ("11/08/2016", "general"),
        ("8/2/2016", "primary"),
        ("05/24/2016", "presidential primary"),
        ("02/09/2016", "special"),
        ("2016-11-08", "general"),
    ],
)
@pytest.mark.parametrize("header", [True, False])
def test_washington_tells_the_kind_by_the_day(tmp_path, day, kind, header):
    layout = load_layout("wa-history")
    text = f"77|KI|PI|WA000123456|{day}\n"
    block = read(tmp_path, layout, ("|".join(layout.columns) + "\n" if header else "") + text)
    assert block.history.select("source_id", "county", "election_kind", "method").row(0) == (
        "WA000123456", "PIERCE", kind, "mail",
    )  # fmt: skip


def test_a_marked_register(tmp_path):
    given = {
        "authority": "Leeds", "register_date": "2016-12-01", "election_date": "2017-06-08",
        "election": "UK Parliament general election",
    }  # fmt: skip
    text = "Elector Number Prefix,Elector Number,Elector Number Suffix,Mark\nAB1,0042,0,P\nAB1,43,,\n"
    block = read(tmp_path, load_layout("uk-marked-register"), text, parameters=given)
    assert block.history.select("source_id", "election_date", "election_kind", "method").rows() == [
        ("Leeds/2016-12-01/AB1-0042/0", dt.date(2017, 6, 8), "general", "mail"),
        ("Leeds/2016-12-01/AB1-43/", dt.date(2017, 6, 8), "general", "unknown"),
    ]
    assert block.history["election_label"].to_list() == ["UK Parliament general election"] * 2


def test_a_list_under_our_own_names(tmp_path):
    text = "source_id,state,election_date,counted\n007,NC,2016-11-08,yes\n008,NC,2016-11-08,no\n"
    block = read(tmp_path, load_layout("simple-history"), text)
    assert block.history.select("source_id", "election_kind", "election_label", "method", "counted").rows() == [
        ("007", "other", "2016-11-08", "unknown", True),
        ("008", "other", "2016-11-08", "unknown", False),
    ]


def test_a_history_with_a_column_per_election(tmp_path):
    mine = tmp_path / "wide.toml"
    mine.write_text(
        'extends = "oh-swvf"\nname = "wide"\nkind = "history"\nreplaces = ["columns", "fields", "drop"]\n'
        'columns = ["SOS_VOTERID"]\n[fields]\nsource_id = "SOS_VOTERID"\nstate = { constant = "OH" }\n',
        encoding="utf-8",
    )
    block = read(tmp_path, load_layout(mine), "SOS_VOTERID,GENERAL-11/08/2016,PRIMARY-03/15/2016\nOH1,X,R\nOH2,,D\n")
    assert block.history.select("source_id", "election_kind", "ballot_party").rows() == [
        ("OH1", "general", None),
        ("OH1", "primary", "REP"),
        ("OH2", "primary", "DEM"),
    ]
