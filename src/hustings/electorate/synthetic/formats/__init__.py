"""Raw files as election offices and vendors hand them out, one layout a file.

===========  ==========================================================
file         holds
===========  ==========================================================
``block``    what a layout gets (`Block`) and what it gives (`Part`)
``nc_2022``  North Carolina since 2022
===========  ==========================================================

A layout is a module with ``SEPARATOR``, ``QUOTE``, ``HEADER``, ``ENCODING`` and two functions of a block, ``voters``
and ``history``, that return parts of files.
"""

from types import ModuleType

from hustings.electorate.synthetic.formats import nc_2022

FORMATS: dict[str, ModuleType] = {"nc-2022": nc_2022}
