"""The watch: what the numbers rest on, held against what has come in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hustings.night.night import Night
from hustings.night.step import Step
from hustings.night.steps.marks import content_mark, contest_mark, early_mark, file_mark, voters_mark
from hustings.night.steps.polls import kept_polls
from hustings.night.steps.project import projection_folder
from hustings.polls.readers import read_polls
from hustings.scores.support.people import waves_of
from hustings.store.campaign import SETTINGS
from hustings.tables import BOARD
from hustings.watch.assumption import Claim
from hustings.watch.campaign import watch_campaign, write_board
from hustings.watch.morning import Morning
from hustings.watch.registry import registered

FOLDER = "watch"


def morning_of(night: Night) -> Morning:
    """What the night's steps have left by now."""
    file = kept_polls(night)
    return Morning(
        contest=night.contest,
        as_of=night.as_of,
        seed=night.seed,
        raw_polls=None if file is None else read_polls(file, night.contest),
        campaign=night.campaign,
        open_electorate=night.electorate,
        manifest=night.manifest(),
        projection=projection_folder(night),
        tables=night.work,
    )


def _inputs(night: Night) -> Mapping[str, Any]:
    polls = kept_polls(night)
    marks = {}
    for wave in waves_of(night.campaign.folder, as_of=night.as_of, days=night.campaign.night.interview_days):
        for file in ("respondents.parquet", "answers.parquet", "weights/main/weights.parquet"):
            marks[f"{wave.survey.name} {wave.name} {file}"] = file_mark(wave.path(file))
    return {
        **marks,
        **voters_mark(night),
        **early_mark(night),
        "contacts": " ".join(file.sha256 for file in night.manifest().logs.get("contacts", ())),
        "settings": content_mark(night.campaign.folder / SETTINGS),
        "polls": "" if polls is None else content_mark(polls),
        "projection": content_mark(projection_folder(night) / "run.json"),
        # First versions are this step's own work; renewals are not.
        "renewed": " ".join(f"{claim.assumption} {claim.version}" for claim in _renewed(night)),
        "acknowledged": content_mark(night.campaign.folder / "watch" / "acknowledged.jsonl"),
        "as_of": night.as_of,
        **contest_mark(night),
    }


def _renewed(night: Night) -> list[Claim]:
    return [claim for claim in registered(night.campaign.folder, night.as_of).claims if claim.version > 1]


def _work(night: Night) -> str:
    board = watch_campaign(morning_of(night), night.campaign, progress=night.progress)
    write_board(board, night.work / FOLDER)
    numbers = {status: board.table.filter(status=status) for status in ("broken", "stirring", "quiet", "idle")}
    said = ", ".join(f"{rows.height} {status}" for status, rows in numbers.items() if rows.height)
    broken = numbers["broken"]["assumption"].to_list()
    new = board.watched.registered
    return said + (f": {', '.join(broken)}" if broken else "") + (f"; {len(new)} registered" if new else "")


WATCH = Step(
    "watch",
    _inputs,
    _work,
    lambda night: [night.work / FOLDER / BOARD.file],
    instead="nothing was compared tonight; the next night compares it",
)
