"""North Carolina's statewide file until February 2022: other names, another order, four columns not used."""

from __future__ import annotations

import polars as pl

from hustings.electorate.synthetic.formats import nc_2022
from hustings.electorate.synthetic.formats.block import Block, Part
from hustings.electorate.synthetic.settings import columns

SEPARATOR, QUOTE, HEADER, ENCODING = nc_2022.SEPARATOR, nc_2022.QUOTE, nc_2022.HEADER, nc_2022.ENCODING
COLUMNS = columns("nc-2009")


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
