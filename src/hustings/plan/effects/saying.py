"""What a plan rests on, in lines of text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hustings.plan.effects.loading import Used
from hustings.plan.effects.response import joined_sd

WIDTH = 80


def used_lines(used: Used) -> list[str]:
    """Lines that say which rows of effects and costs a plan used; each at most 80 characters."""
    lines = ["Effects used (hustings plan effects shows all, with sources):"]
    for row in used.effects.iter_rows(named=True):
        lines.append(_cut(f"  {row['effect']:<17} {size_said(row)}; {source_said(row)}"))
    for note in used.notes:
        lines += [_cut(note)]
    return lines


def size_said(row: Mapping[str, Any]) -> str:
    """An effect in points, with the interval of where it is used."""
    size, sd = 100 * row["mean"] * row["carry_share"], 100 * joined_sd(row)
    return f"{size:.2f} ± {sd:.2f} points a {row['per']}"


def source_said(row: Mapping[str, Any]) -> str:
    """Who found it: the first words of the source, and own experiments."""
    who = row["source"].split(",")[0]
    return f"own: {row['own']}" if row["own"] else f"{who} ({row['year']})"


def _cut(text: str) -> str:
    return text if len(text) <= WIDTH else text[: WIDTH - 3] + "..."
