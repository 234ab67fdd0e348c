"""`hustings run`: the night, from files to the morning brief."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import sys
import textwrap
from typing import TYPE_CHECKING, Annotated

import typer

from hustings.cli.campaign import CampaignDir, telling
from hustings.cli.inputs import Json, Quiet, Seed, some
from hustings.cli.nights import NightDay, Wait, night_of

if TYPE_CHECKING:
    from hustings.night import Done, NightReport

EXIT_FAILED, EXIT_NOTHING, EXIT_BUSY = 1, 2, 75
"""Published, although a step failed; nothing published; another night is running (sysexits: try again later)."""
_SIGNS = {"done": "done", "unchanged": "same", "failed": "FAILED", "nothing": "-"}


def command(
    as_of: NightDay = None,
    again: Annotated[bool, typer.Option("--again", help="Skip nothing, whatever has not changed.")] = False,
    wait: Wait = 0,
    seed: Seed = 1,
    campaign: CampaignDir = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    r"""Run the night: load, weigh, fit, count, project, score, brief; each step only where its inputs have changed.

    A step that fails leaves what stood before, and the brief says so. Killed at any moment, the next run goes on where this one
    was. Exit codes: 0 done; 1 published, although a step failed; 2 nothing published; 75 another run is at work.

    \b
    Example:
      hustings run
      hustings run --as-of 2016-11-07 --quiet
    """
    from hustings.errors import BusyError
    from hustings.night import STEPS, run_night
    from hustings.night.publish import publish

    night = night_of(campaign, as_of, seed=seed)
    with telling("the night", quiet=quiet or as_json) as progress:
        night.progress = progress
        if not quiet and not as_json:
            print(f"{night.contest.title}, the night of {night.as_of}", flush=True)
        try:
            report = run_night(
                night,
                STEPS,
                publish,
                clock=lambda: dt.datetime.now(dt.UTC),
                again=again,
                wait_seconds=wait,
                told=lambda done: None if quiet or as_json else print(line(done), flush=True),
            )
        except BusyError as err:
            print(f"error: {err}", file=sys.stderr)
            raise typer.Exit(EXIT_BUSY) from err
    _end(report, quiet=quiet, as_json=as_json, log=str(night.place / "night.jsonl"))


def line(done: Done) -> str:
    """One step's line; what it says goes on below itself where it is long."""
    said = f"{done.said} ({done.instead})" if done.status == "failed" and done.instead else done.said
    start = f"  {done.name:<15} {_SIGNS[done.status]:<7}{done.seconds:>6.1f} s  "
    width = max(shutil.get_terminal_size().columns, 60)
    return "\n".join(textwrap.wrap(start + said, width, subsequent_indent=" " * len(start), break_on_hyphens=False))


def _end(report: NightReport, *, quiet: bool, as_json: bool, log: str) -> None:
    """Say how it went, and leave with its exit code."""
    failed = report.failed
    published = report.steps[-1].status == "done"
    if as_json:
        steps = [vars(done) for done in report.steps]
        print(json.dumps({"published": published, "failed": [d.name for d in failed], "steps": steps}, indent=2))
    elif failed and not quiet:
        print(f"{some(len(failed), 'step')} failed; the log: {log}")
    if quiet:
        for done in failed:
            print(f"error: {done.name}: {done.said}", file=sys.stderr)
    if failed:
        raise typer.Exit(EXIT_FAILED if published else EXIT_NOTHING)
