"""The rules together: a clean wave keeps its interviews; what a rule does may be changed by name."""

from __future__ import annotations

import numpy as np
import pytest

from hustings.errors import ConfigError
from hustings.survey.quality import RULES, check_quality, set_aside
from hustings.tables import QUALITY
from made_interviews import clean_wave, made


@pytest.fixture(scope="module")
def clean():
    return clean_wave(np.random.default_rng(7))


def test_a_clean_wave_loses_less_than_one_interview_in_a_hundred(clean):
    table = check_quality(clean)
    out = table.filter(table["set_aside"])["respondent_id"].n_unique()
    assert out < 0.01 * clean.respondents.height
    assert table.filter(table["rule"] == "clusters").is_empty()


def test_planted_offenders_are_found_among_the_clean(clean):
    """One of each kind is put into the clean wave, by changing what one respondent said."""
    rows = clean.respondents.with_row_index("k")
    import polars as pl

    people = rows.with_columns(
        pl.when(pl.col("k") == 300).then(5.0).otherwise("seconds").alias("seconds"),
        pl.when(pl.col("k") == 301).then(1302).otherwise("voter_id").alias("voter_id"),
        pl.when(pl.col("k") == 303).then(pl.col("file_age") + 30).otherwise("file_age").alias("file_age"),
    ).drop("k")
    from dataclasses import replace

    planted = replace(clean, respondents=people)
    table = check_quality(planted)
    found = {name: set(table.filter(pl.col("rule") == name)["respondent_id"]) for name in RULES}
    assert "r300" in found["speeding"]
    assert "r302" in found["duplicates"]
    assert "r303" in found["contradiction"]


def test_keeping_and_setting_aside(clean):
    assert {name for name, rule in RULES.items() if not rule.sets_aside} == {"straight-lining", "clusters"}
    people = made(
        [{"age": 17.0}, {"age": 40.0}, {"age": 200.0, "disposition": "1.2"}, {"age": 5.0, "disposition": "2.1"}]
    )
    table = check_quality(people)
    assert table.columns == QUALITY.column_names
    assert table.rows() == [("r0", "impossible", "age is 17.0", True), ("r2", "impossible", "age is 200.0", True)]
    assert set_aside(people, table).respondents["respondent_id"].to_list() == ["r1"]
    kept = check_quality(people, keep=["impossible"])
    assert not kept["set_aside"].any()
    assert set_aside(people, kept).respondents["respondent_id"].to_list() == ["r0", "r1", "r2"]
    with pytest.raises(ConfigError, match="there is no rule 'speed'"):
        check_quality(people, keep=["speed"])
    with pytest.raises(ConfigError, match="both kept and set aside"):
        check_quality(people, keep=["clusters"], drop=["clusters"])


def test_nobody_at_all():
    assert check_quality(made([])).is_empty()
