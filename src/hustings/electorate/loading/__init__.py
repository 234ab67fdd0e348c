"""Files into the store: all of a load or nothing, and every row accounted for.

================  ==============================================================
file              holds
================  ==============================================================
``voters``        :func:`load_voters`: a first file, a later one, a file of changes
``history``       :func:`load_history`: who voted when
``contacts``      :func:`load_contacts`: attempts to reach voters
``early_votes``   :func:`load_early_votes`: ballots asked for and cast early
``consumer``      :func:`load_consumer`: vendors' attributes
``crosswalk``     :func:`load_aliases`: a list of another system's ids and the state's own
``aliases``       ids of other systems, and the voters they lead to
``link``          :func:`link_file`, :func:`link_movers`: people who share no id
``sidecars``      columns beside a state's voters
``job``           what every load does first and last: lock, same file twice, manifest
``coding``        canonical text to pseudonyms, households, codes
``spill``         first pass: laid aside by county, names sealed
``fresh``         a state's first file, sorted into its base
``difference``    a later file: new, changed, gone, back
``ballots``       history to a log by voter and to bits by slot
``choose``        which layout a file has, and of which day it is
``compact``       base and delta to one base
``ahead``         the next block is read while this one is worked on
``quarantine``    rows that could not be used
``report``        :class:`LoadReport`
================  ==============================================================
"""

from hustings.electorate.loading.consumer import load_consumer
from hustings.electorate.loading.contacts import load_contacts
from hustings.electorate.loading.crosswalk import load_aliases
from hustings.electorate.loading.early_votes import load_early_votes
from hustings.electorate.loading.history import load_history
from hustings.electorate.loading.link import link_file, link_movers
from hustings.electorate.loading.report import LoadReport
from hustings.electorate.loading.voters import load_voters

__all__ = [
    "LoadReport",
    "link_file",
    "link_movers",
    "load_aliases",
    "load_consumer",
    "load_contacts",
    "load_early_votes",
    "load_history",
    "load_voters",
]
