"""Every voter scored: a sidecar beside the voters, their sums, and one voter's score explained.

============  ==================================================================
file          holds
============  ==================================================================
``predict``   models over a piece of voters: who is certain, who is gone, which model holds for whom
``write``     :func:`score_voters`: every voter's scores, as a snapshot
``explain``   :func:`explain_voter`: one voter's scores as sums of named contributions
============  ==================================================================
"""

from hustings.scores.scoring.explain import explain_voter
from hustings.scores.scoring.predict import needed_features, predict_piece
from hustings.scores.scoring.write import score_voters

__all__ = ["explain_voter", "needed_features", "predict_piece", "score_voters"]
