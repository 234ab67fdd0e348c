"""What a unit is worth, against published values: 2008 as the polls of a day showed it."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest

SCRIPT = Path(__file__).resolve().parents[3] / "benchmarks" / "bench_plan_published.py"
SPEC = importlib.util.spec_from_file_location("bench_plan_published", SCRIPT)
published = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(published)

pytestmark = pytest.mark.skipif(not published.POLLS.is_file(), reason="the shared data are not here")


@pytest.fixture(scope="module")
def race():
    return published.on_day(published.DAYS[4])


def test_with_his_errors_the_shares_are_stromberg_s(race):
    assert published.agreement(published.with_his_errors(race, np.random.default_rng(1), 40_000)) > 0.9


def test_the_average_voter_decides_as_gelman_silver_and_edlin_found(race):
    assert 60 / 1.5 < published.one_in_millions(race)["all"] < 60 * 1.5
