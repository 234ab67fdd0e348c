"""What the models see of a voter, as it was known on a day, for one election.

=============  ==================================================================
file           holds
=============  ==================================================================
``target``     :class:`Target`: an election, its kind, the day; which elections compare with it
``catalogue``  every feature: name, meaning, how it is made, which columns it needs
``ballots``    elections before the target by their distance from it
``history``    what voters did in them, from their bits
``reading``    a state's voters in slot order, piece by piece, codes as texts
``precincts``  turnout of a voter's precinct in the last comparable election
``early``      where the voter's ballot stood on the day
``making``     days, races and numbers out of what is stored
``pieces``     :func:`voter_pieces`: the features of every voter of a state; :func:`coded_pieces`: the same by codes
``sampling``   voters drawn for a fit, with what they did
=============  ==================================================================

Ballots are named by their distance from the election that is predicted (``general_4y``: the general election four years
before it), so that what was learned from an earlier election applies to a later one.
"""

from hustings.scores.features.catalogue import Described, catalogue
from hustings.scores.features.pieces import coded_pieces, voter_pieces
from hustings.scores.features.sampling import Sampled, sample_voters
from hustings.scores.features.target import Target

__all__ = ["Described", "Sampled", "Target", "catalogue", "coded_pieces", "sample_voters", "voter_pieces"]
