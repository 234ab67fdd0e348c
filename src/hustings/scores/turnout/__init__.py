"""Who votes: learned from past elections as they looked from the same distance, with the level's own uncertainty.

==============  ==================================================================
file            holds
==============  ==================================================================
``fit``         :func:`fit_turnout`: from an electorate to a fitted model and its card
``rolling``     voters of past elections as they looked then; which features can be used
``models``      a scorecard of voters with a history, one of new registrants
``calibrate``   both, shifted so that groups of a state come out as they did
``shocks``      :class:`TurnoutShocks`: how far turnout as a whole departs from the last comparable election
``newcomers``   who will still register: a stated assumption
``report``      the model's card
==============  ==================================================================
"""

from hustings.scores.turnout.fit import fit_turnout
from hustings.scores.turnout.shocks import TurnoutShocks, learn_shocks

__all__ = ["TurnoutShocks", "fit_turnout", "learn_shocks"]
