from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from hustings.survey.estimates import Measure, ratio, replicate_ratio
from hustings.survey.weighting import Margin, WeightingSpec, weigh
from hustings.survey.weighting.replicates import multiplicities


def test_each_stratum_keeps_its_size():
    strata = np.array([0, 1, 1, 0, 2, 1, 0, 0])
    times = multiplicities(strata, 50, np.random.default_rng(6))
    for stratum, size in ((0, 4), (1, 3)):
        np.testing.assert_allclose(times[:, strata == stratum].sum(axis=1), size)
        # n - 1 are drawn, each counting n / (n - 1).
        np.testing.assert_allclose(times[:, strata == stratum] * (size - 1) / size % 1, 0, atol=1e-12)
    assert (times[:, 4] == 1).all()


@pytest.mark.parametrize(
    ("options", "rel"),
    [({}, 0.12), ({"method": "calibration", "bounds": (0.2, 5.0)}, 0.12), ({"trim": (0.3, 2.5)}, 0.15)],
)
def test_the_bootstrap_agrees_with_linearisation(options, rel):
    """300 replicates know a standard error to 4 %; the rest is what the two approximate differently."""
    rng = np.random.default_rng(7)
    n = 3000
    party, age = rng.choice([*"abc"], n), rng.choice([*"123"], n)
    asked = pl.DataFrame({"case_id": range(n), "party": party, "age": age, "stratum": rng.choice([*"NS"], n)})
    answers = rng.random(n) < np.where(party == "a", 0.35, 0.15) + 0.05 * (age == "3")
    table = asked.filter(pl.Series(answers)).with_columns(
        respondent_id=pl.col("case_id").cast(pl.String), base_weight=pl.Series(rng.uniform(1, 2, answers.sum()))
    )
    margin = Margin("age", ("age",), pl.DataFrame({"age": [*"123"], "total": [0.3, 0.35, 0.35]}))
    spec = WeightingSpec(nonresponse=("party", "age"), margins=(margin,), replicates=300, **options)
    found = weigh(table, spec, asked=asked, rng=rng)
    said = (rng.random(table.height) < np.where(table["party"] == "a", 0.8, 0.3)).astype(float)
    measure = Measure(said, np.ones_like(said))
    estimate, se = ratio(measure, found.linearisation)
    again, bootstrap = replicate_ratio(measure, found.weights["weight"].to_numpy(), found.replicates)
    assert again == pytest.approx(estimate)
    assert found.replicates.shape == (table.height, 300)
    assert bootstrap == pytest.approx(se, rel=rel)
    # What the file explains is known of those who did not answer too: ignoring it would say another error.
    assert found.replicates.sum(axis=0) == pytest.approx(np.full(300, table.height), rel=1e-3)
