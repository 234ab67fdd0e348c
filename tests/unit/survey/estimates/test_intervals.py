from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import beta, t

from hustings.survey.estimates.intervals import mean_intervals, share_intervals


def ends(share, se, n_effective, n):
    low, high = share_intervals(*(np.array([float(v)]) for v in (share, se, n_effective, n)))
    return float(low[0]), float(high[0])


def test_logit_by_hand():
    share, se, reach = 0.2, 0.04, t.ppf(0.975, 99)
    width = reach * se / (share * (1 - share))
    by_hand = [1 / (1 + np.exp(-(np.log(0.25) + side * width))) for side in (-1, 1)]
    assert ends(share, se, 100, 100) == pytest.approx(by_hand)


@pytest.mark.parametrize("share", [0.001, 0.999])
def test_never_outside(share):
    low, high = ends(share, 0.002, 30, 40)
    assert 0 < low < share < high < 1


def test_nobody_and_everybody_by_clopper_and_pearson():
    assert ends(0, 0, 50, 60) == pytest.approx((0, beta.ppf(0.975, 1, 50)))
    assert ends(1, 0, 50, 60) == pytest.approx((beta.ppf(0.025, 50, 1), 1))


def test_a_calibrated_share_has_no_error():
    assert ends(0.3, 0, 50, 60) == pytest.approx((0.3, 0.3))


def test_unknown_stays_unknown():
    assert np.isnan(ends(np.nan, np.nan, 0, 0)).all()


def test_means():
    low, high = mean_intervals(np.array([50.0]), np.array([2.0]), np.array([11.0]))
    assert (high - low)[0] == pytest.approx(2 * 2 * t.ppf(0.975, 10))
