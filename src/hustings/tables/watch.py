"""What the watch keeps and writes: what was settled, the evidence, the board, who acknowledged it."""

from __future__ import annotations

from hustings.tables.contract import Column, Table

ALL = "all"
"""The segment of everything together."""
NOTE = "Note"
"""Begins what a row of the board notes beside what was seen."""

_ASSUMPTION = Column("assumption", "text", "", "Name of the assumption.")
_VERSION = Column("version", "int", "1-", "Of its claim: a new one stands after each renewal.")
_SEGMENT = Column("segment", "text", "", "What the number is of: `all`, `state=NC`, a unit, a pollster, ...")

OBSERVATIONS = Table(
    name="watch_observations",
    file="watch/observations.parquet",
    row="what one night settled of one claim, of one segment and one day of the data",
    key=("assumption", "version", "segment", "day", "settled"),
    columns=(
        _ASSUMPTION,
        _VERSION,
        _SEGMENT,
        Column("day", "date", "day", "Day of the data."),
        Column("settled", "date", "day", "Night that compared them with the claim; never compared again."),
        Column("n", "float", "cases", "Interviews, polls, ballots, ... that are compared."),
        Column("observed", "float", "of the claim", "What was seen."),
        Column(
            "predicted", "float", "of the claim", "What the claim had said, before; of a rule its limit.", nullable=True
        ),
        Column(
            "sd", "float", "of the claim", "Standard deviation of the prediction; kind `values` only.", nullable=True
        ),
        Column("sum_w", "float", "weight", "Sum of weights; kind `shares` only.", nullable=True),
        Column("sum_wr", "float", "weight", "Sum of weight times residual; kind `shares` only.", nullable=True),
        Column("sum_sq", "float", "weight^2", "Sum of squares of the clusters' sums of those.", nullable=True),
        Column("log_bets", "floats", "logs", "Log growth of each bet; kind `shares` only.", nullable=True),
    ),
)

SETTLED = Table(
    name="watch_settled",
    file="watch/settled.parquet",
    row="something that one night compared with a claim, so that it is not compared twice",
    key=("assumption", "key", "settled"),
    columns=(
        _ASSUMPTION,
        Column("key", "text", "", "Respondent, poll, or the segment and day of a count."),
        Column("amount", "float", "cases", "What was counted of it: 1, or a count's last value."),
        Column("settled", "date", "day", "The night."),
    ),
)

BOARD = Table(
    name="board",
    file="board.csv",
    row="one assumption",
    key=("assumption",),
    columns=(
        _ASSUMPTION,
        Column("version", "int", "1-", "Of its claim; 0 where nothing is registered."),
        Column("kind", "text", "shares, counts, values, rule", "How it is watched; a rule is no statistical test."),
        Column("status", "text", "broken, stirring, quiet, idle", "Idle: there is nothing yet to watch it with."),
        Column("since", "date", "day", "First day of this status, for broken and stirring.", nullable=True),
        Column("segment", "text", "", "Where the evidence is strongest.", nullable=True),
        Column(
            "evidence_log10", "float", "powers of ten", "Log10 of its e-value there; of a rule empty.", nullable=True
        ),
        Column("n", "float", "cases", "Cases there so far.", nullable=True),
        Column("observed", "float", "of the claim", "What was seen there.", nullable=True),
        Column("predicted", "float", "of the claim", "What the claim says; of a rule its limit.", nullable=True),
        Column(
            "gap", "float", "of the claim", "Size of the break: seen less said (of counts: log ratio).", nullable=True
        ),
        Column("gap_low", "float", "of the claim", "Its interval, valid at every look: lower end.", nullable=True),
        Column("gap_high", "float", "of the claim", "Upper end.", nullable=True),
        Column(
            "segments_broken",
            "text",
            "",
            "All segments that are broken, strongest first, with semicolons between.",
            nullable=True,
        ),
        Column("win_prob_change", "float", "-1-1", "What it would change in the chance to win.", nullable=True),
        Column("units_flipped", "text", "", "Units whose favourite changes.", nullable=True),
        Column(
            "acknowledged",
            "text",
            "",
            "Who acknowledged it and when; `more since` where evidence has grown.",
            nullable=True,
        ),
        Column("owner", "text", "", "Who acts."),
        Column("claim", "text", "", "What is assumed."),
        Column("said", "text", "", "What the board says of it, in one sentence."),
        Column("action", "text", "", "What to do.", nullable=True),
    ),
)

EVIDENCE = Table(
    name="evidence",
    file="evidence.parquet",
    row="one claim, segment and step of the evidence",
    key=("assumption", "version", "segment", "step"),
    columns=(
        _ASSUMPTION,
        _VERSION,
        _SEGMENT,
        Column("step", "int", "0-", "Steps of the claim, in the order in which they were settled."),
        Column("day", "date", "day", "Night that settled it."),
        Column("log_e", "float", "log", "Natural log of the e-value after it."),
        Column("is_rejected", "bool", "yes/no", "Whether e-BH over the whole board rejects the claim here that night."),
    ),
)

SENSITIVITY = Table(
    name="sensitivity",
    file="sensitivity.csv",
    row="one assumption, or a pair, pushed by its historical error",
    key=("push",),
    columns=(
        Column("push", "text", "", "What is pushed, in words."),
        Column("size", "float", "points or logits", "One historical error; of a pair empty.", nullable=True),
        Column("source", "text", "", "Where the size is from."),
        Column("win_prob", "float", "0-1", "Chance to win then."),
        Column("win_prob_change", "float", "-1-1", "Less the chance as it stands."),
        Column("units_flipped", "text", "", "Units whose favourite changes.", nullable=True),
        Column(
            "factor_to_flip", "float", "times its error", "How many such errors change the favourite.", nullable=True
        ),
    ),
)

WATCH_TABLES = (OBSERVATIONS, SETTLED, BOARD, EVIDENCE, SENSITIVITY)


def where(segment: str) -> str:
    """A segment, for people: ``state=NC, party=DEM`` is "NC, DEM"; an age is "age 35-44", ``registered=new`` new registrants."""
    if segment == ALL:
        return "overall"
    parts = [part.strip() for part in segment.split(",")]
    return ", ".join(_part(*part.partition("=")[::2]) if "=" in part else part for part in parts)


def _part(name: str, value: str) -> str:
    if name in {"state", "party", "unit", "pollster", "race"}:
        return {"other": "other races", "unknown": "race not known"}.get(value, value) if name == "race" else value
    said = {("registered", "new"): "new registrants", ("sex", "F"): "women", ("sex", "M"): "men"}
    return said.get((name, value), f"turnout score {value}" if name == "score" else f"{name} {value}")


def notes_in(said: str) -> str:
    """What a board's row notes beside what was seen; empty where nothing."""
    return said.partition(f" {NOTE}: ")[2].replace(f" {NOTE}: ", " ")
