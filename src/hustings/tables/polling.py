"""What the next poll is worth, and which polls to buy."""

from __future__ import annotations

from hustings.tables.contract import Column, Table

_UNIT = Column("unit", "text", "", "Id of the unit that is asked, or the nation's.")
_MODE = Column("mode", "text", "", "How: live phone, ivr, text, online, mail.")
_INTERVIEWS = Column("interviews", "int", "interviews", "Size of the poll.")
_COST = Column("cost_dollars", "float", "dollars", "Fixed cost and interviews.")

INTERVIEW_COSTS = Table(
    name="interview_costs",
    file="interview_costs.csv",
    row="one way of asking",
    key=("mode",),
    columns=(
        Column("mode", "text", "", "As polls name it: live phone, ivr, text, online, mail."),
        Column("label", "text", "", "For people.", nullable=True),
        Column("dollars_per_interview", "float", "dollars", "Each interview, 0 or more."),
        Column("fixed_dollars", "float", "dollars", "A poll of any size, 0 or more."),
        Column(
            "design_effect",
            "float",
            "1-",
            "Variance over that of a simple random sample, at least 1.",
        ),
        Column("field_days", "int", "days", "Until the result is in."),
        Column("year", "int", "", "Of the price.", nullable=True),
        Column("source", "text", "", "Whose price it is.", nullable=True),
    ),
)

POLL_VALUES = Table(
    name="poll_values",
    file="poll_values.csv",
    row="one poll that could be taken",
    key=("unit", "mode", "interviews"),
    columns=(
        _UNIT,
        _MODE,
        _INTERVIEWS,
        _COST,
        Column("margin_sd", "float", "0-1", "Standard deviation of the unit's margin on election day, as known now."),
        Column("margin_sd_after", "float", "0-1", "The same, once this poll is in."),
        Column(
            "margin_sd_floor",
            "float",
            "0-1",
            "The same, were interviews without end asked in it: what no sample size removes.",
        ),
        Column("plan_changes_prob", "float", "0-1", "Chance that the poll moves at least a twentieth of the money."),
        Column("money_moved_share", "float", "0-1", "Part of the money that it moves, on average."),
        Column("win_gain", "float", "chance", "What asking before spending adds to the chance to win."),
        Column("win_gain_per_100k", "float", "chance", "The same for each 100,000 dollars of the poll's cost."),
        Column("ads_gain", "float", "chance", "What the poll's cost would add if it were spent like the rest."),
        Column("decides_share", "float", "0-1", "Part of what money can win that rests on this unit.", nullable=True),
        Column("n_polls", "int", "polls", "Published polls of the unit so far."),
        Column("days_since_poll", "int", "days", "Since the last of them; empty where there is none.", nullable=True),
        Column("unwatched", "bool", "", "It could decide, and nobody has asked there of late."),
    ),
)

POLL_PORTFOLIO = Table(
    name="poll_portfolio",
    file="poll_portfolio.csv",
    row="one poll to buy, in this order",
    key=("place",),
    columns=(
        Column("place", "int", "1-", "Order in which to buy."),
        _UNIT,
        _MODE,
        _INTERVIEWS,
        _COST,
        Column("win_gain", "float", "chance", "What it adds to the chance to win after the polls above it."),
        Column("ads_gain", "float", "chance", "What its cost would add if it were spent like the rest."),
        Column("why", "text", "", "Why this one, in one sentence."),
    ),
)

POLLING_TABLES = (INTERVIEW_COSTS, POLL_VALUES, POLL_PORTFOLIO)
