"""One file per rule that turns shares of the vote into winners.

==============  ==================================================================
file            rule
==============  ==================================================================
``electors``    winner-take-all electors with districts; a majority of electors wins
==============  ==================================================================
"""

from hustings.contests.rules import electors
from hustings.contests.rules.outcome import NO_MAJORITY, RUNOFF, TIE, Award, Outcome, Rule

RULES: dict[str, Rule] = {rule.name: rule for rule in (electors.RULE,)}
"""Every rule, by the name a contest's TOML calls it."""

__all__ = ["NO_MAJORITY", "RULES", "RUNOFF", "TIE", "Award", "Outcome", "Rule"]
