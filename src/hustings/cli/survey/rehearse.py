"""`hustings survey rehearse`: a whole day of fieldwork with simulated voters, over HTTP, before anybody real is asked."""

from __future__ import annotations

import datetime as dt
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hustings.cli.campaign import CampaignDir, aligned, telling, vault_of
from hustings.cli.inputs import Json, Quiet, Seed, some
from hustings.cli.survey.field import Attempts, Modes, check_asking, contacts_of
from hustings.cli.survey.shared import SurveyName, WaveName, read_wave, wave_at
from hustings.errors import ConfigError, StoreError

if TYPE_CHECKING:
    import polars as pl

    from hustings.store.vault import Vault
    from hustings.survey.rehearsal import Manners, Rehearsed
    from hustings.survey.waves import Wave

SPEED = 60.0
"""Seconds of the rehearsed day in one second: an interview of five seconds lasts five minutes."""
FAST = 8640.0
"""The same where voters are tried more than once: a day passes in ten seconds."""
QUIET, LONG_QUIET = 3.0, 15.0
"""Seconds without a text or call after which it is over: with one attempt, and with more."""
MORNING = dt.time(16, 0, tzinfo=dt.UTC)
"""When a rehearsed day begins: all of the lower 48 states may be called."""


def command(
    survey: SurveyName,
    wave: WaveName = None,
    mode: Modes = "web,sms,ivr",
    answer: Annotated[
        float, typer.Option("--answer", metavar="SHARE", help="Share of voters who answer when asked.")
    ] = 0.5,
    truth: Annotated[
        Path | None, typer.Option("--truth", metavar="FILE", help="What voters think: the truth.parquet of `synth`.")
    ] = None,
    skew: Annotated[
        float,
        typer.Option("--skew", metavar="FACTOR", help="Voters of the first option answer so many times as often."),
    ] = 1.0,
    attempts: Attempts = 1,
    seed: Seed = 1,
    campaign: CampaignDir = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    r"""Field a wave with simulated voters and a provider that is not there; the wave is marked as rehearsed for good.

    \b
    Example:
      hustings survey rehearse tracker --wave 2016-10-01 --truth inbox/nc/truth.parquet
    """
    import polars as pl

    from hustings.survey.fieldwork import DispatchSettings
    from hustings.web.forms.rehearsing import RehearsalSettings, rehearse_wave

    campaign_, found = wave_at(campaign, survey, wave)
    check_asking(found, attempts)
    vault = vault_of(campaign_)
    day = _day(found)
    modes = tuple(one.strip() for one in mode.split(",") if one.strip())
    before = done_before(found)
    with telling("rehearsing", quiet=quiet or as_json) as tell:
        contacts = contacts_of(campaign_, found, vault)
        sample = pl.read_parquet(found.path("sample.parquet"))
        released: Any = sample["replicate"].max()
        options = _options(found)
        settings = RehearsalSettings(
            start=max(dt.datetime.combine(day, MORNING), before.last + dt.timedelta(minutes=1)),
            speed=SPEED if attempts == 1 else FAST,
            # A second attempt is made a day later: ten seconds of ours.
            quiet_seconds=QUIET if attempts == 1 else LONG_QUIET,
            dispatch=DispatchSettings(modes, "split", replicates=released, max_attempts=attempts, at_once=8),
            manners=_manners(answer, skew, options),
            seed=seed,
        )
        known = None if truth is None else _truth(truth, sample, vault, options)
        _mark(found)
        began = time.monotonic()
        happened = rehearse_wave(
            found, vault, contacts, settings, truth=known, told=lambda n: tell(some(n, "interview"))
        )
    seconds = time.monotonic() - began
    interviews = read_wave(found)
    if as_json:
        done = interviews.respondents["disposition"].value_counts(sort=True).to_dicts()
        print(
            json.dumps({"voters": dict(happened.voters), "dispositions": done, "seconds": round(seconds, 1)}, indent=2)
        )
    elif not quiet:
        print("\n".join(rehearsed_lines(found, happened, interviews.respondents, seconds, before.events)))


@dataclass(frozen=True)
class Before:
    """What an earlier rehearsal of the wave, ended before its time or not, has left: events, and when the last one was."""

    events: int
    last: dt.datetime


def done_before(wave: Wave) -> Before:
    """Look into the journal of a wave that is to be rehearsed: it goes on after the last event."""
    from hustings.survey.fieldwork.journal import JOURNAL, read_events

    times = [event.at for event in read_events(wave.path(JOURNAL))]
    return Before(
        len(times), dt.datetime.fromisoformat(max(times)) if times else dt.datetime.min.replace(tzinfo=dt.UTC)
    )


def _mark(wave: Wave) -> None:
    """Mark a wave as rehearsed, unless it was fielded for real."""
    about = wave.about()
    if wave.path("field.sqlite").is_file() and not about.get("rehearsal"):
        raise StoreError(
            f"wave {wave.name} is being fielded for real", hint="rehearse another wave: draw one for another day"
        )
    wave.survey.new_wave(wave.name, {**about, "rehearsal": True})


def _day(wave: Wave) -> dt.date:
    try:
        return dt.date.fromisoformat(wave.name)
    except ValueError:
        raise ConfigError(f"wave {wave.name} is not named by a day", hint="draw a wave named YYYY-MM-DD") from None


def _manners(answer: float, skew: float, options: list[str]) -> Manners:
    """How simulated voters react."""
    from hustings.survey.rehearsal import Manners

    if not 0 < answer <= 1:
        raise ConfigError(f"--answer is {answer}, expected a share between 0 and 1")
    if skew <= 0:
        raise ConfigError(f"--skew is {skew}, expected a factor above 0")
    return Manners(answers=answer, answers_by_vote={options[0]: skew} if options else {})


def _options(wave: Wave) -> list[str]:
    """Codes of the contest's options in the vote question."""
    from hustings.survey.questionnaire import read_questionnaire

    vote = next(iter(read_questionnaire(wave.survey.questionnaire).codebook.with_role("vote")), None)
    return [choice.code for choice in vote.choices if choice.option] if vote else []


def _truth(path: Path, sample: pl.DataFrame, vault: Vault, options: list[str]) -> pl.DataFrame:
    """Votes behind a synthetic file, by pseudonym."""
    import polars as pl

    from hustings.electorate.identities import voter_ids
    from hustings.errors import InputError

    try:
        rows = pl.read_parquet(path, columns=["source_id", "supports_first"])
    except (OSError, pl.exceptions.PolarsError) as err:
        raise InputError(f"is no truth of `synth`: {str(err).splitlines()[0]}", file=path) from err
    if len(options) < 2:
        raise ConfigError("the questionnaire asks for no vote between two options", hint='role = "vote"')
    vote = pl.when(pl.col("supports_first")).then(pl.lit(options[0])).otherwise(pl.lit(options[1])).alias("vote")
    parts = [
        rows.select(voter_ids(vault, state, rows["source_id"]), vote) for state in sample["file_state"].unique().sort()
    ]
    found = pl.concat(parts).filter(pl.col("voter_id").is_in(sample["voter_id"].implode())).unique("voter_id")
    if found.is_empty():
        raise InputError(
            "holds none of the voters who were drawn", file=path, hint="is it of the file that was loaded?"
        )
    return found


def rehearsed_lines(
    wave: Wave, happened: Rehearsed, respondents: pl.DataFrame, seconds: float, before: int
) -> list[str]:
    """Lines about a rehearsal: interviews by mode and disposition."""
    import polars as pl

    counted = respondents.group_by("mode", "disposition").agg(pl.len().alias("n")).sort("mode", "disposition")
    rows = [[str(mode), str(code), f"{n:,}"] for mode, code, n in counted.iter_rows()]
    said = ", ".join(f"{happened.provider[what]:,} {what}" for what in ("webhooks", "replayed", "forged"))
    went_on = [f"went on after {some(before, 'event')} of an earlier rehearsal"] if before else []
    lines = [
        *went_on,
        f"rehearsed: {wave.survey.name}, wave {wave.name}, in {seconds:.0f} s",
        *aligned([["mode", "disposition", "interviews"], *rows], right=(2,), indent="  "),
        f"{said}: none was taken twice, or from a stranger",
    ]
    if before and not happened.provider["webhooks"]:
        lines.append("note: nothing was left to send: --attempts 2 tries those again who did not answer")
    return [*lines, f"next: hustings survey status {wave.survey.name} --wave {wave.name}"]
