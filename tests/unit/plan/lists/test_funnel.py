"""Each voter who is left out is counted once."""

from __future__ import annotations

import polars as pl

from hustings.plan.lists.funnel import is_in, sift


def test_the_first_reason_counts():
    people = pl.DataFrame({"id": [1, 2, 3, 4, 5], "age": [17, 30, None, 40, 16]})
    reasons = {
        "dead": is_in("id", pl.Series([1, 2])),
        "young": pl.col("age") < 18,
        "never": pl.lit(value=False),
    }
    left, counts = sift(people, reasons)
    assert counts == {"dead": 2, "young": 1, "never": 0}
    assert left["id"].to_list() == [3, 4]
    assert left.columns == people.columns
    assert sift(people, {})[0].equals(people)
