import datetime as dt
import zipfile

import pytest

from hustings.electorate.layouts import load_layout
from hustings.electorate.reading import dated_by, file_date, text_files
from hustings.errors import InputError

NC = load_layout("nc-2022")
FL = load_layout("fl-extract")


def touch(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("x\n")
    return path


def zipped(path, *members):
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for member in members:
            archive.writestr(member, "x\n")
    return path


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("absentee_20161101.zip", dt.date(2016, 11, 1)),
        ("VR_Snapshot_2016-11-08.txt", dt.date(2016, 11, 8)),
        ("ALA_20180109.txt", dt.date(2018, 1, 9)),
        ("ncvoter_Statewide.txt", None),
        ("file_20161399.txt", None),
        ("id_120161101777.txt", None),
    ],
)
def test_the_date_in_a_name(tmp_path, name, day):
    assert file_date(touch(tmp_path / name), NC) == day


def test_the_date_of_a_member_or_of_a_folder(tmp_path):
    path = zipped(tmp_path / "disk.zip", "20180109_VoterDetail/ALA_20180109.txt")
    assert file_date(path, FL) == dt.date(2018, 1, 9)
    assert file_date(touch(tmp_path / "2016-10-01" / "ncvoter_Statewide.txt"), NC) == dt.date(2016, 10, 1)
    assert file_date(touch(tmp_path / "run 2016-10-01" / "ncvoter_Statewide.txt"), NC) is None


def test_an_archive_whose_members_tell_no_day_lies_in_a_folder_that_does(tmp_path):
    path = zipped(tmp_path / "2016-10-01" / "ncvoter_Statewide.zip", "ncvoter_Statewide.txt")
    assert dated_by(path, NC) == (dt.date(2016, 10, 1), "2016-10-01")
    # A date on a read-me says nothing of the voters.
    path = zipped(tmp_path / "2016-10-08" / "ncvoter_Statewide.zip", "ncvoter_Statewide.txt", "layout_20120101.txt")
    assert file_date(path, NC) == dt.date(2016, 10, 8)


def test_the_day_of_a_folder_is_that_of_the_layouts_files_in_it(tmp_path):
    zipped(tmp_path / "disk" / "20180109_VoterDetail.zip", "ALA_20180109.txt")
    touch(tmp_path / "disk" / "20200101_notes.txt")
    assert dated_by(tmp_path / "disk", FL) == (dt.date(2018, 1, 9), "20180109_VoterDetail.zip/ALA_20180109.txt")
    zipped(tmp_path / "disk" / "second.zip", "BAK_20180209.txt")
    assert file_date(tmp_path / "disk", FL) is None


def test_archives_within_a_folder_are_folders(tmp_path):
    detail = zipped(tmp_path / "20180109_VoterDetail.zip", "d/BAK_20180109.txt", "d/ALA_20180109.txt", "d/readme.txt")
    zipped(tmp_path / "20180109_VoterHistory.zip", "d/ALA_H_20180109.txt", "d/ALA_20180109.txt")
    zipped(tmp_path / "other.zip", "readme.txt")
    touch(tmp_path / "precincts.csv")
    found = text_files(tmp_path, FL)
    assert [(file.path, file.member) for file in found] == [
        (detail, "d/ALA_20180109.txt"),
        (detail, "d/BAK_20180109.txt"),
    ]


def test_a_damaged_archive_within_a_folder_is_said(tmp_path):
    path = zipped(tmp_path / "20180109_VoterDetail.zip", "ALA_20180109.txt")
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(InputError, match=r"20180109_VoterDetail.zip.*damaged or cut off"):
        text_files(tmp_path, FL)


def test_a_florida_disk_as_a_folder(tmp_path):
    for county in ("ALA", "BAK", "DAD"):
        touch(tmp_path / "20260414_VoterDetail" / f"{county}_20260414.txt")
        touch(tmp_path / "20260414_VoterHistory" / f"{county}_H_20260414.txt")
        touch(tmp_path / "verificationfiles" / f"{county}_20260414.txt")
        touch(tmp_path / "processedfiles" / f"{county}_20260414.txt")
    touch(tmp_path / "readme.txt")
    found = [file.label for file in text_files(tmp_path, FL)]
    assert found == ["ALA_20260414.txt", "BAK_20260414.txt", "DAD_20260414.txt"]
    history = [file.label for file in text_files(tmp_path, load_layout("fl-history"))]
    assert history == ["ALA_H_20260414.txt", "BAK_H_20260414.txt", "DAD_H_20260414.txt"]


def test_a_florida_disk_as_an_archive(tmp_path):
    path = zipped(
        tmp_path / "disk.zip",
        "d/20180109_VoterDetail/BAK_20180109.txt",
        "d/20180109_VoterDetail/ALA_20180109.txt",
        "d/20180109_VoterHistory/ALA_H_20180109.txt",
        "__MACOSX/d/ALA_20180109.txt",
        "d/.hidden",
    )
    assert [file.member for file in text_files(path, FL)] == [
        "d/20180109_VoterDetail/ALA_20180109.txt",
        "d/20180109_VoterDetail/BAK_20180109.txt",
    ]


def test_the_only_member_counts_whatever_its_name(tmp_path):
    path = zipped(tmp_path / "x.zip", "something.csv")
    assert [file.member for file in text_files(path, NC)] == ["something.csv"]


def test_an_archive_with_nothing_that_fits_says_what_it_holds(tmp_path):
    path = zipped(tmp_path / "x.zip", "a.csv", "b.csv")
    with pytest.raises(InputError, match=r"holds a.csv, b.csv; expected ncvoter\*"):
        text_files(path, NC)


def test_files_of_two_dates_are_refused_and_both_named(tmp_path):
    first, second = touch(tmp_path / "SWVF_1_22_20161001.txt"), touch(tmp_path / "SWVF_23_44_20161008.txt")
    with pytest.raises(InputError) as caught:
        text_files([first, second], load_layout("oh-swvf"))
    for said in ("SWVF_1_22_20161001.txt is of 2016-10-01", "SWVF_23_44_20161008.txt of 2016-10-08"):
        assert said in str(caught.value)


def test_county_numbers_are_no_dates(tmp_path):
    paths = [touch(tmp_path / f"SWVF_{part}.txt") for part in ("1_22", "23_44", "45_66", "67_88")]
    assert len(text_files(paths, load_layout("oh-swvf"))) == 4


def test_a_missing_file_names_one_like_it(tmp_path):
    touch(tmp_path / "ncvoter_Statewide.txt")
    with pytest.raises(InputError, match=r"no such file.*did you mean ncvoter_Statewide.txt"):
        text_files(tmp_path / "ncvoter_Statwide.txt", NC)


def test_an_empty_folder(tmp_path):
    with pytest.raises(InputError, match=r"holds no file of the layout 'nc-2022'; expected ncvoter\*"):
        text_files(tmp_path, NC)


def test_a_workbook_is_an_archive_but_not_ours(tmp_path):
    path = zipped(tmp_path / "x.xlsx", "[Content_Types].xml", "xl/workbook.xml")
    with pytest.raises(InputError, match="an Excel workbook"):
        text_files(path, NC)
