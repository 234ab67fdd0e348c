"""`hustings survey load` and `codebook`: interviews of other programs."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hustings.cli.campaign import CampaignDir, campaign_at, electorate_at, vault_of
from hustings.cli.inputs import Json, Quiet, some, working
from hustings.cli.survey.shared import SurveyName, shown

if TYPE_CHECKING:
    from hustings.survey.files import Converted, RawFile

SurveyFile = Annotated[Path, typer.Argument(metavar="FILE", help="SPSS, Qualtrics, Decipher, any CSV, Parquet.")]


def command(
    survey: SurveyName,
    file: SurveyFile,
    wave: Annotated[str, typer.Option("--wave", metavar="WAVE", help="Name of the wave, usually its first day.")],
    codebook: Annotated[
        str,
        typer.Option("--codebook", metavar="NAME|TOML", help="What the columns mean: a shipped one, or a TOML file."),
    ],
    replace: Annotated[bool, typer.Option("--replace", help="Take the place of what the wave holds.")] = False,
    campaign: CampaignDir = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    r"""Load interviews; a survey that does not exist yet is made. What does not fit is set aside with its reason.

    \b
    Example:
      hustings survey load cces inbox/cces2016.parquet --wave 2016-10-24 --codebook cces-2016
      hustings survey load panel inbox/wave7.sav --wave 2016-10-07 --codebook panel.toml
    """
    from hustings.survey.files.loading import Desk, load_file, survey_of

    found = campaign_at(campaign)
    desk = Desk(found, version("hustings"), lambda: vault_of(found), lambda: electorate_at(found, None))
    with working(f"reading {file.name}", quiet=quiet or as_json):
        loaded = load_file(desk, survey_of(found, survey), wave, file, codebook, replace=replace)
    raw, converted = loaded.raw, loaded.converted
    if as_json:
        kept, aside = converted.interviews.respondents.height, converted.rejected.height
        print(json.dumps({"wave": wave, "records": raw.rows.height, "interviews": kept, "set_aside": aside}, indent=2))
    elif not quiet:
        print("\n".join(load_lines(raw, converted, loaded.wave.folder)))
        print(f"next: hustings survey weigh {survey} --wave {wave}")


def load_lines(raw: RawFile, converted: Converted, folder: Path) -> list[str]:
    """Lines about a load: records in, interviews, what was set aside and why."""
    import polars as pl

    from hustings.cli.campaign import aligned

    respondents, rejected = converted.interviews.respondents, converted.rejected
    records = rejected.filter(pl.col("column").is_null())
    rows = [["records in", f"{raw.rows.height:,}", ""]]
    counted = respondents.group_by("disposition").len().sort("disposition")
    rows += [[f"  disposition {code}", f"{n:,}", ""] for code, n in counted.iter_rows()]
    for reason, n in records.group_by("reason").len().sort("len", descending=True).iter_rows():
        rows.append(["  set aside", f"{n:,}", reason])
    answers = rejected.filter(pl.col("column").is_not_null()).group_by("column", "reason").len().sort("column")
    rows += [["answers set aside", f"{n:,}", f"{column}: {reason}"] for column, reason, n in answers.iter_rows()]
    matched = respondents["voter_id"].drop_nulls().len()
    if matched:
        mean = respondents["match_prob"].drop_nulls().mean()
        assert isinstance(mean, float)
        rows.append(["matched to voters", f"{matched:,}", f"mean match probability {mean:.3f}"])
    lines = [f"{raw.path.name}: {raw.kind}, {some(len(converted.interviews.codebook.items), 'question')}"]
    lines += aligned(rows, right=(1,), indent="  ")
    lines += [f"note: {note}" for note in converted.notes]
    if rejected.height:
        lines.append(f"set aside, row by row: {shown(folder / 'rejected.csv')}")
    return [*lines, f"written: {shown(folder)}"]
