"""Lists as others take them: columns, one decimal, bands on paper, one letter a household."""

from __future__ import annotations

import datetime as dt

import polars as pl

from hustings.electorate.canonical import to_voters
from hustings.electorate.layouts import load_layout
from hustings.electorate.reading import read_blocks
from hustings.plan.lists import forms
from hustings.plan.lists.reaching import hours, numbers


def rows():
    return pl.DataFrame(
        {
            "voter_id": [1, 2, 3],
            "household": [0, 0, 1],
            "state": "NC",
            "county": "WAKE",
            "precinct": "01-07",
            "party": ["DEM", "REP", None],
            "sex": ["F", "M", "F"],
            "birth_year": [1950, 1952, 1990],
            "turnout_prob": [0.912345, 0.1, 0.5],
            "support_prob": [0.85, 0.35, 0.5],
            "effect": [0.01234, 0.002, 0.02],
            "net_votes": [0.02, 0.001, 0.03],
            "van_id": ["100000001", "100000002", "100000003"],
            "source_id": ["AA1", "AA2", "AA3"],
            "first_name": ["JANE", "BOB", "ANA"],
            "middle_name": [None, "Q", None],
            "last_name": ["AMES", "AMES", "O'BRIEN"],
            "suffix": ["III", "JR", None],
            "address": ["12 ELM ST", "12 ELM ST", "7  ELM ST"],
            "address_extra": [None, None, "APT 3"],
            "city": "APEX",
            "zip": "275021234",
            "mail_address": [None, None, "PO BOX 5"],
            "mail_city": [None, None, "CARY"],
            "mail_state": [None, None, "NC"],
            "mail_zip": [None, None, "27511"],
            "phone": ["919-555-0123", "12", None],
            "cell_phone": [None, None, "(919) 555-0188"],
        }
    )


def test_van_takes_scores_from_0_to_100():
    names = forms.score_names("persuasion", "dem", "door", 2016)
    found = forms.van_scores(rows(), names)
    assert found.columns == ["VANID", "turnout_2016g", "support_dem", "persuade_door"]
    assert found.rows() == [
        ("100000001", 91.2, 85.0, 1.2),
        ("100000002", 10.0, 35.0, 0.2),
        ("100000003", 50.0, 50.0, 2.0),
    ]
    without = forms.van_scores(rows().drop("van_id"), names)
    assert (without.columns[0], without.row(0)[0]) == ("State Voter ID", "AA1")


def test_a_list_for_van_is_read_back_by_its_own_layout(tmp_path):
    file = tmp_path / "people.txt"
    forms.van_list(rows(), 2016).write_csv(file, separator="\t")
    layout = load_layout("van-person")
    (block,) = (to_voters(raw, layout, as_of=dt.date(2016, 10, 20)) for raw in read_blocks([file], layout))
    assert block.rejected.is_empty()
    assert block.identities["source_id"].to_list() == rows()["van_id"].to_list()
    assert block.identities["address"].to_list() == ["12 ELM ST", "12 ELM ST", "7 ELM ST APT 3"]
    assert block.identities["zip"].to_list() == ["27502"] * 3
    assert block.voters["birth_year"].to_list() == [1950, 1952, 1990]


def test_paper_has_bands_and_boxes():
    found = forms.walk_list(rows().with_columns(voted_in=pl.lit("G14 P14")), 2016)
    assert found["door"].to_list() == [1, 2, 2]
    assert found["name"].to_list() == ["Ana O'Brien", "Bob Ames Jr", "Jane Ames III"]
    assert found["votes"].to_list() == ["sometimes", "seldom", "always"]
    assert found["support"].to_list() == ["open", "leans away", "ours"]
    assert [name for name in found.columns if name.isupper()] == ["NH", "RF", "MV", "DC", "LB", "IN"]
    assert not {"turnout_prob", "support_prob", "effect"} & set(found.columns)


def test_numbers_and_hours():
    assert numbers(rows(), "phone").to_list() == ["+19195550123", None, "+19195550188"]
    assert numbers(rows(), "text").to_list() == [None, None, "+19195550188"]
    found = forms.phone_list(rows().with_columns(e164=numbers(rows(), "phone")), hours(["NC", "FL"]), 2016)
    assert found.row(0, named=True)["call_until"] == "20:30"
    assert found.row(0, named=True)["time_zones"] == "America/New_York"
    # Florida's own hours are shorter.
    assert hours(["FL"]).row(0, named=True)["call_until"] == "20:00"


def test_one_letter_a_household():
    found = forms.mail_list(rows())
    assert found["to"].to_list() == ["The Ames Household", "Ana O'Brien"]
    assert found.row(1, named=True)["address"] == "PO BOX 5"
    two = forms.mail_list(rows().with_columns(last_name=pl.Series(["AMES", "BELL", "COX"])))
    assert two["to"].to_list() == ["Jane Ames III and Bob Bell Jr", "Ana Cox"]
    all_of_one = rows().with_columns(last_name=pl.Series(["COX", "BELL", "AMES"]), household=pl.lit(0))
    assert forms.mail_list(all_of_one)["to"].to_list() == ["The Ames, Bell and Cox Household"]
    assert found["zip"].to_list() == ["275021234", "27511"]


def test_plain_rows_name_nobody():
    found = forms.plain_rows(rows(), "gotv", 2016)
    assert set(found.columns) & {"first_name", "last_name", "address", "phone", "van_id", "source_id"} == set()
    assert found["mobilisation_points"].to_list() == [1.2, 0.2, 2.0]
