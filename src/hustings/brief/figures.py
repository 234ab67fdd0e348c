"""Which charts the page has, from which numbers, at which width."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import polars as pl
from markupsafe import Markup

from hustings.brief.charts.bars import Bar, both_bars, side_bars
from hustings.brief.charts.chances import Chances, chance_bars
from hustings.brief.charts.histogram import seat_histogram
from hustings.brief.charts.palette import colour
from hustings.brief.charts.paths import Series, path_chart
from hustings.brief.charts.ranges import Range, share_ranges
from hustings.brief.charts.tiles import Tile, tile_map
from hustings.brief.gather import Brief, Unit
from hustings.brief.numbers import count, in_100, listed, percent, points, short_chance, short_day

WIDE, NARROW = 720.0, 350.0
"""Widths drawn for: the column of text on a desk, a phone held upright."""

MOST_BARS = 40
LEAST_BARS = 12
OPEN = 0.95
"""Units whose likelier winner has less than this are drawn as still open."""

MOST_TIPPING = 10
MOST_MOVED = 12
MOST_PATHS = 4


@dataclass(frozen=True)
class Figure:
    """One chart at two widths; `caption` stands above it."""

    name: str
    caption: str
    wide: Markup
    narrow: Markup


def describe(brief: Brief, unit: Unit) -> str:
    """Say all there is to know about a unit, for its tooltip."""
    said = [
        f"{option.label} {percent(s.mean)} ({in_100(s.win_prob)})"
        for option, s in zip(brief.options, unit.standings, strict=True)
    ]
    seats = f", {count(unit.seats, brief.noun.removesuffix('s'))}" if brief.counts_seats and unit.seats else ""
    days = brief.days_since_poll(unit)
    seen = "no poll" if days is None else f"last poll {count(days, 'day')} ago"
    return f"{unit.name}{seats}: {'; '.join(said)}; {seen}"


def tiles(brief: Brief) -> Figure | None:
    """Draw the map, where the units have places on one."""
    placed = [unit for unit in brief.units if unit.tile is not None]
    if not placed or not brief.counts_seats:
        return None
    unseen = {unit.id for unit in brief.blind_spots}
    found = [
        Tile(
            code=unit.id,
            row=unit.tile[0],
            column=unit.tile[1],
            leader=unit.leader,
            prob=unit.standings[unit.leader].win_prob,
            shown=short_chance(unit.standings[unit.leader].win_prob),
            seats=unit.seats,
            unseen=unit.id in unseen,
            title=describe(brief, unit),
        )
        for unit in placed
        if unit.tile is not None
    ]
    drawn = tile_map(
        found, "Map of tiles, coloured by who is likelier to win each; the table below has the same numbers."
    )
    return Figure("map", "Who is likelier to win where", drawn, drawn)


def chances(brief: Brief) -> Figure | None:
    """Draw each unit's chances as a bar, where there is no map; of many units the closest."""
    if not brief.counts_seats or any(unit.tile for unit in brief.units):
        return None
    contested = [unit for unit in brief.units if unit.seats > 0]
    closest = sorted(contested, key=lambda unit: unit.standings[unit.leader].win_prob)
    still_open = [unit for unit in closest if unit.standings[unit.leader].win_prob < OPEN]
    closest = (still_open if len(still_open) >= LEAST_BARS else closest[:LEAST_BARS])[:MOST_BARS]
    ordered = sorted(closest, key=lambda unit: [-s.win_prob for s in unit.standings])
    found = [Chances(unit.name, tuple(s.win_prob for s in unit.standings), describe(brief, unit)) for unit in ordered]
    label = "Bars of each unit's chances; the table below has the same numbers."
    which = f"The {len(found)} closest of {len(contested)}" if len(found) < len(contested) else "Every unit"
    return Figure(
        "chances", f"{which}, by chance to win", *(chance_bars(found, label, width=w) for w in (WIDE, NARROW))
    )


def histograms(brief: Brief) -> list[Figure]:
    """Draw the seats: one chart where two options share them, one an option with more."""
    if not brief.counts_seats or not brief.options[0].seats_histogram:
        return []
    two = len(brief.options) == 2
    shown = brief.options[:1] if two else brief.options
    rival_wins_at = brief.seats_total - brief.seats_to_win if two else None
    return [
        Figure(
            f"seats-{option.id}",
            f"{option.label}: {brief.noun} won, in how many of the simulated elections",
            *(
                seat_histogram(
                    option.seats_histogram,
                    f"{option.label} is expected to win {option.seats_mean:.0f} {brief.noun}, in 90 of 100 elections between "
                    f"{option.seats_q05:.0f} and {option.seats_q95:.0f}; {brief.seats_to_win} win the contest.",
                    to_win=brief.seats_to_win,
                    own=option.index,
                    other=1 if two else None,
                    other_wins_at=rival_wins_at,
                    width=width,
                    height=220 if two else 130,
                    noun=brief.noun,
                )
                for width in (WIDE, NARROW)
            ),
        )
        for option in shown
        if option.seats_histogram
    ]


