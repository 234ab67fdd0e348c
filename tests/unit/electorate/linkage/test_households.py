from __future__ import annotations

import polars as pl
import pytest

from hustings.electorate.linkage.engine import connection
from hustings.electorate.linkage.households import household_pairs, mates


def test_mates_of_a_row():
    # Three at one address have two mates each, one alone has none, thirteen are a building: 6 mates over 4 rows.
    assert mates(pl.DataFrame({"place": [1] * 3 + [2] + [3] * 13 + [None]})) == pytest.approx(6 / 4)


def test_no_addresses_no_households(tmp_path):
    side = pl.DataFrame({"place": pl.Series([None, None], dtype=pl.UInt64)})
    assert mates(side) == 1.0
    with connection(threads=1, memory_bytes=200_000_000, folder=tmp_path) as held:
        assert household_pairs(held, side).height == 0
