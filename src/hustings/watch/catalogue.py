"""What is watched out of the box, and what a campaign adds of its own."""

from __future__ import annotations

from hustings.store.campaign import Campaign
from hustings.watch.assumption import Assumption
from hustings.watch.streams.answers import ANSWERS
from hustings.watch.streams.interviews import INTERVIEWS
from hustings.watch.streams.polls import POLL_ASSUMPTIONS
from hustings.watch.streams.response import RESPONSE
from hustings.watch.streams.units import UNIT_ASSUMPTIONS

BUILT_IN: tuple[Assumption, ...] = (*INTERVIEWS, *RESPONSE, *ANSWERS, *POLL_ASSUMPTIONS, *UNIT_ASSUMPTIONS)
"""The shares of the error budget sum to .9 at most; a campaign's own assumptions have the rest."""


def assumptions_of(campaign: Campaign | None) -> tuple[Assumption, ...]:
    """Everything that is watched in a campaign; of public polls alone without one."""
    del campaign
    return BUILT_IN
