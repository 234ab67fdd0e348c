"""What cannot be made is refused with a reason."""

from __future__ import annotations

import datetime as dt

import pytest

from hustings.electorate.synthetic import ElectorateSpec
from hustings.errors import ConfigError


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"layout": "nc-1999"}, "unknown format 'nc-1999'"),
        ({"state": "OH"}, "'nc-2022' is that of NC, found state 'OH'"),
        ({"rows": 0}, "rows is 0"),
        ({"weeks": 0}, "weeks is 0"),
        ({"seed": -1}, "seed is -1"),
        ({"as_of": dt.date(1850, 1, 1)}, "as-of is 1850-01-01"),
    ],
)
def test_refused(wrong, says):
    with pytest.raises(ConfigError, match=says):
        ElectorateSpec(**{"rows": 10, **wrong})


def test_an_unknown_state_is_refused():
    with pytest.raises(ConfigError, match="unknown state 'ZZ'"):
        ElectorateSpec(10, state="ZZ", layout="l2")
