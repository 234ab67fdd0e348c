"""What the numbers rest on, and what of it no longer holds: the board as the page says it."""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass
from typing import Any

import polars as pl
from markupsafe import Markup, escape

from hustings.brief.charts.evidence import evidence_chart
from hustings.brief.gather import Brief
from hustings.brief.numbers import day, listed
from hustings.tables.watch import notes_in, where

WIDTH, HEIGHT = 350.0, 120.0
MOST_SEGMENTS = 6
FEWEST_NIGHTS = 3
"""Below it a line says nothing."""


@dataclass(frozen=True)
class Alarm:
    """One assumption that is broken or stirs.

    Parameters
    ----------
    name, status, since, claim, said : str
    rule : bool
        Whether it is a rule and no statistical test.
    change : str
        What it would change, in words; empty where nobody knows.
    action : Markup
        What to do, with its commands as code.
    owner, acknowledged : str
    segments : str
        Where else it is broken; empty where nowhere.
    chart : Markup or None
    """

    name: str
    status: str
    since: str
    claim: str
    said: str
    rule: bool
    change: str
    action: Markup
    owner: str
    acknowledged: str
    segments: str
    chart: Markup | None

    @property
    def small(self) -> bool:
        """Whether a line is enough: a rule of which nobody knows that it changes anything."""
        return self.rule and not self.change


def alarms(brief: Brief) -> list[Alarm]:
    """What is broken, then what stirs, as on the board."""
    if brief.board is None:
        return []
    loud = brief.board.filter(pl.col("status").is_in(["broken", "stirring"]))
    return [_alarm(brief, row) for row in loud.iter_rows(named=True)]


def broken_said(brief: Brief) -> str:
    """Name what is broken, in a sentence; empty where nothing is."""
    names = [alarm.name for alarm in alarms(brief) if alarm.status == "broken"]
    if not names:
        return ""
    rest = (
        "An assumption that these numbers rest on no longer holds"
        if len(names) == 1
        else (f"{len(names)} assumptions that these numbers rest on no longer hold")
    )
    return f"{rest}: {listed(names)}."


def others_said(brief: Brief) -> list[str]:
    """What is quiet, and what is not watched, with why."""
    if brief.board is None:
        return []
    quiet = brief.board.filter(status="quiet")["assumption"].to_list()
    hold = "1 holds" if len(quiet) == 1 else f"{len(quiet)} hold"
    said = [f"{hold} as far as can be seen: {listed(quiet)}."] if quiet else []
    for row in brief.board.filter(status="quiet").iter_rows(named=True):
        note = notes_in(row["said"])
        said += [f"{row['assumption']}: {note[0].lower()}{note[1:]}"] if note else []
    for row in brief.board.filter(status="idle").iter_rows(named=True):
        hint = f" ({row['action']})" if row["action"] else ""
        said.append(f"{row['assumption']}: {row['said'][0].lower()}{row['said'][1:].rstrip('.')}{hint}.")
    return said


def _alarm(brief: Brief, row: dict[str, Any]) -> Alarm:
    first = str(row["segment"])
    others = [one for one in (row["segments_broken"] or "").split("; ") if one and one != first]
    return Alarm(
        name=row["assumption"],
        status=row["status"],
        since=day(row["since"]) if row["since"] else "",
        claim=row["claim"],
        said=row["said"],
        rule=row["kind"] == "rule",
        change=_change(brief, row),
        action=_with_code(row["action"] or ""),
        owner=row["owner"],
        acknowledged=row["acknowledged"] or "",
        # A rule's own sentence names them.
        segments="" if row["kind"] == "rule" else _named(others),
        chart=_chart(brief, row),
    )


def _named(segments: list[str]) -> str:
    """The first few segments, and how many more."""
    shown = [where(one) for one in segments[:MOST_SEGMENTS]]
    more = len(segments) - len(shown)
    return listed([*shown, f"{more} more"] if more else shown) if shown else ""


def _change(brief: Brief, row: dict[str, Any]) -> str:
    change = row["win_prob_change"]
    if change is None:
        return ""
    places = [brief.names.get(unit, unit) for unit in (row["units_flipped"] or "").split(", ") if unit]
    flips = f", and turn {listed(places)}" if places else ""
    what = "One historical polling error there" if row["kind"] == "rule" else "It"
    if abs(change) < 0.005 and not flips:
        return f"{what} would change the chance to win by less than half a point."
    way = "raise" if change > 0 else "lower"
    return f"{what} would {way} the chance to win by {100 * abs(change):.1f} points{flips}."


def _with_code(text: str) -> Markup:
    """Commands in backticks as code."""
    escaped = str(escape(text))
    # Escaped above; the tags are ours.
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", escaped))  # noqa: S704


def _chart(brief: Brief, row: dict[str, Any]) -> Markup | None:
    if brief.evidence is None or row["kind"] == "rule" or row["segment"] is None:
        return None
    mine = brief.evidence.filter(
        (pl.col("assumption") == row["assumption"])
        & (pl.col("version") == row["version"])
        & (pl.col("segment") == row["segment"])
    )
    nights = mine.sort("step").group_by("day", maintain_order=True).last()
    if nights.height < FEWEST_NIGHTS:
        return None
    rejected = nights.filter("is_rejected")["day"]
    broken: dt.date | None = rejected[0] if len(rejected) else None
    log10 = (nights["log_e"] / math.log(10.0)).to_list()
    times = f"{10 ** log10[-1]:,.0f}" if log10[-1] > 1 else f"{10 ** log10[-1]:.1f}"
    label = f"Evidence against {row['assumption']}: a bet against it stands at {times} times its stake"
    return evidence_chart(nights["day"].to_list(), log10, broken, label, width=WIDTH, height=HEIGHT)
