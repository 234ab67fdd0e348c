"""How well the board hears a season break, and whether it names what broke (``--runs 100 --write``: docs/watch-accuracy.md)."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import multiprocessing
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.stats import norm

from broken_worlds import (
    BREAK,
    DAYS,
    EARLY_FROM,
    FIRST,
    NAMES,
    NIGHTLY_SD,
    STATES,
    WORLDS,
    Electorate,
    Season,
    best_score,
    early_ratio,
    make_electorate,
    make_season,
)
from hustings.watch.board import Weighed, weigh
from hustings.watch.causes import explained_by
from hustings.watch.nightly import Watched
from hustings.watch.streams.response import RESPONSE_BY_SEGMENT

OUT = Path(__file__).parent / "out" / "broken_worlds.jsonl"
PAGE = Path(__file__).resolve().parents[1] / "docs" / "watch-accuracy.md"
ALPHA = 0.05
TYPICAL_SHARE = 0.11 / 2 / 16
"""A segment's share of the error budget: half of the base's, divided by its segments."""
_HELD: dict[str, Electorate] = {}


def run(job: tuple[str, int]) -> dict[str, Any]:
    """One season: when each assumption broke and stirred first, and what the board showed on the first morning of an alarm."""
    world, seed = job
    electorate = _electorate()
    season = make_season(world, electorate, seed)
    weighed = weigh(season.claims, season.kept, ALPHA)
    first = int(np.argmax(weighed.broken.any(axis=0))) if weighed.broken.any() else None
    score = best_score(world, electorate, season)
    return {
        "world": world,
        "seed": seed,
        "broken": first_days(weighed, weighed.broken),
        "stirring": first_days(weighed, weighed.stirring),
        "board": [] if first is None else board_on(weighed, first),
        "cause": None if first is None else cause_on(season, weighed, first),
        "score": [float(score.mean()), float(score.std(ddof=1))],
    }


def first_days(weighed: Weighed, flags: NDArray[np.bool_]) -> dict[str, int]:
    """First day of each assumption's flag in any segment."""
    found: dict[str, int] = {}
    for row, (i, _) in enumerate(weighed.which):
        day = weighed.first(flags, row)
        if day is not None:
            name = weighed.evidence[i].claim.assumption
            found[name] = min(found.get(name, 10**6), (day - FIRST).days)
    return found


def board_on(weighed: Weighed, night: int) -> list[dict[str, Any]]:
    """Segments that are broken or stir on a night, with their evidence (natural logs, with and without their shares)."""
    rows = []
    for row in np.flatnonzero(weighed.broken[:, night] | weighed.stirring[:, night]):
        i, s = weighed.which[row]
        claim = weighed.evidence[i].claim
        rows.append(
            {
                "assumption": claim.assumption,
                "segment": claim.foreseen.segments[s],
                "broken": bool(weighed.broken[row, night]),
                "log_e": float(weighed.log_e[row, night]),
                "log_share": float(np.log(weighed.shares[row])),
            }
        )
    return sorted(rows, key=lambda one: (not one["broken"], -one["log_e"]))


def cause_on(season: Season, weighed: Weighed, night: int) -> str | None:
    """What the board's first row is said to come of on a night, looking at nothing later."""
    today = weighed.nights[night]
    kept = season.kept.before(today + dt.timedelta(days=1))
    top = board_on(weighed, night)[0]
    claims = [one for one in season.claims if one.assumption == top["assumption"]]
    now = weigh(claims, kept, ALPHA)
    table = pl.DataFrame(
        {"assumption": [top["assumption"]], "segment": [top["segment"]], "status": ["broken"]},
    )
    watched = Watched(season.claims, [], {}, {}, kept, now)
    found = explained_by(table, (RESPONSE_BY_SEGMENT,), watched)
    return found[top["assumption"]].assumption if top["assumption"] in found else None


def named(found: dict[str, Any]) -> tuple[bool, bool]:
    """Whether the first row of the board on the first morning names what broke: itself, and with what it points to."""
    right = set().union(*(NAMES[kind] for kind in WORLDS[found["world"]] if kind in NAMES))
    top = found["board"][0]["assumption"]
    return top in right, (found["cause"] or top) in right


