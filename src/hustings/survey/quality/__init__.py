"""Which interviews are not what they seem: one file a rule, each names the rows it found.

====================  ==============================================================
file                  holds
====================  ==============================================================
``rule``              what a rule is; :func:`check_quality` runs them all
``speeding``          answered faster than the questions can be read
``straight_lining``   the same answer all along a battery
``duplicates``        the same voter twice, or the same answers from the same device
``impossible``        answers that exclude each other, numbers out of range
``contradiction``     another age, sex or state than the voter file's
``clusters``          one device or interviewer behind too many, too similar interviews
====================  ==============================================================
"""

from hustings.survey.quality.rule import RULES, Rule, check_quality, set_aside

__all__ = ["RULES", "Rule", "check_quality", "set_aside"]
