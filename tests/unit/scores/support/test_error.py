from __future__ import annotations

import numpy as np
import pytest

from hustings.errors import InputError
from hustings.scores.support.error import SurveyError, survey_error


def test_only_earlier_contests_are_used():
    assert survey_error(2016, past_vote=True) == survey_error(2013, past_vote=True)
    assert survey_error(2016, past_vote=True) != survey_error(2017, past_vote=True)
    with pytest.raises(InputError, match="before 2000"):
        survey_error(2000, past_vote=False)


def test_the_past_vote_takes_most_of_the_error_away():
    raw, adjusted = (survey_error(2016, past_vote=used) for used in (False, True))
    assert adjusted.nation_sd < raw.nation_sd / 2.0
    assert raw.carry == 0.0


def test_covariance_by_hand():
    found = SurveyError(0.3, 0.4).covariance(2, 2)
    np.testing.assert_allclose(found[0], [0.25, 0.125, 0.09, 0.045])
