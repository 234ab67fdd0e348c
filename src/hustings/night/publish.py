"""The run's folder: projection, what became of the night, and the brief, put in place all at once."""

from __future__ import annotations

import shutil
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from hustings.brief import gather, render
from hustings.errors import StoreError
from hustings.night.night import Night
from hustings.night.run import NightReport
from hustings.night.since import since_last_night
from hustings.night.sources import sources_of
from hustings.night.steps.fit import PERSUASION, SUPPORT, TURNOUT, readable_model
from hustings.night.steps.project import projection_folder
from hustings.night.steps.watch import FOLDER as WATCH_FOLDER
from hustings.scores.cards import card_text
from hustings.store import read_run, run_folder, write_json, write_text
from hustings.tables import BOARD, EVIDENCE
from hustings.watch.campaign import ABOUT
from hustings.watch.registry import current, registered

BRIEF = "brief.html"


def publish(night: Night, report: NightReport) -> str:
    """Put the day's folder in place; where today's projection failed, with that of the last night, and say so.

    Raises
    ------
    StoreError
        There is no projection at all, or the folder cannot be written.
    """
    source = _standing(night, report)
    with run_folder(night.published, command="run") as folder:
        shutil.copytree(source, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns(BRIEF, "models"))
        info = read_run(folder).info
        write_json({**info, "command": "run", "night": _said(night, report, str(info["as_of"]))}, folder / "run.json")
        _cards(night, folder)
        _board(night, report, folder)
        write_text(render(gather(folder)), folder / BRIEF)
    return f"runs/{night.published.name}/{BRIEF}"


def _board(night: Night, report: NightReport, folder: Path) -> None:
    """Lay today's board beside the brief; where the watch failed there is none, and the page says so."""
    for name in (BOARD.file, EVIDENCE.file, ABOUT):
        (folder / name).unlink(missing_ok=True)
    if not any(done.name == "watch" and done.status == "failed" for done in report.steps):
        for file in sorted((night.work / WATCH_FOLDER).glob("*")):
            shutil.copy2(file, folder / file.name)


def _standing(night: Night, report: NightReport) -> Path:
    """The projection that stands: today's, or the last one published."""
    today = projection_folder(night)
    failed = any(done.name == "project" for done in report.failed)
    if not failed and (today / "run.json").is_file():
        return today
    earlier = night.earlier_runs()
    if not earlier:
        failures = {done.name: done.said for done in report.failed}
        why = failures.get("project", "no step made one")
        raise StoreError(f"there is no projection to publish: {why}", hint="mend what failed and run again")
    return earlier[0]


def _said(night: Night, report: NightReport, of: str) -> dict[str, Any]:
    """What the brief says of the night; seconds are the log's: the same inputs give the same bytes."""
    return {
        "as_of": night.as_of,
        "projection_of": of,
        "steps": [{key: value for key, value in asdict(done).items() if key != "seconds"} for done in report.steps],
        "sources": [asdict(source) for source in sources_of(night)],
        "models": _models(night),
        "since": since_last_night(night, projection_folder(night)),
    }


def _models(night: Night) -> list[dict[str, Any]]:
    found = []
    for model in (TURNOUT, SUPPORT, PERSUASION):
        fitted = readable_model(night, model)
        if fitted is not None:
            card = fitted.card
            found.append(
                {"model": model, "as_of": card.as_of, "data": list(card.data), "measures": dict(card.measures)}
            )
    return found


def _cards(night: Night, folder: Path) -> None:
    """Lay the models' cards beside the brief, each with the claims that were registered from a model of the kind."""
    claims = current(registered(night.campaign.folder, night.as_of).claims).values()
    for model in (TURNOUT, SUPPORT, PERSUASION):
        fitted = readable_model(night, model)
        if fitted is not None:
            (folder / "models").mkdir(exist_ok=True)
            watched = [
                f"Watched since {claim.from_day}, `hustings watch explain {claim.assumption}`: {claim.foreseen.said}"
                for claim in claims
                if claim.foreseen.prediction.get("of", SUPPORT) == model and "model" in claim.foreseen.prediction
            ]
            card = replace(fitted.card, assumptions=(*fitted.card.assumptions, *watched))
            write_text(card_text(card), folder / "models" / f"{model}.md")
