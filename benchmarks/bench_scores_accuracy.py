"""How good the voters' scores are on real voters, interviews and tests; ``--write``: docs/accuracy-scores.md."""

from __future__ import annotations

import argparse
import datetime as dt
import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

import bench_persuasion
import bench_support
import bench_turnout
from hustings.contests import load_contest
from hustings.polls.clean import clean_polls
from hustings.polls.readers import read_polls
from hustings.projection import SurveyError, project
from hustings.projection.backtest import score_row
from hustings.projection.voters import SHARED_WITH_POLLS
from hustings.scores.persuasion import check_experiment, fit_effects
from hustings.scores.support import survey_error
from hustings.scores.support.summing import voter_draws

ROOT = Path(__file__).resolve().parents[1]
DATA = bench_support.DATA
PAGE = ROOT / "docs" / "accuracy-scores.md"
FILES = (
    "gotv_ggl2006_michigan.parquet",
    "survey_cces2016_individual.parquet",
    "survey_anes_1952_2016.parquet",
    "poststrat_acs2018_state.parquet",
    "us_polls_2008_2012_2016.csv",
    "mrp_ga2016_cces.csv",
)
CORRELATIONS = (0.0, 0.25, 0.5, 0.75)
HORIZONS = (1, 14, 60)
LOSS_MARGIN = 0.0005
Array = NDArray[np.float64]
Slots = dict[str, str]


def absent() -> list[str]:
    """Files that are not there."""
    return [name for name in FILES if not (DATA / name).is_file()]


def table(head: list[str], rows: list[list[str]]) -> str:
    """Markdown, numbers to the right."""
    lines = ["| " + " | ".join(head) + " |", "| --- " + "| ---: " * (len(head) - 1) + "|"]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def short(value: float, digits: int = 4) -> str:
    """No zero before the point."""
    return f"{value:.{digits}f}".replace("0.", ".", 1)


def predictions() -> tuple[Array, dict[str, Array]]:
    """Who voted, and each model's predictions by folds."""
    rows = pl.read_parquet(bench_turnout.FILE).filter(pl.col("treatment") == "Control")
    rng = np.random.default_rng(2006)
    blocks = rows["randomization_cluster"].to_numpy()
    names, place = np.unique(blocks, return_inverse=True)
    fold = (rng.permutation(len(names)) % bench_turnout.FOLDS)[place]
    found = {}
    for name, model in (
        ("scorecard", bench_turnout.scorecard),
        ("LightGBM", bench_turnout.boosted_trees),
        ("logistic regression", bench_turnout.logistic),
    ):
        p = np.zeros(rows.height)
        for k in range(bench_turnout.FOLDS):
            p[fold == k] = model(rows.filter(fold != k), rows.filter(fold == k), np.random.default_rng(k))
        found[name] = p
    return rows["voted_aug2006"].to_numpy().astype(float), found


def turnout() -> Slots:
    """The tables on turnout."""
    y, found = predictions()
    losses = {name: bench_turnout.log_loss(y, p) for name, p in found.items()}
    rows = []
    for name, p in found.items():
        slope, se = bench_turnout.slope(y, p)
        rows.append([name, short(losses[name], 5), f"{slope:.3f} ({se:.3f})"])
    gap = losses["scorecard"] - losses["LightGBM"]
    p = found["scorecard"]
    bands, missed = [], []
    for k, part in enumerate(np.array_split(np.argsort(p, kind="stable"), 10)):
        said, was = p[part].mean(), y[part].mean()
        se = np.sqrt((p[part] * (1 - p[part])).sum()) / len(part) / said
        inside = 0.97 <= was / said <= 1.03
        missed += (
            [] if inside else [f"{k + 1} ({was / said:.3f}, {abs(was / said - 1) / se:.1f} standard errors from 1)"]
        )
        bands.append(
            [str(k + 1), short(said), short(was), f"{was / said:.3f}", short(se, 3), "" if inside else "missed"]
        )
    return {
        "turnout": table(["model", "log loss", "slope (se)"], rows),
        "gap": f"{gap:+.5f}".replace("0.", ".", 1),
        "gap_said": "met" if gap <= LOSS_MARGIN else "**missed**",
        "deciles": table(["tenth", "predicted", "observed", "ratio", "se", ""], bands),
        "deciles_said": f"**Missed** in tenth {', '.join(missed)}." if missed else "Met in every tenth.",
    }


