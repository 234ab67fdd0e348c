"""How fast: one projection, 18 back-tests, a whole season, the rule, the tracker against its own floor.

Run by ``make bench``; prints a table and writes ``benchmarks/out/speed.json``. Times of a noisy machine mean little alone, so
each is also given as a multiple of a floor measured in the same run: one dense Cholesky factor of as many rows as
there are polls, the least that a fit in observation space needs for a single step at a single set of scales.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from scipy import linalg
from threadpoolctl import threadpool_limits

from hustings.contests import decide, load_contest, whole_contest_votes
from hustings.polls.clean import clean_polls
from hustings.polls.readers import read_polls
from hustings.polls.tracker import fit_tracker
from hustings.projection import backtest, project

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data"
MANY, THREE_YEARS = DATA / "us_polls_538_2016.csv", DATA / "us_polls_2008_2012_2016.csv"
EVE = dt.date(2016, 11, 7)
REFERENCE_CPU_SECONDS = 1720.0
"""Least CPU time of one fit of The Economist's Stan model of 2020, six chains, on a machine of this kind."""


def cpu(function: Callable[[], object], repeats: int = 3) -> float:
    """Median CPU seconds of a call."""
    found = []
    for _ in range(repeats):
        start = time.process_time()
        function()
        found.append(time.process_time() - start)
    return float(np.median(found))


def floor(n_rows: int) -> float:
    """CPU seconds of one Cholesky factor of ``n_rows`` rows."""
    matrix = np.random.default_rng(0).standard_normal((n_rows, n_rows))
    matrix = matrix @ matrix.T + n_rows * np.eye(n_rows)
    with threadpool_limits(limits=1, user_api="blas"):
        return cpu(lambda: linalg.cholesky(matrix, lower=True, check_finite=False))


def fits(rows: list[tuple[str, float, str, str]]) -> None:
    """Fit alone, for two lists of polls."""
    contest = load_contest("us-president-2016")
    for path, target in ((THREE_YEARS, "< 2 CPU s"), (MANY, "< 2 CPU s")):
        polls = clean_polls(read_polls(path, contest), contest, as_of=EVE).polls
        seconds = cpu(lambda polls=polls: fit_tracker(contest, polls, as_of=EVE))
        of_floor = seconds / floor(polls.height)
        rows.append((f"fit, {polls.height:,} polls", seconds, "CPU s", f"{target}; {of_floor:.0f} floors"))
        rows.append(
            (f"  faster than the reference, {polls.height:,} polls", REFERENCE_CPU_SECONDS / seconds, "x", "> 1,000 x")
        )


def end_to_end(rows: list[tuple[str, float, str, str]]) -> None:
    """The command as a user runs it."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        command = [sys.executable, "-m", "hustings", "project", "us-president-2016", "--polls", str(MANY)]
        subprocess.run([*command, "--as-of", str(EVE), "--out", f"{folder}/run", "--quiet"], check=True)  # noqa: S603 (our own command)
        wall = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    rows.append(("project, the eve of 2016, end to end", wall, "wall s", "< 5 s"))
    rows.append(("  its peak memory", peak, "MB", "< 500 MB"))


def back_tests(rows: list[tuple[str, float, str, str]]) -> None:
    """Three contests from six days."""
    loaded = []
    for year in (2008, 2012, 2016):
        contest = load_contest(f"us-president-{year}")
        loaded.append((contest, read_polls(THREE_YEARS, contest)))
    start = time.perf_counter()
    n_rows = len(list(backtest(loaded, [100, 60, 30, 14, 7, 1])))
    rows.append((f"{n_rows} back-tests", time.perf_counter() - start, "wall s", "< 30 s"))


def season(rows: list[tuple[str, float, str, str]], every: int) -> None:
    """Every day of the 2016 season."""
    contest = load_contest("us-president-2016")
    raw = read_polls(THREE_YEARS, contest)
    days = [EVE - dt.timedelta(days=back) for back in range(0, 254, every)]
    start = time.perf_counter()
    for day in days:
        project(contest, clean_polls(raw, contest, as_of=day), as_of=day, n_draws=4000)
    wall = (time.perf_counter() - start) * 254 / len(days)
    rows.append((f"254 as-of days of 2016 (every {every} measured)", wall, "wall s", "< 180 s"))


def rule(rows: list[tuple[str, float, str, str]]) -> None:
    """100,000 draws through the electoral rule."""
    contest = load_contest("us-president-2016")
    shares = np.random.default_rng(1).uniform(0.3, 0.7, (100_000, len(contest.units), 1)).astype(np.float32)
    shares = np.concatenate([shares, 1 - shares], axis=2)
    votes = whole_contest_votes(contest)[None]
    rows.append(("100,000 draws through the rule", cpu(lambda: decide(contest, shares, votes)), "CPU s", "< 0.5 s"))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--season-every", type=int, default=8, help="measure every Nth day of the season")
    options = parser.parse_args()
    if not DATA.is_dir():
        print(f"skipped: the polls are not at {DATA}")
        return
    rows: list[tuple[str, float, str, str]] = []
    rule(rows)
    fits(rows)
    end_to_end(rows)
    back_tests(rows)
    season(rows, options.season_every)
    for name, value, unit, note in rows:
        print(f"{name:48} {value:10.2f} {unit:7} ({note})")
    out = ROOT / "benchmarks" / "out"
    out.mkdir(exist_ok=True)
    (out / "speed.json").write_text(json.dumps([list(row) for row in rows], indent=2) + "\n")


if __name__ == "__main__":
    main()
