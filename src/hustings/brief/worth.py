"""What one more vote is worth, place by place: where effort decides something, and where it only adds up."""

from __future__ import annotations

from dataclasses import dataclass

from hustings.brief.gather import Brief
from hustings.brief.numbers import one_in, points, short_chance, whole

MOST_ROWS = 8
LEAST_OF_TOP = 0.02
"""A place whose point is worth less than this part of the best one's is not listed."""


@dataclass(frozen=True)
class WorthRow:
    """One place: what a point and 10,000 net votes add to the chance to win, in points, and how often a voter decides."""

    name: str
    lead: str
    decides: str
    point: str
    votes: str
    voter: str


def worth_rows(brief: Brief) -> list[WorthRow]:
    """Places in which a vote counts most, dearest first; empty where nobody worked it out."""
    if brief.worth is None or brief.worth.is_empty():
        return []
    table = brief.worth.sort(["win_per_point", "unit"], descending=[True, False])
    least = LEAST_OF_TOP * float(table["win_per_point"][0])
    rows = table.head(MOST_ROWS).iter_rows(named=True)
    return [
        WorthRow(
            name=brief.names.get(row["unit"], row["unit"]),
            lead=points(row["margin_mean"]),
            decides="" if row["tipping_prob"] is None else short_chance(row["tipping_prob"]),
            point=points(row["win_per_point"], 2),
            votes=points(row["win_per_10000_votes"], 2),
            voter=one_in(row["vote_decides_prob"]),
        )
        for row in rows
        if row["win_per_point"] > least and row["vote_decides_prob"] > 0
    ]


def worth_said(brief: Brief) -> str:
    """Say where a vote is worth most, and against where most votes are to be had; empty where there is nothing to compare."""
    if brief.worth is None or brief.worth.height < 2 or not worth_rows(brief):
        return ""
    best = brief.worth.sort(["win_per_10000_votes", "unit"], descending=[True, False]).row(0, named=True)
    largest = brief.worth.sort(["votes", "unit"], descending=[True, False]).row(0, named=True)
    here, there = (brief.names.get(row["unit"], row["unit"]) for row in (best, largest))
    if best["unit"] == largest["unit"]:
        return f"A vote is worth most in {here}, where most votes are cast too."
    times = best["win_per_10000_votes"] / max(largest["win_per_10000_votes"], 1e-12)
    than = f"{whole(times)} times as much as" if times < 1000 else "more than a thousand times as much as"
    if times < 2:
        than = "somewhat more than"
    return f"A vote is worth most in {here}: {than} in {there}, where most votes are cast."


def own_label(brief: Brief) -> str:
    """Whose chance it is: the option that the plan is for, the first where none was named."""
    own = brief.info.get("worth_of")
    return next((option.label for option in brief.options if option.id == own), brief.options[0].label)
