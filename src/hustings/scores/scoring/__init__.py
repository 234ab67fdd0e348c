"""Every voter scored: a sidecar beside the voters, their sums, and one voter's score explained.

============  ==================================================================
file          holds
============  ==================================================================
``predict``   :class:`Scorer`: models over pieces of voters; who is certain, who is gone
``write``     :func:`score_voters`: every voter's scores, as a snapshot
``cells``     the expected electorate by voters who are alike
``explain``   :func:`explain_voter`: one voter's scores as sums of named contributions
============  ==================================================================
"""

from hustings.scores.scoring.explain import explain_voter
from hustings.scores.scoring.predict import Scorer, needed_features
from hustings.scores.scoring.write import score_voters

__all__ = ["Scorer", "explain_voter", "needed_features", "score_voters"]
