"""What the plan's lists write beside the lock: how the list came about, what it is expected to gain, who was touched."""

from __future__ import annotations

from hustings.tables.contract import Column, Table

FUNNEL = Table(
    name="funnel",
    file="funnel.csv",
    row="one step from voters on file to the list; each voter is counted once",
    key=("step", "reason"),
    columns=(
        Column("step", "text", "", "`on file`, `suppressed`, `left alone`, `beyond the money`, `held out`, `list`."),
        Column("reason", "text", "", "Why, in words."),
        Column("voters", "int", "voters", "How many."),
    ),
)

EXPECTS = Table(
    name="expects",
    file="expects.csv",
    row="one unit of a list, as expected on the day of the cut",
    key=("unit",),
    columns=(
        Column("unit", "text", "", "Id of the unit."),
        Column("voters", "int", "voters", "Voters of the list, hold-out and all."),
        Column("held_out", "int", "voters", "Of them left alone by lot."),
        Column("contacted", "int", "voters", "Of them to be contacted."),
        Column("contacts", "int", "contacts", "Doors, dials or pieces that this takes."),
        Column("dollars", "float", "dollars", "What they cost."),
        Column("net_votes", "float", "votes", "Net votes of the own option that the contacts are expected to bring."),
        Column("net_votes_low", "float", "votes", "Lower end of the 80 % interval."),
        Column("net_votes_high", "float", "votes", "Upper end of it."),
        Column("gain", "float", "of the goal", "What that adds to the goal: a chance for win and popular."),
    ),
)

CONTAMINATION = Table(
    name="contamination",
    file="contamination.csv",
    row="one locked list",
    key=("list",),
    columns=(
        Column("list", "text", "", "Name of the list."),
        Column("cut_on", "date", "day", "When it was cut."),
        Column("held_out", "int", "voters", "Voters that are to be left alone."),
        Column("touched", "int", "voters", "Of them contacted after the cut."),
        Column("first_on", "date", "day", "First such contact; empty where there is none.", nullable=True),
        Column("last_on", "date", "day", "Last such contact; empty where there is none.", nullable=True),
        Column("channels", "text", "", "How they were contacted; empty where none was.", nullable=True),
    ),
)

PLAN_LIST_TABLES = (FUNNEL, EXPECTS, CONTAMINATION)
