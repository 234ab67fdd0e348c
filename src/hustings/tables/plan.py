"""What units are worth, and worlds in which an assumption does not hold."""

from __future__ import annotations

from hustings.tables.contract import Column, Table

_UNIT = Column("unit", "text", "", "Id of the unit.")

WORTH = Table(
    name="worth",
    file="worth.csv",
    row="one unit",
    key=("unit",),
    columns=(
        _UNIT,
        Column("seats", "int", "seats", "Electors or seats that it awards."),
        Column("votes", "float", "votes", "Expected votes; a district's are also in its parent's."),
        Column("margin_mean", "float", "-1-1", "Mean lead of the own option over the strongest rival."),
        Column("margin_sd", "float", "0-1", "Its standard deviation."),
        Column("win_prob", "float", "0-1", "Chance of the own option to have most votes in it."),
        Column("tipping_prob", "float", "0-1", "Chance that it decides the contest, whoever wins.", nullable=True),
        Column(
            "vote_decides_prob", "float", "0-1", "Chance that one voter, changing sides, changes who wins the contest."
        ),
        Column("win_per_point", "float", "chance", "What one more point of margin there adds to the chance to win."),
        Column("win_per_10000_votes", "float", "chance", "What 10,000 more net votes there add to it."),
        Column("seats_per_point", "float", "seats", "What the point adds to expected seats.", nullable=True),
        Column(
            "dollars_per_vote", "float", "dollars", "Cost of the first net vote, by the cheapest lever.", nullable=True
        ),
        Column(
            "win_per_million_dollars",
            "float",
            "chance",
            "What a million dollars, best spent there, adds.",
            nullable=True,
        ),
        Column("win_per_visit", "float", "chance", "What one more visit adds.", nullable=True),
    ),
)

WORLDS = Table(
    name="worlds",
    file="worlds.csv",
    row="one unit in one world in which something that is assumed does not hold",
    key=("world", "unit"),
    columns=(
        Column("world", "text", "", "What does not hold, in words."),
        _UNIT,
        Column("lead_logit", "float", "logit", "How far the own option stands from where it is thought to."),
        Column("source", "text", "", "Where the size is from."),
    ),
)

PLAN_TABLES = (WORTH, WORLDS)
