"""Places of columns are the bins that the readable way finds."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from hustings.errors import InputError
from hustings.scores.scorecard import Feature
from hustings.scores.scorecard.axes import axis_of


def through(feature, column, *others):
    """Bins of a column by way of its places, where other models cut it too."""
    axis = axis_of(feature.name, column.dtype, [feature, *others])
    return axis.bins_of(feature)[axis.places(column)]


@pytest.mark.parametrize("kind", [pl.Float32, pl.Float64, pl.Int8, pl.Int16, pl.Int64, pl.UInt8])
def test_numbers_at_around_and_on_cuts_fall_where_they_should(kind):
    feature = Feature("x", cuts=(18.5, 30.0, 30.1, 77.0))
    whole = pl.Series("x", [0, 18, 19, 29, 30, 31, 76, 77, 78, 120, None]).cast(kind)
    # By hand: bin 0 is missing, bin 1 is under 18.5, ... bin 5 is 77 and over.
    assert through(feature, whole).tolist() == [1, 1, 2, 2, 3, 4, 4, 5, 5, 5, 0]


def test_crowded_cuts_and_numbers_next_to_them_are_exact():
    rng = np.random.default_rng(1)
    cuts = np.sort(rng.uniform(0, 1, 60))
    cuts[1] = cuts[0] + 1e-9  # closer than the grid's cells, and than float32 can tell
    feature = Feature("x", cuts=tuple(cuts))
    near = np.concatenate([cuts, np.nextafter(cuts, 0), np.nextafter(cuts, 1), rng.uniform(-1, 2, 500), [np.nan]])
    for kind in (pl.Float64, pl.Float32):
        column = pl.Series("x", near).cast(kind)
        values = column.to_numpy().astype(float)
        expected = [0 if np.isnan(v) else 1 + sum(v >= cut for cut in cuts) for v in values]
        assert through(feature, column).tolist() == expected


def test_models_that_cut_a_number_in_their_own_ways_each_get_their_bins():
    first, second = Feature("x", cuts=(10.0, 20.0)), Feature("x", cuts=(15.0,))
    column = pl.Series("x", [5.0, 12.0, 17.0, 25.0])
    assert through(first, column, second).tolist() == [1, 2, 2, 3]
    assert through(second, column, first).tolist() == [1, 1, 2, 2]


def test_texts_go_by_their_codes_and_unknown_levels_to_the_last_bin():
    feature = Feature("party", levels=("REP", "DEM"))
    column = pl.Series("party", ["DEM", "REP", None, "GRE"], dtype=pl.Enum(["DEM", "GRE", "REP"]))
    assert through(feature, column).tolist() == [2, 1, 0, 3]


def test_texts_without_codes_are_refused():
    with pytest.raises(InputError, match="party is String, expected an enum"):
        axis_of("party", pl.String(), [Feature("party", levels=("DEM",))])
    with pytest.raises(InputError, match="fitted to numbers"):
        axis_of("party", pl.Enum(["DEM"]), [Feature("party", cuts=(1.0,))])
