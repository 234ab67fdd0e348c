"""A whole night at size: voters from their raw file to the brief, and the same night again when nothing has changed.

``make bench`` runs it with 500,000 voters; ``python benchmarks/bench_night.py --voters 5000000`` is the size of the targets (about
5 GB of disk, 15 minutes, most of them to make the raw file). Each night is a process of its own, so that start-up and memory are in it.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

import polars as pl

from hustings.cli.demo import SETTINGS, save_polls
from hustings.electorate.synthetic import ElectorateSpec, write_voters
from hustings.electorate.synthetic.interviews import InterviewSpec, draw_interviews, interview_codebook

DAY, INTERVIEWED, EVE = dt.date(2016, 10, 22), dt.date(2016, 10, 30), "2016-11-07"
FULL_SECONDS, UNCHANGED_SECONDS = 180.0, 10.0
FULL_SIZE = 5_000_000


def hustings(folder: Path, *args: str) -> tuple[float, str]:
    """Run a command in a process of its own: wall seconds and what it prints."""
    env = {**os.environ, "HUSTINGS_VAULT_KEY": "a key for measuring only"}
    start = time.perf_counter()
    done = subprocess.run(  # noqa: S603 (our own command line)
        [sys.executable, "-m", "hustings", *args], cwd=folder, env=env, check=True, capture_output=True, text=True
    )
    return time.perf_counter() - start, done.stdout


def make(folder: Path, raw: Path, voters: int, interviews: int) -> None:
    """A campaign with everything in its inbox."""
    if not (raw / "truth.parquet").is_file():
        raw.mkdir(parents=True, exist_ok=True)
        write_voters(ElectorateSpec(voters, seed=1, as_of=DAY), raw)
    inbox = folder / "inbox" / "NC" / DAY.isoformat()
    inbox.mkdir(parents=True)
    for file in raw.glob("*.zip"):
        (inbox / file.name).symlink_to(file.absolute())
    (folder / "campaign.toml").write_text(SETTINGS)
    save_polls(folder / "inbox" / "polls.csv")
    spec = InterviewSpec(interviews, "NC", INTERVIEWED, ("dem", "rep"))
    draw_interviews(pl.read_parquet(raw / "truth.parquet"), spec).write_csv(folder / "inbox" / "nc.csv")
    (folder / "inbox" / "nc.toml").write_text(interview_codebook(spec))


def report(name: str, seconds: float, target: float, voters: int) -> None:
    """One line: seconds beside the target, which is of five million voters."""
    mark = ("met" if seconds <= target else "MISSED") if voters >= FULL_SIZE else ""
    print(f"{name:44s} {seconds:8.1f} s   <= {target:.0f} s at 5 million   {mark}", flush=True)


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--voters", type=int, default=500_000)
    parser.add_argument("--interviews", type=int, default=3_000)
    parser.add_argument("--raw", type=Path, help="a folder of `hustings synth voters` to use instead")
    parser.add_argument("--folder", type=Path, default=Path(__file__).parent / "out" / "night")
    args = parser.parse_args()
    shutil.rmtree(args.folder, ignore_errors=True)
    campaign = args.folder / "campaign"
    make(campaign, args.raw or args.folder / "raw", args.voters, args.interviews)
    seconds, _ = hustings(campaign, "run", "--as-of", DAY.isoformat(), "--quiet", "--json")
    print(f"{'first night: load, polls, turnout (no interviews)':44s} {seconds:8.1f} s")
    hustings(
        campaign,
        "survey",
        "load",
        "nc",
        "inbox/nc.csv",
        "--wave",
        INTERVIEWED.isoformat(),
        "--codebook",
        "inbox/nc.toml",
    )
    shutil.rmtree(campaign / "models")
    shutil.rmtree(campaign / "runs")
    seconds, out = hustings(campaign, "run", "--as-of", EVE, "--again", "--json")
    for step in json.loads(out)["steps"]:
        print(f"  {step['name']:16s} {step['status']:10s} {step['seconds']:8.1f} s  {step['said'][:90]}")
    report("full night: every step again", seconds, FULL_SECONDS, args.voters)
    seconds, _ = hustings(campaign, "run", "--as-of", EVE, "--json")
    report("nothing changed", seconds, UNCHANGED_SECONDS, args.voters)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6
    print(f"{'peak memory of a night':44s} {peak:8.2f} GB")


if __name__ == "__main__":
    main()
