"""Interviews: who answered, what they answered, and the codebook that says what it means."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from hustings.errors import InputError, StoreError
from hustings.store.writing import write_parquet
from hustings.survey.codebook import Codebook, Item, read_codebook, write_codebook
from hustings.tables import ANSWERS, RESPONDENTS, SPLITS

COMPLETE, PARTIAL = "1.1", "1.2"
INTERVIEWED = (COMPLETE, PARTIAL)
"""Dispositions of people whose answers count."""


@dataclass(frozen=True)
class Interviews:
    """Interviews of one wave.

    Parameters
    ----------
    respondents : pl.DataFrame
        As declared in ``tables.RESPONDENTS``.
    answers : pl.DataFrame
        As declared in ``tables.ANSWERS``: long, one row an answer. No row = the question was not asked; a row with
        neither code, value nor text = asked and not answered.
    codebook : Codebook
        What was asked.
    splits : pl.DataFrame
        As declared in ``tables.SPLITS``.
    """

    respondents: pl.DataFrame
    answers: pl.DataFrame
    codebook: Codebook
    splits: pl.DataFrame

    def wide(self, *names: str) -> pl.DataFrame:
        """One row a respondent, in their order: the respondents' own columns and one column a question.

        A single or scale answer is its code (text), several answers a list of codes, a number Float64 (its special codes
        are null), an open answer text. Null = not asked or not answered; ``asked_<question>`` (Boolean) tells which.

        Raises
        ------
        InputError
            There is no such question.
        """
        items = [self.codebook.item(name) for name in names] if names else list(self.codebook.items)
        rows = self.respondents
        chosen = self.answers.filter(pl.col("question").is_in([item.name for item in items]))
        parts = {str(key[0]): part for key, part in chosen.group_by("question")}
        for item in items:
            column = _column(parts.get(item.name, chosen.clear()), item)
            rows = rows.join(column, on="respondent_id", how="left", maintain_order="left")
            rows = rows.with_columns(pl.col(f"asked_{item.name}").fill_null(value=False))
        return rows

    def interviewed(self) -> Interviews:
        """Complete and partial interviews only."""
        return self.only(self.respondents.filter(pl.col("disposition").is_in(INTERVIEWED))["respondent_id"])

    def only(self, respondent_ids: pl.Series) -> Interviews:
        """Interviews of some respondents."""
        kept = respondent_ids.implode()
        return replace(
            self,
            respondents=self.respondents.filter(pl.col("respondent_id").is_in(kept)),
            answers=self.answers.filter(pl.col("respondent_id").is_in(kept)),
            splits=self.splits.filter(pl.col("respondent_id").is_in(kept)),
        )


def _column(rows: pl.DataFrame, item: Item) -> pl.DataFrame:
    """Answers to one question as a column."""
    if item.kind == "multiple":
        value = pl.col("code").drop_nulls()
    else:
        value = pl.col({"numeric": "value", "open": "text"}.get(item.kind, "code")).drop_nulls().first()
    asked = pl.lit(value=True).alias(f"asked_{item.name}")
    return rows.group_by("respondent_id", maintain_order=True).agg(value.alias(item.name), asked.first())


def write_interviews(interviews: Interviews, folder: Path) -> None:
    """Write respondents, answers, splits and the codebook into a wave's folder.

    Raises
    ------
    StoreError
        A table breaks its contract, or the folder cannot be written.
    """
    write_parquet(interviews.answers, folder / "answers.parquet", ANSWERS)
    write_parquet(interviews.splits, folder / "splits.parquet", SPLITS)
    write_codebook(interviews.codebook, folder / "codebook.json")
    # Last: a wave whose respondents are there is whole.
    write_parquet(interviews.respondents, folder / "respondents.parquet", RESPONDENTS)


def read_interviews(folder: Path) -> Interviews:
    """Read a wave's interviews.

    Raises
    ------
    InputError
        The wave has none yet.
    StoreError
        A file of them is damaged.
    """
    if not (folder / "respondents.parquet").is_file():
        raise InputError(
            f"wave {folder.name} has no interviews yet",
            hint="field it (hustings survey field) or load a file (hustings survey load)",
        )
    try:
        return Interviews(
            respondents=pl.read_parquet(folder / "respondents.parquet"),
            answers=pl.read_parquet(folder / "answers.parquet"),
            codebook=read_codebook(folder / "codebook.json"),
            splits=pl.read_parquet(folder / "splits.parquet"),
        )
    except (OSError, pl.exceptions.PolarsError) as err:
        raise StoreError(
            f"the interviews in {folder} are damaged: {(str(err).splitlines() or [''])[0]}",
            hint="write them again: hustings survey status, or hustings survey load --replace",
        ) from err
