"""How far surveys lie from results beyond sampling error, learned from earlier contests only."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hustings.errors import InputError
from hustings.maths.logratio import contrast_covariance

Array = NDArray[np.float64]


class SurveyError(NamedTuple):
    """Standard deviations of a survey's error of its own, logits; sampling error is apart.

    Parameters
    ----------
    nation_sd : float
        Shared by all units.
    unit_sd : float
        Of each unit alone.
    carry : float
        Part of a unit's departure from the nation's past-vote gap that is expected in the question of the day; the nation's
        own gap is taken whole. 0 where the past vote is not used.
    """

    nation_sd: float
    unit_sd: float
    carry: float = 0.0

    def covariance(self, n_units: int, n_contrasts: int) -> Array:
        """(unit * contrast, unit * contrast); the contrast runs fastest."""
        units = self.nation_sd**2 + self.unit_sd**2 * np.eye(n_units)
        return np.asarray(np.kron(units, contrast_covariance(n_contrasts)), dtype=np.float64)


# Made by tools/learn_survey_error.py: American National Election Studies against results, contests up to the year.
# year: (nation, unit, carry) of answers as they are; the same once the past vote is made to agree.
LEARNED: dict[int, tuple[tuple[float, float, float], tuple[float, float, float]]] = {
    2000: ((0.095, 0.229, 0.0), (0.082, 0.11, 1.03)),
    2004: ((0.085, 0.236, 0.0), (0.075, 0.11, 1.04)),
    2008: ((0.265, 0.434, 0.0), (0.068, 0.117, 1.12)),
    2012: ((0.266, 0.424, 0.0), (0.06, 0.125, 1.07)),
    2016: ((0.258, 0.398, 0.0), (0.056, 0.125, 1.05)),
}


def survey_error(year: int, *, past_vote: bool) -> SurveyError:
    """What surveys' errors were before a year.

    Parameters
    ----------
    year : int
        Of the contest; only earlier ones were looked at.
    past_vote : bool
        Whether the answers were made to agree with the past result.

    Raises
    ------
    InputError
        Nothing was learned before that year.
    """
    known = [through for through in LEARNED if through < year]
    if not known:
        raise InputError(f"no survey errors were learned before {year}", hint=f"the first: {min(LEARNED)}")
    return SurveyError(*LEARNED[max(known)][int(past_vote)])
