"""What is being won, and the rules that turn votes into winners.

=============  ==============================================================
file           holds
=============  ==============================================================
``contest``    :class:`Contest`, :class:`Option`, :class:`Candidate`, :class:`Unit`
``load``       from a TOML to a :class:`Contest`: ``load_contest``, ``list_contests``
``document``   a TOML table read key by key, with errors that teach
``units``      the units, from the facts or by hand
``history``    results of earlier contests, and the guard against later ones
``deciding``   a contest as arrays: ``decide``, ``seats_array``, ``actual_result``
``rules/``     one file per rule: shares to winners
``builtin/``   the contests that ship with the package
=============  ==============================================================
"""

from hustings.contests.contest import Candidate, Contest, Option, Unit
from hustings.contests.deciding import actual_result, decide, own_votes, seats_array, whole_contest_votes
from hustings.contests.load import ContestLine, contest_toml, list_contests, load_contest, parse_contest

__all__ = [
    "Candidate",
    "Contest",
    "ContestLine",
    "Option",
    "Unit",
    "actual_result",
    "contest_toml",
    "decide",
    "list_contests",
    "load_contest",
    "own_votes",
    "parse_contest",
    "seats_array",
    "whole_contest_votes",
]
