"""The files that a projection, a track, an explanation and a back-test write."""

from __future__ import annotations

from hustings.tables.contract import Column, Table

_QUANTILES = tuple(
    Column(f"share_q{q:02d}", "float", "0-1", f"{q} % quantile of the share.") for q in (5, 25, 50, 75, 95)
)

UNITS = Table(
    name="units",
    file="units.csv",
    row="one unit (or the nation) and one option",
    key=("unit", "option"),
    columns=(
        Column("unit", "text", "", "Unit of the contest, or the nation's id."),
        Column("option", "text", "option id", "Option of the contest."),
        Column(
            "share_mean",
            "float",
            "0-1",
            "Expected share of the contest's options on election day (exact, not simulated).",
        ),
        Column("share_sd", "float", "0-1", "Standard deviation of the share."),
        *_QUANTILES,
        Column("win_prob", "float", "0-1", "Chance to have the most votes in the unit."),
        Column(
            "tipping_prob", "float", "0-1", "Chance that the unit decides the contest for this option.", nullable=True
        ),
    ),
)

DRAWS = Table(
    name="draws",
    file="draws.parquet",
    row="one draw, one unit (or the nation), one option",
    key=("draw", "unit", "option"),
    columns=(
        Column("draw", "int", "0-based", "Number of the joint draw."),
        Column("unit", "text", "", "Unit of the contest, or the nation's id."),
        Column("option", "text", "option id", "Option of the contest."),
        Column("share", "float", "0-1", "Share of the contest's options in this draw (32-bit float)."),
    ),
)

TRACK = Table(
    name="track",
    file="track.csv",
    row="one day, one unit (or the nation), one option",
    key=("date", "unit", "option"),
    columns=(
        Column("date", "date", "", "Day the share refers to."),
        Column("unit", "text", "", "Unit of the contest, or the nation's id."),
        Column("option", "text", "option id", "Option of the contest."),
        Column("share_mean", "float", "0-1", "Expected share had the election been held that day."),
        Column("share_sd", "float", "0-1", "Standard deviation of the share."),
        Column("share_q05", "float", "0-1", "5 % quantile of the share."),
        Column("share_q95", "float", "0-1", "95 % quantile of the share."),
    ),
)

INFLUENCE = Table(
    name="influence",
    file="influence.csv",
    row="one thing that moved the unit's number between the two days",
    key=("kind", "item"),
    columns=(
        Column("item", "text", "", "Poll id, or the name of the other cause."),
        Column("kind", "text", "", "`poll-new`, `poll-aged`, `poll-dropped`, `voters`, `prior`, `time`."),
        Column("delta_share", "float", "-1-1", "Change of the first option's mean share that it caused."),
        Column("delta_win_prob", "float", "-1-1", "Change of the first option's chance to win that it caused."),
    ),
)

SCORES = Table(
    name="scores",
    file="scores.csv",
    row="one contest projected from one earlier day and scored on the result",
    key=("contest", "horizon_days"),
    columns=(
        Column("contest", "text", "", "Name of the contest."),
        Column("horizon_days", "int", "days", "Days before the election."),
        Column("as_of", "date", "", "The day it was projected from."),
        Column("n_polls", "int", "polls", "Poll questions used."),
        Column("brier", "float", "0-1", "Mean squared error of the units' win probabilities."),
        Column("brier_ev", "float", "0-1", "The same, units weighted by their electors or seats."),
        Column("log_loss", "float", "nats", "Mean negative log probability of the units' winners."),
        Column(
            "crps", "float", "share", "Mean continuous ranked probability score of the first option's two-option share."
        ),
        Column("rmse", "float", "share", "Root mean squared error of the mean share."),
        Column("mae", "float", "share", "Mean absolute error of the mean share."),
        Column("bias", "float", "share", "Mean of projected minus actual share of the first option."),
        Column("cover50", "float", "0-1", "Share of units inside their 50 % interval."),
        Column("cover80", "float", "0-1", "Share of units inside their 80 % interval."),
        Column("cover95", "float", "0-1", "Share of units inside their 95 % interval."),
        Column(
            "joint_log_density",
            "float",
            "nats",
            "Log density of all units' actual logits under a Gaussian with the draws' mean and covariance.",
        ),
        Column("units_correct", "int", "units", "Units whose likelier winner won."),
        Column("win_prob", "float", "0-1", "Projected chance of the first option to win the contest."),
        Column("seconds", "float", "s", "Wall seconds for the projection."),
    ),
)


VOTER_DRAWS = Table(
    name="voter_draws",
    file="voter_draws.parquet",
    row="one draw, one unit whose voters are at hand, one option",
    key=("draw", "unit", "option"),
    columns=(
        Column("draw", "int", "0-based", "Number of the joint draw."),
        Column("unit", "text", "", "Unit of the contest."),
        Column("option", "text", "option id", "Option of the contest."),
        Column("share", "float", "0-1", "Sum over voters of turnout x support, as a share of the contest's options."),
        Column("votes", "float", "votes", "Votes expected in the unit in this draw, those for all options together."),
    ),
)

SOURCES = Table(
    name="sources",
    file="sources.csv",
    row="one unit whose voters are at hand, and one option",
    key=("unit", "option"),
    columns=(
        Column("unit", "text", "", "Unit of the contest."),
        Column("option", "text", "option id", "Option of the contest."),
        Column("polls_share", "float", "0-1", "Share on election day by published polls and earlier results alone."),
        Column("polls_share_sd", "float", "0-1", "Its standard deviation."),
        Column("voters_share", "float", "0-1", "Share by the sum over the campaign's voters alone, as of the day."),
        Column("voters_share_sd", "float", "0-1", "Its standard deviation, the survey's own bias included."),
        Column("both_share", "float", "0-1", "Share on election day by both."),
        Column("both_share_sd", "float", "0-1", "Its standard deviation."),
        Column("gap_share", "float", "difference of 0-1", "Voters minus polls."),
        Column("gap_z", "float", "sds", "The gap in units of what it could be by chance."),
        Column("polls_win_prob", "float", "0-1", "Chance to have the most votes there, by polls alone."),
        Column("voters_win_prob", "float", "0-1", "The same by voters alone."),
        Column("both_win_prob", "float", "0-1", "The same by both."),
        Column("tipping_prob", "float", "0-1", "Chance that the unit decides the contest for the option, by both."),
    ),
)
