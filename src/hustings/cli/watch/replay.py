"""`hustings watch replay`: a past season, day by day, and when it would have spoken."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import replace as changed
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hustings.cli.campaign import CampaignDir, OutFile, check_out, telling, write_frame
from hustings.cli.inputs import Json, Layout, Quiet, Seed, load_contest_and_polls, parse_day, some
from hustings.cli.watch.shared import wrapped
from hustings.errors import ConfigError

if TYPE_CHECKING:
    from hustings.night import Night
    from hustings.watch.morning import Morning
    from hustings.watch.replay import Replay


def command(
    from_day: Annotated[
        str, typer.Option("--from", metavar="YYYY-MM-DD", help="First night: what is known then is claimed.")
    ],
    to_day: Annotated[str, typer.Option("--to", metavar="YYYY-MM-DD", help="Last night.")],
    contest: Annotated[
        str | None, typer.Option("--contest", metavar="CONTEST", help="Public polls alone: a contest, with --polls.")
    ] = None,
    polls: Annotated[Path | None, typer.Option("--polls", metavar="FILE", help="Its published polls.")] = None,
    layout: Layout = None,
    seed: Seed = 1,
    out: OutFile = None,
    campaign: CampaignDir = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    r"""Watch a past season again, day by day: when the board would have spoken, and of what.

    Of a campaign everything that it had stored is replayed, or of any contest its published polls alone. No day sees what came
    later. Nothing of the campaign's own board is changed.

    \b
    Example:
      hustings watch replay --contest us-president-2016 --polls demo/inbox/polls.csv --from 2016-08-01 --to 2016-11-07
      hustings watch replay --from 2016-09-01 --to 2016-11-07 --out replay.csv
    """
    first, last = parse_day(from_day, "--from"), parse_day(to_day, "--to")
    if out is not None:
        check_out(out)
    with telling("replaying", quiet=quiet or as_json) as progress:
        found = _public(contest, polls, layout, first, last, seed, progress) if contest or polls else None
        if found is None:
            found = _of_campaign(campaign, first, last, seed, progress)
    if out is not None:
        write_frame(found.nights, out)
    if as_json:
        rows = [{key: _plain(value) for key, value in row.items()} for row in found.alarms.iter_rows(named=True)]
        print(json.dumps({"from": from_day, "to": to_day, "alarms": rows}, indent=2, ensure_ascii=False))
    elif not quiet:
        print("\n".join(replay_lines(found, first, last)))
        if out is not None:
            print(f"every night: {out}")


def _public(
    contest: str | None,
    polls: Path | None,
    layout: str | None,
    first: dt.date,
    last: dt.date,
    seed: int,
    progress: Callable[[str], None],
) -> Replay:
    """Published polls alone."""
    from hustings.watch.replay import replay

    if contest is None or polls is None:
        raise ConfigError("published polls alone need both --contest and --polls", hint="or neither, for a campaign")
    read, raw = load_contest_and_polls(contest, polls, layout)
    return replay(read, raw, first, last, seed=seed, progress=lambda day: progress(str(day)))


def _of_campaign(
    campaign: Path | None, first: dt.date, last: dt.date, seed: int, progress: Callable[[str], None]
) -> Replay:
    """All that a campaign had stored."""
    from hustings.cli.nights import night_of
    from hustings.night.steps.polls import kept_polls
    from hustings.polls.readers import no_polls, read_polls
    from hustings.watch.catalogue import assumptions_of
    from hustings.watch.replay import replay

    night = night_of(campaign, last.isoformat(), seed=seed)
    file = kept_polls(night)
    raw = no_polls() if file is None else read_polls(file, night.contest)
    return replay(
        night.contest,
        raw,
        first,
        last,
        seed=seed,
        assumptions=assumptions_of(night.campaign),
        false_alarm_prob=night.campaign.watch.false_alarm_prob,
        morning_of=lambda day: _morning(changed(night, as_of=day)),
        progress=lambda day: progress(str(day)),
    )


def _morning(night: Night) -> Morning:
    from hustings.night.steps.watch import morning_of

    return morning_of(night)


def replay_lines(found: Replay, first: dt.date, last: dt.date) -> list[str]:
    """What spoke, day by day, and what never did."""
    import polars as pl

    from hustings.tables.watch import where

    nights = (last - first).days + 1
    lines = [f"{nights} nights, {first} to {last}: what was broken, in the order of days"]
    loud = found.alarms.filter(status="broken").sort("day", "assumption", "segment")
    for (day, name), rows in loud.group_by("day", "assumption", maintain_order=True):
        rule = " (a rule)" if rows["kind"][0] == "rule" else ""
        lines.append(
            wrapped(f"{day}  {name}{rule}: {', '.join(_segment(row, where) for row in rows.iter_rows(named=True))}")
        )
    if loud.is_empty():
        lines.append("nothing")
    stirred = found.alarms.filter((pl.col("status") == "stirring") & (pl.col("kind") != "rule"))
    only = stirred.join(loud, on=["assumption", "segment"], how="anti").sort("day")
    said = ", ".join(
        f"{row['assumption']} ({where(row['segment'])}, {row['day']})" for row in only.iter_rows(named=True)
    )
    lines.append(wrapped(f"stirred, and never broke: {said or 'none'}"))
    spoken = set(found.alarms["assumption"])
    quiet = sorted({claim.assumption for claim in found.watched.claims} - spoken)
    lines.append(wrapped(f"quiet throughout: {', '.join(quiet) or 'none'}"))
    if found.watched.idle:
        lines.append(wrapped(f"not watched: {', '.join(sorted(found.watched.idle))}"))
    return lines


def _segment(row: dict[str, Any], where: Callable[[str], str]) -> str:
    """A segment, and on how many nights it was broken; of a test it stays so."""
    return (
        f"{where(row['segment'])} ({some(row['nights'], 'night')})" if row["kind"] == "rule" else where(row["segment"])
    )


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, dt.date) else value
