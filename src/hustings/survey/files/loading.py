"""A file of interviews into a wave: read, understood, matched to voters, written; the same file is not loaded twice."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from hustings.electorate.query import Electorate
from hustings.errors import StoreError
from hustings.store.campaign import Campaign
from hustings.store.vault import Vault
from hustings.store.writing import hash_file, write_text
from hustings.survey.files.codebook import FileCodebook, read_file_codebook
from hustings.survey.files.convert import Converted, convert
from hustings.survey.files.matching import match_voters, with_file_columns
from hustings.survey.files.raw import RawFile
from hustings.survey.files.read import read_raw
from hustings.survey.interviews import write_interviews
from hustings.survey.sample import describe_voters
from hustings.survey.waves import ABOUT, Survey, Wave, check_name

RESPONDENTS, REJECTED, JOURNAL = "respondents.parquet", "rejected.csv", "field.sqlite"


@dataclass(frozen=True)
class Desk:
    """What a load asks for only where the codebook matches respondents to voters.

    Parameters
    ----------
    campaign : Campaign
    code_version : str
    open_vault : callable
        Gives the vault: states' ids are sealed.
    open_electorate : callable
        Gives the voters, closed at the end of the ``with``.
    """

    campaign: Campaign
    code_version: str
    open_vault: Callable[[], Vault]
    open_electorate: Callable[[], AbstractContextManager[Electorate]]


@dataclass(frozen=True)
class LoadedWave:
    """What became of a file: the file as read, what it was made into, and the wave."""

    raw: RawFile
    converted: Converted
    wave: Wave


def survey_of(campaign: Campaign, name: str) -> Survey:
    """A survey, whether or not it has a folder yet: an import begins one where there is none.

    Raises
    ------
    ConfigError
        The name makes no folder.
    """
    return Survey(campaign.folder / "surveys" / check_name(name, "the survey's name"))


def load_file(
    desk: Desk,
    survey: Survey,
    wave: str,
    file: Path,
    codebook: str | Path,
    *,
    day: dt.date | None = None,
    replace: bool = False,
) -> LoadedWave:
    """Load a file of interviews as a wave, whole or not at all.

    Parameters
    ----------
    desk : Desk
    survey : Survey
    wave : str
        Name of the wave, usually its day.
    file : Path
        SPSS, Qualtrics, Decipher, any CSV, Parquet.
    codebook : str or Path
        Name of a shipped codebook, or a TOML file.
    day : date, optional
        Of the wave, where its name is more than a day.
    replace : bool
        Take the place of what the wave holds.

    Raises
    ------
    ConfigError
        The codebook or the wave's name cannot be used.
    InputError
        The file cannot be read, is of another codebook, or nobody in it is a voter that is known.
    StoreError
        The wave holds interviews already, or is fielded here.
    """
    book = read_file_codebook(codebook)
    raw = read_raw(file)
    digest = hash_file(file)
    held = Wave(survey, check_name(wave, "--wave"))
    _check_wave(held, digest, replace=replace)
    converted = convert(raw, book)
    if book.voter:
        converted = _matched(desk, held, raw, book, converted)
    about = {
        "survey": survey.name,
        "wave": wave,
        "contest": desk.campaign.contest,
        "source": file.name,
        "population": book.population,
        "code_version": desk.code_version,
        "file": {"name": file.name, "path": path_in(desk.campaign, file), "digest": digest, "format": raw.kind},
        "codebook": str(codebook),
        "records": raw.rows.height,
        "notes": list(converted.notes),
        **({} if day is None else {"date": day.isoformat()}),
    }
    _write(held, converted, about)
    return LoadedWave(raw, converted, held)


def path_in(campaign: Campaign, file: Path) -> str:
    """A file's place within the campaign's folder; of one from elsewhere its name."""
    try:
        return file.resolve().relative_to(campaign.folder.resolve()).as_posix()
    except ValueError:
        return file.name


def wave_holding(survey: Survey, file: Path) -> Wave | None:
    """The wave that holds this very file's contents, under whatever name."""
    digest = hash_file(file)
    return next((wave for wave in survey.waves() if _is_held(wave) and _file(wave).get("digest") == digest), None)


def wave_from(survey: Survey, path: str) -> Wave | None:
    """The wave that was made from a file of this place (:func:`path_in`), whatever the file held then."""
    return next((wave for wave in survey.waves() if _is_held(wave) and _file(wave).get("path") == path), None)


def _is_held(wave: Wave) -> bool:
    return wave.path(ABOUT).is_file() and wave.path(RESPONDENTS).is_file()


def _file(wave: Wave) -> dict[str, Any]:
    found = wave.about().get("file", {})
    return found if isinstance(found, dict) else {}


def _check_wave(held: Wave, digest: str, *, replace: bool) -> None:
    """Refuse a wave that holds interviews already."""
    wave, survey = held.name, held.survey.name
    if held.path(JOURNAL).is_file():
        raise StoreError(
            f"wave {wave} of {survey} is fielded here: its journal says who answered what",
            hint="choose another --wave; nothing was changed",
        )
    if replace or not _is_held(held):
        return
    if _file(held).get("digest") == digest:
        raise StoreError(f"wave {wave} holds this very file already", hint="nothing to do; nothing was changed")
    raise StoreError(
        f"wave {wave} of {survey} holds interviews already",
        hint="choose another --wave, or take their place with --replace; nothing was changed",
    )


def _matched(desk: Desk, held: Wave, raw: RawFile, book: FileCodebook, converted: Converted) -> Converted:
    """Match respondents to voters, by what the codebook says."""
    respondents = converted.interviews.respondents
    keys = raw.rows.unique(book.respondent, keep="first", maintain_order=True)
    column = book.voter.get("column", book.respondent)
    by_id = respondents.select("respondent_id").join(
        keys.select(pl.col(book.respondent).alias("respondent_id"), pl.col(column).alias("voter_key")),
        on="respondent_id",
        how="left",
        maintain_order="left",
    )
    drawn = held.path("sample.parquet")
    of_case = book.voter.get("system") == "case"
    matched = match_voters(
        respondents,
        by_id["voter_key"],
        book,
        store=desk.campaign.store,
        vault=None if of_case else desk.open_vault(),
        sample=pl.read_parquet(drawn) if drawn.is_file() else None,
    )
    if not of_case:
        states = [book.voter["state"]] if "state" in book.voter else None
        with desk.open_electorate() as electorate:
            matched = with_file_columns(matched, describe_voters(electorate, matched["voter_id"], states=states))
    return dataclasses.replace(converted, interviews=dataclasses.replace(converted.interviews, respondents=matched))


def _write(held: Wave, converted: Converted, about: dict[str, Any]) -> None:
    """Write the interviews, what was set aside, and the wave's note last."""
    held.folder.mkdir(parents=True, exist_ok=True)
    if held.path(ABOUT).is_file():
        about = {**held.about(), **about}
    write_text(converted.rejected.write_csv(), held.path(REJECTED))
    write_interviews(converted.interviews, held.folder)
    held.survey.new_wave(held.name, about)
