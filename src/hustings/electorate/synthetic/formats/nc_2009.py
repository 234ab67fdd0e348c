"""North Carolina's statewide file until February 2022: other names, another order, four columns not used."""

from __future__ import annotations

import polars as pl

from hustings.electorate.synthetic.formats import nc_2022
from hustings.electorate.synthetic.formats.block import Block, Part

SEPARATOR, QUOTE, HEADER, ENCODING = nc_2022.SEPARATOR, nc_2022.QUOTE, nc_2022.HEADER, nc_2022.ENCODING
OLD_NAMES = {"middle_name": "midl_name", "name_suffix_lbl": "name_sufx_cd"}
COLUMNS = [
    "county_id",
    "county_desc",
    "voter_reg_num",
    "status_cd",
    "voter_status_desc",
    "reason_cd",
    "voter_status_reason_desc",
    "absent_ind",
    "name_prefx_cd",
    "last_name",
    "first_name",
    "midl_name",
    "name_sufx_cd",
    "res_street_address",
    "res_city_desc",
    "state_cd",
    "zip_code",
    "mail_addr1",
    "mail_addr2",
    "mail_addr3",
    "mail_addr4",
    "mail_city",
    "mail_state",
    "mail_zipcode",
    "full_phone_number",
    "race_code",
    "ethnic_code",
    "party_cd",
    "gender_code",
    "birth_age",
    "birth_place",
    "drivers_lic",
    "registr_dt",
    "precinct_abbrv",
    "precinct_desc",
    "municipality_abbrv",
    "municipality_desc",
    "ward_abbrv",
    "ward_desc",
    "cong_dist_abbrv",
    "super_court_abbrv",
    "judic_dist_abbrv",
    "nc_senate_abbrv",
    "nc_house_abbrv",
    "county_commiss_abbrv",
    "county_commiss_desc",
    "township_abbrv",
    "township_desc",
    "school_dist_abbrv",
    "school_dist_desc",
    "fire_dist_abbrv",
    "fire_dist_desc",
    "water_dist_abbrv",
    "water_dist_desc",
    "sewer_dist_abbrv",
    "sewer_dist_desc",
    "sanit_dist_abbrv",
    "sanit_dist_desc",
    "rescue_dist_abbrv",
    "rescue_dist_desc",
    "munic_dist_abbrv",
    "munic_dist_desc",
    "dist_1_abbrv",
    "dist_1_desc",
    "dist_2_abbrv",
    "dist_2_desc",
    "Confidential_ind",
    "birth_year",
    "ncid",
    "vtd_abbrv",
    "vtd_desc",
]


def voters(block: Block) -> list[Part]:
    """Rows of ``ncvoter_Statewide.txt`` in its older form."""
    table = nc_2022.standard_columns(block).with_columns(
        midl_name="middle_name",
        name_sufx_cd="name_suffix_lbl",
        birth_age="age_at_year_end",
        birth_place="birth_state",
        Confidential_ind="confidential_ind",
        **dict.fromkeys(nc_2022.LEGACY, pl.lit(None, pl.String)),
    )
    return [Part(f"{nc_2022.VOTERS}.zip", f"{nc_2022.VOTERS}.txt", table.select(COLUMNS))]


def history(block: Block) -> list[Part]:
    """Rows of ``ncvhis_Statewide.txt``, which has not changed."""
    return nc_2022.history(block)
