"""Waves of a synthetic electorate with known truth: what the voter file mends, and whether intervals cover.

People of one party answer less, as do those who rarely vote; demographics hardly show it, so that raking to them
leaves the error in place. Education is not on the file. In the harder case supporters of one side answer less *within*
party and history too, which no file can show.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import polars as pl
import pytest
from scipy.special import expit

from hustings.survey.estimates import Measure, ratio
from hustings.survey.weighting import WeightingSpec, margins_from_cells, weigh

N, ASKED = 200_000, 2_000
PARTIES, AGES = ("amber", "teal", "none"), ("18-34", "35-49", "50-64", "65+")


@cache
def electorate():
    """Everybody: columns of the file, education, support, and the log-odds to answer."""
    rng = np.random.default_rng(15)
    age, sex = rng.choice(4, N, p=[0.22, 0.25, 0.28, 0.25]), rng.integers(2, size=N)
    party = np.minimum((rng.random(N)[:, None] > np.cumsum([0.36, 0.34, 0.30])).sum(axis=1), 2)
    history = rng.binomial(4, expit(-0.6 + 0.5 * age))
    college = rng.random(N) < expit(-0.5 + 0.1 * age)
    lean = np.array([1.7, -1.7, -0.1])[party] + 0.5 * college - 0.12 * age + 0.1 * sex - 0.05 * history
    support = rng.random(N) < expit(lean)
    answers = -1.35 + np.array([0.35, -0.35, -0.1])[party] + 0.25 * (history - 2) + 0.15 * (age - 1.5)
    state = (rng.random(N) < 0.25).astype(int)
    frame = pl.DataFrame(
        {
            "stratum": np.array(["north", "south"])[state],
            "file_party": np.array(PARTIES)[party],
            "file_history": history.astype(str),
            "file_age_band": np.array(AGES)[age],
            "file_sex": np.array(["F", "M"])[sex],
            "education": np.array(["none", "college"])[college.astype(int)],
        }
    )
    return frame, support, answers


def waves(n_waves, seed, *, hidden=0.0):
    """Errors of the whole way and their standard errors, and errors of raking alone in every fifth wave."""
    rng = np.random.default_rng(seed)
    frame, support, answers = electorate()
    answers = answers + hidden * (support - 0.5)
    margins = tuple(
        margins_from_cells(frame.with_columns(n=pl.lit(1)), ("file_age_band", "file_sex", "education", "stratum"), "n")
    )
    rake_only = WeightingSpec(margins=margins)
    whole = WeightingSpec(margins=margins, nonresponse=("file_party*file_history", "file_age_band", "file_sex"))
    south = np.flatnonzero((frame["stratum"] == "south").to_numpy())
    north = np.flatnonzero((frame["stratum"] == "north").to_numpy())
    weight = {"north": len(north) / (ASKED // 2), "south": len(south) / (ASKED // 2)}
    errors, ses, raked = [], [], []
    for wave in range(n_waves):
        drawn = np.concatenate([rng.choice(part, ASKED // 2, replace=False) for part in (north, south)])
        responds = rng.random(ASKED) < expit(answers[drawn])
        asked = frame[drawn].with_columns(
            case_id=pl.int_range(ASKED), base_weight=pl.col("stratum").replace_strict(weight, return_dtype=pl.Float64)
        )
        table = asked.filter(pl.Series(responds)).with_columns(respondent_id=pl.col("case_id").cast(pl.String))
        said = support[drawn][responds].astype(float)
        everybody = Measure(said, np.ones_like(said))
        truth = support.mean()
        found, se = ratio(everybody, weigh(table, whole, asked=asked).linearisation)
        errors.append(found - truth)
        ses.append(se)
        if wave % 5 == 0:
            raked.append(ratio(everybody, weigh(table, rake_only).linearisation)[0] - truth)
    return np.array(errors), np.array(ses), np.array(raked)


@pytest.mark.slow
def test_the_file_mends_what_raking_cannot_see_and_intervals_cover():
    errors, ses, raked = waves(300, 16)
    covered = (np.abs(errors) < 1.96 * ses).mean()
    print(f"raking alone {raked.mean():+.4f}, with the voter file {errors.mean():+.4f}, covered {covered:.3f}")
    print(f"sd {errors.std():.4f}, mean se {ses.mean():.4f}")
    assert raked.mean() > 0.02, "raking to demographics leaves the error in place"
    assert abs(errors.mean()) < 0.1 * raked.mean()
    assert 0.93 <= covered <= 0.97
    assert ses.mean() == pytest.approx(errors.std(), rel=0.1)


@pytest.mark.slow
def test_most_of_the_error_goes_even_where_part_of_it_is_on_no_file():
    errors, _, raked = waves(100, 17, hidden=0.08)
    print(f"raking alone {raked.mean():+.4f}, with the voter file {errors.mean():+.4f}")
    assert 1.0 - errors.mean() / raked.mean() >= 0.7
