"""`hustings survey load` and `codebook`: interviews of other programs."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hustings.cli.campaign import CampaignDir, campaign_at, electorate_at, vault_of
from hustings.cli.inputs import Json, Quiet, some, working
from hustings.cli.survey.shared import SurveyName, shown
from hustings.errors import StoreError

if TYPE_CHECKING:
    from hustings.store.campaign import Campaign
    from hustings.survey.files import Converted, FileCodebook, RawFile
    from hustings.survey.waves import Survey

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
    from hustings.store.writing import hash_file
    from hustings.survey.files import convert, read_file_codebook, read_raw

    found = campaign_at(campaign)
    book = read_file_codebook(codebook)
    with working(f"reading {file.name}", quiet=quiet or as_json):
        raw = read_raw(file)
        digest = hash_file(file)
        opened = _survey(found, survey)
        _check_wave(opened, wave, digest, replace=replace)
        converted = convert(raw, book)
        if book.voter:
            converted = _matched(found, opened, wave, raw, book, converted)
    about = {
        "survey": survey,
        "wave": wave,
        "contest": found.contest,
        "source": file.name,
        "population": book.population,
        "code_version": version("hustings"),
        "file": {"name": file.name, "digest": digest, "format": raw.kind},
        "codebook": str(codebook),
        "records": raw.rows.height,
        "notes": list(converted.notes),
    }
    folder = _write(opened, wave, converted, about)
    if as_json:
        kept, aside = converted.interviews.respondents.height, converted.rejected.height
        print(json.dumps({"wave": wave, "records": raw.rows.height, "interviews": kept, "set_aside": aside}, indent=2))
    elif not quiet:
        print("\n".join(load_lines(raw, converted, folder)))
        print(f"next: hustings survey weigh {survey} --wave {wave}")


def _survey(campaign: Campaign, name: str) -> Survey:
    """Open a survey; an import begins one where there is none."""
    from hustings.survey.waves import Survey, check_name

    return Survey(campaign.folder / "surveys" / check_name(name, "the survey's name"))


def _check_wave(survey: Survey, wave: str, digest: str, *, replace: bool) -> None:
    """Refuse a wave that holds interviews already."""
    from hustings.survey.waves import ABOUT, Wave, check_name

    held = Wave(survey, check_name(wave, "--wave"))
    if held.path("field.sqlite").is_file():
        raise StoreError(
            f"wave {wave} of {survey.name} is fielded here: its journal says who answered what",
            hint="choose another --wave; nothing was changed",
        )
    if not held.path(ABOUT).is_file() or not held.path("respondents.parquet").is_file():
        return
    same = held.about().get("file", {}).get("digest") == digest
    if same and not replace:
        raise StoreError(f"wave {wave} holds this very file already", hint="nothing to do; nothing was changed")
    if not replace:
        raise StoreError(
            f"wave {wave} of {survey.name} holds interviews already",
            hint="choose another --wave, or take their place with --replace; nothing was changed",
        )


def _matched(
    campaign: Campaign, survey: Survey, wave: str, raw: RawFile, book: FileCodebook, converted: Converted
) -> Converted:
    """Match respondents to voters, by what the codebook says."""
    from dataclasses import replace

    import polars as pl

    from hustings.survey.files import match_voters, with_file_columns
    from hustings.survey.sample import describe_voters
    from hustings.survey.waves import Wave

    respondents = converted.interviews.respondents
    keys = raw.rows.unique(book.respondent, keep="first", maintain_order=True)
    column = book.voter.get("column", book.respondent)
    by_id = respondents.select("respondent_id").join(
        keys.select(pl.col(book.respondent).alias("respondent_id"), pl.col(column).alias("voter_key")),
        on="respondent_id",
        how="left",
        maintain_order="left",
    )
    drawn = Wave(survey, wave).path("sample.parquet")
    matched = match_voters(
        respondents,
        by_id["voter_key"],
        book,
        store=campaign.store,
        vault=None if book.voter.get("system") == "case" else vault_of(campaign),
        sample=pl.read_parquet(drawn) if drawn.is_file() else None,
    )
    if book.voter.get("system") != "case":
        states = [book.voter["state"]] if "state" in book.voter else None
        with electorate_at(campaign, None) as electorate:
            matched = with_file_columns(matched, describe_voters(electorate, matched["voter_id"], states=states))
    return replace(converted, interviews=replace(converted.interviews, respondents=matched))


def _write(survey: Survey, wave: str, converted: Converted, about: dict[str, Any]) -> Path:
    """Write the interviews, what was set aside, and the wave's note last."""
    from hustings.store.writing import write_text
    from hustings.survey.interviews import write_interviews
    from hustings.survey.waves import ABOUT, Wave

    held = Wave(survey, wave)
    held.folder.mkdir(parents=True, exist_ok=True)
    if held.path(ABOUT).is_file():
        about = {**held.about(), **about}
    write_text(converted.rejected.write_csv(), held.path("rejected.csv"))
    write_interviews(converted.interviews, held.folder)
    survey.new_wave(wave, about)
    return held.folder


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
