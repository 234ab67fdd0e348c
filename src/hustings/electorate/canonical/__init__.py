"""Blocks of text columns to voters, identities, history, early votes, contacts and consumer attributes.

================  ==============================================================================
file              holds
================  ==============================================================================
``schema``        columns and types of the canonical blocks
``rows``          trimming; rows without a key set aside; people who must not be kept dropped
``fields``        a field from its columns: joined, coded, dated
``voters``        `to_voters`: voters and, apart, their identities
``wide_history``  a column per election to a row per vote
``history``       `to_history`
``early_votes``   `to_early_votes`
``contacts``      `to_contacts`
``consumer``      `to_consumer`
================  ==============================================================================
"""

from __future__ import annotations

from hustings.electorate.canonical.consumer import ConsumerBlock, to_consumer
from hustings.electorate.canonical.contacts import ContactsBlock, to_contacts
from hustings.electorate.canonical.early_votes import EarlyVotesBlock, to_early_votes
from hustings.electorate.canonical.history import HistoryBlock, to_history
from hustings.electorate.canonical.rows import BlockReport
from hustings.electorate.canonical.voters import VotersBlock, to_voters

__all__ = [
    "BlockReport",
    "ConsumerBlock",
    "ContactsBlock",
    "EarlyVotesBlock",
    "HistoryBlock",
    "VotersBlock",
    "to_consumer",
    "to_contacts",
    "to_early_votes",
    "to_history",
    "to_voters",
]
