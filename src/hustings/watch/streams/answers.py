"""What people say beside the vote: whether they are keen, and can say what our candidate stands for."""

from __future__ import annotations

import polars as pl

from hustings.survey.trend.definition import says_something
from hustings.survey.trend.measures import top_codes
from hustings.watch.assumption import Assumption
from hustings.watch.morning import Morning
from hustings.watch.streams.interviewed import Table
from hustings.watch.streams.steady import Steady

TOLERANCE = 0.03
"""What question order and season move from wave to wave."""


def _keen(morning: Morning, table: Table) -> pl.Series | None:
    """Whether a voter of ours is enthusiastic; null of others, and of who was not asked."""
    keen = next((one for one in table.book.with_role("enthusiasm") if one.kind in {"single", "scale"}), None)
    vote = next((one for one in table.book.with_role("vote") if one.kind in {"single", "scale"}), None)
    if keen is None:
        return None
    ours = pl.lit(value=True)
    if vote is not None:
        ours = pl.col(vote.name).is_in([one.code for one in vote.choices if one.option == morning.own_option])
    asked = pl.col(f"asked_{keen.name}") & ours.fill_null(value=False)
    said = pl.col(keen.name).is_in(top_codes(keen)).fill_null(value=False)
    return table.rows.select(pl.when(asked).then(said).alias("y")).to_series()


def _defined(morning: Morning, table: Table) -> pl.Series | None:
    """Whether somebody can say what our candidate stands for; null of who was not asked."""
    own = (one for one in table.book.with_role("stands_for") if one.option == morning.own_option and one.kind == "open")
    item = next(own, None)
    if item is None:
        return None
    said = pl.col(item.name).map_elements(says_something, return_dtype=pl.Boolean, skip_nulls=True)
    asked = pl.col(f"asked_{item.name}")
    return table.rows.select(pl.when(asked).then(said.fill_null(value=False)).alias("y")).to_series()


_ENGAGED = Steady(
    _keen,
    ("no wave asks how keen people are", 'ask it: role "enthusiasm" in the questionnaire'),
    "{share} of our voters are as keen as can be, as until now, or more, less {points} points.",
    ("state", "race", "age"),
    TOLERANCE,
)
_STANDS_FOR = Steady(
    _defined,
    ("no wave asks what our candidate stands for", 'ask it openly: role "stands_for", option = the own one'),
    "{share} can say what our candidate stands for, as until now, or more, less {points} points.",
    ("state", "race", "age"),
    TOLERANCE,
)

ENGAGEMENT = Assumption(
    name="engagement",
    claim="Our voters stay as keen as they were",
    kind="shares",
    side="below",
    register=_ENGAGED.register,
    observe=_ENGAGED.observe,
    share=0.03,
    watches="own interviews: enthusiasm of our voters",
    if_broken="Our voters may stay at home: turnout models see it only when it is too late.",
    action="Ask {n} {people} what would bring them out, and put them on the mobilisation list.",
    owner="field director",
)
WHAT_SHE_STANDS_FOR = Assumption(
    name="what-she-stands-for",
    claim="As many as before can say what our candidate stands for",
    kind="shares",
    side="below",
    register=_STANDS_FOR.register,
    observe=_STANDS_FOR.observe,
    share=0.03,
    watches="own interviews: open answers",
    if_broken="The race is being defined by somebody else.",
    action="Read the answers of {people} (`hustings survey tables`), and test the message on them.",
    owner="communications director",
)
ANSWERS = (ENGAGEMENT, WHAT_SHE_STANDS_FOR)
