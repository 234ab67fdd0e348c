"""`hustings plan money` as a user meets it: a small contest from a file of polls."""

from __future__ import annotations

import json

import polars as pl
import pytest

from hustings.cli.plan.money import read_budget, short
from hustings.errors import ConfigError
from made_night import hustings


@pytest.mark.parametrize("text", ["10_000_000", "10000000", "10M", "10,000,000", "$10m", "10000k", "10.0M"])
def test_a_budget_is_read_however_it_is_written(text):
    assert read_budget(text) == 1e7


@pytest.mark.parametrize("text", ["0", "-5", "ten", "1e7", "", "10MM", "0.0M"])
def test_what_is_no_budget_is_refused(text):
    with pytest.raises(ConfigError, match="--budget"):
        read_budget(text)


def test_dollars_are_short():
    assert [short(value) for value in (1_250_000, 999_600, 340_000, 90)] == ["$1.25M", "$1.00M", "$340K", "$90"]
