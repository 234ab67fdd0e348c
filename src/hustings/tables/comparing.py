"""What the comparison of plans says: each plan's chance, and who gets what."""

from __future__ import annotations

from hustings.tables.contract import Column, Table

_PLAN = Column("plan", "text", "", "Name of the plan.")

DONE = Table(
    name="done",
    file="done.csv",
    row="something that was done in a unit; rows of one unit add up",
    key=(),
    columns=(
        Column("unit", "text", "", "Id of the unit."),
        Column("amount", "float", "any", "Dollars, events, offices: anything in proportion, 0 or more."),
    ),
)

COMPARED = Table(
    name="compared",
    file="compared.csv",
    row="one plan, the best first",
    key=("plan",),
    columns=(
        _PLAN,
        Column("dollars", "float", "dollars", "What it spends."),
        Column("goal_value", "float", "goal", "The goal with it: for win and popular a chance, 0-1."),
        Column("gain", "float", "goal", "What it adds to doing nothing."),
        Column("gain_low", "float", "goal", "Lower end of the 90 % interval, by what is not known of the effects."),
        Column("gain_high", "float", "goal", "Upper end."),
        Column("behind", "float", "goal", "How much less it adds than the plan for the goal."),
        Column("behind_low", "float", "goal", "Lower end of its 90 % interval: both plans under the same effects."),
        Column("behind_high", "float", "goal", "Upper end."),
        Column("net_votes", "float", "votes", "Net votes that it makes in the whole."),
    ),
)

COMPARED_UNITS = Table(
    name="compared-units",
    file="compared_units.csv",
    row="one unit in one plan",
    key=("plan", "unit"),
    columns=(
        _PLAN,
        Column("unit", "text", "", "Id of the unit."),
        Column("budget_share", "float", "0-1", "Part of the budget that is meant for it."),
        Column("dollars", "float", "dollars", "What is spent there: of a market, by the votes it makes there."),
        Column("margin", "float", "-1-1", "Margin that the plan makes in it."),
    ),
)

COMPARING_TABLES = (DONE, COMPARED, COMPARED_UNITS)
