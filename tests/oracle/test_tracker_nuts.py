"""The tracker against NUTS on the same model, everything sampled (``tracker_nuts/make_fixture.py``).

Monte Carlo error of the fixture: at least 4,400 effective draws, so 1.5 % of an sd on a mean and 1.1 % on an sd. What is
beyond that is the tracker's own approximation (Gaussian expansion of counts and Student-t, linearised nation, 32 points
for 13 scales): tolerances are 10 % of an sd for means and 7 % for sds; found were 5 % and 4 %.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from hustings.polls.tracker.fit import fit_tracker
from hustings.polls.tracker.outlook import outlook
from hustings.polls.tracker.spec import SCALE_NAMES
from recovery.seasons import EVE, make_contest, make_spec

HERE = Path(__file__).parent / "tracker_nuts"
NUTS = json.loads((HERE / "fixture.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def fit():
    polls = pl.read_csv(HERE / "polls.csv", try_parse_dates=True, schema_overrides={"partisan": pl.String})
    return fit_tracker(make_contest(5, districts=2), polls, as_of=EVE, spec=make_spec(), national="history")


def moments(fit):
    found = outlook(fit)
    means = found.means.reshape(len(found.weights), -1)
    mean = found.weights @ means
    covariance = np.einsum("n,nij->ij", found.weights, found.covariances)
    covariance += np.einsum("n,ni,nj->ij", found.weights, means - mean, means - mean)
    return mean, covariance


def test_the_fixture_can_be_trusted():
    for part in ("units", "log_scales"):
        assert max(NUTS[part]["r_hat"]) < 1.01
        assert min(NUTS[part]["ess"]) > 1000
    assert NUTS["divergences"] < 0.002 * NUTS["draws"]
    assert NUTS["scale_names"] == list(SCALE_NAMES)


def test_units_on_election_day(fit):
    mean, covariance = moments(fit)
    sd = np.sqrt(np.diag(covariance))
    nuts_mean, nuts_sd = np.array(NUTS["units"]["mean"]), np.array(NUTS["units"]["sd"])
    assert list(fit.contest.unit_ids) == NUTS["unit_ids"]
    assert np.abs((mean - nuts_mean) / nuts_sd).max() < 0.10
    np.testing.assert_allclose(sd, nuts_sd, rtol=0.07)
    np.testing.assert_allclose(covariance / np.outer(sd, sd), NUTS["correlation"], atol=0.08)


def test_scales(fit):
    """Within a third of a posterior sd.

    Except ``noise``: the fit gives each poll one weight where NUTS integrates over it, so its noise lies between the
    scale of the Student-t and its sd, sqrt(5/3) times larger.
    """
    nuts_mean, nuts_sd = np.array(NUTS["log_scales"]["mean"]), np.array(NUTS["log_scales"]["sd"])
    mean = fit.points.weights @ fit.points.log_scales
    sd = np.sqrt(fit.points.weights @ (fit.points.log_scales - mean) ** 2)
    noise = SCALE_NAMES.index("noise")
    others = np.arange(len(SCALE_NAMES)) != noise
    assert np.abs((mean - nuts_mean) / nuts_sd)[others].max() < 1 / 3
    np.testing.assert_allclose(sd[others], nuts_sd[others], rtol=0.2)
    assert -0.05 < mean[noise] - nuts_mean[noise] < np.log(np.sqrt(5.0 / 3.0)) + 0.05
