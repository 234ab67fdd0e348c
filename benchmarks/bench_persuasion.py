"""Effects of contact on real tests: averages beside the published ones, differences between people, time.

Reads the experiments in ``../shared/data`` beside the repository; prints a table.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import polars as pl

from hustings.errors import HustingsError
from hustings.scores.persuasion import Experiment, check_experiment, fit_effects

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
PUBLISHED = {
    ("michigan", "Civic Duty"): 0.018,
    ("michigan", "Hawthorne"): 0.026,
    ("michigan", "Self"): 0.049,
    ("michigan", "Neighbors"): 0.081,
}
"""Gerber, Green & Larimer (2008), table 3, without covariates."""


def michigan() -> Experiment:
    """The mailings of the 2006 primary; the household's id is not in this copy, so errors count blocks."""
    arms = ["Civic Duty", "Hawthorne", "Self", "Neighbors"]
    return Experiment(
        name="michigan",
        kind="mobilisation",
        rows=pl.read_parquet(DATA / "gotv_ggl2006_michigan.parquet"),
        treatment="treatment",
        control="Control",
        outcome="voted_aug2006",
        features=("sex", "age", "primary_00", "general_00", "primary_02", "general_02", "primary_04", "hh_size"),
        probs={"Control": 5 / 9, **dict.fromkeys(arms, 1 / 9)},
        cluster="randomization_cluster",
    )


def wisconsin(test: str) -> Experiment:
    """A letter of 2012; as many got it as did not."""
    rows = pl.read_parquet(DATA / f"gotv_{test}_wi_2012.parquet")
    rows = rows.with_columns(arm=pl.when(pl.col("treat") == 1).then(pl.lit("letter")).otherwise(pl.lit("none")))
    features = ("yearssincereg", "hhinc", "age", "female", "asian", "black", "latino")
    return Experiment(
        test, "mobilisation", rows, "arm", "none", "vg_12_update", features, probs={"none": 0.5, "letter": 0.5}
    )


def new_haven() -> Experiment:
    """Calls of 1998, in the file that was reanalysed: no lot any more."""
    rows = pl.read_parquet(DATA / "gotv_newhaven_1998.parquet")
    rows = rows.with_columns(arm=pl.when(pl.col("PHONEGRP") == 1).then(pl.lit("call")).otherwise(pl.lit("none")))
    share = rows["arm"].eq("call").sum() / rows.height
    features = ("AGE", "PERSONS", "MAJORPTY", "VOTE96.1")
    return Experiment(
        "new haven", "mobilisation", rows, "arm", "none", "VOTED98", features, probs={"none": 1 - share, "call": share}
    )


def report(experiment: Experiment, nuisance: str) -> None:
    """Print a line a treatment."""
    begun = time.perf_counter()
    try:
        checked = check_experiment(experiment)
    except HustingsError as err:
        print(f"{experiment.name:<12} refused: {err}")
        return
    fits = fit_effects(checked, np.random.default_rng(1), nuisance=nuisance)
    for one in fits:
        low, high = (one.average.value + sign * 1.645 * one.average.se for sign in (-1, 1))
        published = PUBLISHED.get((experiment.name, one.treatment))
        said = f"{100 * published:+.1f}" if published is not None else ""
        judged = one.held_out
        verdict = "people differ" if one.differs else "no detectable difference between people"
        print(
            f"{experiment.name:<12} {one.treatment:<11} {100 * one.control_mean:6.2f} {100 * one.average.value:+7.2f} "
            f"{100 * low:+6.2f} {100 * high:+6.2f} {said:>9} {one.p_no_difference:9.2g} "
            f"{judged.slope.value:+6.2f} ({judged.slope.se:.2f}) {100 * judged.qini.value:+6.3f} "
            f"({100 * judged.qini.se:.3f})  {verdict}"
        )
    print(f"{experiment.name:<12} {len(checked.arm):,} people, {time.perf_counter() - begun:.1f} s")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nuisance", default="additive", choices=("auto", "additive", "boosting"))
    nuisance = parser.parse_args().nuisance
    print(
        f"{'test':<12} {'treatment':<11} {'control':>6} {'effect':>7} {'90 %':>6} {'':>6} {'published':>9} "
        f"{'p no diff':>9} {'slope (se)':>13} {'Qini x100 (se)':>14}"
    )
    for experiment in (michigan(), wisconsin("secrecy"), wisconsin("competition"), new_haven()):
        report(experiment, nuisance)


if __name__ == "__main__":
    main()
