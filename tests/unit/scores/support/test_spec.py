from __future__ import annotations

import pytest

from hustings.errors import ConfigError
from hustings.scores.support.spec import SupportSpec, default_spec


def test_default_takes_what_is_there():
    spec = default_spec(["state", "race", "age", "weight", "option"])
    assert spec.terms == (("state",), ("race",), ("age",), ("race", "state"), ("race", "age"))
    assert spec.features == ("state", "race", "age")


def test_what_is_the_same_within_a_unit_is_not_crossed_with_it():
    spec = default_spec(["cd", "region", "party"], unit="cd", constant=["party"])
    assert spec.terms == (("cd",), ("region",), ("party",))


def test_the_unit_is_always_a_term():
    assert SupportSpec(unit="cd", terms=(("age",),)).terms == (("cd",), ("age",))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"terms": (("race",), ("race",))}, "stands twice"),
        ({"terms": (("race", "age"), ("age", "race"))}, "stands twice"),
        ({"terms": (("race", "race"),)}, "one twice"),
        ({"terms": ((),)}, "names no column"),
        ({"scale_prior_sd": 0.0}, "not above 0"),
    ],
)
def test_specs_that_cannot_be(given, said):
    with pytest.raises(ConfigError, match=said):
        SupportSpec(**given)


def test_no_unit():
    with pytest.raises(ConfigError, match="no column 'state'"):
        default_spec(["race"])
