"""What a plan rests on, in lines of text."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

import polars as pl

from hustings.plan.effects.loading import Used
from hustings.plan.effects.making import ANY
from hustings.plan.effects.response import joined_sd, net_votes

WIDTH = 80


def used_lines(used: Used) -> list[str]:
    """Lines, of at most 80 characters, that say which rows of effects and costs a plan used.

    Parameters
    ----------
    used : Used
        As :func:`hustings.plan.effects.load_levers` gives it.
    """
    lines = ["Effects used (± one standard error), and what they cost:"]
    width = max(map(len, used.effects["effect"]), default=0)
    for row in used.effects.iter_rows(named=True):
        price = price_said(used.costs, row)
        lines += wrapped(f"{row['effect']:<{width}} {size_said(row)}, {price}; {source_said(row)}", "  ")
    for note in used.notes:
        lines += wrapped(note, "")
    files = ", ".join(path.name for path in used.files)
    yours = f"Of yours: {files}. " if files else ""
    return [*lines, *wrapped(f"{yours}hustings plan effects shows the tables with sources.", "")]


def size_said(row: Mapping[str, Any]) -> str:
    """An effect where it is used, in points, with its standard error."""
    return f"{size_of(row)} points {'an sd' if row['per'] == 'sd' else 'a contact'}"


def size_of(row: Mapping[str, Any]) -> str:
    """An effect where it is used, in points, without its unit."""
    return f"{100 * row['mean'] * row['carry_share']:.2f} ± {100 * joined_sd(row):.2f}"


def dollars_per_vote(costs: pl.DataFrame, row: Mapping[str, Any]) -> float | None:
    """Cost of the first net vote where nothing is said of the unit; None where the effect is 0 or less, or has no price."""
    votes = net_votes(row, row["spent_days"])
    price = contact_dollars(costs, row)
    return None if votes <= 0 or price is None else price / votes


def contact_dollars(costs: pl.DataFrame, row: Mapping[str, Any]) -> float | None:
    """Dollars of a contact, or of one sd of advertising per voter, in units without a price of their own."""
    rows = costs.filter((pl.col("channel") == row["channel"]) & (pl.col("unit") == ANY)).to_dicts()
    return float(rows[0]["dollars"] / rows[0]["contact_share"]) if rows else None


def price_said(costs: pl.DataFrame, row: Mapping[str, Any]) -> str:
    """What a contact costs, or one sd of advertising per voter."""
    dollars = contact_dollars(costs, row)
    if dollars is None:
        return "price by unit"
    return f"${dollars:,.2f}" + (" a voter" if row["per"] == "sd" else "")


def source_said(row: Mapping[str, Any]) -> str:
    """Who found it: own experiments beside what was published, or the source."""
    who = f"{row['source'].split(',')[0]} {row['year']}"
    if not row["own"]:
        return who
    both = [100 * row[name] for name in ("own_mean", "own_se", "published_mean", "published_se")]
    return "own: {} ({:.2f} ± {:.2f}; {} {:.2f} ± {:.2f})".format(row["own"], both[0], both[1], who, both[2], both[3])


def wrapped(text: str, indent: str) -> list[str]:
    """Lines of a sentence, the later ones further in."""
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent + "  ",
        drop_whitespace=True,
        break_on_hyphens=False,
    )
