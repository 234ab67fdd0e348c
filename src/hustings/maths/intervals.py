"""How wide the intervals are that are shown: 90 %, and 80 % where a list is held to account."""

from __future__ import annotations

ENDS_90 = (0.05, 0.95)
"""Quantiles at the ends of a 90 % interval."""
ENDS_80 = (0.1, 0.9)
Z90 = 1.6449
"""Standard deviations from the middle of a Gaussian to the ends of its 90 % interval."""
