"""The sum over voters: how far errors of the vote and of its recall go together, and what is left out of a model."""

import numpy as np
import polars as pl
import pytest

from hustings.contests import load_contest
from hustings.scores.support.summing import campaign_spec, last_results, recall_correlation

CONTEST = load_contest("us-president-2016")


def interviews(n, rng, *, alike, recall=1.0):
    now = rng.random(n) < 0.5
    then = np.where(rng.random(n) < alike, now, rng.random(n) < 0.5)
    asked = rng.random(n) < recall
    return pl.DataFrame(
        {
            "option": np.where(now, "dem", "rep").tolist(),
            "past_option": [("dem" if t else "rep") if a else None for t, a in zip(then, asked, strict=True)],
        }
    )


@pytest.mark.parametrize(("alike", "recall"), [(0.9, 1.0), (0.6, 0.5), (0.0, 1.0)])
def test_the_correlation_is_that_of_the_two_means_over_many_samples(alike, recall):
    rng = np.random.default_rng(5)
    samples = [interviews(300, rng, alike=alike, recall=recall) for _ in range(1500)]
    means = np.array([[(s[c] == "dem").sum() / s[c].count() for c in ("option", "past_option")] for s in samples])
    found = np.mean([recall_correlation(sample, "dem") for sample in samples[:200]])
    assert found == pytest.approx(np.corrcoef(means.T)[0, 1], abs=0.06)


def test_nobody_who_answers_both_is_no_correlation():
    rows = pl.DataFrame({"option": ["dem", None], "past_option": [None, "rep"]})
    assert recall_correlation(rows, "dem") == 0.0


def test_a_feature_that_most_states_do_not_know_is_left_out():
    rows = pl.DataFrame(
        {
            "state": ["NC", "NC", "OH", "FL"],
            "age": [30, 40, 50, 60],
            "sex": ["F", "M", "F", "M"],
            "race_group": ["white", "black", None, "white"],
            "party": ["DEM", "REP", None, None],
            "times_voted_share": [0.5, 0.2, 0.1, 1.0],
        }
    )
    spec, past, left_out = campaign_spec(CONTEST, rows)
    assert left_out == ("party",)
    assert all("party" not in term for term in spec.terms)
    assert ("race_group", "state") in spec.terms
    assert past is not None
    assert spec.predictors == ("past_logit",)


def test_last_results_are_those_of_the_contest_before():
    found = dict(last_results(CONTEST).iter_rows())
    # North Carolina 2012: 2,178,391 for the first option's side, 2,270,395 for the other's.
    assert found["NC"] == pytest.approx(np.log(2_178_391 / 2_270_395), abs=1e-6)
