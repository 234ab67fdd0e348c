"""One file per rule that turns shares of the vote into winners.

==============  ==================================================================
file            rule
==============  ==================================================================
``electors``    winner-take-all electors with districts; a majority of electors wins
``seats``       each unit's seats to its leader; a majority of seats wins
``plurality``   most votes in all units together
``threshold``   a measure that needs a set part of the vote
``majority``    more than half of all votes, else a run-off or nobody
==============  ==================================================================

Beside them: ``outcome`` (what a rule takes and returns), ``counting`` (what they share), ``tipping`` (which unit
decides) and ``flip`` (fewest votes that change the result).
"""

from hustings.contests.rules import electors, majority, plurality, seats, threshold
from hustings.contests.rules.flip import Flip, fewest_votes_to_flip
from hustings.contests.rules.outcome import NO_MAJORITY, RUNOFF, TIE, Award, Outcome, Rule
from hustings.contests.rules.tipping import NO_UNIT, tipping_units

RULES: dict[str, Rule] = {
    rule.name: rule for rule in (electors.RULE, seats.RULE, plurality.RULE, threshold.RULE, majority.RULE)
}
"""Every rule, by the name a contest's TOML calls it."""

__all__ = [
    "NO_MAJORITY",
    "NO_UNIT",
    "RULES",
    "RUNOFF",
    "TIE",
    "Award",
    "Flip",
    "Outcome",
    "Rule",
    "fewest_votes_to_flip",
    "tipping_units",
]
