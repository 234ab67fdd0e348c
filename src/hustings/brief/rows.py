"""The rows of the page's tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl
from markupsafe import Markup

from hustings.brief.charts.ranges import Range, small_ranges
from hustings.brief.gather import Brief, Unit
from hustings.brief.numbers import percent, points, short_chance, short_day, whole

MOST_POLLS = 200
"""Polls listed on the page; all of them are in polls_used.csv."""

MOST_REASONS = 15


@dataclass(frozen=True)
class UnitRow:
    """One row of the units' table; the `_sort` fields order it."""

    id: str
    name: str
    seats: int
    leader: int
    leader_label: str
    lead: str
    lead_sort: float
    share: str
    share_sort: float
    spark: Markup
    chance: str
    chance_sort: float
    probs: tuple[float, ...]
    tipping: str
    tipping_sort: float
    polls: int
    days: int | None
    stale: bool
    is_part: bool


@dataclass(frozen=True)
class Reason:
    """One reason for setting rows aside, and how many."""

    text: str
    n: int


def unit_rows(brief: Brief) -> list[UnitRow]:
    """Make the table of units, those likeliest to decide first."""
    stale = {unit.id for unit in brief.blind_spots}
    domain = _domain(brief)
    ordered = sorted(brief.units, key=lambda u: (-u.tipping_prob, u.standings[u.leader].win_prob, u.name))
    return [_unit_row(brief, unit, domain, stale=unit.id in stale) for unit in ordered]


def _unit_row(brief: Brief, unit: Unit, domain: tuple[float, float], *, stale: bool) -> UnitRow:
    first, ahead = unit.standings[0], unit.standings[unit.leader]
    two = len(brief.options) == 2
    shown = [(brief.options[0], first)] if two else list(zip(brief.options, unit.standings, strict=True))
    ranges = [Range(o.label, o.index, s.mean, s.q05, s.q25, s.q75, s.q95) for o, s in shown]
    label = "; ".join(
        f"{r.name} {percent(r.mean)}, 90 in 100 between {percent(r.q05)} and {percent(r.q95)}" for r in ranges
    )
    rival = max((s.mean for i, s in enumerate(unit.standings) if i != 0), default=0.0)
    return UnitRow(
        id=unit.id,
        name=unit.name,
        seats=unit.seats,
        leader=unit.leader,
        leader_label=brief.options[unit.leader].label,
        lead=points(unit.lead),
        lead_sort=first.mean - rival,
        share=percent(first.mean if two else ahead.mean),
        share_sort=first.mean if two else ahead.mean,
        spark=small_ranges(ranges, label, domain=domain, middle=0.5 if two and domain[0] < 0.5 < domain[1] else None),
        chance=short_chance(ahead.win_prob),
        chance_sort=first.win_prob if two else ahead.win_prob,
        probs=tuple(s.win_prob for s in unit.standings),
        tipping=short_chance(unit.tipping_prob) if unit.tipping_prob > 0 else "–",
        tipping_sort=unit.tipping_prob,
        polls=unit.n_polls,
        days=brief.days_since_poll(unit),
        stale=stale,
        is_part=unit.parent is not None,
    )


def _domain(brief: Brief) -> tuple[float, float]:
    """Choose the common axis of the small ranges: nearly all units, so that one lopsided unit flattens none."""
    options = brief.options[:1] if len(brief.options) == 2 else brief.options
    standings = [unit.standings[o.index] for unit in brief.units for o in options]
    lows, highs = sorted(s.q05 for s in standings), sorted(s.q95 for s in standings)
    cut = len(lows) // 10
    low, high = lows[cut], highs[len(highs) - 1 - cut]
    return max(0.0, low - 0.01), min(1.0, high + 0.01)


def poll_rows(brief: Brief) -> list[dict[str, Any]]:
    """List the polls used, latest first, one row a poll."""
    if brief.polls.is_empty():
        return []
    wide = (
        brief.polls.group_by("poll_id", maintain_order=True)
        .agg(
            pl.col("pollster", "unit", "end_date", "sample_size", "sample_size_filled", "population", "weight").first(),
            pl.col("option", "observed_share", "residual_share"),
        )
        .sort("end_date", descending=True, maintain_order=True)
        .head(MOST_POLLS)
    )
    rows = []
    for poll in wide.iter_rows(named=True):
        shares = dict(zip(poll["option"], poll["observed_share"], strict=True))
        residuals = dict(zip(poll["option"], poll["residual_share"], strict=True))
        first = residuals.get(brief.options[0].id)
        rows.append(
            {
                "day": short_day(poll["end_date"]),
                "iso": poll["end_date"].isoformat(),
                "pollster": poll["pollster"],
                "unit": brief.names.get(poll["unit"], poll["unit"]),
                "size": ("≈" if poll["sample_size_filled"] else "") + whole(poll["sample_size"]),
                "population": poll["population"],
                "shares": [f"{100 * shares[o.id]:.1f}" if o.id in shares else "–" for o in brief.options],
                "residual": points(first) if first is not None else "–",
                "weight": f"{poll['weight']:.2f}",
                "outlier": poll["weight"] < 0.5,
            }
        )
    return rows


def reasons(brief: Brief) -> list[Reason]:
    """Count the rows set aside by reason, the commonest first; rare reasons are summed."""
    counted = brief.rejected.group_by("reason").len().sort("len", "reason", descending=[True, False])
    found = [Reason(text, n) for text, n in counted.iter_rows()]
    if len(found) > MOST_REASONS:
        rest = found[MOST_REASONS - 1 :]
        found = [*found[: MOST_REASONS - 1], Reason(f"{len(rest)} other reasons", sum(reason.n for reason in rest))]
    return found
