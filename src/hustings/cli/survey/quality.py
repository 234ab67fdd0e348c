"""`hustings survey quality`: which interviews are not what they seem."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from hustings.cli.campaign import CampaignDir, aligned
from hustings.cli.inputs import Json, Quiet, some, working
from hustings.cli.survey.shared import SurveyName, WaveName, read_wave, shown, wave_at, wrapped

if TYPE_CHECKING:
    import polars as pl

    from hustings.survey.interviews import Interviews


def command(
    survey: SurveyName,
    wave: WaveName = None,
    keep: Annotated[
        list[str] | None, typer.Option("--keep", metavar="RULE", help="Let a rule mark interviews only.")
    ] = None,
    drop: Annotated[
        list[str] | None, typer.Option("--set-aside", metavar="RULE", help="Let a rule set interviews aside.")
    ] = None,
    campaign: CampaignDir = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    r"""Check interviews; what a rule sets aside does not count, and every row is named.

    \b
    Example:
      hustings survey quality tracker --wave 2016-10-01
      hustings survey quality tracker --keep speeding --set-aside straight-lining
    """
    from hustings.store.writing import write_parquet
    from hustings.survey.quality import check_quality
    from hustings.tables import QUALITY

    _, found = wave_at(campaign, survey, wave)
    with working("checking", quiet=quiet or as_json):
        interviews = read_wave(found)
        table = check_quality(interviews, keep=keep or (), drop=drop or ())
        write_parquet(table, found.path("quality.parquet"), QUALITY)
    if as_json:
        print(json.dumps({"wave": found.name, "rules": _counts(table).to_dicts()}, indent=2))
    elif not quiet:
        print("\n".join(quality_lines(interviews, table)))
        print(f"row by row: {shown(found.path('quality.parquet'))}")


def _counts(table: pl.DataFrame) -> pl.DataFrame:
    """Interviews by rule."""
    import polars as pl

    return table.group_by("rule", "set_aside", maintain_order=True).agg(pl.len().alias("interviews"))


def quality_lines(interviews: Interviews, table: pl.DataFrame) -> list[str]:
    """Lines about quality: by rule what it looks for and an example, and what is left."""
    import polars as pl

    from hustings.survey.quality import RULES

    lines = []
    for rule, head in zip(RULES.values(), _heads(table), strict=True):
        part = table.filter(pl.col("rule") == rule.name)
        lines += [head, *wrapped(rule.what, indent="  ")]
        if part.height:
            lines += wrapped(f"for example {part['respondent_id'][0]}: {part['found'][0]}", indent="  ")
    everybody = interviews.interviewed().respondents.height
    out = table.filter(pl.col("set_aside"))["respondent_id"].n_unique()
    left = f"{some(everybody, 'interview')}, {out:,} set aside, {everybody - out:,} count"
    return [*lines, left]


def _heads(table: pl.DataFrame) -> list[str]:
    """For every rule a line: how many it found, and what becomes of them."""
    import polars as pl

    from hustings.survey.quality import RULES

    rows = []
    for rule in RULES.values():
        part = table.filter(pl.col("rule") == rule.name)
        aside = part["set_aside"][0] if part.height else rule.sets_aside
        rows.append([rule.name, f"{part.height:,}", "set aside" if aside else "marked"])
    return aligned(rows, right=(1,))
