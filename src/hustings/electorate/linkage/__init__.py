"""The same person in files that share no id: vendor and state files, movers between states, respondents.

===============  ==============================================================
file             holds
===============  ==============================================================
``link``         `link`: two files in, links and a report on who was linked out
``by_state``     the same for a country: within states, then across
``spec``         thresholds, limits, sizes of samples
``normalise``    names, addresses and dates as written, to what can be compared
``nicknames``    Bill is William, Pepe is José
``comparisons``  what is compared, in which degrees; which pairs are looked at
``blocking``     keys of those pairs, and values that make too many
``train``        how often each degree holds: learnt, or the starting values
``households``   how two people of one household look
``score``        from agreement to probability
``resolve``      from candidates to links, one to one
``report``       match rates by age, race, party, state and mover status
``persons``      ids of persons that stay the same from run to run
``engine``       DuckDB and Splink, quiet and within bounds
``data``         nicknames and starting values
===============  ==============================================================
"""

from __future__ import annotations

from hustings.electorate.linkage.by_state import link_by_state
from hustings.electorate.linkage.link import Linkage, LinkageInfo, link
from hustings.electorate.linkage.persons import Persons, assign_persons
from hustings.electorate.linkage.report import match_report
from hustings.electorate.linkage.spec import LinkageSpec

__all__ = [
    "Linkage",
    "LinkageInfo",
    "LinkageSpec",
    "Persons",
    "assign_persons",
    "link",
    "link_by_state",
    "match_report",
]
