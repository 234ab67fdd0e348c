"""`hustings backtest`: earlier contests projected from earlier days, and scored."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from hustings.cli.inputs import (
    Draws,
    Json,
    Layout,
    National,
    Out,
    PollsFile,
    Quiet,
    Seed,
    load_contest_and_polls,
    made_by,
)
from hustings.errors import ConfigError


def command(
    contests: Annotated[list[str], typer.Argument(metavar="CONTEST...", help="Contests whose result is known.")],
    polls: PollsFile,
    horizons: Annotated[str, typer.Option("--horizons", help="Days before the election.")] = "100,60,30,14,7,1",
    out: Out = Path("backtest"),
    draws: Draws = 40_000,
    seed: Seed = 1,
    national_prior: National = "auto",
    layout: Layout = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    r"""Project each contest from each day before its election, using only what was known then, and score the result.

    \b
    Example:
      hustings backtest us-president-2008 us-president-2012 us-president-2016 --polls polls.csv --horizons 60,14,1
    """
    from hustings.projection import backtest, scores_table
    from hustings.store import run_folder, write_csv, write_json
    from hustings.tables import SCORES

    days = parse_horizons(horizons)
    loaded = [load_contest_and_polls(name, polls, layout) for name in contests]
    rows = []
    silent = quiet or as_json
    found = backtest(loaded, days, n_draws=draws, seed=seed, national=national_prior)
    if not silent:
        print("contest              days  polls   Brier   CRPS  log loss   joint  80 % cover  right  win prob")
    for row in found:
        rows.append(row)
        if not silent:
            print(
                f"{row['contest']:20} {row['horizon_days']:4}  {row['n_polls']:5}  {row['brier']:.4f}  {row['crps']:.4f}"
                f"    {row['log_loss']:.3f}  {row['joint_log_density']:6.1f}       {row['cover80']:.2f}"
                f"     {row['units_correct']:2}     {row['win_prob']:.2f}"
            )
            sys.stdout.flush()
    table = scores_table(rows)
    with run_folder(out, command="backtest") as folder:
        write_csv(table, folder / SCORES.file, SCORES)
        info = {"command": "backtest", "contests": contests, "horizons_days": days, "seed": seed, "draws": draws}
        write_json({**info, "national_prior": national_prior, **made_by("", [polls])}, folder / "run.json")
    if as_json:
        print(json.dumps(table.to_dicts(), default=str))
    elif not quiet:
        print(f"written: {out / SCORES.file}")


def parse_horizons(text: str) -> list[int]:
    """Read days before the election.

    Raises
    ------
    ConfigError
        Not whole numbers separated by commas.
    """
    try:
        return [int(part) for part in text.split(",")]
    except ValueError:
        raise ConfigError(f"--horizons {text!r}", hint="whole days separated by commas, for example 60,14,1") from None
