"""Every layout has the columns that its office publishes, and the same people as the truth."""

from __future__ import annotations

import csv
import zipfile
from pathlib import Path

import polars as pl
import pytest

from hustings.electorate.synthetic import ElectorateSpec, write_voters
from hustings.electorate.synthetic.formats import FORMATS, fl_extract, nc_2009, nc_2022, oh_swvf
from hustings.electorate.synthetic.spec import FORMATS as OFFERED

PUBLISHED = Path(__file__).parents[5] / ".." / "shared" / "data" / "voterfile_layouts_nc_oh_fl_wa.csv"
MADE = {
    "nc-2009": "NC",
    "oh-swvf": "OH",
    "fl-extract": "FL",
    "wa-vrdb": "WA",
    "l2": "CA",
    "targetsmart": "MA",
    "uk-register": "GB",
}


# The published table lists the older file's columns under their later names.
NOW = {
    "midl_name": "middle_name",
    "name_sufx_cd": "name_suffix_lbl",
    "birth_place": "birth_state",
}


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    root = tmp_path_factory.mktemp("formats")
    for layout, state in MADE.items():
        write_voters(ElectorateSpec(1200, state=state, layout=layout), root / layout)
    return root


def ids(folder):
    return set(pl.read_parquet(folder / "truth.parquet")["source_id"])


def rows(path, **how):
    with path.open(encoding=how.pop("encoding", "latin-1"), newline="") as stream:
        return list(csv.DictReader(stream, **how))


def test_every_layout_on_offer_is_made():
    assert set(FORMATS) == set(OFFERED)
    assert set(MADE) | {"nc-2022"} == set(FORMATS)


@pytest.mark.parametrize(
    ("state", "file", "columns"),
    [
        ("NC", "ncvoter (since", nc_2022.COLUMNS),
        ("NC", "ncvoter (until", nc_2009.COLUMNS),
        ("NC", "ncvhis", nc_2022.HISTORY_COLUMNS),
        ("OH", "SWVF", oh_swvf.COLUMNS),
        ("FL", "YYYYMMDD_VoterDetail", fl_extract.COLUMNS),
    ],
)
def test_columns_are_those_published(state, file, columns):
    if not PUBLISHED.is_file():
        pytest.skip(f"the published layouts are not at {PUBLISHED}")
    with PUBLISHED.open(encoding="utf-8") as stream:
        listed = [
            row["column"] for row in csv.DictReader(stream) if row["state"] == state and row["file"].startswith(file)
        ]
    plain = [name.lower().replace(" (usps)", "").replace(" ", "_") for name in listed]
    assert [NOW.get(name, name.lower()) for name in columns] == plain[: len(columns)]


def test_ohio_has_four_files_and_votes_in_columns(folders):
    folder = folders / "oh-swvf"
    files = sorted(folder.glob("SWVF_*.txt"))
    assert [path.name for path in files] == ["SWVF_1_22.txt", "SWVF_23_44.txt", "SWVF_45_66.txt", "SWVF_67_88.txt"]
    people = [row for path in files for row in rows(path)]
    assert {row["SOS_VOTERID"] for row in people} <= ids(folder)
    assert {row["GENERAL-11/06/2012"] for row in people} == {"", "X"}
    assert {row["PRIMARY-03/06/2012"] for row in people} == {"", "D", "R"}
    for row in people:
        last = [row[name] for name in row if name.startswith("PRIMARY") and row[name]]
        assert row["PARTY_AFFILIATION"] == (last[-1] if last else "")
        for name in row:
            if name.startswith(("GENERAL-", "PRIMARY-")) and row[name]:
                month, day, year = name[8:].split("/")
                assert row["REGISTRATION_DATE"] <= f"{year}-{month}-{day}"