def summary(world: str, runs: list[dict[str, Any]]) -> str:
    """A world's row of the table."""
    first = np.array([min(one["broken"].values(), default=10**6) for one in runs])
    early = first < BREAK
    heard = ~early & (first < DAYS)
    cells = [world, f"{len(runs)}", f"{100 * early.mean():.0f} %"]
    if not WORLDS[world]:
        return "| " + " | ".join([*cells, f"{100 * (heard | early).mean():.1f} % (false)", "", "", "", "", ""]) + " |"
    cells.append(f"{100 * heard.sum() / max((~early).sum(), 1):.0f} %")
    delay = np.where(heard, first - BREAK + 1.0, np.inf)[~early]
    median = float(np.quantile(delay, 0.5, method="higher")) if len(delay) else np.inf
    cells.append(f"{median:.0f}" if np.isfinite(median) else "never")
    cells += best_known(world, runs)
    words = np.array([named(one) for one, ever in zip(runs, heard, strict=True) if ever]).reshape(-1, 2)
    cells += [f"{100 * part:.0f} %" for part in words.mean(axis=0)] if len(words) else ["", ""]
    return "| " + " | ".join(cells) + " |"


def best_known(world: str, runs: list[dict[str, Any]]) -> list[str]:
    """Days that the best test needs in half the seasons that knew the day, the place and the side: alone, and with a share."""
    if "turnout" in WORLDS[world]:
        ratio = early_ratio(_electorate(), by_score="no scores" not in WORLDS[world])
        return [_days(turnout_days(ratio, norm.isf(level))) for level in (ALPHA, ALPHA * TYPICAL_SHARE)]
    mean, sd = (float(np.mean([one["score"][k] for one in runs])) for k in (0, 1))
    return [_days((norm.isf(level) * sd / mean) ** 2) for level in (ALPHA, ALPHA * TYPICAL_SHARE)]


def _days(days: float) -> str:
    return "under 1" if days < 1 else f"{days:.0f}" if np.isfinite(days) else "never"


def turnout_days(ratio: float, z: float) -> float:
    """Nights after which early ballots of those who move most are off by z errors: level known from the nights before."""
    left = (np.log(ratio) / z) ** 2 * len(STATES) / NIGHTLY_SD**2 - 1 / (BREAK - EARLY_FROM)
    days = 1 / left if left > 0 else np.inf
    return float(days if days <= DAYS - BREAK else np.inf)


def table(runs: list[dict[str, Any]]) -> list[str]:
    """The page's table."""
    head = [
        "what breaks",
        "seasons",
        "alarm before the break",
        "alarm after it",
        "median delay, days",
        "best test that knew day and place: alone",
        "with a segment's share",
        "first row names it",
        "or points to it",
    ]
    rows = ["| " + " | ".join(head) + " |", "| --- |" + " ---: |" * (len(head) - 1)]
    return rows + [summary(world, [one for one in runs if one["world"] == world]) for world in WORLDS]


def write(lines: list[str]) -> None:
    """Put lines between the marks on the page."""
    text = PAGE.read_text(encoding="utf-8")
    before, rest = text.split("<!-- worlds -->\n")
    after = rest.split("<!-- end of worlds -->")[1]
    body = "\n".join(lines)
    PAGE.write_text(f"{before}<!-- worlds -->\n{body}\n<!-- end of worlds -->{after}", encoding="utf-8")


def _electorate() -> Electorate:
    if not _HELD:
        _HELD["all"] = make_electorate()
    return _HELD["all"]


def main() -> None:
    """Measure what was asked for, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=20, help="seasons a world; 0: those that were made before")
    parser.add_argument("--first-seed", type=int, default=1)
    parser.add_argument("--worlds", nargs="*", default=list(WORLDS))
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--add", action="store_true", help="keep earlier seasons of other seeds")
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    OUT.parent.mkdir(exist_ok=True)
    jobs = [(world, seed) for seed in range(args.first_seed, args.first_seed + args.runs) for world in args.worlds]
    keep = args.add or not jobs
    with multiprocessing.Pool(args.jobs) as pool, OUT.open("a" if keep else "w", encoding="utf-8") as stream:
        for found in pool.imap_unordered(run, jobs):
            stream.write(json.dumps(found) + "\n")
            stream.flush()
    lines = table([json.loads(line) for line in OUT.read_text(encoding="utf-8").splitlines()])
    print("\n".join(lines))
    if args.write:
        write(lines)


if __name__ == "__main__":
    main()
