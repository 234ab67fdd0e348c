"""Files into the store: all of a load or nothing, and every row accounted for.

================  ==============================================================
file              holds
================  ==============================================================
``voters``        :func:`load_voters`: a first file, a later one, a file of changes
``history``       :func:`load_history`: who voted when
``job``           what every load does first and last: lock, same file twice, manifest
``coding``        canonical text to pseudonyms, households, codes
``spill``         first pass: laid aside by county, names sealed
``fresh``         a state's first file, sorted into its base
``difference``    a later file: new, changed, gone, back
``ballots``       history to a log by voter and to bits by slot
``compact``       base and delta to one base
``quarantine``    rows that could not be used
``report``        :class:`LoadReport`
================  ==============================================================
"""

from hustings.electorate.loading.history import load_history
from hustings.electorate.loading.report import LoadReport
from hustings.electorate.loading.voters import load_voters

__all__ = ["LoadReport", "load_history", "load_voters"]
