"""What somebody asks of a list, filled in or refused before any work."""

from __future__ import annotations

from pathlib import Path

import pytest

from hustings.errors import ConfigError
from hustings.plan.lists import Asked, checked


def asked(**more):
    return checked(Asked(**({"universe": "gotv", "budget_dollars": 100.0} | more)))


def test_what_is_left_open_is_filled_in():
    found = asked(states=("nc", "OH", "NC"))
    assert (found.states, found.channel, found.formats) == (("NC", "OH"), "door", ("csv",))
    assert (found.name, found.per_household) == ("gotv-nc-oh-door", True)
    calls = asked(formats=("phone", "csv", "phone"), states=("NC",))
    assert (calls.channel, calls.formats, calls.per_household) == ("phone", ("phone", "csv"), False)
    assert asked(formats=("phone",), channel="phone_paid").name == "gotv-phone-paid"
    assert asked(per_household=True, channel="phone").per_household


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"universe": ""}, "--universe is missing"),
        ({"universe": "theirs"}, "--universe theirs: whom"),
        ({"formats": ("van", "pdf")}, "no format 'pdf'"),
        ({"formats": ("walk", "phone")}, "--format phone --channel phone"),
        ({"goal": "fame"}, "no goal 'fame'"),
        ({"name": "../../evil"}, "lower-case"),
        ({"hold_out": float("nan")}, "a hold-out of nan"),
        ({"hold_out": 0.0}, "a hold-out of 0"),
        ({"hold_out": 1.5}, "a whole number of voters"),
        ({"believed_effect": 5.0}, "--effect 5: expected a share"),
        ({"believed_effect": -0.02}, "--effect -0.02"),
        ({"wanted_effect": 0.0}, "--power-for 0"),
        ({"rest_days": 10**11}, "--rest-days"),
        ({"states": ("NC",), "crosswalks": {"OH": Path("x")}}, "--crosswalk is of OH"),
    ],
)
def test_what_cannot_be_is_refused(more, words):
    with pytest.raises(ConfigError) as told:
        asked(**more)
    assert words in str(told.value)
