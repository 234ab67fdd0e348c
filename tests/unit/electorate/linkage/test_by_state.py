from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from hustings.electorate.linkage import link_by_state
from hustings.errors import InputError
from unit.electorate.linkage.made_people import made_pairs


def test_within_states_then_across():
    left, right, truth = made_pairs(np.random.default_rng(6), 600)
    # People in odd zips live in Virginia; every tenth row of the right file has moved over the border.
    odd = pl.col("zip").str.slice(-1).cast(pl.Int32) % 2 == 1
    left, right = (
        side.with_columns(state=pl.when(odd).then(pl.lit("VA")).otherwise(pl.lit("NC"))) for side in (left, right)
    )
    over = pl.col("id") % 10 == 0
    right = right.with_columns(
        state=pl.when(over).then(pl.when(pl.col("state") == "NC").then(pl.lit("VA")).otherwise(pl.lit("NC"))).otherwise("state"),
        zip=pl.when(over).then(pl.lit("99999")).otherwise("zip"), address=pl.when(over).then(pl.lit("1 NEW RD")).otherwise("address"),
    )  # fmt: skip
    found = link_by_state(left, right, seed=1)
    sure = found.links.filter(~pl.col("uncertain")).join(truth, on=["left_id", "right_id"], how="left")
    assert sure["difficulty"].null_count() / sure.height < 0.01
    assert sure.height / truth.height > 0.9
    gone = truth.filter(pl.col("right_id") % 10 == 0)
    assert gone.join(sure, on="right_id", how="semi").height / gone.height > 0.6
    assert sure["left_id"].is_unique().all()
    assert sure["right_id"].is_unique().all()
    assert set(found.report.filter(pl.col("dimension") == "state")["group"]) == {"NC", "VA"}


def test_a_file_without_states_is_refused():
    side = pl.DataFrame({"id": [1], "first_name": ["A"], "last_name": ["B"]})
    with pytest.raises(InputError, match="no column 'state'"):
        link_by_state(side, side, seed=1)
