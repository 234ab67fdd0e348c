"""Claims in their files: what is damaged stops nothing else, and no version is used twice."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from hustings.errors import ConfigError
from hustings.watch.assumption import Claim, Foreseen
from hustings.watch.observations import nothing_kept
from hustings.watch.registry import registered, renew, write_claim
from made_boards import FIRST, made_assumption, morning, nights

DAY = dt.date(2016, 9, 1)


def claim_of(name: str, day: dt.date = DAY, version: int = 1) -> Claim:
    foreseen = Foreseen(("all", "NC"), {"level_sd": (0.1, 0.1)}, "It holds.")
    return Claim(name, version, "values", "either", 0.1, day, dt.date(2016, 11, 8), foreseen)


@pytest.fixture
def folder(tmp_path):
    for name in ("a", "b"):
        write_claim(tmp_path, claim_of(name))
    return tmp_path


def changed(folder, **values):
    file = folder / "watch/claims/a/001.json"
    found = json.loads(file.read_text())
    for name, value in values.items():
        (found["foreseen"] if name in found["foreseen"] else found)[name] = value
    file.write_text(json.dumps(found))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"segments": ["all"]}, "1 segments, and other numbers"),
        ({"segments": [], "scales": {}}, "0 segments"),
        ({"assumption": "b"}, "version 1 of b"),
        ({"version": 2}, "version 2 of a"),
        ({"share": float("nan")}, "error budget is nan"),
        ({"novel": 1}, "novel"),
        ({"from_day": "soon"}, "soon"),
    ],
)
def test_a_damaged_claim_stops_no_other(folder, values, said):
    changed(folder, **values)
    found = registered(folder, DAY)
    assert [one.assumption for one in found.claims] == ["b"]
    assert said in found.unusable["a"].why
    assert "backup" in found.unusable["a"].hint


def test_a_claim_of_a_later_day_is_not_made_again(folder):
    write_claim(folder, claim_of("c", dt.date(2016, 9, 5)))
    found = registered(folder, DAY)
    assert [one.assumption for one in found.claims] == ["a", "b"]
    assert found.unusable["c"].why == "it is watched from 2016-09-05 on"


def test_a_later_version_leaves_the_first_where_it_was(folder):
    write_claim(folder, claim_of("a", dt.date(2016, 9, 5), version=2))
    assert [one.version for one in registered(folder, DAY).claims if one.assumption == "a"] == [1]
    assert not registered(folder, DAY).unusable


def test_where_a_claim_was_removed_the_next_version_begins():
    made = made_assumption("a", lambda _: [{"observed": 0.0, "predicted": 0.0, "sd": 1.0}])
    first = nights([made], 3)
    from hustings.watch.nightly import watch

    again = watch(morning(FIRST + dt.timedelta(days=4)), [made], [], first.kept)
    assert [one.version for one in again.registered] == [2]
    fresh = watch(morning(FIRST), [made], [], nothing_kept())
    assert [one.version for one in fresh.registered] == [1]


def test_a_rule_does_not_become_a_test():
    made = made_assumption("a", lambda _: [])
    rule = Claim("a", 1, "rule", "above", 0.0, FIRST, FIRST + dt.timedelta(days=40), Foreseen(("all",), {}, ""))
    with pytest.raises(ConfigError, match="was a rule"):
        renew(made, morning(FIRST + dt.timedelta(days=1)), [rule], "why")
