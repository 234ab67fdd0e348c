"""Whether quiet campaigns stay quiet, how soon breaks are heard, how fast (``--false-alarms --delay --write``: docs/maths/alarms.md)."""

from __future__ import annotations

import argparse
import datetime as dt
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.stats import norm

from hustings.maths.eprocesses.board import weighted_e_bh
from hustings.maths.eprocesses.counts import COUNT_PRIOR, count_log_bets
from hustings.maths.eprocesses.detector import log_evidence, uniform_starts
from hustings.maths.eprocesses.shares import SHARE_BETS, SHARE_PRIOR, cluster_log_bets, share_log_bets
from hustings.maths.eprocesses.simulated import MadeInterviews, make_residuals
from hustings.maths.eprocesses.values import VALUE_PRIOR, value_log_bets
from hustings.store import empty_table
from hustings.tables import OBSERVATIONS, SETTLED
from hustings.watch.assumption import Claim, Foreseen, Kind
from hustings.watch.board import weigh
from hustings.watch.observations import Kept

Array = NDArray[np.float64]

PAGE = Path(__file__).resolve().parents[1] / "docs" / "maths" / "alarms.md"
SEGMENTS, DAYS, ALPHA = 60, 250, 0.05
STARTS = uniform_starts(DAYS)
AT_ONCE = 10
"""Seasons held in memory together."""


def evidence(residual: Array, weight: Array, typical: float) -> Array:
    """(season, segment, day) log e-processes of interviews in clusters (the last axis is summed)."""
    shape = residual.shape[:3]
    total, summed = weight.sum(axis=-1).ravel(), (weight * residual).sum(axis=-1).ravel()
    of = np.repeat(np.arange(np.prod(shape)), residual.shape[3])
    bets = cluster_log_bets(of, total, summed, int(np.prod(shape)), tolerance=0.0, typical_weight=typical)
    bets = bets.reshape(-1, shape[2], len(SHARE_BETS))
    return log_evidence(bets, SHARE_PRIOR, STARTS).reshape(shape)


def board_alarms(log_e: Array) -> NDArray[np.bool_]:
    """(season,) whether the board ever speaks."""
    share = np.full(log_e.shape[1], 1.0 / log_e.shape[1])
    return np.array([weighted_e_bh(season, share, ALPHA).any() for season in log_e])


def many_single(shape: tuple[int, int, int], rng: np.random.Generator, per_day: int = 100) -> Array:
    """(season, segment, day) log e-processes of many single interviews a day, all predicted at one half."""
    yes = rng.binomial(per_day, 0.5, shape).astype(float)
    return log_evidence(_halves(yes, per_day).reshape(-1, shape[2], len(SHARE_BETS)), SHARE_PRIOR, STARTS).reshape(
        shape
    )


def _halves(yes: Array, per_day: int) -> Array:
    """(..., bet) growth of a day: answers predicted at one half are of two kinds only."""
    grown = np.multiply.outer(yes, np.log1p(SHARE_BETS * 0.5))
    return np.asarray(grown + np.multiply.outer(per_day - yes, np.log1p(-SHARE_BETS * 0.5)))


def z_scores(residual: Array, weight: Array, window: int | None) -> Array:
    """(season, segment, day) z of the weighted mean residual so far, or of the last days; clusters counted."""
    sums = (weight * residual).sum(axis=-1)
    top, spread = sums.sum(axis=-1).cumsum(axis=2), (sums**2).sum(axis=-1).cumsum(axis=2)
    if window is not None:
        top[..., window:], spread[..., window:] = (
            one[..., window:] - one[..., :-window] for one in (top.copy(), spread.copy())
        )
    return np.asarray(top / np.sqrt(np.maximum(spread, 1e-12)))


def z_of_days(residual: Array, weight: Array) -> Array:
    """(season, segment, day) z of a day's own interviews, as if each stood alone."""
    top, size = (weight * residual).sum(axis=(-2, -1)), np.abs(residual)
    return np.asarray(top / np.sqrt((weight**2 * size * (1 - size)).sum(axis=(-2, -1))))


