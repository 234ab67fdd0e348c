"""Each step of the night, in order.

==============  ===============================================================
file            step
==============  ===============================================================
``load``        files of the inbox into the store
``polls``       published polls, read and kept
``weigh``       interviews weighted
``fit``         turnout and persuasion
``count``       the expected electorate, by cells
``support``     support, and the voters summed: turnout x support, by unit, in draws
``project``     polls and voters to the verdict, and what moved
``scored``      every voter scored
``shifts``      support moved to where the projection stands
``watch``       assumptions held against what has come in
``marks``       what steps depend on, as marks
==============  ===============================================================
"""

from hustings.night.step import Step
from hustings.night.steps.count import COUNT
from hustings.night.steps.fit import FIT_PERSUASION, FIT_TURNOUT
from hustings.night.steps.load import LOAD
from hustings.night.steps.polls import POLLS
from hustings.night.steps.project import PROJECT
from hustings.night.steps.scored import SCORE
from hustings.night.steps.support import FIT_SUPPORT
from hustings.night.steps.watch import WATCH
from hustings.night.steps.weigh import WEIGH

STEPS: tuple[Step, ...] = (LOAD, POLLS, WEIGH, FIT_TURNOUT, COUNT, FIT_SUPPORT, FIT_PERSUASION, PROJECT, SCORE, WATCH)
