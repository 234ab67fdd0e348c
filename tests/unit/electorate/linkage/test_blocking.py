from __future__ import annotations

import polars as pl

from hustings.electorate.linkage.blocking import with_blocks
from hustings.electorate.linkage.normalise import check_people, prepare


def people(ids, phones):
    frame = pl.DataFrame({"id": ids, "first_name": ["A"] * len(ids), "last_name": ["B"] * len(ids), "phone": phones})
    return prepare(check_people(frame, "left"))


def test_a_dummy_phone_makes_no_pairs_and_is_counted():
    left = people([1, 2, 3, 4], ["0000000", "0000000", "9195551212", None])
    right = people([5, 6, 7, 8], ["0000000", "0000000", "9195551212", None])
    blocked, _, columns, told = with_blocks(left, right, block_pairs=3, names=("phone",))
    assert columns == ["block_1"]
    # 2 x 2 pairs of the dummy are more than 3; the other phone makes one; a missing phone none.
    assert told.to_dicts() == [{"block": "phone", "pairs": 1, "values_set_aside": 1, "pairs_set_aside": 4}]
    assert blocked["block_1"].is_null().to_list() == [True, True, False, True]


def test_a_block_without_pairs_is_left_out():
    left, right = people([1], ["9195551212"]), people([2], ["9195551213"])
    blocked, _, columns, told = with_blocks(left, right, block_pairs=10, names=("phone",))
    assert columns == []
    assert "block_1" not in blocked.columns
    assert told["pairs"].to_list() == [0]
