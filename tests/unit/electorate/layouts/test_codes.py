import pytest

from hustings.electorate.layouts.codes import code_table
from hustings.errors import ConfigError


def test_a_table_of_counties():
    codes = code_table("fl-counties")
    assert codes["PAL"] == "PALM BEACH"
    assert len(codes) == 67


def test_names_with_and_without_their_blank_are_one_county():
    codes = code_table("nc-counties")
    assert codes["NEWHANOVER"] == codes["65"] == "NEW HANOVER"


def test_an_unknown_table_is_answered_with_the_nearest():
    with pytest.raises(ConfigError, match=r"no table of codes 'fl-county'.*fl-counties"):
        code_table("fl-county")