def vote(brief: Brief) -> Figure | None:
    """Draw the votes of the whole: each option's share and what it takes."""
    unit = brief.nation or (brief.units[0] if len(brief.units) == 1 else None)
    if unit is None:
        return None
    ranges = [
        Range(o.label, o.index, s.mean, s.q05, s.q25, s.q75, s.q95)
        for o, s in zip(brief.options, unit.standings, strict=True)
    ]
    goal = brief.threshold or (0.5 if len(brief.options) == 2 else None)
    goal_name = f"{percent(goal, 0)} needed" if brief.threshold and goal else "half"
    label = "; ".join(
        f"{r.name} {percent(r.mean)}, 90 in 100 between {percent(r.q05)} and {percent(r.q95)}" for r in ranges
    )
    drawn = (share_ranges(ranges, label, width=w, goal=goal, goal_name=goal_name) for w in (WIDE, NARROW))
    return Figure("vote", "Share of the votes: mean, half of the chances, nine tenths of the chances", *drawn)


def tipping(brief: Brief) -> Figure | None:
    """Draw the units likeliest to decide."""
    if not brief.counts_seats:
        return None
    top = sorted(brief.tipping, key=lambda t: -t[1])[:MOST_TIPPING]
    bars = [Bar(brief.names.get(unit, unit), prob, in_100(prob)) for unit, prob in top if prob >= 0.005]
    if not bars:
        return None
    label = "Units likeliest to decide: " + listed([f"{bar.name} {bar.shown}" for bar in bars])
    return Figure(
        "tipping", "Where it is decided, how often", *(side_bars(bars, label, width=w) for w in (WIDE, NARROW))
    )


def paths(brief: Brief) -> list[Figure]:
    """Draw the path of the whole and of the units likeliest to decide."""
    if brief.track is None or brief.track.is_empty():
        return []
    tracked = set(brief.track["unit"])
    deciding = [unit for unit, _ in sorted(brief.tipping, key=lambda t: -t[1])] or [unit.id for unit in brief.units]
    whole = [brief.nation.id] if brief.nation else []
    chosen = [unit for unit in dict.fromkeys([*whole, *deciding]) if unit in tracked][: MOST_PATHS + len(whole)]
    figures = []
    for place, unit in enumerate(chosen):
        series = _series(brief, unit)
        name = _place_name(brief, unit)
        label = f"{name}: " + listed(
            [f"{o.label} {percent(s.mean[-1])}" for o, s in zip(brief.options, series, strict=True)]
        )
        sizes = ((WIDE, 300.0), (NARROW, 230.0)) if place == 0 else ((NARROW, 190.0), (NARROW, 190.0))
        drawn = (path_chart(series, label, width=w, height=h, until=brief.election) for w, h in sizes)
        figures.append(Figure(f"path-{unit}", name, *drawn))
    return figures


def moved(brief: Brief) -> Figure | None:
    """Draw what moved the number most."""
    if brief.influence is None or brief.influence.is_empty():
        return None
    top = brief.influence.sort(pl.col("delta_share").abs(), descending=True).head(MOST_MOVED)
    first = brief.options[0]
    bars = [
        Bar(
            cause(brief, row["item"], row["kind"]),
            row["delta_share"],
            points(row["delta_share"], 2),
            colour(0) if row["delta_share"] > 0 else "var(--quiet)",
        )
        for row in top.iter_rows(named=True)
    ]
    label = f"What moved {first.label}'s share: " + listed([f"{bar.name} {bar.shown}" for bar in bars])
    return Figure(
        "moved", f"Points of {first.label}’s share", *(both_bars(bars, label, width=w) for w in (WIDE, NARROW))
    )


def cause(brief: Brief, item: str, kind: str) -> str:
    """Say what moved a number: a poll by its pollster, place and days, other causes by their name."""
    words = {"poll-new": "new", "poll-aged": "older by now", "poll-dropped": "a newer wave took its place"}
    if kind not in words:
        return {"time": "Time passing", "prior": "Pull of the prior"}.get(kind, item)
    found = brief.polls.filter(pl.col("poll_id") == item)
    if found.is_empty():
        return f"Poll {item} ({words[kind]})"
    poll = found.row(0, named=True)
    return f"{poll['pollster']}, {_place_name(brief, poll['unit'])}, {short_day(poll['end_date'])} ({words[kind]})"


def _series(brief: Brief, unit: str) -> list[Series]:
    """Paths and poll dots of a unit's options."""
    if brief.track is None:
        return []
    track = brief.track.filter(pl.col("unit") == unit).sort("date")
    polls = brief.polls.filter(pl.col("unit") == unit)
    series = []
    for option in brief.options:
        path = track.filter(pl.col("option") == option.id)
        seen = polls.filter(pl.col("option") == option.id)
        middles: list[dt.date] = [
            start + (end - start) / 2 for start, end in seen.select("start_date", "end_date").iter_rows()
        ]
        series.append(
            Series(
                index=option.index,
                days=tuple(path["date"]),
                mean=tuple(path["share_mean"]),
                low=tuple(path["share_q05"]),
                high=tuple(path["share_q95"]),
                polls=tuple(zip(middles, seen["observed_share"], strict=True)),
            )
        )
    return series


def _place_name(brief: Brief, unit: str) -> str:
    """Name a unit; the nation goes by its id where nothing names it."""
    return brief.names.get(unit, unit)
