"""Each step of the night, in order.

==============  ===============================================================
file            step
==============  ===============================================================
``load``        files of the inbox into the store
``polls``       published polls, read and kept
``weigh``       interviews weighted
``fit``         turnout, support, persuasion
``sums``        the voters summed: turnout x support, by unit, in draws
``project``     polls and voters to the verdict, and what moved
``scored``      every voter scored, as far as the projection moves them
``marks``       what steps depend on, as marks
==============  ===============================================================
"""

from hustings.night.step import Step
from hustings.night.steps.fit import FIT_PERSUASION, FIT_SUPPORT, FIT_TURNOUT
from hustings.night.steps.load import LOAD
from hustings.night.steps.polls import POLLS
from hustings.night.steps.project import PROJECT
from hustings.night.steps.scored import SCORE
from hustings.night.steps.sums import SUM
from hustings.night.steps.weigh import WEIGH

STEPS: tuple[Step, ...] = (LOAD, POLLS, WEIGH, FIT_TURNOUT, FIT_SUPPORT, FIT_PERSUASION, SUM, PROJECT, SCORE)