def false_alarms(seasons: int, seed: int = 1) -> list[tuple[str, str, int, int]]:
    """Quiet seasons in which each rule ever alarms: rule, what it looks at, seasons with an alarm, seasons."""
    made, rng = MadeInterviews(), np.random.default_rng(seed)
    found: dict[tuple[str, str], list[NDArray[np.bool_]]] = {}
    all_of, one = f"{SEGMENTS} segments, {DAYS} days", "one segment, 90 days"

    def note(rule: str, what: str, ever: NDArray[np.bool_]) -> None:
        found.setdefault((rule, what), []).append(ever)

    def note_z(rule: str, z: Array, first: int) -> None:
        """Days before `first` are left out: a z of few interviewers is no z."""
        beyond = np.abs(z[..., first:]) > 1.96
        note(rule, all_of, beyond.any(axis=(1, 2)))
        note(rule, one, beyond[:, 0, : 90 - first].any(axis=1))

    for start in range(0, seasons, AT_ONCE):
        shape = (min(AT_ONCE, seasons - start), SEGMENTS, DAYS)
        residual, weight = make_residuals(made, shape, rng)
        note("**the board**", all_of, board_alarms(evidence(residual, weight, made.each)))
        single = many_single(shape, rng)
        note("**the board**, 100 single interviews a segment and day", all_of, board_alarms(single))
        note("one e-process of 20 and more, 100 single interviews a day", f"one segment, {DAYS} days", over_20(single))
        note_z("z of the day's interviews beyond 1.96", z_of_days(residual, weight), 0)
        note_z("z of the last 7 days beyond 1.96, clusters counted", z_scores(residual, weight, 7), 6)
        so_far = z_scores(residual, weight, None)
        note_z("z of all so far beyond 1.96, clusters counted", so_far, 6)
        bonferroni = np.abs(so_far[..., 6:]) > norm.isf(ALPHA / 2 / SEGMENTS)
        note(f"the same, the 5 % divided by {SEGMENTS} segments", all_of, bonferroni.any(axis=(1, 2)))
        if start < seasons // 10:
            flat = [part.reshape(*shape, -1, 1) for part in (residual, weight)]
            note(
                "the board, were interviews of an interviewer taken to stand alone",
                all_of,
                board_alarms(evidence(*flat, 1.0)),
            )
    return [(*key, int(np.concatenate(ever).sum()), len(np.concatenate(ever))) for key, ever in found.items()]


def over_20(log_e: Array) -> NDArray[np.bool_]:
    """(season,) whether the first segment's e-process, taken alone, ever reaches 20."""
    return np.asarray((log_e[:, 0] >= np.log(1 / ALPHA)).any(axis=1))


def delays(shift: float, quiet: int, share: float, *, runs: int = 400, per_day: int = 100, seed: int = 2) -> Array:
    """Days from a break after `quiet` days until the e-process reaches 20 by its share; inf where it never does."""
    rng, days = np.random.default_rng(seed), min(quiet + 400, DAYS * 2)
    truth = 0.5 + shift * (np.arange(days) >= quiet)
    yes = rng.binomial(per_day, truth, (runs, days)).astype(float)
    path = log_evidence(_halves(yes, per_day), SHARE_PRIOR, uniform_starts(days, DAYS))
    over = path >= -np.log(ALPHA * share)
    over[:, :quiet] = False
    return np.where(over.any(axis=1), over.argmax(axis=1) - quiet + 1.0, np.inf)


def best_fixed(shift: float, share: float, power: float, per_day: int = 100) -> float:
    """Days that the best test needs that knew the day and the side, and looked once."""
    sd = np.sqrt(0.25), np.sqrt(0.25 - shift**2)
    reach = norm.isf(ALPHA * share) * sd[0] + norm.isf(1 - power) * sd[1]
    return float(max(reach / shift, 0.0) ** 2 / per_day)


def delay_rows() -> list[str]:
    """The table of delays."""
    rows = []
    for share, watched in ((1.0, "one claim"), (1 / 720, "one of 720 claims")):
        for shift in (0.02, 0.04, 0.08):
            known = [best_fixed(shift, share, power) for power in (0.5, 0.8)]
            cells = [f"{known[0]:.1f}", f"{known[1]:.1f}"]
            for quiet in (0, 90):
                found = delays(shift, quiet, share)
                cells += [f"{np.quantile(found, q, method='higher'):.0f}" for q in (0.5, 0.8)]
            rows.append(f"| {watched} | {100 * shift:.0f} | " + " | ".join(cells) + " |")
    return rows


