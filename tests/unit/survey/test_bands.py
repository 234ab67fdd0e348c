"""Bands hold their lower end and not their upper."""

from __future__ import annotations

import polars as pl

from hustings.survey.bands import banded


def test_by_hand():
    ages = pl.DataFrame({"age": [17, 18, 29, 30, 90, None]})
    found = ages.select(banded(pl.col("age"), [18, 30], ["under", "18-29", "30+"])).to_series()
    assert found.to_list() == ["under", "18-29", "18-29", "30+", "30+", None]
    assert found.dtype == pl.Enum(["under", "18-29", "30+"])
