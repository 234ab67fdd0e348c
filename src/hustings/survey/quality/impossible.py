"""Answers that exclude each other, and numbers out of range."""

from __future__ import annotations

import polars as pl

from hustings.survey.codebook import Item
from hustings.survey.interviews import Interviews

NAME = "impossible"
WHAT = "numbers out of range; a second choice that is the first; a vote cast already by one who will not vote"
SETS_ASIDE = True


def find(interviews: Interviews) -> pl.DataFrame:
    """Respondents with an answer that cannot be, or two that exclude each other."""
    found = [pl.DataFrame(schema={"respondent_id": pl.String, "found": pl.String})]
    found += [_out_of_range(interviews, item) for item in interviews.codebook.items if item.kind == "numeric"]
    found.append(_second_is_first(interviews))
    found.append(_voted_and_will_not(interviews))
    return pl.concat(found)


def _out_of_range(interviews: Interviews, item: Item) -> pl.DataFrame:
    low = item.low if item.low is not None else float("-inf")
    high = item.high if item.high is not None else float("inf")
    odd = interviews.answers.filter(
        (pl.col("question") == item.name) & ~pl.col("value").is_between(low, high).fill_null(value=True)
    )
    return odd.select("respondent_id", pl.format("{} is {}", pl.lit(item.name), "value").alias("found"))


def _first(interviews: Interviews, role: str) -> Item | None:
    return next((item for item in interviews.codebook.with_role(role) if item.kind in {"single", "scale"}), None)


def _pair(interviews: Interviews, one: Item, other: Item) -> pl.DataFrame:
    """Answers to two questions side by side."""
    left = interviews.answers.filter(pl.col("question") == one.name).select("respondent_id", one="code")
    right = interviews.answers.filter(pl.col("question") == other.name).select("respondent_id", other="code")
    return left.join(right, on="respondent_id", how="inner", maintain_order="left")


def _second_is_first(interviews: Interviews) -> pl.DataFrame:
    vote, second = _first(interviews, "vote"), _first(interviews, "second_choice")
    if vote is None or second is None:
        return pl.DataFrame(schema={"respondent_id": pl.String, "found": pl.String})
    first = {choice.code: choice.option for choice in vote.choices if choice.option}
    then = {choice.code: choice.option for choice in second.choices if choice.option}
    options = _pair(interviews, vote, second).with_columns(
        pl.col("one").replace_strict(first, default=None, return_dtype=pl.String),
        pl.col("other").replace_strict(then, default=None, return_dtype=pl.String),
    )
    same = options.filter(pl.col("one") == pl.col("other"))
    return same.select("respondent_id", pl.format("{} is first and second choice", "one").alias("found"))


def _voted_and_will_not(interviews: Interviews) -> pl.DataFrame:
    """Who says to have voted already and not to vote: scores of 1 and 0 tell which answers are these."""
    early, likely = _first(interviews, "early_vote"), _first(interviews, "likely_to_vote")
    if early is None or likely is None:
        return pl.DataFrame(schema={"respondent_id": pl.String, "found": pl.String})
    done = [choice.code for choice in early.choices if choice.score == 1 or "voted" in {choice.code, choice.net}]
    never = [choice.code for choice in likely.choices if choice.score == 0]
    both = _pair(interviews, early, likely).filter(pl.col("one").is_in(done) & pl.col("other").is_in(never))
    return both.select("respondent_id", pl.lit("has voted already, and will not vote").alias("found"))
