"""The true pairs differ in what their difficulty says, and in nothing else."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from hustings.electorate.synthetic.pairs import DIFFICULTIES, linkage_pairs

ROWS = 8000


@pytest.fixture(scope="module")
def made():
    return linkage_pairs(np.random.default_rng(5), ROWS)


@pytest.fixture(scope="module")
def pairs(made):
    left, right, truth = made
    return truth.join(left, left_on="left_id", right_on="id").join(
        right, left_on="right_id", right_on="id", suffix="_right"
    )


def same(pairs, difficulty, column):
    few = pairs.filter(pl.col("difficulty") == difficulty)
    return few.select(pl.col(column).eq_missing(pl.col(f"{column}_right")).mean()).item()


def test_seven_in_ten_are_in_both(made):
    left, right, truth = made
    assert left.height == right.height == ROWS
    assert truth.height == 5600
    assert truth["left_id"].n_unique() == truth["right_id"].n_unique() == 5600
    assert left["id"].to_list() == right["id"].to_list() == list(range(ROWS))
    assert left.columns == right.columns
    assert left.schema == right.schema


def test_difficulties_are_what_they_say(pairs):
    assert set(pairs["difficulty"]) == set(DIFFICULTIES)
    for column in ("first_name", "last_name", "birth_date", "address", "zip", "sex"):
        assert same(pairs, "exact", column) == 1
    assert same(pairs, "nickname", "first_name") == 0
    assert same(pairs, "nickname", "last_name") == 1
    assert same(pairs, "moved", "address") < 0.02
    assert same(pairs, "moved", "last_name") == 1
    assert same(pairs, "married name", "last_name") < 0.05
    assert set(pairs.filter(pl.col("difficulty") == "married name")["sex"]) == {"F"}
    assert same(pairs, "typo", "address") == 1
    changed = (
        pl.col("first_name").ne_missing("first_name_right")
        | pl.col("last_name").ne_missing("last_name_right")
        | pl.col("birth_date").ne_missing("birth_date_right")
    )
    # A swap of two equal letters is no slip.
    assert pairs.filter(pl.col("difficulty") == "typo").select(changed.mean()).item() > 0.97


def test_birth_dates_become_years(pairs):
    few = pairs.filter(pl.col("difficulty") == "year-only birth date")
    assert few["birth_date_right"].null_count() == few.height
    assert few["birth_year"].equals(few["birth_year_right"].rename("birth_year"))
    whole = pairs.filter(pl.col("birth_date").is_not_null())
    assert (whole["birth_date"].str.slice(0, 4).cast(pl.Int16) == whole["birth_year"]).all()


def test_the_same_seed_gives_the_same_frames(made):
    again = linkage_pairs(np.random.default_rng(5), ROWS)
    assert all(a.equals(b) for a, b in zip(made, again, strict=True))
    assert not made[0].equals(linkage_pairs(np.random.default_rng(6), ROWS)[0])
