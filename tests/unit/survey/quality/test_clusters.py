"""A fabricator with ten near-copies among two thousand honest interviews."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from hustings.survey.quality.clusters import find
from made_interviews import clean_wave, made


def test_a_planted_fabricator_is_found_and_honest_interviewers_are_not():
    rng = np.random.default_rng(3)
    wave = clean_wave(rng, 1000)
    ids = [f"r{k}" for k in range(500, 510)]
    pattern = dict(wave.answers.filter(pl.col("respondent_id") == "r500").select("question", "code").iter_rows())
    # Nine copy the tenth, and change about one answer in seven.
    copied = pl.col("question").replace_strict(pattern, default=None, return_dtype=pl.String)
    changed = pl.Series("changed", rng.random(wave.answers.height) < 0.15)
    answers = wave.answers.with_columns(
        pl.when(pl.col("respondent_id").is_in(ids) & ~changed & copied.is_not_null())
        .then(copied)
        .otherwise("code")
        .alias("code")
    )
    people = wave.respondents.with_columns(
        pl.when(pl.col("respondent_id").is_in(ids)).then(pl.lit("fabricator")).otherwise("device").alias("device")
    )
    found = find(replace(wave, answers=answers, respondents=people))
    assert sorted(found["respondent_id"]) == ids
    assert found["found"][0].startswith("10 interviews of fabricator agree on")
    # The same ten, on a device of their own each: there is nothing to find; forty shared phones of five are no cluster.
    assert find(replace(wave, answers=answers)).is_empty()


def test_four_interviews_are_too_few():
    same = {"device": "d", "vote": "a", "issue": "i1"}
    assert find(made([same] * 4)).is_empty()
    assert find(made([])).is_empty()
