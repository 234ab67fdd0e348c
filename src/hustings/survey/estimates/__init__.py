"""Shares, means and differences with design-based errors.

================  ==============================================================
file              holds
================  ==============================================================
``kish``          effective sample size and design effect
================  ==============================================================
"""

from hustings.survey.estimates.kish import kish

__all__ = ["kish"]
