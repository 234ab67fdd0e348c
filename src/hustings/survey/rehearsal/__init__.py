"""A dress rehearsal: simulated voters, and a provider of texts and calls that is not there.

============  ==============================================================
file          holds
============  ==============================================================
``clock``     a clock that runs faster
``provider``  the provider's HTTP API, its signed webhooks, and its mischief
``voters``    what simulated voters think, and whether they answer
``answers``   from a page, a text or a spoken sentence to a voter's answer
``running``   voters answer what is sent to them, over HTTP, until nothing more comes
============  ==============================================================
"""

from hustings.survey.rehearsal.clock import SpedClock
from hustings.survey.rehearsal.provider import FakeProvider, Mischief
from hustings.survey.rehearsal.running import Rehearsed, rehearse
from hustings.survey.rehearsal.voters import Manners, SimulatedVoter, draw_voters

__all__ = [
    "FakeProvider",
    "Manners",
    "Mischief",
    "Rehearsed",
    "SimulatedVoter",
    "SpedClock",
    "draw_voters",
    "rehearse",
]