def best(work: Callable[[], object], times: int = 3) -> float:
    """Shortest of some runs, seconds."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return min(found)


def speed() -> list[tuple[str, float, float]]:
    """What, seconds, times a plain cumulated sum of the same bets."""
    rng = np.random.default_rng(3)
    x, z = rng.poisson(100.0, (SEGMENTS, DAYS)).astype(float), rng.normal(size=(SEGMENTS, DAYS))
    mu, many, level = np.full(x.shape, 100.0), np.full(SEGMENTS, 50.0), np.full(SEGMENTS, 0.1)
    n = 6000
    y, p, w = rng.integers(0, 2, n).astype(float), rng.random(n), rng.uniform(0.5, 2, n)
    cluster, segment = rng.integers(0, 700, n), rng.integers(0, SEGMENTS, n)
    day = share_log_bets(y, p, w, cluster, segment, SEGMENTS, tolerance=0.0, typical_weight=8.0)
    shares = np.repeat(day[:, None], DAYS, axis=1)

    def nights() -> None:
        """Twelve monitors: six of shares (bets are kept), four of counts, two of values; then the board of all days."""
        start = uniform_starts(DAYS)
        paths = [log_evidence(shares, SHARE_PRIOR, start) for _ in range(6)]
        paths += [log_evidence(count_log_bets(x, mu, many, level), COUNT_PRIOR, start) for _ in range(4)]
        paths += [log_evidence(value_log_bets(z, np.ones_like(z), level), VALUE_PRIOR, start) for _ in range(2)]
        weighted_e_bh(np.concatenate(paths), np.full(12 * SEGMENTS, 1 / 12 / SEGMENTS), ALPHA)

    def interviews() -> None:
        share_log_bets(y, p, w, cluster, segment, SEGMENTS, tolerance=0.0, typical_weight=8.0)

    many_bets = np.zeros((12 * SEGMENTS, DAYS, 16))
    plain = best(lambda: np.cumsum(many_bets, axis=1))
    claims, kept = stored_year(rng)
    works = (
        ("12 monitors x 60 segments x 250 days", nights),
        ("the same from what is stored: the board of the last night", lambda: weigh(claims, kept, ALPHA)),
        ("one night's 6,000 interviews to bets", interviews),
    )
    return [(name, seconds, seconds / plain) for name, work in works for seconds in [best(work)]]


def stored_year(rng: np.random.Generator) -> tuple[list[Claim], Kept]:
    """Twelve monitors of 60 segments and 250 nights, as a campaign keeps them."""
    first = dt.date(2016, 3, 1)
    nights = [first + dt.timedelta(days=k + 1) for k in range(DAYS) for _ in range(SEGMENTS)]
    names = ("all", *(f"state=S{k}" for k in range(SEGMENTS - 1)))
    scales: dict[Kind, dict[str, tuple[float, ...]]] = {
        "shares": {"tolerance": (0.02,) * SEGMENTS},
        "counts": {"dispersion": (25.0,) * SEGMENTS, "level_sd": (0.2,) * SEGMENTS},
        "values": {"level_sd": (0.1,) * SEGMENTS},
    }
    kinds: list[Kind] = ["shares"] * 6 + ["counts"] * 4 + ["values"] * 2
    claims, parts, n = [], [empty_table(OBSERVATIONS)], DAYS * SEGMENTS
    for k, kind in enumerate(kinds):
        until = first + dt.timedelta(days=DAYS + 10)
        claims.append(Claim(f"m{k}", 1, kind, "either", 1 / 12, first, until, Foreseen(names, scales[kind], "")))
        seen = rng.poisson(40.0, n) if kind == "counts" else rng.normal(size=n)
        row = {
            "assumption": f"m{k}",
            "version": 1,
            "n": 20.0,
            "predicted": 40.0 if kind == "counts" else 0.0,
            "sd": 1.0,
        }
        row |= {"sum_w": 20.0, "sum_sq": 5.0} if kind == "shares" else {}
        made = pl.DataFrame({"segment": names * DAYS, "day": nights, "settled": nights, "observed": seen.astype(float)})
        made = made.with_columns(pl.lit(value).alias(name) for name, value in row.items())
        if kind == "shares":
            bets = rng.normal(-0.01, 0.1, (n, len(SHARE_BETS)))
            made = made.with_columns(sum_wr=pl.Series(rng.normal(0, 2, n)), log_bets=pl.Series(bets.tolist()))
        parts.append(made)
    return claims, Kept(pl.concat(parts, how="diagonal_relaxed"), empty_table(SETTLED))


def write(name: str, lines: list[str]) -> None:
    """Put lines between the marks of their name on the page."""
    text = PAGE.read_text(encoding="utf-8")
    before, rest = text.split(f"<!-- {name} -->\n")
    after = rest.split(f"<!-- end of {name} -->")[1]
    body = "\n".join(lines)
    PAGE.write_text(f"{before}<!-- {name} -->\n{body}\n<!-- end of {name} -->{after}", encoding="utf-8")


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    for option in ("--false-alarms", "--delay", "--speed", "--write"):
        parser.add_argument(option, action="store_true")
    parser.add_argument("--seasons", type=int, default=2000)
    options = parser.parse_args()
    if options.false_alarms:
        lines = ["| rule | looks at | quiet seasons with an alarm |", "| --- | --- | ---: |"]
        lines += [
            f"| {rule} | {what} | {100 * ever / n:.1f} % ({ever:,} of {n:,}) |"
            for rule, what, ever, n in false_alarms(options.seasons)
        ]
        print("\n".join(lines))
        if options.write:
            write("false alarms", lines)
    if options.delay:
        lines = [
            "| watched | shift, points | knew: half | 4 of 5 | from day 1: half | 4 of 5 | from day 91: half | 4 of 5 |",
            "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
            *delay_rows(),
        ]
        print("\n".join(lines))
        if options.write:
            write("delays", lines)
    if options.speed:
        for name, seconds, ratio in speed():
            print(f"{name}: {seconds:.2f} s, {ratio:.0f} times a plain cumulated sum")


if __name__ == "__main__":
    main()
