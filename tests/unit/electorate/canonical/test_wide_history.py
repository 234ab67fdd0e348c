import datetime as dt

import pytest

from hustings.electorate.canonical.wide_history import election_of, us_general
from hustings.electorate.layouts import load_layout


@pytest.mark.parametrize("day", ["2012-11-06", "2016-11-08", "2018-11-06", "2020-11-03", "2021-11-02", "2022-11-08"])
def test_days_of_general_elections_by_the_calendar(day):
    expected = dt.date.fromisoformat(day)
    assert us_general(expected.year) == expected


@pytest.mark.parametrize(
    ("layout", "column", "kind", "day"),
    [
        ("oh-swvf", "GENERAL-11/08/2016", "general", dt.date(2016, 11, 8)),
        ("oh-swvf", "PRIMARY-03/15/2016", "primary", dt.date(2016, 3, 15)),
        ("oh-swvf", "SPECIAL-02/30/2016", "special", None),
        ("l2", "General_2018_11_06", "general", dt.date(2018, 11, 6)),
        ("l2", "General_2016", "general", dt.date(2016, 11, 8)),
        ("l2", "PresidentialPrimary_2016", "presidential primary", None),
        ("targetsmart", "vb.vf_g2024", "general", dt.date(2024, 11, 5)),
        ("targetsmart", "vb_vf_pp2016", "presidential primary", None),
    ],
)
def test_what_a_column_stands_for(layout, column, kind, day):
    wide = load_layout(layout).wide_history
    assert election_of(column, wide) == (kind, day)


def test_a_day_that_the_layout_gives(tmp_path):
    mine = tmp_path / "mine.toml"
    mine.write_text(
        'extends = "l2"\nname = "mine"\nreplaces = ["wide_history"]\n[wide_history]\n'
        "pattern = '^(?P<kind>Primary)_(?P<year>\\d{4})$'\nkinds = { Primary = \"primary\" }\n"
        "dates = { Primary_2014 = 2014-05-06 }\n",
        encoding="utf-8",
    )
    wide = load_layout(mine).wide_history
    assert election_of("Primary_2014", wide) == ("primary", dt.date(2014, 5, 6))
    assert election_of("Primary_2016", wide) == ("primary", None)
