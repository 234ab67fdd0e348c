"""Another person than the voter who was asked: age, sex or state do not agree with the voter file.

One small difference alone may be a slip of the finger or of the file: the rule finds interviews with two of the three, or an
age that is ten years off.
"""

from __future__ import annotations

import polars as pl

from hustings.survey.codebook import Item
from hustings.survey.interviews import Interviews

NAME = "contradiction"
WHAT = "age ten years off the voter file's, or two of age, sex and state that differ"
UNKNOWN = ("U", "X", "unknown")
"""What the voter file says where it knows no sex, or one that a form may not offer."""
SURE = 0.9
"""Below this chance that it is that voter, a contradiction speaks against the link and not against the person."""
SETS_ASIDE = True
NEAR_YEARS, FAR_YEARS = 2, 10


def find(interviews: Interviews) -> pl.DataFrame:
    """Interviews whose answers about the person contradict the voter file."""
    sure = interviews.respondents.filter(pl.col("match_prob") >= SURE)
    rows = sure.select("respondent_id", "file_age", "file_sex", "file_state")
    found = {
        "age": _age(interviews, rows),
        "sex": _same(interviews, rows, "sex"),
        "state": _same(interviews, rows, "state"),
    }
    for name, part in found.items():
        rows = rows.join(part.rename({"said": name}), on="respondent_id", how="left", maintain_order="left")
    far = (pl.col("age") - pl.col("file_age")).abs()
    differs = {
        "age": far > NEAR_YEARS,
        "sex": (pl.col("sex") != pl.col("file_sex")) & ~pl.col("file_sex").is_in(UNKNOWN),
        "state": (pl.col("state") != pl.col("file_state")) & (pl.col("file_state") != "unknown"),
    }
    number = pl.sum_horizontal(*(test.fill_null(value=False).cast(pl.Int8) for test in differs.values()))
    odd = rows.filter((number >= 2) | (far >= FAR_YEARS))
    words = [
        pl.when(test).then(pl.format(f"{name} {{}}, the file says {{}}", name, f"file_{name}"))
        for name, test in differs.items()
    ]
    return odd.select("respondent_id", pl.concat_str(words, separator="; ", ignore_nulls=True).alias("found"))


def _item(interviews: Interviews, role: str, kinds: set[str]) -> Item | None:
    return next((item for item in interviews.codebook.with_role(role) if item.kind in kinds), None)


def _age(interviews: Interviews, rows: pl.DataFrame) -> pl.DataFrame:
    """Age as said, where it was asked as a number."""
    item = _item(interviews, "age", {"numeric"})
    if item is None:
        return rows.select("respondent_id", pl.lit(None, pl.Float64).alias("said"))
    return interviews.answers.filter(pl.col("question") == item.name).select("respondent_id", said="value")


def _same(interviews: Interviews, rows: pl.DataFrame, role: str) -> pl.DataFrame:
    """Sex or state as said, where its codes are the voter file's."""
    item = _item(interviews, role, {"single"})
    known = set(rows[f"file_{role}"].drop_nulls().unique()) - set(UNKNOWN)
    if item is None:
        return rows.select("respondent_id", pl.lit(None, pl.String).alias("said"))
    said = interviews.answers.filter((pl.col("question") == item.name) & pl.col("code").is_in(list(known)))
    return said.select("respondent_id", said="code")
