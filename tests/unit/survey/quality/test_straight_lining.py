"""The same answer all along a battery."""

from __future__ import annotations

from hustings.survey.codebook import Choice, Item
from hustings.survey.quality.straight_lining import batteries, find
from made_interviews import BOOK, made

FAVS = [f"fav{k}" for k in range(6)]


def test_the_battery_is_the_six_scales():
    assert batteries(BOOK.items) == [FAVS]


def test_same_codes_of_other_answers_make_none():
    items = tuple(Item(f"q{k}", "single", "?", (Choice("1", f"yes {k}"), Choice("2", f"no {k}"))) for k in range(6))
    assert batteries(items) == []


def test_offenders_and_innocents():
    flat = dict.fromkeys(FAVS, "3")
    found = find(made([flat, flat | {"fav5": "4"}, flat | {"fav5": None}, dict.fromkeys(FAVS[:5], "3")]))
    assert found.rows() == [("r0", "answered 3 to all of fav0 to fav5")]
