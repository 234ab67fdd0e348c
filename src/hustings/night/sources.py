"""How old each source is: what a reader must know before believing a number."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from hustings.errors import HustingsError
from hustings.night.night import Night
from hustings.night.steps.polls import kept_polls
from hustings.polls.clean import clean_polls
from hustings.polls.readers import read_polls
from hustings.scores.fitted import latest_fitted
from hustings.scores.support.people import waves_of
from hustings.store.snapshots import Snapshots
from hustings.survey.waves import Wave

ELECTIONS = "last election in the history"


@dataclass(frozen=True)
class Source:
    """One source.

    Parameters
    ----------
    name : str
        For people.
    newest : date or None
        Day of the latest it knows; None where there is nothing.
    age_days : int or None
        Days from then to the day of the night.
    is_stale : bool
        Older than the campaign allows, or absent.
    """

    name: str
    newest: dt.date | None
    age_days: int | None
    is_stale: bool


def sources_of(night: Night) -> list[Source]:
    """Every source of the campaign with its age; those that it does not take are left out."""
    found = []
    for name, newest in _newest(night):
        age = None if newest is None else (night.as_of - newest).days
        # Elections come when they come: an old one is not stale.
        is_old = age is not None and age > night.campaign.night.stale_days and not name.startswith(ELECTIONS)
        found.append(Source(name, newest, age, newest is None or is_old))
    return found


def _newest(night: Night) -> Iterator[tuple[str, dt.date | None]]:
    if night.campaign.night.polls:
        yield "published polls", _last_poll(night)
    manifest = night.manifest()
    for state, files in manifest.states.items():
        yield f"voters of {state}", dt.date.fromisoformat(files.file_date)
        voted = [one.date for one in files.elections if one.date <= night.as_of.isoformat()]
        yield f"{ELECTIONS} of {state}", dt.date.fromisoformat(max(voted)) if voted else None
    if manifest.logs.get("early_votes"):
        yield "early votes", _last_ballot(night)
    waves = waves_of(night.campaign.folder, as_of=night.as_of, days=36_500)
    if waves:
        yield "own interviews", max(filter(None, map(_last_interview, waves)), default=None)
    for model in ("turnout", "support", "persuasion"):
        folder = latest_fitted(night.campaign.folder, model, night.as_of)
        if folder is not None:
            yield f"model of {model}", dt.date.fromisoformat(folder.name)


def _last_interview(wave: Wave) -> dt.date | None:
    """Day of a wave's last interview: as they say, or as the wave is named."""
    last = pl.read_parquet(wave.path("respondents.parquet"), columns=["field_date"])["field_date"].max()
    return last if isinstance(last, dt.date) else wave.day


def _last_poll(night: Night) -> dt.date | None:
    file = kept_polls(night)
    if file is None:
        return None
    try:
        polls = clean_polls(read_polls(file, night.contest), night.contest, as_of=night.as_of).polls
    except HustingsError:
        return None
    last = polls["end_date"].max()
    return last if isinstance(last, dt.date) else None


def _last_ballot(night: Night) -> dt.date | None:
    """Day of the last early ballot that was known on the night's day."""
    snapshots = Snapshots(night.campaign.store)
    files = [snapshots.path(file) for file in night.manifest().logs["early_votes"]]
    days = pl.scan_parquet(files).select(pl.max_horizontal("requested_on", "sent_on", "returned_on").alias("day"))
    last = days.filter(pl.col("day") <= night.as_of).select(pl.col("day").max()).collect().item()
    return last if isinstance(last, dt.date) else None
