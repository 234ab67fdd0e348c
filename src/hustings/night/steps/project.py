"""Polls and voters to the verdict, the path day by day, and what moved since the last night."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from hustings.errors import InputError
from hustings.night.night import Night
from hustings.night.step import Step
from hustings.night.steps.marks import content_mark, contest_mark
from hustings.night.steps.polls import kept_polls
from hustings.night.steps.support import ERROR
from hustings.plan.race import race_of
from hustings.plan.worth import tipping_probs, worth_table
from hustings.polls.clean import clean_polls
from hustings.polls.readers import RawPolls, no_polls, read_polls
from hustings.projection import Projection, SurveyError, describe_inputs, explain, project, track, write_projection
from hustings.store import run_folder, write_csv
from hustings.tables import INFLUENCE, TRACK, VOTER_DRAWS, WORTH

FOLDER = "projection"
WEEK = dt.timedelta(days=7)


def projection_folder(night: Night) -> Path:
    """Where the day's projection lies until it is published."""
    return night.work / FOLDER


def voter_sums(night: Night, day: dt.date) -> tuple[Path, dt.date] | None:
    """The last sum over voters of a day or before, and its day; None where there is none."""
    found = {file.parent.name: file for file in night.place.glob(f"*/{VOTER_DRAWS.file}")}
    known = sorted(name for name in found if name <= day.isoformat())
    return (found[known[-1]], dt.date.fromisoformat(known[-1])) if known else None


def day_before(night: Night) -> dt.date:
    """Day since which it is told what moved: the last night's, or a week ago."""
    earlier = night.earlier_runs()
    return dt.date.fromisoformat(earlier[0].name) if earlier else night.as_of - WEEK


def _inputs(night: Night) -> Mapping[str, Any] | None:
    polls, sums = kept_polls(night), voter_sums(night, night.as_of)
    return {
        "polls": "" if polls is None else content_mark(polls),
        "voters": "" if sums is None else content_mark(sums[0]) + content_mark(sums[0].parent / ERROR),
        "as_of": night.as_of,
        "option": night.campaign.watch.option,
        "before": day_before(night),
        **contest_mark(night),
    }


def _work(night: Night) -> str:
    file, sums, day = kept_polls(night), voter_sums(night, night.as_of), day_before(night)
    now, used = projected(night, night.as_of)
    raw = no_polls() if file is None else read_polls(file, night.contest)
    night.progress("what moved")
    moved = explain(_projected(night, raw, day), now, night.contest.nation)
    # An option that the contest does not have is the watch's to say; what a vote is worth is then the first one's.
    own = night.campaign.watch.option
    race = race_of(now, own if own in night.contest.option_ids else "")
    night.progress("the path")
    path = track(now.fit, every_days=2)
    made_by = {
        "code_version": night.code_version,
        "inputs": describe_inputs(used),
        "explain": {"from": day, "to": night.as_of, "unit": night.contest.nation},
        "voters_as_of": None if sums is None else sums[1],
        "worth_of": race.option,
    }
    night.work.mkdir(parents=True, exist_ok=True)
    with run_folder(projection_folder(night), command="project") as folder:
        write_projection(now, folder, made_by=made_by)
        write_csv(path, folder / TRACK.file, TRACK)
        write_csv(worth_table(race, tipping_probs(race, now.units)), folder / WORTH.file, WORTH)
        write_csv(moved, folder / INFLUENCE.file, INFLUENCE)
    option = next(iter(now.verdict["options"].values()))
    sources = " and ".join(name for name, there in (("polls", file), ("voters", sums)) if there)
    return f"{option['label']} has a chance of {option['win_prob']:.1%}, by {sources}"


def projected(night: Night, day: dt.date) -> tuple[Projection, list[Path]]:
    """The contest as known on a day, by what the night's steps have left, and the files it is made from.

    Raises
    ------
    InputError
        There are neither polls nor voters.
    """
    file, sums = kept_polls(night), voter_sums(night, day)
    if file is None and sums is None:
        raise InputError(
            "there are neither polls nor voters to project from",
            hint="name night.polls in campaign.toml, or load voters; then: hustings run",
        )
    raw = no_polls() if file is None else read_polls(file, night.contest)
    used = [*([file] if file else []), *([sums[0]] if sums else [])]
    return _projected(night, raw, day), used


def _projected(night: Night, raw: RawPolls, day: dt.date) -> Projection:
    """The contest as known on a day, with the sum over voters of that day or before."""
    sums = voter_sums(night, day)
    voters = None if sums is None else pl.read_parquet(sums[0])
    polls = clean_polls(raw, night.contest, as_of=day)
    error = None if sums is None else _error(sums[0].parent / ERROR)
    return project(night.contest, polls, as_of=day, seed=night.seed, voters=voters, voters_error=error)


def _error(file: Path) -> SurveyError | None:
    """How far such a survey can be off; as polls have been, where nothing was learned."""
    if not file.is_file():
        return None
    said = json.loads(file.read_text(encoding="utf-8"))
    return SurveyError(float(said["nation"]), 0.0, float(said["unit"]))


PROJECT = Step(
    "project",
    _inputs,
    _work,
    lambda night: [projection_folder(night) / "run.json"],
    instead="the verdict is that of the last night",
)
