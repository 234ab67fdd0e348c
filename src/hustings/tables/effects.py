"""What effort does and costs: tables that a campaign can edit."""

from __future__ import annotations

from hustings.tables.contract import Column, Table

CHANNELS = ("door", "phone", "phone_paid", "mail", "leaflet", "text", "tv", "digital")
KINDS = ("mobilisation", "persuasion")
PERS = ("contact", "sd")
BASES = ("computed", "quoted", "chosen", "own")

_BASIS = "`computed` from data at hand, `quoted` from the source, `chosen` by us, or the campaign's `own`"
_SOURCE = Column("source", "text", "", "Who measured it, where it is published.")
_YEAR = Column("year", "int", "", "Year it was published or measured.")
_NOTE = Column("note", "text", "", "What a careful reader must know.", nullable=True)

EFFECTS = Table(
    name="effects",
    file="effects.csv",
    row="one effect of one channel",
    key=("effect",),
    columns=(
        Column("effect", "text", "", "Its name."),
        Column("channel", "text", "", f"One of: {', '.join(CHANNELS)}."),
        Column(
            "kind",
            "text",
            "",
            "`mobilisation` (votes that would not have been cast) or `persuasion` (votes that change sides).",
        ),
        Column("used", "bool", "", "Whether plans use it: one row a channel and kind."),
        Column("per", "text", "", "`contact`: of one voter reached; `sd`: of one standard deviation of advertising."),
        Column(
            "mean",
            "float",
            "-1-1",
            "Per contact: change in the chance to vote, or to vote for the own option. Per sd: change in the margin.",
        ),
        Column("se", "float", "0-1", "Its standard error."),
        Column(
            "between_sd", "float", "0-1", "How far the effect differs between campaigns and years, beyond its error."
        ),
        Column("carry_share", "float", "0-1", "Part of it that is expected where it is used; 1 where it was measured."),
        Column(
            "half_life_days",
            "float",
            "days",
            "Days in which half of it is gone; empty where it stays.",
            nullable=True,
        ),
        Column("spent_days", "int", "days", "The last days before the election, over which money is spent evenly."),
        Column(
            "measured_days",
            "int",
            "days",
            "Days over which the measured effort was spread; empty where it was measured at once.",
            nullable=True,
        ),
        Column(
            "supporters_share",
            "float",
            "0-1",
            "Of those contacted, the part that would vote for the own option; empty for persuasion.",
            nullable=True,
        ),
        Column(
            "pool_share",
            "float",
            "0-1",
            "People worth a contact, as a share of the unit's expected votes; empty for `sd`.",
            nullable=True,
        ),
        Column(
            "ceiling_sds",
            "float",
            "sd",
            "Advertising at which 63 % of all it can do is done; empty for `contact`.",
            nullable=True,
        ),
        Column("mean_basis", "text", "", f"The mean is {_BASIS}."),
        Column("se_basis", "text", "", f"The error is {_BASIS}."),
        _YEAR,
        _SOURCE,
        Column("own", "text", "", "Own experiments that it was joined with.", nullable=True),
        Column("own_mean", "float", "-1-1", "What they found.", nullable=True),
        Column("own_se", "float", "0-1", "Its standard error.", nullable=True),
        Column("published_mean", "float", "-1-1", "The mean before they were joined.", nullable=True),
        Column(
            "published_se", "float", "0-1", "The error before that, spread between campaigns included.", nullable=True
        ),
        _NOTE,
    ),
)

COSTS = Table(
    name="costs",
    file="costs.csv",
    row="one channel, in one unit or in any",
    key=("channel", "unit"),
    columns=(
        Column("channel", "text", "", "As in the effects."),
        Column("unit", "text", "", "Id of the unit, or `any`: all units without a row of their own."),
        Column("per", "text", "", "`contact`, or `sd`: advertising of one standard deviation, per voter."),
        Column("dollars", "float", "dollars", "Of one attempt (a door, a dial, a piece), or per voter for one sd."),
        Column("contact_share", "float", "0-1", "Attempts that reach the voter; 1 for `sd`."),
        Column("reachable_share", "float", "0-1", "Of the people worth a contact, those the channel can reach at all."),
        Column("basis", "text", "", f"The row is {_BASIS}."),
        _YEAR,
        _SOURCE,
        _NOTE,
    ),
)

MARKETS = Table(
    name="markets",
    file="markets.csv",
    row="one unit in one media market",
    key=("market", "unit"),
    columns=(
        Column("market", "text", "", "Name of the market."),
        Column("unit", "text", "", "Id of a unit that it reaches."),
        Column("voters_share", "float", "0-1", "Share of the unit's voters who live in it."),
        Column("dollars", "float", "dollars", "Price per voter of one sd of advertising; the same in all rows of it."),
    ),
)

OWN_EFFECTS = Table(
    name="own_effects",
    file="own.csv",
    row="one finding of the campaign's own experiments",
    key=("channel", "kind", "source"),
    columns=(
        Column("channel", "text", "", "As in the effects."),
        Column("kind", "text", "", "As in the effects."),
        Column("mean", "float", "-1-1", "What was found, in the unit of the effects' row: per contact, or per sd."),
        Column("se", "float", "0-1", "Its standard error."),
        Column("source", "text", "", "Name of the experiment."),
    ),
)

EFFECTS_TABLES = (EFFECTS, COSTS, MARKETS, OWN_EFFECTS)
