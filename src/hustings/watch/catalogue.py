"""What is watched out of the box, and what a campaign adds of its own."""

from __future__ import annotations

from collections.abc import Sequence

from hustings.errors import ConfigError
from hustings.store.campaign import Campaign
from hustings.watch.assumption import Assumption, Claim
from hustings.watch.streams.answers import ANSWERS
from hustings.watch.streams.contacts import CONTACTS
from hustings.watch.streams.coverage import COVERAGE
from hustings.watch.streams.early_level import EARLY_LEVEL
from hustings.watch.streams.early_votes import EARLY_VOTES
from hustings.watch.streams.files import FILES
from hustings.watch.streams.interviews import INTERVIEWS
from hustings.watch.streams.own import own_assumptions
from hustings.watch.streams.polls import POLL_ASSUMPTIONS
from hustings.watch.streams.registrations import REGISTRATIONS
from hustings.watch.streams.response import RESPONSE
from hustings.watch.streams.units import UNIT_ASSUMPTIONS

PUBLIC: tuple[Assumption, ...] = (*POLL_ASSUMPTIONS, *UNIT_ASSUMPTIONS)
"""What published polls alone can break."""
BUILT_IN: tuple[Assumption, ...] = (
    *INTERVIEWS,
    *RESPONSE,
    *ANSWERS,
    *REGISTRATIONS,
    *EARLY_VOTES,
    *EARLY_LEVEL,
    *CONTACTS,
    *PUBLIC,
    *COVERAGE,
    *FILES,
)
"""The shares of the error budget sum to .9; a campaign's own assumptions have the rest."""


def assumptions_of(campaign: Campaign, claims: Sequence[Claim] = ()) -> tuple[Assumption, ...]:
    """Everything that is watched in a campaign.

    Parameters
    ----------
    campaign : Campaign
    claims : sequence of Claim
        Registered already; what those of the campaign's own have of the error budget nobody else gets.

    Raises
    ------
    ConfigError
        An assumption of the campaign's own has the name of one that is built in.
    """
    known = {one.name for one in BUILT_IN}
    own = own_assumptions(campaign.watch, {one.assumption: one.share for one in claims if one.assumption not in known})
    for one in own:
        if one.name in known:
            raise ConfigError(
                f"watch.assumption {one.name!r}: the watch has one of that name", hint="give it another name"
            )
    return (*BUILT_IN, *own)