def mobilisation() -> Slots:
    """The table on the experiment's effects."""
    fits = fit_effects(check_experiment(bench_persuasion.michigan()), np.random.default_rng(1), nuisance="additive")
    rows, missed = [], []
    for one in fits:
        low, high = (one.average.value + sign * 1.645 * one.average.se for sign in (-1, 1))
        published = bench_persuasion.PUBLISHED["michigan", one.treatment]
        missed += [] if low <= published <= high else [one.treatment]
        numbers = (one.average.value, low, high, published)
        rows.append([one.treatment, *(f"{100 * number:+.2f}" for number in numbers)])
    return {
        "control": f"{100 * fits[0].control_mean:.2f}",
        "mobilisation": table(["letter", "effect", "5 %", "95 %", "published"], rows),
        "mobilisation_said": f"**Missed**: {', '.join(missed)}." if missed else "Every published effect is inside.",
    }


def together(
    found: bench_support.Estimated, horizons: Sequence[int] = HORIZONS, correlations: Sequence[float] = CORRELATIONS
) -> Slots:
    """The table on polls and voters."""
    contest = load_contest("us-president-2016")
    raw = read_polls(DATA / "us_polls_2008_2012_2016.csv", contest)
    sums = voter_draws(contest.option_ids, found.sampled, np.random.default_rng(2016))
    learned = survey_error(2016, past_vote=True)
    rows, scored = [], {}
    for days in horizons:
        as_of = contest.date - dt.timedelta(days=days)
        polls = clean_polls(raw, contest, as_of=as_of)
        for rho in (None, *correlations):
            error = None if rho is None else SurveyError(learned.nation_sd, 0.0, learned.unit_sd, rho)
            voters = None if rho is None else sums
            row = score_row(project(contest, polls, as_of=as_of, voters=voters, voters_error=error), 0.0)
            scored[days, rho] = row
            measures = [short(float(row[name])) for name in ("rmse", "crps")]
            more = [
                f"{float(row['bias']):+.4f}",
                f"{float(row['log_loss']):.3f}",
                f"{float(row['joint_log_density']):.1f}",
            ]
            last = [f"{float(row['cover80']):.2f}", f"{row['units_correct']}/51", f"{float(row['win_prob']):.2f}"]
            rows.append([str(days), "polls alone" if rho is None else f"both, {rho:.2f}", *measures, *more, *last])
    head = ["days", "sources, correlation", "RMSE", "CRPS", "bias", "log loss", "joint", "in 80 %", "right", "chance"]
    return {
        "assumed": f"{SHARED_WITH_POLLS}",
        "together": table(head, rows),
        "together_said": "; ".join(
            _compared(days, scored[days, None], scored[days, SHARED_WITH_POLLS]) for days in horizons
        )
        + ".",
    }


def _compared(days: int, alone: dict[str, object], both: dict[str, object]) -> str:
    parts = []
    for name, measure in (("RMSE", "rmse"), ("CRPS", "crps")):
        a, b = float(alone[measure]), float(both[measure])
        parts.append(f"{name} {short(b)} against {short(a)} ({'better' if b < a else '**worse**'})")
    when = {1: "At the eve", 14: "at 14 days", 60: "at 60 days"}[days]
    return f"{when} {' and '.join(parts)}"


def rmse_of(row: str) -> float:
    """RMSE of a line of the support tables, points."""
    return float(row.split("|")[5])


def states(found: bench_support.Estimated) -> Slots:
    """The table on states."""
    rows = bench_support.states_rows(found)
    off = rmse_of(rows[1])
    return {
        "states": "\n".join([*bench_support.HEAD, *rows]),
        "states_said": f"RMSE {off:.2f} with the past vote made to agree: {'met' if off < 4.0 else '**missed**'}.",
    }


def georgia() -> Slots:
    """The table on Georgia's districts."""
    rows = bench_support.georgia_rows(np.random.default_rng(2016))
    ours, theirs = rmse_of(rows[1]), rmse_of(rows[2])
    said = f"RMSE {ours:.2f} against {theirs:.2f}: {'met' if ours <= theirs else '**missed**'}."
    return {"georgia": "\n".join([*bench_support.HEAD, *rows]), "georgia_said": said}


def page() -> str:
    """The whole page."""
    warnings.simplefilter("ignore")
    found = bench_support.estimate_cces(np.random.default_rng(2016))
    slots = georgia() | states(found) | together(found) | mobilisation() | turnout()
    text = (ROOT / "benchmarks" / "scores_page.md").read_text(encoding="utf-8")
    for name, value in slots.items():
        text = text.replace("{{" + name + "}}", value)
    return text


def main() -> None:
    """Measure and print; write the page if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write docs/accuracy-scores.md")
    options = parser.parse_args()
    if absent():
        print(f"no accuracy: {', '.join(absent())} not in {DATA}")
        return
    text = page()
    print(text)
    if options.write:
        PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
