"""120 seasons drawn from the model, fitted without knowing their truth: do intervals cover what they say?

Units of one season share most of their error, so a season is the unit of account: the standard error of a pooled rate
is the sd of the seasons' own rates over the root of their number.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtr

from hustings.polls.tracker.fit import fit_tracker
from hustings.polls.tracker.outlook import outlook
from hustings.polls.tracker.simulate import SeasonPlan, simulate_season
from recovery.seasons import EVE, make_contest, make_spec

N_SEASONS = 120
SEED = 11


@pytest.fixture(scope="module")
def recovered():
    """(season, unit) places of the truth in its posterior distribution, 0-1, and z-scores."""
    contest, spec = make_contest(8), make_spec()
    places, errors = [], []
    for season in range(N_SEASONS):
        made = simulate_season(
            contest, spec, rng=np.random.default_rng([SEED, season]), plan=SeasonPlan(n_polls=80), national="history"
        )
        found = outlook(fit_tracker(contest, made.polls, as_of=EVE, spec=spec, national="history"))
        means, sds = found.means[:, :, 0], np.sqrt(np.einsum("nii->ni", found.covariances))
        truth = made.log_ratios[:, 0]
        mean = found.weights @ means
        sd = np.sqrt(found.weights @ (sds**2 + (means - mean) ** 2))
        places.append(found.weights @ ndtr((truth - means) / sds))
        errors.append((truth - mean) / sd)
    return np.array(places), np.array(errors)


def pooled(by_season):
    """Mean over seasons and its standard error."""
    rates = np.asarray(by_season, dtype=float).mean(axis=1)
    return rates.mean(), rates.std(ddof=1) / np.sqrt(len(rates))


@pytest.mark.slow
@pytest.mark.parametrize("level", [0.5, 0.8, 0.95])
def test_intervals_cover_what_they_say(recovered, level):
    places, _ = recovered
    rate, error = pooled(np.abs(places - 0.5) < level / 2.0)
    assert error < 0.03
    assert abs(rate - level) < 3.0 * error


@pytest.mark.slow
def test_the_truth_falls_anywhere_in_its_distribution(recovered):
    """Every fifth of the posterior distribution holds a fifth of the truths."""
    places, _ = recovered
    for low in np.arange(0.0, 1.0, 0.2):
        rate, error = pooled((places >= low) & (places < low + 0.2))
        assert abs(rate - 0.2) < 3.0 * error, low


@pytest.mark.slow
def test_errors_have_mean_zero_and_unit_size(recovered):
    _, errors = recovered
    bias, error = pooled(errors)
    assert abs(bias) < 3.0 * error
    square, error = pooled(errors**2)
    assert abs(square - 1.0) < 3.0 * error
