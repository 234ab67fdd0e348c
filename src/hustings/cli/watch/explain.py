"""`hustings watch explain`: one assumption, its claim, the data, the evidence over time, the size of the break."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import numpy as np

from hustings.cli.campaign import CampaignDir, aligned, campaign_at
from hustings.cli.inputs import Json, Quiet
from hustings.cli.watch.shared import BoardDay, Name, board_of, night_folder, row_of, wrapped

if TYPE_CHECKING:
    from hustings.watch.assumption import Claim
    from hustings.watch.board import Weighed
    from hustings.watch.monitors import Evidence

MOST_SEGMENTS = 15
CHART_WIDTH, CHART_HEIGHT = 60, 7
LOG10 = float(np.log(10.0))
PAGES = {
    "shares": "docs/maths/bets-on-shares.md",
    "counts": "docs/maths/bets-on-counts.md",
    "values": "docs/maths/bets-on-counts.md",
    "rule": "docs/watch.md",
}


def command(
    name: Name, as_of: BoardDay = None, campaign: CampaignDir = None, quiet: Quiet = False, as_json: Json = False
) -> None:
    r"""Explain an assumption: what was claimed and when, what has come since, how the evidence grew, how large the break is.

    \b
    Example:
      hustings watch explain base-comes-home
      hustings watch explain base-comes-home --as-of 2016-10-17 --json
    """
    from hustings.watch.catalogue import assumptions_of
    from hustings.watch.nightly import look_back
    from hustings.watch.observations import read_kept
    from hustings.watch.registry import registered

    found = campaign_at(campaign)
    folder = night_folder(found, as_of)
    day = dt.date.fromisoformat(folder.name)
    row = row_of(board_of(found, folder), name)
    about = next((one for one in assumptions_of(found) if one.name == name), None)
    claims = registered(found.folder, day).claims
    watched = look_back(claims, read_kept(found.folder), day, found.watch.false_alarm_prob)
    mine = [claim for claim in claims if claim.assumption == name]
    lines = [f"{name}: {row['status']}" + (f" since {row['since']}" if row["since"] else "") + f", as of {day}"]
    lines.append(wrapped(f"assumed: {row['claim']}"))
    if about is not None:
        lines += [wrapped(f"watched by: {about.watches}"), wrapped(f"if it is broken: {about.if_broken}")]
    for claim in mine:
        why = f"; renewed by {claim.why}" if claim.why else ""
        lines.append(
            wrapped(f"version {claim.version} registered on {claim.from_day}: {claim.foreseen.said.rstrip('.')}{why}.")
        )
    lines += ["", wrapped(f"seen: {row['said']}")]
    tables = {}
    for claim in mine:
        evidence = next((one for one in watched.weighed.evidence if one.claim == claim), None)
        if evidence is not None and evidence.nights:
            tables[str(claim.version)] = segment_rows(claim, evidence, watched.weighed)
            lines += [
                "",
                *_picture(claim, evidence),
                "",
                *_segments(claim, tables[str(claim.version)]),
            ]
    if row["action"]:
        lines += ["", wrapped(f"do ({row['owner']}): {row['action']}")]
    if row["acknowledged"]:
        lines.append(wrapped(f"acknowledged by {row['acknowledged']}"))
    lines.append(f"how it is reckoned: {PAGES[str(row['kind'])]}, docs/maths/e-detectors.md, docs/maths/e-bh.md")
    if as_json:
        plain = {key: value.isoformat() if isinstance(value, dt.date) else value for key, value in row.items()}
        print(json.dumps({"night": folder.name, **plain, "segments": tables}, indent=2, ensure_ascii=False))
    elif not quiet:
        print("\n".join(lines))


def segment_rows(claim: Claim, evidence: Evidence, weighed: Weighed) -> list[dict[str, Any]]:
    """Each segment's evidence and gap, the strongest evidence first."""
    place = weighed.evidence.index(evidence)
    first = {s: weighed.first(weighed.broken, row) for row, (i, s) in enumerate(weighed.which) if i == place}

    def known(number: float) -> float | None:
        return float(number) if np.isfinite(number) else None

    rows = [
        {
            "segment": segment,
            "n": float(evidence.n[s]),
            "observed": known(evidence.observed[s]),
            "predicted": known(evidence.predicted[s]),
            "gap": known(evidence.gap[s]),
            "gap_low": known(evidence.gap_low[s]),
            "gap_high": known(evidence.gap_high[s]),
            "evidence_log10": float(evidence.log_e[s, -1]) / LOG10,
            "likely_since": str(evidence.start[s]) if evidence.start[s] else None,
            "broken_since": str(first[s]) if first[s] else None,
        }
        for s, segment in enumerate(claim.foreseen.segments)
    ]
    return sorted(rows, key=lambda row: -float(str(row["evidence_log10"])))


def _segments(claim: Claim, rows: list[dict[str, Any]]) -> list[str]:
    """A table of the segments."""
    from hustings.tables.watch import where

    factor, unit = (100, "points") if claim.kind == "shares" else (1, "log ratio" if claim.kind == "counts" else "gap")

    def number(value: float | None, sign: str = "") -> str:
        digits = ".1f" if claim.kind == "shares" else ".3g"
        return "-" if value is None else f"{factor * value:{sign}{digits}}".replace("-", "−")

    head = ["where", "n", "seen", "predicted", unit, "from", "to", "log10 e", "since", "broken"]
    cells = [
        [
            where(row["segment"]),
            f"{row['n']:,.0f}",
            number(row["observed"]),
            number(row["predicted"]),
            *(number(row[key], "+") for key in ("gap", "gap_low", "gap_high")),
            f"{row['evidence_log10']:.1f}",
            # Of one season: the year would make the table wider than a terminal.
            (row["likely_since"] or "")[5:],
            (row["broken_since"] or "")[5:],
        ]
        for row in rows[:MOST_SEGMENTS]
    ]
    more = [f"and {len(rows) - MOST_SEGMENTS} more segments"] if len(rows) > MOST_SEGMENTS else []
    return aligned([head, *cells], right=range(1, 8)) + more


def _picture(claim: Claim, evidence: Evidence) -> list[str]:
    """The strongest segment's evidence over time, drawn with characters; the line is where it alone would be broken."""
    from hustings.tables.watch import where
    from hustings.watch.board import shares_of

    best = int(np.argmax(evidence.log_e.max(axis=1)))
    path = evidence.log_e[best] / LOG10
    needed = -np.log10(shares_of(claim)[best] * 0.05)
    nights = sorted(set(evidence.nights))
    ends = np.array([path[max(i for i, one in enumerate(evidence.nights) if one == night)] for night in nights])
    at = np.linspace(0, len(ends) - 1, min(CHART_WIDTH, len(ends))).round().astype(int)
    shown = ends[at]
    top, low = max(float(needed) * 1.1, float(shown.max()) * 1.05), min(0.0, float(shown.min()))
    steps = np.linspace(top, low, CHART_HEIGHT)
    half = (top - low) / (CHART_HEIGHT - 1) / 2
    lines = [
        f"evidence, {where(claim.foreseen.segments[best])}: log10 of the e-value by night (version {claim.version})"
    ]
    for level in steps:
        is_line = abs(level - needed) <= half
        cells = ["●" if abs(value - level) <= half else "┄" if is_line else " " for value in shown]
        mark = " broken, alone" if is_line else ""
        lines.append(f"{level:6.1f} ┤{''.join(cells)}{mark}".rstrip())
    lines.append(f"        {nights[0]}{str(nights[-1]).rjust(max(len(shown) - 10, 11))}")
    return lines
