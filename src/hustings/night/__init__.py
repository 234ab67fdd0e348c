"""The night: every step from files to brief, in order, each only where its inputs have changed.

===========  ==================================================================
file         holds
===========  ==================================================================
``night``    :class:`Night`: the campaign, the day, where a step works
``step``     :class:`Step`: declared inputs and outputs; :class:`Done`: what became of it
``journal``  what earlier nights left, and the log
``run``      :func:`run_night`: the lock, the order, what is skipped, what failed
``steps``    each step
``sources``  how old each source is
``since``    how the last night's numbers did since
``publish``  the run's folder: all of it at once
===========  ==================================================================
"""

from hustings.night.night import Night
from hustings.night.run import NightReport, do_step, run_night
from hustings.night.step import Done, Step
from hustings.night.steps import STEPS

__all__ = ["STEPS", "Done", "Night", "NightReport", "Step", "do_step", "run_night"]
