"""The same answer all along a battery: five or more questions in a row that offer the same answers."""

from __future__ import annotations

from itertools import groupby

import polars as pl

from hustings.survey.codebook import Item
from hustings.survey.interviews import Interviews

NAME = "straight-lining"
WHAT = "one answer to every question of a battery of five or more"
SETS_ASIDE = False
BATTERY = 5


def batteries(items: tuple[Item, ...]) -> list[list[str]]:
    """Questions in a row that offer the same answers."""
    closed = [item for item in items if item.kind in {"single", "scale"}]
    runs = [list(run) for _, run in groupby(closed, key=_offered)]
    return [[item.name for item in run] for run in runs if len(run) >= BATTERY]


def _offered(item: Item) -> tuple[tuple[str, str], ...]:
    """The answers a question offers: the same codes of other answers make no battery."""
    return tuple((choice.code, choice.label) for choice in item.choices)


def find(interviews: Interviews) -> pl.DataFrame:
    """Respondents who gave one answer to a whole battery, all of it answered."""
    found = [pl.DataFrame(schema={"respondent_id": pl.String, "found": pl.String})]
    for names in batteries(interviews.codebook.items):
        rows = interviews.answers.filter(pl.col("question").is_in(names) & pl.col("code").is_not_null())
        counted = rows.group_by("respondent_id", maintain_order=True).agg(
            pl.col("question").n_unique().alias("n"), pl.col("code").n_unique().alias("codes"), pl.col("code").first()
        )
        flat = counted.filter((pl.col("n") == len(names)) & (pl.col("codes") == 1))
        said = pl.format("answered {} to all of {} to {}", "code", pl.lit(names[0]), pl.lit(names[-1]))
        found.append(flat.select("respondent_id", said.alias("found")))
    return pl.concat(found)
