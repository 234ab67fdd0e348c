"""Rates against numbers worked out by hand from the formulas of the Standard Definitions."""

from __future__ import annotations

import polars as pl
import pytest

from hustings.errors import ConfigError, InputError
from hustings.survey.fieldwork.rates import rates, rates_of

COUNTS = {
    "1.1": 400,  # I
    "1.2": 100,  # P
    "2.11": 200,  # R
    "2.12": 50,  # R
    "2.20": 150,  # NC
    "2.36": 100,  # O
    "3.13": 600,  # UH
    "3.21": 200,  # UO
    "4.31": 250,  # NE
}
"""I + P = 500, R = 250, NC = 150, O = 100: 1,000 known to be eligible, 250 known not to be, 800 unknown; e = 0.8."""
BY_HAND = {
    "e": 0.8,
    "RR1": 400 / 1800,
    "RR2": 500 / 1800,
    "RR3": 400 / 1640,
    "RR4": 500 / 1640,
    "RR5": 0.4,
    "RR6": 0.5,
    "COOP1": 400 / 850,
    "COOP2": 500 / 850,
    "COOP3": 400 / 750,
    "COOP4": 500 / 750,
    "REF1": 250 / 1800,
    "REF2": 250 / 1640,
    "REF3": 0.25,
    "CON1": 850 / 1800,
    "CON2": 850 / 1640,
    "CON3": 0.85,
}


def test_every_rate_by_hand():
    assert rates(COUNTS) == pytest.approx(BY_HAND)


def test_e_may_be_given():
    found = rates(COUNTS, e=0.5)
    assert found["RR3"] == pytest.approx(400 / 1400)
    assert found["RR1"] == pytest.approx(BY_HAND["RR1"])


def test_weighted_rates_are_rates_of_weights():
    cases = pl.DataFrame({"disposition": ["1.1", "1.1", "2.11", "3.13"], "base_weight": [1.0, 3.0, 4.0, 8.0]})
    assert rates_of(cases)["RR1"] == pytest.approx(2 / 4)
    assert rates_of(cases, weight="base_weight")["RR1"] == pytest.approx(4 / 16)


def test_nothing_gives_nothing():
    assert rates({})["RR1"] is None


@pytest.mark.parametrize("code", ["1.3", "5.1", "", "complete", "2.99"])
def test_an_unknown_code_is_never_a_respondent(code):
    with pytest.raises(InputError, match="not known"):
        rates({"1.1": 10, code: 5})


def test_impossible_numbers_are_refused():
    with pytest.raises(ConfigError, match="expected 0 or more"):
        rates({"1.1": -1})
    with pytest.raises(ConfigError, match="share"):
        rates({"1.1": 1}, e=1.2)