def test_florida_has_a_member_a_county_and_blanks_the_exempt(folders):
    folder = folders / "fl-extract"
    seen = 0
    with zipfile.ZipFile(folder / "20161001_VoterDetail.zip") as archive:
        for name in archive.namelist():
            lines = archive.read(name).decode("latin-1").splitlines()
            for fields in (line.split("\t") for line in lines):
                assert len(fields) == 38
                assert fields[0] == name.split("/")[1][:3]
                if fields[6] == "Y":
                    assert not any(fields[k] for k in range(38) if k not in {0, 1, 6, 28})
                seen += 1
        assert len(archive.namelist()) > 60
    assert 1100 < seen <= 1200
    with zipfile.ZipFile(folder / "20161001_VoterHistory.zip") as archive:
        first = archive.read(archive.namelist()[0]).decode("latin-1").splitlines()[0].split("\t")
    assert len(first) == 5
    assert first[1] in ids(folder)


def test_washington_has_pipes_and_a_history_of_its_own(folders):
    folder = folders / "wa-vrdb"
    people = rows(folder / "20161001_VRDB_Extract.txt", delimiter="|")
    assert {row["StateVoterID"] for row in people} <= ids(folder)
    assert all(len(row["Birthdate"]) in {0, 4} for row in people)
    votes = rows(folder / "20161001_VotingHistory.txt", delimiter="|")
    assert len({row["VoterHistoryID"] for row in votes}) == len(votes)
    last = {}
    for row in votes:
        month, day, year = row["ElectionDate"].split("/")
        last[row["StateVoterID"]] = max(last.get(row["StateVoterID"], ""), f"{year}-{month}-{day}")
    month_first = {voter: f"{d[5:7]}/{d[8:]}/{d[:4]}" for voter, d in last.items()}
    wrong = sum(row["LastVoted"] != month_first.get(row["StateVoterID"], "") for row in people)
    # The file says that some entitled people did not vote; they are not in the history.
    assert wrong < 15


def test_vendors_carry_the_states_id_with_its_leading_zeros(folders):
    people = rows(folders / "l2" / "VM2--CA--2016-10-01-DEMOGRAPHIC.tab", delimiter="\t", encoding="utf-8")
    assert {row["Voters_StateVoterID"] for row in people} <= ids(folders / "l2")
    assert any(row["Voters_StateVoterID"].startswith("0") for row in people)
    assert {row["LALVOTERID"][:5] for row in people} == {"LALCA"}
    assert {row["General_2012"] for row in people} == {"", "Y"}
    people = rows(folders / "targetsmart" / "targetsmart_MA.csv", encoding="utf-8")
    assert {row["vb.voterid"] for row in people} <= ids(folders / "targetsmart")
    assert {row["vb.vf_g2012"] for row in people} <= {"", "P", "E", "M", "Y"}
    assert all(row["vb.tsmart_zip"].startswith("0") for row in people)


def test_a_british_register_knows_no_party_and_no_sex(folders):
    people = rows(folders / "uk-register" / "register.csv", encoding="utf-8")
    assert len(next(iter(people))) == 14
    assert len({(row["Elector Number Prefix"], row["Elector Number"]) for row in people}) == len(people)
    assert {row["Elector Number"] for row in people} <= ids(folders / "uk-register")


def test_the_older_north_carolina_file_has_the_same_people(folders, tmp_path):
    write_voters(ElectorateSpec(1200), tmp_path)
    with (
        zipfile.ZipFile(tmp_path / "ncvoter_Statewide.zip") as a,
        zipfile.ZipFile(folders / "nc-2009" / "ncvoter_Statewide.zip") as b,
    ):
        new, old = (
            list(csv.DictReader(z.read("ncvoter_Statewide.txt").decode("latin-1").splitlines(), delimiter="\t"))
            for z in (a, b)
        )
    assert len(old[0]) == 71
    for before, after in zip(old, new, strict=True):
        assert before["midl_name"] == after["middle_name"]
        assert before["birth_age"] == after["age_at_year_end"]
        assert before["ncid"] == after["ncid"]
