"""What is watched out of the box, and what a campaign adds of its own."""

from __future__ import annotations

from hustings.store.campaign import Campaign
from hustings.watch.assumption import Assumption

BUILT_IN: tuple[Assumption, ...] = ()
"""The shares of the error budget sum to .9 at most; a campaign's own assumptions have the rest."""


def assumptions_of(campaign: Campaign | None) -> tuple[Assumption, ...]:
    """Everything that is watched in a campaign; of public polls alone without one."""
    del campaign
    return BUILT_IN
