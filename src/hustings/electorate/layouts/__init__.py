"""How the files of election offices and vendors are laid out: one TOML per source and period.

================  ==============================================================================
file              holds
================  ==============================================================================
``layout``        `Layout`: columns, key, codes, dates, what is dropped, what is allowed
``parse``         from the document of a TOML to a `Layout`, every key checked
``load``          `load_layout`, `layout_for` (another file of the same source), `list_layouts`
``header``        `match_header`: a column unknown, missing or renamed is a hard stop
``parameters``    what the user has to say because the file does not
``codes``         tables of codes that several layouts share
``builtin/``      the TOMLs
``code_tables/``  the tables of codes
================  ==============================================================================
"""

from __future__ import annotations

from hustings.electorate.layouts.header import HeaderError, match_header
from hustings.electorate.layouts.layout import KINDS, Drop, Field, Layout, Source, WideHistory
from hustings.electorate.layouts.load import LayoutError, LayoutLine, layout_for, layout_toml, list_layouts, load_layout

__all__ = [
    "KINDS",
    "Drop",
    "Field",
    "HeaderError",
    "Layout",
    "LayoutError",
    "LayoutLine",
    "Source",
    "WideHistory",
    "layout_for",
    "layout_toml",
    "list_layouts",
    "load_layout",
    "match_header",
]
