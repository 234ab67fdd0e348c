from __future__ import annotations

import polars as pl

from hustings.electorate.linkage.nicknames import nickname_groups, with_groups


def test_bill_is_william_and_pepe_is_jose_and_alex_is_two_names():
    names = pl.DataFrame({"first": ["BILL", "PEPE", "ALEX", "WILLIAM", "QUETZALI", None]})
    found = with_groups(names)
    assert found["first"].to_list() == names["first"].to_list()
    assert found["nick"].to_list() == ["WILLIAM", "JOSE", "ALEXANDER", "WILLIAM", "QUETZALI", None]
    assert found["nick_2"].to_list() == ["GUILLERMO", None, "ALEXANDRA", None, None, None]


def test_each_name_once_and_full_names_stand_for_themselves_first():
    table = nickname_groups()
    assert table["first"].is_unique().all()
    assert table.filter(pl.col("first") == "NATHAN")["nick"].item() == "NATHAN"
    assert not table["first"].str.contains(r"[^A-Z]").any()
