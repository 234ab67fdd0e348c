import pytest

from hustings.electorate.layouts import load_layout
from hustings.electorate.layouts.parameters import check_parameters
from hustings.errors import ConfigError

UK = load_layout("uk-register")


def test_what_is_needed_is_enough():
    check_parameters(UK, {"authority": "Leeds", "register_date": "2016-12-01"})
    check_parameters(load_layout("nc-2022"), {})


@pytest.mark.parametrize("given", [{"authority": "Leeds"}, {"authority": "Leeds", "register_date": "  "}])
def test_a_lack_says_what_for_and_how(given):
    with pytest.raises(ConfigError, match=r"the day on which the register was published.*--set register_date="):
        check_parameters(UK, given)


def test_one_that_nobody_asked_for():
    with pytest.raises(ConfigError, match=r"'nc-2022' knows no parameter 'authority' \(it needs none\)"):
        check_parameters(load_layout("nc-2022"), {"authority": "Leeds"})
