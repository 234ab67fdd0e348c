"""Synthetic worlds from raw files to the sum over voters: whether what was planted is found again, as often as is said.

Each world is a state's voter file of its own with its truth, loaded as a campaign would, interviews with a hidden lean in who answers,
a turnout model, a support model, and their sum. ``python benchmarks/bench_worlds.py --worlds 20`` takes about five minutes.
"""

from __future__ import annotations

import argparse
import datetime as dt
import shutil
from pathlib import Path

import numpy as np
import polars as pl
from scipy.special import logit

from hustings.cli.demo import STATES
from hustings.contests import load_contest
from hustings.electorate.layouts import layout_for
from hustings.electorate.loading import load_history, load_voters
from hustings.electorate.query import open_electorate
from hustings.electorate.synthetic import ElectorateSpec, write_voters
from hustings.electorate.synthetic.interviews import InterviewSpec, draw_interviews
from hustings.engines import connect
from hustings.scores.features import Target
from hustings.scores.scoring.cells import count_cells
from hustings.scores.support import fit_support
from hustings.scores.support.people import RACES
from hustings.scores.support.summing import campaign_spec, sum_voters
from hustings.scores.turnout import fit_turnout
from hustings.scores.turnout.fit import read_shocks
from hustings.store.vault import open_vault

DAY, EVE = dt.date(2016, 10, 29), dt.date(2016, 11, 7)
CONTEST = load_contest("us-president-2016")
STATE = "NC"
Z90 = 1.645


def interviews(truth: pl.DataFrame, n: int, lean: float, seed: int) -> pl.DataFrame:
    """Interviews as rows of a support model: described by the file's own words."""
    spec = InterviewSpec(n, STATE, dt.date(2016, 10, 30), CONTEST.option_ids, seed=seed, first_answers_more=lean)
    rows = draw_interviews(truth, spec)
    options = pl.lit(CONTEST.option_ids)
    party = truth.select(pl.col("source_id").alias("voter"), "party").unique("voter")
    race = pl.col("race").replace_strict(RACES, default="other", return_dtype=pl.String)
    return rows.join(party, on="voter", how="left", maintain_order="left").select(
        "state",
        pl.col("age").cast(pl.Int16),
        "sex",
        pl.when(pl.col("race") != "unknown").then(race).alias("race_group"),
        pl.col("party").cast(pl.String),
        pl.lit(None, pl.Float32).alias("times_voted_share"),
        pl.when(pl.col("vote").is_in(options)).then("vote").alias("option"),
        pl.when(pl.col("past_vote").is_in(options)).then("past_vote").alias("past_option"),
        pl.lit(1.0).alias("weight"),
        pl.col("interview").alias("respondent"),
    )


def world(folder: Path, seed: int, voters: int, n: int) -> dict[str, float]:
    """One world: what was planted, what was found, and how sure that was said to be."""
    rng = np.random.default_rng([seed, 99])
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    write_voters(ElectorateSpec(voters, state=STATE, layout=STATES[STATE], seed=seed, as_of=DAY), folder)
    store, vault = folder / "store", open_vault(folder / "store" / "vault", "a key for worlds", salt=b"0" * 16)
    for kind, load, file in (("voters", load_voters, "ncvoter"), ("history", load_history, "ncvhis")):
        load(store, [folder / f"{file}_Statewide.zip"], layout_for(STATES[STATE], kind), vault=vault, as_of=DAY)
    electorate = open_electorate(store, connect("duckdb", memory="2GB"), None)
    target = Target(CONTEST.date, "general", EVE)
    turnout = fit_turnout(electorate, target, rng=np.random.default_rng([seed, 1]))
    cells = count_cells(electorate, turnout.models, target)
    truth = pl.read_parquet(folder / "truth.parquet")
    lean = float(np.exp(rng.normal(0.0, 0.1)))
    rows = interviews(truth, n, lean, seed)
    spec, predictors, _ = campaign_spec(CONTEST, rows.filter(pl.col("option").is_not_null()))
    fit = fit_support(rows, CONTEST.option_ids, spec, predictors)
    shocks = read_shocks(turnout)
    summed = sum_voters(CONTEST, rows, fit, cells, shocks, np.random.default_rng([seed, 2]))
    people = truth.filter(pl.col("in_last_file"))
    votes = people["turnout_prob"].to_numpy().astype(float)
    share = float(votes @ people["support_prob"].to_numpy().astype(float) / votes.sum())
    own = summed.error.covariance(1, 1)[0, 0]
    return {
        "lean": lean,
        "turnout_true": float(votes.mean()),
        "turnout_found": float(cells["votes"].sum() / cells["voters"].sum()),
        "turnout_sd_logit": float(np.hypot(shocks.nation_sd_logit, shocks.state_sd_logit)),
        "share_true": share,
        "share_found": float(summed.estimates.shares[0, 0]),
        "sd_logit_model": float(np.sqrt(summed.estimates.covariance[0, 0])),
        "sd_logit": float(np.sqrt(summed.estimates.covariance[0, 0] + own)),
    }


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=5)
    parser.add_argument("--voters", type=int, default=15_000)
    parser.add_argument("--interviews", type=int, default=1_500)
    parser.add_argument("--folder", type=Path, default=Path(__file__).parent / "out" / "worlds")
    args = parser.parse_args()
    found = [world(args.folder, seed, args.voters, args.interviews) for seed in range(1, args.worlds + 1)]
    table = pl.DataFrame(found)
    gap = logit(table["share_found"].to_numpy()) - logit(table["share_true"].to_numpy())
    turnout = logit(table["turnout_found"].to_numpy()) - logit(table["turnout_true"].to_numpy())
    print(f"{args.worlds} worlds of {args.voters:,} voters, {args.interviews:,} interviews each")
    print(f"turnout level: mean error {turnout.mean():+.3f} logits, rms {np.sqrt((turnout**2).mean()):.3f}; ", end="")
    print(f"90 % intervals hold {np.mean(np.abs(turnout) < Z90 * table['turnout_sd_logit'].to_numpy()):.2f}")
    print(
        f"share of the first option: mean error {gap.mean():+.3f} logits, rms {np.sqrt((gap**2).mean()):.3f}; ", end=""
    )
    for name, said in (("sd_logit_model", "sampling and model alone"), ("sd_logit", "with what surveys err")):
        print(f"90 % intervals, {said}, hold {np.mean(np.abs(gap) < Z90 * table[name].to_numpy()):.2f}; ", end="")
    print()
    with pl.Config(tbl_rows=40, tbl_cols=-1, float_precision=3, tbl_width_chars=140):
        print(table)


if __name__ == "__main__":
    main()
