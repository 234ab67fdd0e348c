"""Who is asked: a stratified sample of the voter file, with the chance of each voter known.

==============  ==============================================================
file            holds
==============  ==============================================================
``expected``    votes expected of each kind of voter, from past elections
``describe``    what the voter file says of people
``frame``       the voters of a state, who may be asked, and who may not and why
``allocate``    how many of each stratum: proportional, Neyman, a floor for each state
``draw``        the draw itself: strata, chances, replicates
``coverage``    the share of the expected electorate that is not polled
==============  ==============================================================
"""

from hustings.survey.sample.allocate import Allocation, allocate
from hustings.survey.sample.coverage import coverage, unpolled_share
from hustings.survey.sample.describe import describe_voters
from hustings.survey.sample.draw import Draw, DrawSpec, draw_sample

__all__ = ["Allocation", "Draw", "DrawSpec", "allocate", "coverage", "describe_voters", "draw_sample", "unpolled_share"]
