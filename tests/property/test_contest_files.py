"""Whatever stands in a contest's file, the answer is a contest or one explained line."""

from __future__ import annotations

import copy
import datetime as dt
import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hustings.contests import Contest, contest_toml
from hustings.contests import load as loading
from hustings.errors import ContestError

NAMES = ["example-measure", "example-runoff", "us-president-2016"]
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**30), 10**30),
    st.floats(),
    st.text(max_size=5),
    st.dates(),
    st.just(dt.datetime(2026, 11, 3, 10)),  # noqa: DTZ001 - as a TOML without zone gives it
    st.just([]),
    st.just([1]),
    st.just(["a", "a"]),
    st.just({}),
    st.just({"a": [1]}),
    st.just([{}]),
    st.just([{"id": "x"}, {"id": "y"}]),
)


def places(value, path=()):
    """Every place in the document, and one unknown key beside each."""
    if path:
        yield path
    if isinstance(value, dict):
        yield (*path, "added")
        for key, inner in value.items():
            yield from places(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from places(inner, (*path, number))


@pytest.mark.parametrize("name", NAMES)
@settings(deadline=None)
@given(data=st.data())
def test_a_contest_or_one_line(name, data):
    document = tomllib.loads(contest_toml(name))
    changed = copy.deepcopy(document)
    for _ in range(data.draw(st.integers(1, 2))):
        path = data.draw(st.sampled_from(list(places(changed))))
        inner = changed
        for step in path[:-1]:
            inner = inner[step]
        value = copy.deepcopy(data.draw(ODD))
        if value is None and path[-1] != "added":
            del inner[path[-1]]
        else:
            inner[path[-1]] = "x" if value is None else value
    try:
        contest = loading.build_contest(changed, file="mine.toml")
    except ContestError as error:
        assert str(error).startswith("mine.toml")  # noqa: PT017 - either answer is fine
    else:
        assert isinstance(contest, Contest)
        assert contest.past.height == 0 or contest.past["date"].max() < contest.date
