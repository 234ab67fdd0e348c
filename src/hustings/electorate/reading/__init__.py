"""Bytes of any file of a layout to blocks of text columns; rows that do not fit are set aside.

==========  =====================================================================================
file        holds
==========  =====================================================================================
``files``   which text files a load consists of (plain, archives, folders), and their dates
``stream``  a file as pieces of bounded size: unpacked, in UTF-8, cut at line ends
``rows``    lines to columns; the ragged and the badly quoted apart
``blocks``  `read_blocks`: all of it, as `RawBlock` after `RawBlock`
==========  =====================================================================================
"""

from __future__ import annotations

from hustings.electorate.reading.blocks import BLOCK_BYTES, RawBlock, read_blocks
from hustings.electorate.reading.files import TextFile, dated_by, file_date, text_files
from hustings.electorate.reading.rows import REJECTED_SCHEMA

__all__ = [
    "BLOCK_BYTES",
    "REJECTED_SCHEMA",
    "RawBlock",
    "TextFile",
    "dated_by",
    "file_date",
    "read_blocks",
    "text_files",
]
