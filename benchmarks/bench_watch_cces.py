"""Whether the watch says which segment moved: the interviews of the CCES 2016 in random order, against a model of 2012.

``python benchmarks/bench_watch_cces.py --write`` writes ``docs/watch-cces.md`` in about a minute. The interviews are read from
``../shared/data`` beside the repository.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

import watch_cces
from watch_cces import DAYS, LEARNED, ORDERS, PER_DAY, QUIET, Way, points

PAGE = Path(__file__).resolve().parents[1] / "docs" / "watch-cces.md"
TEMPLATE = Path(__file__).with_name("watch_cces_page.md")
OFTEN = 3
"""Orders in which a segment must have broken to have a line of its own."""
ASKED = tuple(
    f"{place}education=no college" for place in ("race=White, ", "region=Midwest, ", "race=White, region=Midwest, ")
)
"""Segments that everybody asks about have a line in any case."""
SOUTH = "race=White, region=South, education=college"


def where(name: str) -> str:
    """A segment, for people."""
    return ", ".join(part.partition("=")[2] or "all" for part in name.split(", "))


def table(head: list[str], rows: list[list[str]]) -> str:
    """Markdown, numbers to the right."""
    lines = ["| " + " | ".join(head) + " |", "| --- " + "| ---: " * (len(head) - 1) + "|"]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def said(way: Way, s: int) -> list[str]:
    """Gap in the whole file, in how many orders it broke, and after how many interviews: of all, of the segment."""
    nights = np.array([order.night[s] for order in way.orders])
    there = nights >= 0
    if not there.any():
        return [points(way.gap[s]), "0", ""]
    total = np.median((nights[there] + 1) * PER_DAY)
    own = np.median([order.own[s] for order, broke in zip(way.orders, there, strict=True) if broke])
    return [points(way.gap[s]), str(there.sum()), f"{total:,.0f} ({own:,.0f})"]


def segment_table(found: list[Way], others: list[str]) -> tuple[str, str]:
    """A line for each large segment and each that broke often; the others in a sentence."""
    first = found[0].claim.foreseen
    rows, rare, never = [], [], []
    for s, name in enumerate(first.segments):
        broke = max(sum(order.night[s] >= 0 for order in way.orders) for way in found)
        large = name.partition("=")[0] in {"all", "education", "region", "race", "states"} and "," not in name
        if broke >= OFTEN or large or name in ASKED:
            tolerance = f"{100 * first.scales['tolerance'][s]:.1f}"
            rows.append([where(name), tolerance, *(cell for way in found for cell in said(way, s)), others[s]])
        elif broke:
            rare.append(where(name))
        else:
            never.append(where(name))
    head = ["segment", "within"]
    for way in found:
        head += [f"{way.name}: gap", "broke", "after"]
    text = f"Broken in one or two orders: {'; '.join(rare)}. In none: {'; '.join(never)}."
    return table([*head, "other sources"], rows), text


def tally(way: Way) -> list[str]:
    """How often the watch is right about a segment, over all orders; the daily |z| beside it."""
    tolerance = np.array(way.claim.foreseen.scales["tolerance"])
    size = np.abs(way.gap)
    broke = np.array([order.night >= 0 for order in way.orders])
    loud = np.array([order.loud for order in way.orders])
    held = np.array([(order.low <= way.gap) & (way.gap <= order.high) for order in way.orders])

    def of(flags: NDArray[np.bool_], whom: NDArray[np.bool_]) -> str:
        return f"{flags[:, whom].sum()} of {flags[:, whom].size}"

    return [
        way.name,
        of(broke, size > 2 * tolerance),
        of(broke, size > tolerance),
        of(broke, size <= tolerance),
        of(loud, size > tolerance),
        of(loud, size <= tolerance),
        of(held, size >= 0),
    ]


def first_table(rows: pl.DataFrame, way: Way, *, most: int = 8) -> str:
    """The first segments that broke in the first order, with the size as it was said on the day."""
    season = watch_cces.season_of(rows, way.claim, 0)
    order, segments = way.orders[0], way.claim.foreseen.segments
    lines = []
    for s in sorted(np.flatnonzero(order.night >= 0), key=lambda s: (order.night[s], -order.own[s]))[:most]:
        then = watch_cces.weighed(season.head(PER_DAY * (int(order.night[s]) + 1)), way.claim).evidence[0]
        size = f"{points(then.gap[s])} ({points(then.gap_low[s])} to {points(then.gap_high[s])})"
        count = f"{PER_DAY * (order.night[s] + 1):,} ({order.own[s]:,.0f})"
        lines.append([where(segments[s]), count, size, points(way.gap[s])])
    return table(["segment", "after", "size said that day", "whole file"], lines)


def breaks(way: Way, name: str = "all") -> str:
    """In how many orders a segment broke."""
    s = way.claim.foreseen.segments.index(name)
    return str(sum(order.night[s] >= 0 for order in way.orders))


def results(cells: pl.DataFrame, rows: pl.DataFrame, found: list[Way]) -> dict[str, object]:
    """What the page says of segments."""
    claim = found[0].claim
    others = watch_cces.elsewhere(cells, claim)
    lines, rest = segment_table(found[:3], others)
    moved = dict(zip(claim.foreseen.segments, others, strict=True))
    learned = {name: points(gap) for name, gap in zip(claim.foreseen.segments, found[1].gap, strict=True)}
    within = dict(zip(claim.foreseen.segments, claim.foreseen.scales["tolerance"], strict=True))
    before = watch_cces.anes_gaps(cells, 2012, claim).gap[claim.foreseen.segments.index(SOUTH)]
    return {
        "segments": lines,
        "rest": rest,
        "first": first_table(rows, found[0]),
        "first_learned": first_table(rows, found[1]),
        "no_college": learned["education=no college"],
        "no_college_within": f"{100 * within['education=no college']:.1f}",
        "no_college_broke": breaks(found[1], "education=no college"),
        "cut": f"{breaks(found[3])} of {ORDERS}",
        "uncut": f"{breaks(found[2])} of {ORDERS}",
        "cut_gap": points(found[3].gap[0]),
        "result_all": moved["all"],
        "result_south": moved["region=South"],
        "college_learned": learned["education=college"],
        "college_anes": moved["education=college"],
        "south_learned": learned[SOUTH],
        "south_before": points(before),
        "south_anes": moved[SOUTH],
        "midwest_learned": learned["region=Midwest"],
        "midwest_result": moved["region=Midwest"],
    }


def page() -> str:
    """The whole page."""
    cells = watch_cces.predicted_2012()
    rows = watch_cces.interviews(cells)
    found = watch_cces.ways(rows)
    tallied = ["broke, gap over twice the tolerance", "broke, gap beyond it", "broke, gap within it"]
    tallied += ["z, beyond", "z, within", "interval holds the whole file's"]
    quiet = [
        [name, f"{alarms} of {QUIET}", f"{loud} of {QUIET}"]
        for name, (alarms, loud) in watch_cces.quiet_seasons(rows, found[0].claim).items()
    ]
    past, p, weight = (rows[name].to_numpy() for name in ("past", "p", "weight"))
    slots: dict[str, object] = {
        "voters": f"{watch_cces.anes(2012).height:,}",
        "interviews": f"{rows.height:,}",
        "per_day": PER_DAY,
        "days": DAYS,
        "season": f"{PER_DAY * DAYS:,}",
        "orders": ORDERS,
        "quiet_count": QUIET,
        "segments_count": len(found[0].claim.foreseen.segments),
        "moved": f"{100 * watch_cces.moved_before():.1f}",
        "learned": f"{PER_DAY * LEARNED:,}",
        "learned_days": LEARNED,
        "past_before": f"{100 * np.average(past, weights=weight):.0f}",
        "said_past": f"{100 * np.average(p, weights=weight):.0f}",
        "tally": table(["way", *tallied], [tally(way) for way in found]),
        "quiet": table(["answers", "the watch", "daily z"], quiet),
    }
    return TEMPLATE.read_text(encoding="utf-8").format(**slots, **results(cells, rows, found))


def main() -> None:
    """Print the page, or write it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.name}")
    write = parser.parse_args().write
    if not watch_cces.CCES.is_file():
        print(f"{watch_cces.CCES} is not there: nothing to do")
        return
    text = page()
    if write:
        PAGE.write_text(text, encoding="utf-8")
    else:
        print(text)


if __name__ == "__main__":
    main()
