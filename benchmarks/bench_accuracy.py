"""How good: every back-test of the three seasons with polls at hand, with the reference beside it.

Run by ``make accuracy``; writes ``docs/accuracy.md``. The polls are read from ``../shared/data`` beside the repository.
"""

from __future__ import annotations

import argparse
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import polars as pl

from hustings.contests import load_contest
from hustings.polls.readers import read_polls
from hustings.projection import backtest, scores_table

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data"
POLLS = DATA / "us_polls_2008_2012_2016.csv"
YEARS = (2008, 2012, 2016)
HORIZONS = (100, 60, 30, 14, 7, 1)
COMPARED = (60, 14, 1)

REFERENCE = {
    (2008, 60): (0.0647, 0.0216, 0.216, 12),
    (2008, 14): (0.0352, 0.0152, 0.117, 1),
    (2008, 1): (0.0323, 0.0127, 0.102, 9),
    (2012, 60): (0.0313, 0.0137, 0.112, 39),
    (2012, 14): (0.0283, 0.0134, 0.096, 39),
    (2012, 1): (0.0180, 0.0119, 0.067, 43),
    (2016, 60): (0.0564, 0.0168, 0.169, 2),
    (2016, 14): (0.0562, 0.0172, 0.168, 2),
    (2016, 1): (0.0467, 0.0147, 0.140, 6),
}
"""The Economist's Stan model with the previous election's lean, weights and correlations and a flat national prior:
Brier, CRPS, log loss, joint log density."""

TARGETS = {
    "brier": "<= .0410",
    "crps": "<= .0148",
    "log_loss": "<= .130",
    "joint_log_density": ">= 42",
    "cover80": ".750-.900",
}
REFERENCE_MEAN = {
    "brier": ".0410",
    "crps": ".0153",
    "log_loss": ".132",
    "joint_log_density": "17",
    "cover80": ".61-.94",
}


def season(year: int, national: str) -> list[dict[str, object]]:
    """All horizons of one contest."""
    contest = load_contest(f"us-president-{year}")
    return list(backtest([(contest, read_polls(POLLS, contest))], HORIZONS, national=national))


def all_seasons(national: str) -> pl.DataFrame:
    """The three contests, two at a time."""
    # Spawned, not forked: polars keeps threads that a fork would cut off.
    with ProcessPoolExecutor(max_workers=2, mp_context=get_context("spawn")) as pool:
        rows = [row for found in pool.map(season, YEARS, [national] * len(YEARS)) for row in found]
    return scores_table(rows)


def number(value: float, digits: int) -> str:
    """A number as the field writes it: no zero before the point."""
    text = f"{value:.{digits}f}"
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


def main_table(scores: pl.DataFrame) -> list[str]:
    """Every back-test, ours and the reference's."""
    head = [
        "| contest | days | polls | Brier | (ref.) | CRPS | (ref.) | log loss | (ref.) | joint | (ref.) | RMSE | bias | in 50 % | in 80 % | in 95 % | right | chance |",
        "| --- " + "| ---: " * 17 + "|",
    ]
    for row in scores.iter_rows(named=True):
        year = int(row["contest"][-4:])
        there = REFERENCE.get((year, row["horizon_days"]))
        ref = [number(there[0], 4), number(there[1], 4), number(there[2], 3), str(there[3])] if there else [""] * 4
        cells = [
            row["contest"],
            str(row["horizon_days"]),
            str(row["n_polls"]),
            number(row["brier"], 4),
            ref[0],
            number(row["crps"], 4),
            ref[1],
            number(row["log_loss"], 3),
            ref[2],
            number(row["joint_log_density"], 1),
            ref[3],
            number(row["rmse"], 4),
            number(row["bias"], 4),
            number(row["cover50"], 2),
            number(row["cover80"], 2),
            number(row["cover95"], 2),
            f"{row['units_correct']}/51",
            number(row["win_prob"], 2),
        ]
        head.append("| " + " | ".join(cells) + " |")
    return head


def means(scores: pl.DataFrame) -> dict[str, float]:
    """Means over the contests at the horizons that are compared."""
    compared = scores.filter(pl.col("horizon_days").is_in(COMPARED))
    return {name: float(compared[name].mean()) for name in (*TARGETS, "rmse")}


def mean_table(auto: dict[str, float], history: dict[str, float]) -> list[str]:
    """Means against reference and target."""
    lines = [
        "| mean of 60, 14, 1 days | target | reference | hustings | without fundamentals |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    digits = {"brier": 4, "crps": 4, "log_loss": 3, "joint_log_density": 1, "cover80": 3}
    for name, target in TARGETS.items():
        ours, without = number(auto[name], digits[name]), number(history[name], digits[name])
        lines.append(f"| {name} | {target} | {REFERENCE_MEAN[name]} | {ours} | {without} |")
    return lines


def page(auto: pl.DataFrame, history: pl.DataFrame) -> str:
    """The whole page."""
    text = (ROOT / "benchmarks" / "accuracy_page.md").read_text(encoding="utf-8")
    eve = auto.filter((pl.col("contest") == "us-president-2016") & (pl.col("horizon_days") == 1)).row(0, named=True)
    return (
        text.replace("{{eve_2016_cover}}", f"{eve['cover80']:.0%}")
        .replace("{{eve_2016_win}}", f"{eve['win_prob']:.0%}")
        .replace("{{means}}", "\n".join(mean_table(means(auto), means(history))))
        .replace("{{auto}}", "\n".join(main_table(auto)))
        .replace("{{history}}", "\n".join(main_table(history)))
    )


def main() -> None:
    """Run all back-tests and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "accuracy.md")
    options = parser.parse_args()
    if not POLLS.is_file():
        print(f"skipped: the polls are not at {POLLS}")
        return
    auto, history = all_seasons("auto"), all_seasons("history")
    options.out.write_text(page(auto, history), encoding="utf-8")
    print("\n".join(mean_table(means(auto), means(history))))
    print(f"written: {options.out}")


if __name__ == "__main__":
    main()
