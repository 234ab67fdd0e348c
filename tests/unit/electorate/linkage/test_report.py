from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from hustings.electorate.linkage import match_report
from hustings.electorate.linkage.report import REPORT
from hustings.electorate.linkage.resolve import LINKS


def test_rates_by_hand():
    left = pl.DataFrame({
        "id": [1, 2, 3, 4], "race": ["white", "white", "black", None], "zip": ["27601", "27601-0001", "27603", None],
        "birth_year": pl.Series([2000, 1990, 1940, None], dtype=pl.Int16),
    })  # fmt: skip
    right = pl.DataFrame({"id": [11, 12, 13], "race": ["white", "black", "black"], "zip": ["27601", "27699", "27603"]})
    rows = [
        (1, 11, 0.98, 0.0, "same address", False),
        (2, 12, 0.92, 0.0, "moved", False),
        (3, 13, 0.6, 0.3, "moved", True),
    ]
    report = match_report(left, right, pl.DataFrame(rows, schema=LINKS, orient="row"), as_of=dt.date(2024, 11, 5))
    assert dict(report.schema) == REPORT
    found = {(row["dimension"], row["group"]): row for row in report.iter_rows(named=True)}
    everyone = found["all", "all"]
    assert (everyone["n_left"], everyone["n_right"], everyone["n_linked"], everyone["n_uncertain"]) == (4, 3, 2, 1)
    assert everyone["match_rate"] == pytest.approx(0.5)
    assert everyone["mean_match_prob"] == pytest.approx(0.95)
    assert everyone["expected_false_links"] == pytest.approx(0.1)
    assert found["race", "white"]["match_rate"] == pytest.approx(1.0)
    assert found["race", "white"]["n_right"] == 1
    assert (found["race", "black"]["n_linked"], found["race", "black"]["n_uncertain"]) == (0, 1)
    assert found["race", "unknown"]["n_left"] == 1
    assert {group for dimension, group in found if dimension == "age band"} == {"18-24", "25-34", "75+", "unknown"}
    assert found["mover", "same zip"]["n_linked"] == 1
    assert found["mover", "another zip"]["n_linked"] == 1
    assert found["mover", "same zip"]["match_rate"] is None


def test_groups_a_file_does_not_know_are_not_reported():
    side = pl.DataFrame({"id": [1]})
    report = match_report(side, side, pl.DataFrame(schema=LINKS))
    assert report["dimension"].to_list() == ["all"]
    assert report["match_rate"].to_list() == [0.0]
