"""Who will still register: an assumption, with its effect.

Assumed: in the days that are left, voters register at the rate of the same days before the last comparable election, and
then vote like those who registered since the last regular one.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from hustings.electorate.query import Electorate
from hustings.electorate.state import StateReader
from hustings.scores.features import Target


@dataclass(frozen=True)
class Newcomers:
    """What the assumption says.

    Parameters
    ----------
    then_share : float
        Who registered in the same days before the last comparable election, over those registered before.
    voters_now : int
        Registered on the day.
    expected_voters : float
        Who will still register.
    """

    then_share: float
    voters_now: int

    @property
    def expected_voters(self) -> float:
        """Who will still register."""
        return self.then_share * self.voters_now

    def sentence(self, then: Target, chance_new: float, votes: float) -> str:
        """The assumption and its effect, for the card."""
        added = self.expected_voters * chance_new
        return (
            f"Registration goes on as in the {then.days_before} days before {then.election}, when {self.then_share:.2%} came on top: "
            f"{self.expected_voters:,.0f} more voters, who vote like new registrants ({chance_new:.0%}); they would be "
            f"{added / max(votes + added, 1):.2%} of the ballots and are in no score."
        )


def count_newcomers(electorate: Electorate, target: Target, then: Target) -> Newcomers:
    """Count registrations of the same days before an earlier election, among voters who are still in the file."""
    words = electorate.words
    day, before, during = pl.col("registered_on"), 0, 0
    now = 0
    for files in words.manifest.states.values():
        present = (
            StateReader(words.snapshots, files)
            .lazy(["registered_on", "last_seen"])
            .filter(pl.col("last_seen").is_null())
        )
        row = present.select(
            before=(day <= then.as_of).sum(),
            during=((day > then.as_of) & (day <= then.election)).sum(),
            now=((day <= target.as_of) | day.is_null()).sum(),
        ).collect(engine="streaming")
        before, during, now = before + row["before"].item(), during + row["during"].item(), now + row["now"].item()
    return Newcomers(during / before if before else 0.0, now)
