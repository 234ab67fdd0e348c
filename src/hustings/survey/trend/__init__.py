"""Waves in a row: what is measured in each, rolling windows, a smooth line with its band, and changes with their errors.

================  ==============================================================
file              holds
================  ==============================================================
``measures``      the quantities followed from wave to wave, with errors
``definition``    who can say what a candidate stands for, whose theme the news is
``overlap``       imported waves that hold the same interviews
``lines``         windows, smooth line, change
``polls``         a finished wave as polls for the tracker
``page``          the lines as one page
================  ==============================================================
"""

from hustings.survey.trend.lines import trend_table
from hustings.survey.trend.measures import EVERYBODY, FEWEST, too_few, wave_measures
from hustings.survey.trend.overlap import counted_twice, overlap_notes, overlaps
from hustings.survey.trend.polls import wave_polls

__all__ = [
    "EVERYBODY",
    "FEWEST",
    "counted_twice",
    "overlap_notes",
    "overlaps",
    "too_few",
    "trend_table",
    "wave_measures",
    "wave_polls",
]
