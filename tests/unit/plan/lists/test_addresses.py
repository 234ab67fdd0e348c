"""Walking order against a sort key written out, one door at a time."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from hustings.plan.lists.addresses import in_walking_order, parsed


@pytest.mark.parametrize(
    ("address", "extra", "expected"),
    [
        ("1360  FOUNDRY AVE   APT 6", None, (1360, "FOUNDRY AVE", "6")),
        ("956 Berry Ct", "APT 33", (956, "BERRY CT", "33")),
        ("12B OAK ST # 4C", None, (12, "OAK ST", "4C")),
        ("4 1ST AVE N", None, (4, "1ST AVE N", None)),
        ("RURAL ROUTE", None, (None, "RURAL ROUTE", None)),
        (None, None, (None, None, None)),
        ("77 SUITE CREEK RD UNIT B", None, (77, "SUITE CREEK RD", "B")),
    ],
)
def test_parts_of_an_address(address, extra, expected):
    frame = pl.DataFrame({"a": [address], "x": [extra]}, schema={"a": pl.String, "x": pl.String})
    assert frame.select(parsed(pl.col("a"), pl.col("x"))).row(0) == expected


def test_one_walks_up_one_side_and_back_on_the_other():
    rng = np.random.default_rng(6)
    n = 300
    rows = pl.DataFrame(
        {
            "voter_id": rng.permutation(n),
            "state": "NC",
            "county": rng.choice(["WAKE", "ASHE"], n),
            "precinct": rng.choice(["01", "02"], n),
            "street": rng.choice(["ELM ST", "OAK ST"], n),
            "house": rng.integers(1, 40, n),
            "flat": [None if f == 0 else str(f) for f in rng.integers(0, 12, n)],
            "last_name": rng.choice(["AMES", "BELL"], n),
            "first_name": "X",
        }
    )
    place = ["county", "precinct", "street", "house", "flat"]
    rows = rows.with_columns(household=pl.struct(place).rank("dense").cast(pl.Int64))
    walked = in_walking_order(rows, turf_doors=10)

    def key(row):
        even = row["house"] % 2 == 0
        flat = int(row["flat"]) if row["flat"] else float("inf")
        return (row["county"], row["precinct"], row["street"], even, -row["house"] if even else row["house"], flat)

    people = walked.to_dicts()
    assert [key(row) for row in people] == sorted(key(row) for row in people)
    assert sorted(row["voter_id"] for row in people) == list(range(n))
    doors = walked.group_by("turf").agg(pl.col("household").n_unique(), pl.col("door").max())
    assert doors["household"].max() <= 10
    assert doors["household"].equals(doors["door"].cast(pl.UInt32).rename("household"))
    # Turfs of a precinct are alike in size, and none crosses its border.
    assert doors["household"].min() >= 5
    assert walked.select("turf", "county", "precinct").unique().height == doors.height
