from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from hustings.errors import InputError
from hustings.scores.support.fit import Design, fit_support
from hustings.scores.support.spec import SupportSpec
from unit.scores.support.making import STATES, make_rows

SPEC = SupportSpec(terms=(("race",), ("race", "state")), predictors=("lean",))
LEAN = pl.DataFrame({"state": [*STATES, "ZZ"], "lean": [-3.0, -1.0, 0.0, 0.0, 1.0, 3.0, 14.0]})


@pytest.fixture(scope="module")
def fit():
    return fit_support(make_rows(6000), ("yes", "no"), SPEC, LEAN)


def test_means_are_near_the_planted_logits(fit):
    people = pl.DataFrame({"state": ["AA", "FF"], "race": ["one", "two"]})
    np.testing.assert_allclose(Design(fit, people).mean()[:, 0], [-1.1, 1.4], atol=0.25)


def test_a_unit_without_interviews_has_its_predictors_and_its_prior_s_spread(fit):
    """ZZ has no interview: intercept, slope times its standardised lean, race; state and race x state are unseen."""
    values = LEAN["lean"].to_numpy()
    z = (14.0 - values.mean()) / values.std()
    people = pl.DataFrame({"state": ["ZZ", "AA"], "race": ["one", "one"]})
    design = Design(fit, people)
    mean = fit.regression.mean[:, 0]
    race = mean[2 + 6 + fit.places[1][fit.feature("race").levels.index("one") + 1]]
    assert design.mean()[0, 0] == pytest.approx(mean[0] + z * mean[1] + race)
    draws = design.draws(fit.regression.draws(4000, np.random.default_rng(1)), np.random.default_rng(2))[:, 0]
    assert draws[0].var() > draws[1].var() + 0.5 * fit.regression.scale_mean[0] ** 2


def test_the_same_unseen_level_is_one_coefficient(fit):
    people = pl.DataFrame({"state": ["AA", "AA"], "race": ["new", "new"]})
    draws = Design(fit, people).draws(fit.regression.draws(10, np.random.default_rng(1)), np.random.default_rng(2))
    np.testing.assert_array_equal(draws[0], draws[1])


def test_scales_are_told_by_term(fit):
    scales = fit.scales()
    assert scales["term"].to_list() == ["state", "race", "race x state"]
    assert scales["levels"].to_list() == [6, 3, 18]
    assert (scales["scale"] > 0.0).all()


def test_what_lacks_is_said(fit):
    with pytest.raises(InputError, match="needs race"):
        Design(fit, pl.DataFrame({"state": ["AA"]}))
    with pytest.raises(InputError, match="no frame of unit predictors"):
        fit_support(make_rows(), ("yes", "no"), SPEC)
    with pytest.raises(InputError, match="1 units of the interviews have no predictors: FF"):
        fit_support(make_rows(), ("yes", "no"), SPEC, LEAN.filter(pl.col("state") != "FF"))
    with pytest.raises(InputError, match="no column lean"):
        fit_support(make_rows(), ("yes", "no"), SPEC, LEAN.drop("lean"))
