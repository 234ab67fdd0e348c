"""Blocks of text columns to voters, identities, history, early votes, contacts and consumer attributes.

================  ==============================================================================
file              holds
================  ==============================================================================
``schema``        columns and types of the canonical blocks
``rows``          trimming; rows without a key set aside; people who must not be kept dropped
``fields``        a field from its columns: joined, coded, dated
``counts``        unknown codes and warnings, counted
``voters``        `to_voters`
``wide_history``  a column per election to a row per vote
``history``       `to_history`
================  ==============================================================================
"""

from __future__ import annotations

from hustings.electorate.canonical.history import HistoryBlock, to_history
from hustings.electorate.canonical.voters import VotersBlock, to_voters

__all__ = ["HistoryBlock", "VotersBlock", "to_history", "to_voters"]
