"""The nearest of known words."""

from __future__ import annotations

from hustings.plan.effects.files import nearest


def test_the_nearest_word_in_any_case():
    assert nearest("dor", ["mail", "door"]) == "did you mean door?"
    assert nearest("wi", ["MI", "WI"]) == "did you mean WI?"
    assert nearest("Phone", ["phone", "phone_paid"]) == "did you mean phone?"
    assert nearest("xyz", ["a", "b"]) == "one of: a, b"
    assert nearest("x", []) == ""
