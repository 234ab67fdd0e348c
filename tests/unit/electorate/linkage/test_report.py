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
    # 11 and 12 of the right file are linked, 13 is uncertain; 12 is black there, and white in the left file.
    assert (everyone["n_found"], everyone["found_rate"]) == (2, pytest.approx(2 / 3))
    assert (found["race", "white"]["n_found"], found["race", "white"]["found_rate"]) == (1, 1.0)
    assert (found["race", "black"]["n_found"], found["race", "black"]["found_rate"]) == (1, 0.5)
    assert found["race", "black"]["match_rate"] == 0.0
    assert (found["race", "unknown"]["n_right"], found["race", "unknown"]["found_rate"]) == (0, None)
    # The right file knows no ages.
    assert found["age band", "18-24"]["n_right"] is None
    assert found["age band", "18-24"]["found_rate"] is None
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


def test_a_group_that_only_the_right_file_has_is_reported():
    left = pl.DataFrame({"id": [1, 2], "party": ["DEM", None], "race": [None, None]})
    right = pl.DataFrame({"id": [11, 12, 13], "party": ["GRE", "GRE", "unknown"], "race": ["white", "white", None]})
    links = pl.DataFrame([(1, 11, 0.99, 0.0, "moved", False)], schema=LINKS, orient="row")
    report = match_report(left, right, links)
    rows = {
        (row["dimension"], row["group"]): (row["n_left"], row["n_right"], row["match_rate"], row["found_rate"])
        for row in report.iter_rows(named=True)
    }
    assert rows == {
        ("all", "all"): (2, 3, 0.5, pytest.approx(1 / 3)),
        ("party", "DEM"): (1, 0, 1.0, None),
        ("party", "GRE"): (0, 2, None, 0.5),
        ("party", "unknown"): (1, 1, 0.0, 0.0),
        # Nobody in the left file has a race: it does not know any.
        ("race", "unknown"): (None, 1, None, 0.0),
        ("race", "white"): (None, 2, None, 0.5),
    }
    assert report.height == len(rows)
