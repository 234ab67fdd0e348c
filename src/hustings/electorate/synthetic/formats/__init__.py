"""Raw files as election offices and vendors hand them out, one layout a file.

===============  ==========================================================
file             holds
===============  ==========================================================
``block``        what a layout gets (`Block`) and what it gives (`Part`)
``vendor``       what the vendors' layouts share
``nc_2022``      North Carolina since 2022, voters and history
``nc_2009``      North Carolina until 2022
``oh_swvf``      Ohio, votes in columns
``fl_extract``   Florida, a file a county
``wa_vrdb``      Washington
``l2``           a vendor's file in the manner of L2
``targetsmart``  a vendor's file in the manner of TargetSmart
``uk_register``  a British register
===============  ==========================================================

A layout is a module with ``SEPARATOR``, ``QUOTE``, ``HEADER``, ``ENCODING`` and two functions of a block, ``voters``
and ``history``, that return parts of files.
"""

from types import ModuleType

from hustings.electorate.synthetic.formats import (
    fl_extract,
    l2,
    nc_2009,
    nc_2022,
    oh_swvf,
    targetsmart,
    uk_register,
    wa_vrdb,
)

FORMATS: dict[str, ModuleType] = {
    "nc-2022": nc_2022,
    "nc-2009": nc_2009,
    "oh-swvf": oh_swvf,
    "fl-extract": fl_extract,
    "wa-vrdb": wa_vrdb,
    "l2": l2,
    "targetsmart": targetsmart,
    "uk-register": uk_register,
}
"""Name of a layout -> its module."""
