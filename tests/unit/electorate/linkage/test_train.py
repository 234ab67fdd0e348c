from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from hustings.electorate.linkage.comparisons import default_parameters
from hustings.electorate.linkage.engine import connection
from hustings.electorate.linkage.normalise import check_people, prepare
from hustings.electorate.linkage.spec import LinkageSpec
from hustings.electorate.linkage.train import learn
from unit.electorate.linkage.made_people import made_pairs


@pytest.fixture(scope="module")
def pairs():
    return made_pairs(np.random.default_rng(7), 4_000)


@pytest.fixture(scope="module")
def few():
    """Fewer than are needed to learn from."""
    return made_pairs(np.random.default_rng(7), 300)


def learnt(pairs, folder):
    sides = [prepare(check_people(side, "left")) for side in pairs[:2]]
    with connection(threads=1, memory_bytes=500_000_000, folder=folder) as held:
        table = learn(held, *sides, spec=LinkageSpec(), seed=1)
    return {(row["comparison"], row["level"]): row for row in table.iter_rows(named=True)}


@pytest.fixture(scope="module")
def found(pairs, tmp_path_factory):
    """What is learnt from them."""
    return learnt(pairs, tmp_path_factory.mktemp("learnt"))


def test_what_the_files_were_made_with_is_learnt(pairs, found):
    left, right, truth = pairs
    both = truth.join(left, left_on="left_id", right_on="id").join(
        right, left_on="right_id", right_on="id", suffix="_r"
    )
    stayed = (both["address"] == both["address_r"]) & (both["zip"] == both["zip_r"])
    assert found["home", "same"]["match_prob"] == pytest.approx(float(stayed.mean()), abs=0.1)
    # Names are learnt from those who stayed, among whom those with slips are more of all who are not plain.
    stayers = both.filter(stayed)
    for column in ("first_name", "last_name"):
        true = float((stayers[column] == stayers[f"{column}_r"]).mean())
        assert found[column, "exact"]["match_prob"] == pytest.approx(true, abs=0.03)
    # Two strangers: women are half of each file.
    women = float((left["sex"] == "F").mean())
    assert found["sex", "same"]["stranger_prob"] == pytest.approx(women**2 + (1 - women) ** 2, abs=0.02)
    # Two of a household nearly all share a surname in these files, and rarely a year of birth.
    assert found["last_name", "exact"]["household_prob"] > 0.8
    assert found["birth", "date"]["household_prob"] < 0.02


def test_shares_stay_shares(found):
    rows = pl.DataFrame(list(found.values()))
    sums = rows.group_by("comparison").agg(pl.col("match_prob", "household_prob", "stranger_prob").sum())
    assert np.allclose(sums.drop("comparison").to_numpy(), 1.0, atol=1e-3)


def test_small_files_keep_the_starting_values(few, tmp_path):
    found = learnt(few, tmp_path)
    for row in default_parameters().iter_rows(named=True):
        assert found[row["comparison"], row["level"]]["match_prob"] == pytest.approx(row["match_prob"], abs=1e-3)


def test_without_streets_the_zip_speaks_for_the_address(few, tmp_path):
    found = learnt((few[0], few[1].drop("address")), tmp_path)
    start = {(row["comparison"], row["level"]): row["match_prob"] for row in default_parameters().iter_rows(named=True)}
    expected = start["home", "same"] + start["home", "nearly"] + start["home", "zip"]
    assert found["home", "zip"]["match_prob"] == pytest.approx(expected, abs=1e-4)
