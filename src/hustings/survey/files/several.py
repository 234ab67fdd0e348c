"""Questions with several answers: a column for each, an answer's code in each of several, or all of them in one."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import polars as pl

from hustings.errors import InputError
from hustings.survey.files.codebook import FileItem
from hustings.survey.files.records import ROW, WHO

NOT_CHOSEN = ("0", "no", "not selected", "unchecked", "false", "nein", "non")
"""What programs write, in any case, where an answer was not chosen."""


def spread(rows: pl.DataFrame, one: FileItem, *, file: Path) -> pl.DataFrame:
    """Read a column for each answer: chosen where it says so, asked where any of the columns has a value.

    Returns
    -------
    pl.DataFrame
        ``row``, ``respondent_id``, ``code``: one row an answer; a null code where all were asked and none was chosen.

    Raises
    ------
    InputError
        A column holds two values that may both mean "chosen", and the codebook does not say which does.
    """
    said = _long(rows, list(one.columns), one.missing)
    if one.chosen:
        chosen = said.filter(pl.col("value").is_in(one.chosen))
    else:
        chosen = said.filter(~pl.col("value").str.to_lowercase().is_in(NOT_CHOSEN))
        kinds = chosen.group_by("variable", maintain_order=True).agg(pl.col("value").unique().sort())
        unclear = kinds.filter(pl.col("value").list.len() > 1)
        if unclear.height:
            column, values = unclear.row(0)
            raise InputError(
                f"holds {values[0]!r} and {values[1]!r}: which of them means that the answer was chosen?",
                file=file,
                column=column,
                hint=f'say it in [items.{one.item.name}]: chosen = "{values[0]}", or, if each is the code of an answer, '
                'holds = "codes"',
            )
    coded = pl.col("variable").replace_strict(dict(one.columns), return_dtype=pl.String).alias("code")
    found = chosen.select("row", "respondent_id", coded).unique(maintain_order=True)
    asked = said.select("row", "respondent_id").unique(maintain_order=True)
    none = asked.join(found, on="row", how="anti").with_columns(code=pl.lit(None, pl.String))
    return pl.concat([found, none]).sort("row", maintain_order=True)


def in_cells(rows: pl.DataFrame, columns: list[str], missing: Collection[str]) -> pl.DataFrame:
    """Read columns that hold the code of an answer each: ``row``, ``respondent_id``, ``value``."""
    long = _long(rows, columns, missing)
    return long.select("row", "respondent_id", "value").unique(maintain_order=True).sort("row", maintain_order=True)


def _long(rows: pl.DataFrame, columns: list[str], missing: Collection[str]) -> pl.DataFrame:
    index = [pl.col(ROW).alias("row"), pl.col(WHO).alias("respondent_id")]
    # Under names of their own: the file may have a column that is called like one of ours.
    inner = {name: f"c{k}" for k, name in enumerate(columns)}
    wide = rows.select(*index, *(pl.col(name).alias(new) for name, new in inner.items()))
    long = wide.unpivot(list(inner.values()), index=["row", "respondent_id"])
    back = {new: name for name, new in inner.items()}
    long = long.with_columns(pl.col("variable").replace_strict(back, return_dtype=pl.String))
    return long.filter(pl.col("value").is_not_null() & ~pl.col("value").is_in(list(missing)))


def split_answers(values: pl.DataFrame, known: Collection[str]) -> pl.DataFrame:
    """Part answers that stand in one column with commas between; known labels may hold commas themselves."""
    distinct = values["value"].drop_nulls().unique().to_list()
    parts = {value: parted(value, known) for value in distinct}
    split = pl.col("value").replace_strict(
        list(parts), list(parts.values()), default=None, return_dtype=pl.List(pl.String)
    )
    return values.with_columns(split.alias("value")).explode("value", empty_as_null=True).unique(maintain_order=True)


def parted(value: str, known: Collection[str]) -> list[str]:
    """Part one value: at every point the longest run of pieces that is a known answer, otherwise one piece."""
    pieces = value.split(",")
    found = []
    while pieces:
        ends = range(len(pieces), 0, -1)
        end = next((end for end in ends if ",".join(pieces[:end]).strip() in known), 1)
        found.append(",".join(pieces[:end]).strip())
        pieces = pieces[end:]
    return [one for one in found if one] or [value]
