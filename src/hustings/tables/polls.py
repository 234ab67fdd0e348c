"""Cleaned polls (one row per poll question kept) and the rows set aside."""

from __future__ import annotations

from hustings.tables.contract import Column, Table

POLLS = Table(
    name="polls",
    file="(in memory)",
    row="one poll question that is used",
    key=("poll_id",),
    columns=(
        Column("poll_id", "text", "", "Id of the poll question: the source's own, made unique, or `row-N`."),
        Column("row", "int", "1-based, header = 1", "Row of the source file it came from."),
        Column("pollster", "text", "", "Who asked, white space and letter case normalised."),
        Column("unit", "text", "", "Unit of the contest that was polled, or the nation's id."),
        Column("start_date", "date", "", "First day of fieldwork."),
        Column("end_date", "date", "", "Last day of fieldwork."),
        Column(
            "published_date", "date", "", "Day it became public; empty when the source does not say.", nullable=True
        ),
        Column("sample_size", "float", "respondents", "Interviews; the pollster's usual where the source has none."),
        Column("population", "text", "lv, rv, v, a", "Likely voters, registered voters, voters, adults."),
        Column("mode", "text", "", "How it was asked, lower case; `unknown` when the source does not say."),
        Column("partisan", "text", "option id", "Option whose side paid for it; empty when nobody's.", nullable=True),
        Column("n_answers", "int", "answers", "Number of named answers offered, options of the contest or not."),
        Column("sample_size_filled", "bool", "", "True when the sample size was missing and filled in."),
        # then one `share_<option>` column for each option of the contest (see `share_column`)
    ),
)
"""The fixed columns; :func:`share_column` names the one that follows for each option."""


def share_column(option_id: str) -> str:
    """Name of the column with the option's share of *all* respondents (0-1; null = not offered)."""
    return f"share_{option_id}"


POLLS_REJECTED = Table(
    name="polls_rejected",
    file="polls_rejected.csv",
    row="one row of the source that was set aside",
    key=("row",),
    columns=(
        Column("row", "int", "1-based, header = 1", "Row of the source file."),
        Column("poll_id", "text", "", "The source's poll id, or `row-N`."),
        Column("reason", "text", "", "Why it is not used, in words."),
    ),
)

POLLS_USED = Table(
    name="polls_used",
    file="polls_used.csv",
    row="one poll question that is used, and one option",
    key=("poll_id", "option"),
    columns=(
        Column("poll_id", "text", "", "Id of the poll question."),
        Column("row", "int", "1-based, header = 1", "Row of the source file it came from."),
        Column("pollster", "text", "", "Who asked."),
        Column("unit", "text", "", "Unit that was polled, or the nation's id."),
        Column("start_date", "date", "", "First day of fieldwork."),
        Column("end_date", "date", "", "Last day of fieldwork."),
        Column("sample_size", "float", "respondents", "Interviews (filled in where the source had none)."),
        Column("sample_size_filled", "bool", "", "True when the sample size was missing and filled in."),
        Column("population", "text", "lv, rv, v, a", "Who was asked."),
        Column("mode", "text", "", "How it was asked."),
        Column("option", "text", "option id", "Option of the contest."),
        Column("observed_share", "float", "0-1", "The option's share among the contest's options in the poll."),
        Column(
            "fitted_share", "float", "0-1", "The model's expectation for this very poll, its house and bias included."
        ),
        Column("residual_share", "float", "-1-1", "Observed minus fitted."),
        Column(
            "weight", "float", "> 0", "Robustness weight: 1 = as trusted as its sample size says, near 0 = an outlier."
        ),
        Column("house_effect_share", "float", "-1-1", "Pollster's estimated lean toward the option, at even odds."),
    ),
)
