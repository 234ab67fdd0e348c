"""Figures and sentences from a projection's finished tables.

=============  ==========================================================
file           holds
=============  ==========================================================
``gather``     a run folder as the brief sees it
``sentences``  the verdict in words
``alarms``     what the numbers rest on, and what of it no longer holds
``worth``      what one more vote is worth, place by place
``nights``     what became of the night: sources, ages, failures, models
``numbers``    numbers as people read them
``figures``    which charts, from which numbers, at which width
``rows``       the rows of the page's tables
``page``       one self-contained HTML page
``export``     the charts as SVG and PNG files
``charts/``    pure functions from numbers to SVG, one chart a file
``templates/`` the page's HTML, style and its few lines of script
=============  ==========================================================
"""

from hustings.brief.export import write_charts
from hustings.brief.gather import Brief, gather
from hustings.brief.page import render

__all__ = ["Brief", "gather", "render", "write_charts"]
