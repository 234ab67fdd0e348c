"""What the money plan reads and writes: limits, spending by lever, plans side by side, worlds they were held against."""

from __future__ import annotations

from hustings.tables.contract import Column, Table

_PLACE = Column("unit", "text", "", "Id of the unit, or of the market that reaches several.")
_CHANNEL = Column("channel", "text", "", "What the money buys.")

LIMITS = Table(
    name="limits",
    file="limits.csv",
    row="one unit and channel, with what may be spent there",
    key=("unit", "channel"),
    columns=(
        Column("unit", "text", "", "Id of the unit or market; * or empty for each.", nullable=True),
        Column("channel", "text", "", "What is bought; * or empty for each.", nullable=True),
        Column("floor_dollars", "float", "dollars", "Least that is spent; empty for the lever's own.", nullable=True),
        Column("cap_dollars", "float", "dollars", "Most that is spent; empty for the lever's own.", nullable=True),
        Column("start_dollars", "float", "dollars", "What it costs to begin there; empty for nothing.", nullable=True),
        Column(
            "piece_dollars",
            "float",
            "dollars",
            "Money comes in whole pieces of it; empty: it is smooth.",
            nullable=True,
        ),
    ),
)

OPPONENT = Table(
    name="opponent",
    file="opponent.csv",
    row="money that a rival was seen to spend; rows of one unit and channel add up",
    key=(),
    columns=(
        _PLACE,
        Column("channel", "text", "", "What it bought; empty: what makes most votes there.", nullable=True),
        Column("dollars", "float", "dollars", "How much."),
    ),
)

SPENDING = Table(
    name="spending",
    file="spending.csv",
    row="one unit (or market) and channel",
    key=("unit", "channel"),
    columns=(
        _PLACE,
        _CHANNEL,
        Column("dollars", "float", "dollars", "What the plan spends on it."),
        Column("net_votes", "float", "votes", "Net votes that it makes there, expected."),
        Column("net_votes_low", "float", "votes", "Lower end of their 90 % interval."),
        Column("net_votes_high", "float", "votes", "Upper end of it."),
        Column("gain", "float", "of the goal", "What it adds to the goal; the rows sum to the plan's gain."),
        Column("gain_low", "float", "of the goal", "Lower end of its 90 % interval."),
        Column("gain_high", "float", "of the goal", "Upper end of it."),
        Column("next_dollar", "float", "of the goal", "What the next dollar there would add, times a million."),
        Column("cheapest_dollars", "float", "dollars", "What the plan for the cheapest votes spends on it."),
        Column(
            "least_regret_dollars",
            "float",
            "dollars",
            "What the plan of least regret spends on it; empty where none was made.",
            nullable=True,
        ),
    ),
)

PLANS = Table(
    name="plans",
    file="plans.csv",
    row="one plan of those shown side by side",
    key=("plan",),
    columns=(
        Column("plan", "text", "", "Its name."),
        Column("dollars", "float", "dollars", "What it spends."),
        Column("net_votes", "float", "votes", "Net votes that it makes, in units that count for the whole."),
        Column("net_votes_low", "float", "votes", "Lower end of their 90 % interval."),
        Column("net_votes_high", "float", "votes", "Upper end of it."),
        Column("goal", "float", "of the goal", "The goal with the plan."),
        Column("gain", "float", "of the goal", "What the plan adds to it."),
        Column("gain_low", "float", "of the goal", "Lower end of its 90 % interval."),
        Column("gain_high", "float", "of the goal", "Upper end of it."),
        Column("behind", "float", "of the goal", "How far it stays behind the plan for the goal; below 0 is ahead."),
        Column("behind_low", "float", "of the goal", "Lower end of its 90 % interval."),
        Column("behind_high", "float", "of the goal", "Upper end of it."),
    ),
)

REGRETS = Table(
    name="regrets",
    file="regrets.csv",
    row="one world that the plans were held against",
    key=("world",),
    columns=(
        Column("world", "text", "", "What does not hold, in words; the first row is the world as it is thought to be."),
        Column("without", "float", "of the goal", "The goal there without money."),
        Column("best", "float", "of the goal", "What the plan made for that world adds there."),
        Column("plan", "float", "of the goal", "What the plan adds there."),
        Column("cheapest", "float", "of the goal", "What the plan for the cheapest votes adds there."),
        Column("least_regret", "float", "of the goal", "What the plan of least regret adds there."),
        Column("weight", "float", "0-1", "Weight of the world in the plan of least regret."),
        Column("source", "text", "", "Where its size is from."),
    ),
)

SPENDING_TABLES = (LIMITS, OPPONENT, SPENDING, PLANS, REGRETS)
