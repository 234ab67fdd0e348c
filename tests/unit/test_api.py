"""What `import hustings as hu` offers: few names, none of them loaded before it is asked for."""

from __future__ import annotations

import doctest
import subprocess
import sys

import pytest

import hustings as hu

PUBLIC = [
    "CleanPolls",
    "Contest",
    "HustingsError",
    "Projection",
    "RawPolls",
    "backtest",
    "clean_polls",
    "diff_voters",
    "electorate_of",
    "estimate_shares",
    "explain",
    "fit_support",
    "fit_turnout",
    "goal_of",
    "list_contests",
    "load_contest",
    "load_levers",
    "load_voters",
    "money_plan",
    "open_campaign",
    "open_survey",
    "poststratify",
    "project",
    "race_of",
    "read_interviews",
    "read_polls",
    "replay",
    "scores_table",
    "track",
    "weigh_wave",
]


def test_the_public_names_change_on_purpose_only():
    assert hu.__all__ == PUBLIC
    assert set(PUBLIC) <= set(dir(hu))


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_name_is_there_and_documented(name):
    assert getattr(hu, name).__doc__


def test_a_name_that_does_not_exist_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'forecast'"):
        _ = hu.forecast


def test_importing_the_package_loads_nothing_heavy():
    code = "import sys, hustings; print({'numpy', 'polars', 'scipy', 'typer'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_the_example_at_the_head_of_the_package_runs():
    outcome = doctest.testmod(hu)
    assert outcome.attempted > 5
    assert outcome.failed == 0
