"""`hustings watch`: the board."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import typer

from hustings.cli.campaign import aligned, campaign_at
from hustings.cli.inputs import some
from hustings.cli.watch.shared import board_of, night_folder, wrapped

EXIT_BROKEN = 1
LEAST_CHANGE = 0.005
MOST_SEGMENTS = 12


def command(as_of: str | None, *, campaign: Path | None, quiet: bool, as_json: bool) -> None:
    """Print the board of a night."""
    found = campaign_at(campaign)
    folder = night_folder(found, as_of)
    rows = list(board_of(found, folder).iter_rows(named=True))
    open_alarms = [row for row in rows if row["status"] == "broken" and not is_settled(row)]
    if as_json:
        said = [
            {key: value.isoformat() if isinstance(value, dt.date) else value for key, value in row.items()}
            for row in rows
        ]
        print(json.dumps({"night": folder.name, "board": said}, indent=2, ensure_ascii=False))
    elif not quiet:
        level = f"{100 * found.watch.false_alarm_prob:g}"
        print(f"the board of {folder.name}; were all well, {level} of 100 campaigns would ever see an alarm")
        later = [path.name for path in sorted(folder.parent.glob("[0-9]*-[0-9]*-[0-9]*")) if path.name > folder.name]
        if later and as_of is None:
            why = f"`hustings run --as-of {later[-1]}` says why"
            print(wrapped(f"{later[-1]} has no board: that night's watch failed; {why}"))
        for line in board_lines(rows):
            print(line)
    if open_alarms:
        raise typer.Exit(EXIT_BROKEN)


def is_settled(row: dict[str, Any]) -> bool:
    """Whether an alarm was acknowledged, and the evidence has not grown since."""
    return bool(row["acknowledged"]) and "more evidence since" not in row["acknowledged"]


def board_lines(rows: list[dict[str, Any]]) -> list[str]:
    """Lines of the board: what broke and what stirs in full, then the quiet ones, then what is not watched."""
    from hustings.tables.watch import notes_in

    lines = []
    for row in rows:
        if row["status"] in {"broken", "stirring"}:
            lines += ["", *loud_lines(row)]
    quiet = [row for row in rows if row["status"] == "quiet"]
    if quiet:
        lines += ["", some(len(quiet), "assumption holds", "assumptions hold") + " as far as can be seen:"]
        lines += aligned([[row["assumption"], _quiet(row)] for row in quiet], indent="  ")
        noted = [(row["assumption"], notes_in(row["said"])) for row in quiet]
        lines += [wrapped(f"note on {name}: {note}", "  ") for name, note in noted if note]
    idle = [row for row in rows if row["status"] == "idle"]
    if idle:
        lines += ["", "not watched:"]
        for row in idle:
            hint = f" ({row['action']})" if row["action"] else ""
            lines.append(
                wrapped(f"{row['assumption']}: {row['said'].removeprefix('Not watched: ').rstrip('.')}{hint}", "  ")
            )
    return lines


def loud_lines(row: dict[str, Any]) -> list[str]:
    """What is to be said of an assumption that stirs or is broken."""
    rule = " (a rule, no test)" if row["kind"] == "rule" else ""
    from hustings.watch.words import few

    lines = [f"{row['status'].upper()}  {row['assumption']}{rule}, since {row['since']}"]
    lines.append(wrapped(f"assumed: {row['claim']}", "  "))
    lines.append(wrapped(f"seen: {row['said']}{_change(row)}", "  "))
    # A rule's own sentence names them.
    if row["kind"] != "rule" and row["segments_broken"] and "; " in row["segments_broken"]:
        lines.append(wrapped(f"broken in: {few(row['segments_broken'].split('; '), MOST_SEGMENTS)}", "  "))
    if row["action"]:
        lines.append(wrapped(f"do ({row['owner']}): {row['action']}", "  "))
    if row["acknowledged"]:
        lines.append(wrapped(f"acknowledged by {row['acknowledged']}", "  "))
    return lines


def _change(row: dict[str, Any]) -> str:
    """What it would change, in a sentence."""
    change = row["win_prob_change"]
    if change is None:
        return ""
    what = "One historical polling error there" if row["kind"] == "rule" else "It"
    flips = f", and turn {row['units_flipped']}" if row["units_flipped"] else ""
    if abs(change) < LEAST_CHANGE and not flips:
        return f" {what} would change the chance to win by less than half a point."
    way = "raise" if change > 0 else "lower"
    return f" {what} would {way} the chance to win by {100 * abs(change):.1f} points{flips}."


def _quiet(row: dict[str, Any]) -> str:
    """How much has come where the evidence is strongest."""
    from hustings.tables.watch import ALL, where

    if row["kind"] == "rule":
        return "a rule, no test"
    place = f" ({where(row['segment'])})" if row["n"] and row["segment"] not in {None, ALL} else ""
    n = f"{row['n']:,.0f} so far{place}" if row["n"] else "nothing has come yet"
    strongest = row["evidence_log10"]
    return n + (
        f"; strongest e-value {10**strongest:,.1f}" if row["n"] and strongest is not None and strongest > 0 else ""
    )
