"""Everything known, as joint draws of the outcome, and what follows from them.

==============  ==================================================================
file            holds
==============  ==================================================================
``project``     from cleaned polls to a :class:`Projection`
``turnout``     expected votes and their error
``marginals``   each unit's shares, without simulation
``draws``       joint draws of shares and votes
``voters``      the sum over the campaign's voters, a source beside the polls
``sources``     polls alone, voters alone, both
``verdict``     draws through the contest's rule
``poll_table``  polls as the model sees them
``track``       the path day by day
``explain``     why a number moved, poll by poll
``backtest``    earlier contests from earlier days, scored
``files``       the projection's folder
==============  ==================================================================
"""

from hustings.projection.backtest import backtest, scores_table
from hustings.projection.explain import explain
from hustings.projection.files import describe_inputs, write_projection
from hustings.projection.project import DEFAULT_DRAWS, Projection, project
from hustings.projection.track import track
from hustings.projection.voters import SurveyError

__all__ = [
    "DEFAULT_DRAWS",
    "Projection",
    "SurveyError",
    "backtest",
    "describe_inputs",
    "explain",
    "project",
    "scores_table",
    "track",
    "write_projection",
]
