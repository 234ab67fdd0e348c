"""Voters in canonical form, every value worked out by hand."""

import csv
import datetime as dt

import polars as pl
import pytest

from hustings.electorate.canonical import to_voters
from hustings.electorate.canonical.schema import IDENTITIES, VOTERS
from hustings.electorate.layouts import load_layout
from hustings.electorate.reading import read_blocks

DAY = dt.date(2016, 10, 1)

NC = {
    "county_id": "92", "county_desc": "WAKE", "voter_reg_num": "000012345678", "ncid": "EH123456",
    "last_name": "NÚÑEZ", "first_name": "ANA", "middle_name": "", "name_suffix_lbl": "", "status_cd": "A",
    "res_street_address": "12  OAK ST   #4 ", "res_city_desc": "RALEIGH", "state_cd": "NC", "zip_code": "27601",
    "mail_addr1": "PO BOX 1", "mail_addr2": "", "mail_addr3": "UNIT 2", "mail_city": "CARY", "mail_state": "NC",
    "mail_zipcode": "27511", "full_phone_number": "9195550100", "confidential_ind": "N", "registr_dt": "03/05/2008",
    "race_code": "B", "ethnic_code": "HL", "party_cd": "DEM", "gender_code": "F", "birth_year": "1970",
    "age_at_year_end": "46", "precinct_abbrv": "01-07", "municipality_abbrv": "RAL", "municipality_desc": "RALEIGH",
    "cong_dist_abbrv": "04", "nc_senate_abbrv": "16", "nc_house_abbrv": "034",
}  # fmt: skip


