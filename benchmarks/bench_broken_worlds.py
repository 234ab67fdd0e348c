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

from broken_worlds import FIRST, WORLDS, Electorate, Season, best_score, make_electorate, make_season
from hustings.watch.board import Weighed, weigh
from hustings.watch.causes import explained_by
from hustings.watch.nightly import Watched
from hustings.watch.streams.response import RESPONSE_BY_SEGMENT

OUT = Path(__file__).parent / "out" / "broken_worlds.jsonl"
PAGE = Path(__file__).resolve().parents[1] / "docs" / "watch-accuracy.md"
ALPHA = 0.05
STALE_DAYS = 14
"""Days after which a source is called stale: a rule, no test."""
_HELD: dict[str, Electorate] = {}


def run(job: tuple[str, int]) -> dict[str, Any]:
    """One season: when each assumption broke and stirred first, and what the board showed on the first morning of an alarm."""
    world, seed = job
    if not _HELD:
        _HELD["all"] = make_electorate()
    season = make_season(world, _HELD["all"], seed)
    weighed = weigh(season.claims, season.kept, ALPHA)
    first = int(np.argmax(weighed.broken.any(axis=0))) if weighed.broken.any() else None
    score = best_score(world, _HELD["all"], season)
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


def main() -> None:
    """Measure, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--first-seed", type=int, default=1)
    parser.add_argument("--worlds", nargs="*", default=list(WORLDS))
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--add", action="store_true", help="keep earlier runs of other seeds")
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    OUT.parent.mkdir(exist_ok=True)
    jobs = [(world, seed) for seed in range(args.first_seed, args.first_seed + args.runs) for world in args.worlds]
    with multiprocessing.Pool(args.jobs) as pool, OUT.open("a" if args.add else "w", encoding="utf-8") as stream:
        for found in pool.imap_unordered(run, jobs):
            stream.write(json.dumps(found) + "\n")
            stream.flush()


if __name__ == "__main__":
    main()
