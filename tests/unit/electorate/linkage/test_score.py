from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from hustings.electorate.linkage.comparisons import default_parameters
from hustings.electorate.linkage.score import distinct_weights, probabilities


def scored(rows):
    schema = {
        "left_id": pl.Int64,
        "right_id": pl.Int64,
        "bits": pl.Float64,
        "household_bits": pl.Float64,
        "last_name": pl.Int8,
        "home": pl.Int8,
    }
    return pl.DataFrame([(*row, 3, 5) for row in rows], schema=schema, orient="row")


def test_one_pair_by_hand():
    # n = 8 x 8, one pair of 2^6 = 64 against strangers, households as unlike as can be. With share s of matches the prior
    # odds are s / 8, so p = 8 s / (1 + 8 s), and s = p / 8: the fixed point is 8 s = p, p = p / (1 + p): only s at its
    # floor of 1/16 is left, where p = (64 / 16 / 8) / (1 + 64 / 16 / 8) = 1/3.
    found = probabilities(scored([(1, 1, 6.0, -500.0)]), n_left=8, n_right=8, mates=1.0)
    assert found.pairs["match_prob"].item() == pytest.approx(1 / 3)


def test_a_household_explains_what_a_stranger_does_not():
    # Eight sure pairs fix the share at 1; of a pair as likely for two of a household as for one person little is left.
    sure = [(k, k, 60.0, -500.0) for k in range(8)]
    found = probabilities(scored([*sure, (20, 20, 30.0, 30.0)]), n_left=100, n_right=100, mates=2.0)
    odds = found.pairs["match_prob"][-1] / (1 - found.pairs["match_prob"][-1])
    # One person : household = 1 : 2 by prior, and the evidence is the same for both.
    assert odds == pytest.approx(0.5, rel=1e-3)


def test_candidates_for_one_record_compete():
    # Two right records equally like one left one: each has half, whatever the evidence.
    found = probabilities(scored([(1, 1, 40.0, -500.0), (1, 2, 40.0, -500.0)]), n_left=10, n_right=10, mates=1.0)
    assert found.pairs["match_prob"].to_list() == pytest.approx([0.5, 0.5], abs=1e-6)


def test_the_share_of_matches_is_found():
    pairs = [(k, k, 50.0, -500.0) for k in range(70)]
    found = probabilities(scored(pairs), n_left=100, n_right=200, mates=1.0)
    assert found.match_share == pytest.approx(0.7, abs=1e-4)


def test_no_pairs():
    assert probabilities(scored([]), n_left=3, n_right=0, mates=1.0).pairs.height == 0


def test_weights_that_coincide_are_moved_apart():
    table = default_parameters().with_columns(match_prob=pl.col("stranger_prob"))
    moved = distinct_weights(table)
    bits = moved.with_columns(bits=np.log2(moved["match_prob"] / moved["stranger_prob"]))
    for _, rows in bits.group_by("comparison"):
        values = np.sort([0.0, *rows["bits"]])
        assert np.diff(values).min() > 1.9e-6
    assert bits["bits"].abs().max() < 1e-4
