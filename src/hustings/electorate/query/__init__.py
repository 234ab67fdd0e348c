"""Questions to the electorate: written once, in Ibis, and run by whichever engine the campaign has.

=================  ==============================================================
file               holds
=================  ==============================================================
``vocabulary``     the columns and functions one may name, and the nearest to a wrong one
``ballots``        ballots that a question is about: voted, times_voted
``where``          a condition as people write it, to Ibis
``relation``       what a question needs of the files, to the engine's SQL
``electorate``     :class:`Electorate`: a campaign's voters as of a day: count, list, sql
``sql``            somebody's own SQL, over named tables and nothing else
``show``           one voter: all that is known
``identities``     names and addresses of listed voters, from the vault
``export``         scores as other systems take them, 0-100
``diff``           what changed between two days
``decode``         codes back to text
=================  ==============================================================
"""

from hustings.electorate.query.diff import diff_voters
from hustings.electorate.query.electorate import Electorate, electorate_of, open_electorate
from hustings.electorate.query.show import show_voter

__all__ = ["Electorate", "diff_voters", "electorate_of", "open_electorate", "show_voter"]
