"""Shares, means and differences with design-based errors.

================  ==============================================================
file              holds
================  ==============================================================
``crosstab``      all questions in all columns, covariances between the columns
``shares``        the same as a table: :func:`estimate_shares`
``intervals``     intervals that stay within 0-1
``differences``   differences of two estimates, errors from replicates
``svy_adapter``   the library `svy`, for clustered and replicated designs
================  ==============================================================
"""

from hustings.maths.kish import kish
from hustings.survey.estimates.crosstab import CrosstabResult, column_tests, crosstab, make_rows, prepare
from hustings.survey.estimates.differences import Difference, Measure, change, difference, ratio, replicate_ratio
from hustings.survey.estimates.shares import answers_of, estimate_shares, groups_of, result_frame

__all__ = [
    "CrosstabResult",
    "Difference",
    "Measure",
    "answers_of",
    "change",
    "column_tests",
    "crosstab",
    "difference",
    "estimate_shares",
    "groups_of",
    "kish",
    "make_rows",
    "prepare",
    "ratio",
    "replicate_ratio",
    "result_frame",
]
