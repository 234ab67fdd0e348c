from __future__ import annotations

import numpy as np
import polars as pl

from hustings.scores.persuasion.binning import bin_matrix, indicators, places, shallow_features

FRAME = pl.DataFrame(
    {
        "age": [*range(100), None],
        "votes": [0, 1, 2] * 33 + [2, 2],
        "party": ["amber"] * 60 + ["teal"] * 40 + ["rare"],
        "moved": [True, False] * 50 + [None],
    }
)


def test_few_bins():
    age, votes, party, moved = shallow_features(FRAME)
    np.testing.assert_allclose(age.cuts, [19.8, 39.6, 59.4, 79.2])
    assert votes.cuts == (1.0, 2.0), "each value"
    assert party.levels == ("amber", "teal"), "less than one in a hundred is other"
    assert moved.cuts == (1.0,)


def test_zeros_in_bulk_leave_no_empty_bin():
    (feature,) = shallow_features(pl.DataFrame({"x": [0.0] * 90 + [float(i) for i in range(1, 11)]}))
    assert feature.cuts == ()
    (feature,) = shallow_features(pl.DataFrame({"x": [0.0] * 50 + [float(i) for i in range(1, 51)]}))
    assert min(np.bincount(feature.bins(pl.Series("x", [0.0, 10.0, 30.0, 50.0])))[1:]) >= 1


def test_indicators():
    features = shallow_features(FRAME)
    bins = bin_matrix(features, FRAME)
    X = indicators(features, bins)
    assert (X.sum(axis=1) == 4).all()
    for feature, block in zip(features, places(features), strict=True):
        assert (
            X[:, block].sum(axis=0).tolist()
            == np.bincount(feature.bins(FRAME[feature.name]), minlength=feature.n_bins).tolist()
        )