def read(tmp_path, layout, rows, **how):
    """Rows (dicts of the columns that matter) written in a layout, read and brought into canonical form."""
    spec = load_layout(layout)
    columns = [*spec.columns, *(name for name in rows[0] if name not in spec.columns)]
    delimiter = spec.delimiters[0]
    path = tmp_path / "voters.txt"
    with path.open("w", encoding=spec.encoding.replace("windows-1252", "cp1252"), newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        if spec.header != "no":
            writer.writerow(columns)
        writer.writerows([row.get(name, "") for name in columns] for row in rows)
    (block,) = read_blocks(path, spec, parameters=how.get("parameters"))
    return to_voters(block, spec, as_of=how.pop("as_of", DAY), **how)


def only(frame):
    assert frame.height == 1
    return frame.to_dicts()[0]


def test_a_voter_of_north_carolina(tmp_path):
    block = read(tmp_path, "nc-2022", [NC])
    assert dict(block.voters.schema) == VOTERS
    assert dict(block.identities.schema) == IDENTITIES
    assert only(block.voters) == {
        "source_id": "EH123456", "state": "NC", "county": "WAKE", "precinct": "01-07", "congressional_district": "04",
        "state_senate_district": "16", "state_house_district": "034", "municipality": "RALEIGH", "birth_year": 1970,
        "sex": "F", "race": "black", "ethnicity": "hispanic", "party": "DEM", "registered_on": dt.date(2008, 3, 5),
        "status": "active",
    }  # fmt: skip
    assert only(block.identities) == {
        "source_id": "EH123456", "county_voter_id": "000012345678", "vendor_id": None, "first_name": "ANA",
        "middle_name": None, "last_name": "NÚÑEZ", "suffix": None, "birth_date": None, "address": "12  OAK ST   #4",
        "address_extra": None, "city": "RALEIGH", "zip": "27601", "mail_address": "PO BOX 1 UNIT 2",
        "mail_city": "CARY", "mail_state": "NC", "mail_zip": "27511", "phone": "9195550100", "cell_phone": None,
        "email": None,
    }  # fmt: skip
    assert block.line.to_list() == [2]
    assert (block.history, block.dropped, block.unknown_codes, block.warnings) == (None, {}, {}, {})


def test_confidential_voters_are_dropped_and_counted(tmp_path):
    rows = [NC, NC | {"ncid": "EH2", "confidential_ind": "Y"}, NC | {"ncid": "EH3", "confidential_ind": "Y "}]
    block = read(tmp_path, "nc-2022", rows)
    assert block.voters["source_id"].to_list() == ["EH123456"]
    assert block.identities["source_id"].to_list() == ["EH123456"]
    assert block.dropped == {"confidential": 2}
    assert block.rejected.is_empty()


def test_a_row_without_a_key_is_set_aside_with_its_line(tmp_path):
    block = read(tmp_path, "nc-2022", [NC, NC | {"ncid": "  "}, NC | {"ncid": "EH3"}])
    assert block.line.to_list() == [2, 4]
    assert block.rejected.select("file", "line", "column", "reason").rows() == [
        ("voters.txt", 3, "ncid", "the key ncid is empty")
    ]
    assert "NÚÑEZ" in block.rejected["text"][0]


def test_codes_never_seen_are_kept_and_counted(tmp_path):
    rows = [NC | {"ncid": str(n), "party_cd": code} for n, code in enumerate(["DEM", "XYZ", "XYZ", "UNA", ""])]
    rows[0] |= {"race_code": "Q", "status_cd": "Z"}
    block = read(tmp_path, "nc-2022", rows)
    assert block.voters["party"].to_list() == ["DEM", "XYZ", "XYZ", "UNA", None]
    assert block.voters["race"].to_list() == ["Q", "black", "black", "black", "black"]
    assert block.unknown_codes == {("party", "XYZ"): 2, ("race", "Q"): 1, ("status", "Z"): 1}


def test_codes_with_blanks_around_them_are_the_same_codes(tmp_path):
    block = read(tmp_path, "nc-2022", [NC | {"race_code": " W", "status_cd": "I ", "party_cd": "  "}])
    assert block.voters.select("race", "status", "party").row(0) == ("white", "inactive", None)
    assert block.unknown_codes == {}


@pytest.mark.parametrize(
    ("said", "age", "expected", "warning"),
    [
        ("1970", "", 1970, None),
        ("1901", "", 1901, None),
        ("1900", "", None, "birth_year: 1900, a placeholder, left out"),
        ("1850", "", None, "birth_year: before 1900 or after 2016, left out"),
        ("2030", "", None, "birth_year: before 1900 or after 2016, left out"),
        ("2016", "", 2016, None),
        ("19x0", "", None, "birth_year: not a year, left out"),
        # At the end of 2016 people of 46 were born in 1970.
        ("", "46", 1970, None),
        ("1900", "46", 1970, "birth_year: 1900, a placeholder, left out"),
        ("", "116", None, None),
        ("", "0", None, None),
        ("", "", None, None),
    ],
)
def test_birth_years(tmp_path, said, age, expected, warning):
    rows = [NC | {"birth_year": said, "age_at_year_end": age}, NC | {"ncid": "EH2"}]
    block = read(tmp_path, "nc-2022", rows)
    assert block.voters["birth_year"].to_list() == [expected, 1970]
    assert block.warnings == ({warning: 1} if warning else {})


def test_registration_dates(tmp_path):
    dates = ["03/05/2008", "10/02/2016", "13/45/2008", "", "3/5/2008"]
    rows = [NC | {"ncid": str(n), "registr_dt": date} for n, date in enumerate(dates)]
    block = read(tmp_path, "nc-2022", rows)
    march = dt.date(2008, 3, 5)
    assert block.voters["registered_on"].to_list() == [march, dt.date(2016, 10, 2), None, None, march]
    assert block.warnings == {
        "registered_on: after 2016-10-01, kept": 1,
        "registered_on: a date that cannot be read, left out": 1,
    }


def test_the_older_form_of_north_carolina(tmp_path):
    old = {name: value for name, value in NC.items() if name not in ("age_at_year_end", "birth_year")}
    block = read(tmp_path, "nc-2009", [old | {"birth_age": "46"}])
    assert block.voters.select("source_id", "birth_year").row(0) == ("EH123456", 1970)


def test_a_voter_of_ohio_with_her_elections(tmp_path):
    rows = [
        {
            "SOS_VOTERID": "OH0012345678", "COUNTY_NUMBER": "18", "COUNTY_ID": "77", "LAST_NAME": "DOE",
            "FIRST_NAME": "JANE", "DATE_OF_BIRTH": "1965-04-09", "REGISTRATION_DATE": "1990-10-01",
            "VOTER_STATUS": "CONFIRMATION", "PARTY_AFFILIATION": "D", "RESIDENTIAL_ADDRESS1": "1 ELM ST",
            "RESIDENTIAL_CITY": "PARMA", "RESIDENTIAL_ZIP": "44129", "PRECINCT_CODE": "18AAA", "CITY": "PARMA CITY",
            "CONGRESSIONAL_DISTRICT": "09", "STATE_SENATE_DISTRICT": "24", "STATE_REPRESENTATIVE_DISTRICT": "15",
            "PRIMARY-03/15/2016": "D", "GENERAL-11/06/2012": "X", "SPECIAL-05/08/2001": "",
        },
        {
            "SOS_VOTERID": "OH2", "COUNTY_NUMBER": "1", "DATE_OF_BIRTH": "1800-01-01", "VOTER_STATUS": "ACTIVE",
            "PRIMARY-03/15/2016": "X", "GENERAL-11/06/2012": "", "SPECIAL-05/08/2001": "Q",
        },
    ]  # fmt: skip
    block = read(tmp_path, "oh-swvf", rows)
    jane = block.voters.to_dicts()[0]
    assert jane["county"] == "CUYAHOGA"
    assert jane["birth_year"] == 1965
    assert (jane["status"], jane["party"]) == ("inactive", "DEM")
    assert (jane["sex"], jane["race"], jane["ethnicity"]) == (None, None, None)
    assert jane["congressional_district"] == "09"
    assert block.identities["birth_date"].to_list() == ["1965-04-09", None]
    assert block.voters["county"].to_list() == ["CUYAHOGA", "ADAMS"]
    assert block.voters["birth_year"].to_list() == [1965, None]
    assert block.warnings == {"birth_year: before 1900 or after 2016, left out": 1}
    columns = ["source_id", "state", "county", "election_date", "election_kind", "method", "counted", "ballot_party"]
    primary, special = dt.date(2016, 3, 15), dt.date(2001, 5, 8)
    assert sorted(block.history.select(columns).rows()) == [
        ("OH0012345678", "OH", "CUYAHOGA", dt.date(2012, 11, 6), "general", "unknown", True, None),
        ("OH0012345678", "OH", "CUYAHOGA", primary, "primary", "unknown", True, "DEM"),
        ("OH2", "OH", "ADAMS", special, "special", "unknown", True, None),
        ("OH2", "OH", "ADAMS", primary, "primary", "unknown", True, None),
    ]
    assert block.unknown_codes == {("SPECIAL-05/08/2001", "Q"): 1}


def test_a_voter_of_florida_and_those_who_must_not_be_kept(tmp_path):
    dade = {
        "County_Code": "DAD", "Voter_ID": "100000001", "Name_Last": "Pérez", "Name_First": "José",
        "Requested_public_records_exemption": "N", "Residence_Address_Line_1": "1 Ocean Dr", "Race": "4",
        "Gender": "M", "Birth_Date": "12/31/1980", "Registration_Date": "01/02/2000", "Party_Affiliation": "NPA",
        "Voter_Status": "PRE", "Daytime_Area_Code": "305", "Daytime_Phone_Number": "5550100",
        "Email_address": "a@example.org", "House_District": "114",
    }  # fmt: skip
    exempt = {"County_Code": "DAD", "Voter_ID": "100000002", "Requested_public_records_exemption": "Y"}
    blanked = {"County_Code": "DAD", "Voter_ID": "100000003", "Name_Last": "*", "Name_First": "*"}
    block = read(tmp_path, "fl-extract", [dade, exempt, blanked])
    voter = only(block.voters)
    assert voter["county"] == "MIAMI-DADE"
    assert (voter["race"], voter["sex"], voter["party"], voter["status"]) == ("hispanic", "M", "NPA", "pending")
    assert voter["birth_year"] == 1980
    assert voter["state_house_district"] == "114"
    person = only(block.identities)
    assert (person["last_name"], person["phone"], person["email"]) == ("Pérez", "3055550100", "a@example.org")
    assert person["birth_date"] == "1980-12-31"
    assert block.dropped == {"exempt from public records": 1, "blanked": 1}


@pytest.mark.parametrize(
    ("born", "year", "date"),
    [("1980", 1980, None), ("5/12/1980", 1980, "1980-05-12"), ("1980-05-12", 1980, "1980-05-12"), ("", None, None)],
)
def test_a_voter_of_washington(tmp_path, born, year, date):
    row = {
        "StateVoterID": "WA000123456", "FName": "Ann", "LName": "Lee", "Birthdate": born, "Gender": "F",
        "RegStNum": "12", "RegStFrac": "1/2", "RegStPreDirection": "NE", "RegStName": "45TH", "RegStType": "ST",
        "RegUnitType": "APT", "RegUnitNum": "3", "CountyCode": "KI", "PrecinctCode": "1234",
        "LegislativeDistrict": "43", "CongressionalDistrict": "7", "Registrationdate": "11/30/2004",
        "StatusCode": "Active",
    }  # fmt: skip
    block = read(tmp_path, "wa-vrdb", [row])
    voter, person = only(block.voters), only(block.identities)
    assert (voter["birth_year"], person["birth_date"]) == (year, date)
    assert (voter["county"], voter["party"], voter["race"]) == ("KING", None, None)
    assert (voter["state_senate_district"], voter["state_house_district"]) == ("43", "43")
    assert voter["registered_on"] == dt.date(2004, 11, 30)
    assert (person["address"], person["address_extra"]) == ("12 1/2 NE 45TH ST", "APT 3")
    assert block.warnings == {}


def test_a_vendors_voter_meets_the_states_by_the_states_id(tmp_path):
    row = {
        "LALVOTERID": "LALNC123", "Voters_Active": "A", "Voters_StateVoterID": "EH123456", "Voters_FirstName": "Ana",
        "Voters_LastName": "Nunez", "Residence_Addresses_AddressLine": "12 Oak St", "Residence_Addresses_State": "NC",
        "Voters_Age": "46", "Voters_Gender": "F", "Parties_Description": "Democratic", "County": "Wake",
        "Voters_OfficialRegDate": "03/05/2008", "US_Congressional_District": "04", "General_2012": "E",
        "Primary_2018_05_08": "D", "Primary_2014": "Y", "CountyEthnic_LALEthnicCode": "B",
    }  # fmt: skip
    block = read(tmp_path, "l2", [row])
    voter, person = only(block.voters), only(block.identities)
    assert (voter["source_id"], person["vendor_id"]) == ("EH123456", "LALNC123")
    assert (voter["state"], voter["county"], voter["party"], voter["race"]) == ("NC", "WAKE", "DEM", "black")
    # Someone of 46 on 1 October 2016 was born between 2 October 1969 and 1 October 1970: mostly in 1970.
    assert voter["birth_year"] == 1970
    assert sorted(block.history.select("election_date", "election_kind", "method", "ballot_party").rows()) == [
        (dt.date(2012, 11, 6), "general", "early", None),
        (dt.date(2018, 5, 8), "primary", "unknown", "DEM"),
    ]
    assert block.warnings == {"Primary_2014: the election's day is not known, votes left out": 1}


def test_another_vendors_voter(tmp_path):
    row = {
        "vb.voterbase_id": "OH-77", "vb.voterid": "OH0012345678", "vb.vf_voter_status": "Active",
        "vb.voterbase_dob": "19650400", "vb.voterbase_gender": "Female", "vb.voterbase_race": "Caucasian",
        "vb.vf_party": "Republican", "vb.vf_county_name": "Cuyahoga", "vb.vf_g2016": "E", "vb.vf_p2016": "Y",
        "cell_tsmart_wireless_phone": "2165550100",
    }  # fmt: skip
    dead = row | {"vb.voterbase_id": "OH-78", "vb.voterbase_deceased_flag": "Y"}
    block = read(tmp_path, "targetsmart", [row, dead])
    voter = only(block.voters)
    assert (voter["source_id"], voter["state"], voter["county"]) == ("OH0012345678", "OH", "CUYAHOGA")
    # A birthday of day 00 is only a year.
    assert voter["birth_year"] == 1965
    assert only(block.identities)["birth_date"] is None
    assert block.dropped == {"deceased": 1}
    assert block.history.select("election_date", "election_kind", "method").rows() == [
        (dt.date(2016, 11, 8), "general", "early")
    ]


@pytest.mark.parametrize("form", ["one name", "two names"])
def test_an_elector_of_the_united_kingdom(tmp_path, form):
    names = (
        {"Elector Name": "Smith-Jones, Mary Ann"}
        if form == "one name"
        else {"Elector Surname": "Smith-Jones", "Elector Forename": "Mary Ann"}
    )
    row = {
        "Elector Number Prefix": "AB1", "Elector Number": "0042", "Elector Number Suffix": "0", "Elector Markers": "G",
        "Elector DOB": "03/02/1999", "PostCode": "LS1 1AA", "Address1": "Flat 2", "Address2": "4 The Row",
    }  # fmt: skip
    given = {"authority": "Leeds", "register_date": "2016-12-01"}
    block = read(tmp_path, "uk-register", [row | names], parameters=given)
    voter, person = only(block.voters), only(block.identities)
    assert voter["source_id"] == "Leeds/2016-12-01/AB1-0042/0"
    assert (voter["state"], voter["county"], voter["precinct"], voter["status"]) == ("GB", "Leeds", "AB1", "active")
    assert (person["last_name"], person["first_name"], person["middle_name"]) == ("Smith-Jones", "Mary", "Ann")
    assert (person["address"], person["zip"], person["birth_date"]) == ("Flat 2, 4 The Row", "LS1 1AA", "1999-02-03")
    assert voter["birth_year"] == 1999


def test_people_of_the_field_tool(tmp_path):
    row = {"Voter File VANID": "100200", "FirstName": "Ana", "LastName": "Nunez", "Age": "46", "Sex": "F", "Party": "D"}
    block = read(tmp_path, "van-person", [row | {"DateReg": "3/5/2008", "State": "NC"}])
    voter = only(block.voters)
    assert (voter["source_id"], voter["party"], voter["registered_on"]) == ("100200", "DEM", dt.date(2008, 3, 5))
    assert voter["birth_year"] == 1970


def test_a_list_under_our_own_names(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("source_id,state,party,birth_date,status\n007,NC,UNA,1970-02-03,active\n", encoding="utf-8")
    layout = load_layout("simple")
    (block,) = (to_voters(raw, layout, as_of=DAY) for raw in read_blocks(path, layout))
    assert block.voters.select("source_id", "state", "party", "birth_year").row(0) == ("007", "NC", "UNA", 1970)
    assert block.identities["birth_date"].to_list() == ["1970-02-03"]


def test_both_frames_keep_the_same_rows_in_the_same_order(tmp_path):
    rows = [NC | {"ncid": f"E{n}", "confidential_ind": "NY"[n % 5 == 2]} for n in range(50)]
    rows[7]["ncid"] = ""
    block = read(tmp_path, "nc-2022", rows)
    expected = [f"E{n}" for n in range(50) if n % 5 != 2 and n != 7]
    assert block.voters["source_id"].to_list() == expected
    assert block.identities["source_id"].to_list() == expected
    assert block.line.to_list() == [n + 2 for n in range(50) if n % 5 != 2 and n != 7]
    assert block.voters.schema == pl.Schema(VOTERS)
