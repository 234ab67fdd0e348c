"""The multilevel regression against lme4's glmer and NUTS (`support_multilevel/make_*`)."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from hustings.maths.multilevel import fit_multilevel
from hustings.maths.multilevel_cells import Cells
from hustings.maths.multilevel_laplace import find_mode

HERE = Path(__file__).parent / "support_multilevel"
NAMES = ("state", "race", "age", "rs")
GLMER = json.loads((HERE / "glmer.json").read_text(encoding="utf-8"))
NUTS = json.loads((HERE / "nuts.json").read_text(encoding="utf-8"))
RAW = np.genfromtxt(HERE / "cells.csv", delimiter=",", names=True)
STATE, RACE, AGE = (RAW[name].astype(int) for name in ("state", "race", "age"))
CELLS = Cells(
    np.column_stack([RAW["first"], RAW["second"]]),
    np.column_stack([np.ones(len(RAW)), RAW["lean"]]),
    (STATE, RACE, AGE, STATE * 4 + RACE),
    (24, 4, 5, 96),
)


@pytest.fixture(scope="module")
def fit():
    return fit_multilevel(CELLS)


def test_mode_is_glmer_s_at_its_scales():
    """`nAGQ = 0` has glmer maximise over fixed and random coefficients together, as here, with flat fixed priors."""
    scales = np.array([GLMER["quick"]["sd"][name] for name in NAMES])
    found = find_mode(CELLS, scales, np.array([1e4, 1e4]), np.zeros((131, 1))).coefficients[:, 0]
    np.testing.assert_allclose(found[:2], GLMER["quick"]["fixed"], atol=1e-5)
    effects = GLMER["quick"]["effects"]
    for name, start in (("state", 2), ("race", 26), ("age", 30)):
        for level, value in effects[name].items():
            assert found[start + int(level)] == pytest.approx(value, abs=1e-5)
    for level, value in effects["rs"].items():
        race, state = map(int, level.split(":"))
        assert found[35 + 4 * state + race] == pytest.approx(value, abs=1e-5)


def test_scales_of_many_levels_are_near_glmer_s(fit):
    """No prior there: terms of few levels are larger here, by their half-normal prior's tail."""
    for t in (0, 3):
        assert fit.modal_scales[t] == pytest.approx(GLMER["full"]["sd"][NAMES[t]], rel=0.15)


def test_scales_are_near_nuts(fit):
    for t, name in enumerate(NAMES):
        assert fit.scale_mean[t] == pytest.approx(NUTS["scale_mean"][name], rel=0.15)


def test_states_are_those_of_nuts(fit):
    draws = fit.draws(4000, np.random.default_rng(0)).coefficients
    share = 1.0 / (1.0 + np.exp(-np.stack([CELLS.predictor(one)[:, 0] for one in draws])))
    weight = np.array([0.68, 0.14, 0.12, 0.06])[RACE]
    inside = [s == STATE for s in range(24)]
    states = np.stack([share[:, of] @ weight[of] / weight[of].sum() for of in inside])
    off = states.mean(axis=1) - NUTS["state_mean"]
    assert NUTS["divergences"] == 0
    # Posterior sd .040: a tenth of it at most, in the mean of the states a twentieth.
    assert np.abs(off).max() < 0.006
    assert np.sqrt((off**2).mean()) < 0.0025
    np.testing.assert_allclose(states.std(axis=1), NUTS["state_sd"], rtol=0.1)
