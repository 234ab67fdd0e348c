"""Reading published polls, whatever file they come in.

=====================  ==========================================================================
``read``               `read_polls`: find out the layout and read it
``five_thirty_eight``  538's published columns, one row per answer
``hustings_wide``      one row per question, ``<answer>_pct`` columns
``dslabs``             ``rawpoll_<surname>`` columns
``simple``             our own names, for a file typed by hand
``mapped``             any other CSV, described in a small TOML
``raw``                what all of them return: questions and answers, still text
``matching``           which option an answer means
``build``              steps the readers share
=====================  ==========================================================================
"""

from __future__ import annotations

from hustings.polls.readers.build import no_polls
from hustings.polls.readers.raw import RawPolls
from hustings.polls.readers.read import read_polls

__all__ = ["RawPolls", "no_polls", "read_polls"]
