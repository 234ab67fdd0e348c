"""`hustings synth`: electorates that are not real, in the files that election offices hand out."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from hustings.cli.campaign import KEY_VARIABLE
from hustings.cli.inputs import Json, Quiet, Seed, parse_day, some, working
from hustings.errors import ConfigError

BREAK_AFTER = dt.timedelta(days=40)
SEASON = """contest = "contest.toml"

[night]
polls = "inbox/polls.csv"

[watch]
party = "{party}"

[[inbox]]
load = "voters"
files = "inbox/*/ncvoter*.zip"
layout = "nc-2022"

[[inbox]]
load = "history"
files = "inbox/*/ncvhis*.zip"
layout = "nc-2022"

[[inbox]]
load = "early-votes"
files = "inbox/*/absentee*.zip"

[[inbox]]
load = "interviews"
files = "inbox/tracker-*.csv"
survey = "tracker"
codebook = "inbox/tracker.toml"
"""

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Make synthetic data: `hustings synth voters OUT --rows 100_000` writes a voter file of nobody.",
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.command("voters")
def voters(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Folder to write; a folder of `synth` is replaced.")],
    rows: Annotated[str, typer.Option("--rows", metavar="N", help="Records of the first week's file.")] = "100_000",
    state: Annotated[str, typer.Option("--state", metavar="USPS", help="State, or GB.")] = "NC",
    layout: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="NAME",
            help="nc-2022, nc-2009, oh-swvf, fl-extract, wa-vrdb, l2, targetsmart or uk-register.",
        ),
    ] = "nc-2022",
    seed: Seed = 1,
    as_of: Annotated[
        str, typer.Option("--as-of", metavar="YYYY-MM-DD", help="Day of the first week's file.")
    ] = "2016-10-01",
    weeks: Annotated[int, typer.Option("--weeks", help="Weekly files; from 2 on, each in a folder of its day.")] = 1,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    r"""Write a synthetic voter file with its history, and the truth behind it; no record is a real person's.

    \b
    Example:
      hustings synth voters synth-nc --rows 1_000_000 --state NC --seed 1
      hustings synth voters synth-weeks --weeks 2 --as-of 2016-10-01
    """
    from hustings.electorate.synthetic import ElectorateSpec, write_voters
    from hustings.store import run_folder, write_json

    spec = ElectorateSpec(_whole(rows, "--rows"), state.upper(), layout, seed, parse_day(as_of, "--as-of"), weeks)
    with run_folder(out, command="synth voters") as folder, working("making voters", quiet=quiet or as_json):
        written = write_voters(spec, folder)
        info = {
            "command": "synth voters",
            "code_version": version("hustings"),
            "rows": spec.rows,
            "state": spec.state,
            "format": spec.layout,
            "seed": spec.seed,
            "as_of": spec.as_of,
            "weeks": spec.weeks,
            "counts": written.counts,
            "levels": dataclasses.asdict(written.levels),
        }
        write_json(info, folder / "run.json")
    if as_json:
        print(json.dumps({"folder": str(out), "counts": written.counts, "files": written.files}, indent=2))
    elif not quiet:
        said = ", ".join(some(number, name.removesuffix("s"), name) for name, number in written.counts.items())
        print(f"made: {said}")
        for name in written.files:
            print(f"  {out / name}")


@app.command("interviews")
def interviews(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="What `hustings synth voters` wrote.")],
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="CSV to write; its codebook goes beside it (.toml).")
    ],
    number: Annotated[int, typer.Option("--interviews", metavar="N", help="How many.")] = 1500,
    day: Annotated[str, typer.Option("--day", metavar="YYYY-MM-DD", help="Last day of the field.")] = "2016-10-30",
    options: Annotated[str, typer.Option("--options", help="Ids of the contest's two options.")] = "dem,rep",
    seed: Seed = 1,
    quiet: Quiet = False,
) -> None:
    r"""Write interviews with voters of a synthetic file, as a vendor would send them, with their codebook.

    \b
    Example:
      hustings synth interviews synth-nc --out inbox/nc.csv --interviews 1500 --day 2016-10-30
      hustings survey load nc inbox/nc.csv --wave 2016-10-30 --codebook inbox/nc.toml
    """
    import polars as pl

    from hustings.cli.campaign import write_frame
    from hustings.electorate.synthetic.interviews import InterviewSpec, draw_interviews, interview_codebook
    from hustings.store import read_run, write_text

    if out.suffix != ".csv":
        raise ConfigError(f"--out {out}: expected a name that ends in .csv")
    state = str(read_run(folder).info["state"])
    chosen = [option.strip() for option in options.split(",")]
    spec = InterviewSpec(number, state, parse_day(day, "--day"), chosen, seed)
    rows = draw_interviews(pl.read_parquet(folder / "truth.parquet"), spec)
    out.parent.mkdir(parents=True, exist_ok=True)
    write_text(interview_codebook(spec), out.with_suffix(".toml"))
    write_frame(rows, out)
    if not quiet:
        print(f"made: {some(rows.height, 'interview')} of {state}, {out} and its codebook {out.with_suffix('.toml')}")


@app.command("season")
def season(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The campaign's folder to make: new, or empty.")],
    world: Annotated[
        str,
        typer.Option(
            "--world",
            metavar="NAME",
            help="What breaks: quiet, new-registrants, base-erosion, hanging-up, stale, turnout or two-at-once.",
        ),
    ] = "quiet",
    first: Annotated[str, typer.Option("--from", metavar="YYYY-MM-DD", help="First night.")] = "2016-09-01",
    last: Annotated[str, typer.Option("--to", metavar="YYYY-MM-DD", help="Last night.")] = "2016-11-07",
    break_day: Annotated[
        str | None,
        typer.Option("--break", metavar="YYYY-MM-DD", help="First day of the break [40 days after the first]."),
    ] = None,
    size: Annotated[
        float | None,
        typer.Option("--size", help="How much breaks; docs/maths/synthetic.md says of what [by the world]."),
    ] = None,
    voters: Annotated[str, typer.Option("--voters", metavar="N", help="Of the first voter file.")] = "20_000",
    interviews_a_day: Annotated[int, typer.Option("--interviews-a-day", metavar="N", help="How many.")] = 60,
    seed: Seed = 1,
    quiet: Quiet = False,
) -> None:
    r"""Make a campaign and all that comes in during a season, to be run night by night; in some worlds something breaks.

    \b
    Example:
      hustings synth season autumn --world base-erosion
      hustings run --campaign autumn --as-of 2016-09-01
    """
    from hustings.electorate.synthetic.season import SeasonSpec, write_season
    from hustings.electorate.synthetic.worlds import World, own_party
    from hustings.store import write_text
    from hustings.store.campaign import SETTINGS, new_campaign

    begin, end = parse_day(first, "--from"), parse_day(last, "--to")
    breaks = parse_day(break_day, "--break") if break_day else min(begin + BREAK_AFTER, end)
    spec = SeasonSpec(World(world, breaks, size), begin, end, _whole(voters, "--voters"), interviews_a_day, seed)
    new_campaign(folder, contest="contest.toml")
    write_text(SEASON.format(party=own_party()), folder / SETTINGS)
    with working("making a season", quiet=quiet):
        counts = write_season(spec, folder)
    if not quiet:
        said = ", ".join(f"{number:,} {name}" for name, number in counts.items())
        print(f"made: {said}")
        print(f"what was planted: {folder / 'synthetic' / 'world.json'}")
        print(f'next: export {KEY_VARIABLE}="a key for people who are not real"')
        print(f"      hustings run --campaign {folder} --as-of {begin}   # and so on, night by night or week by week")


def _whole(text: str, option: str) -> int:
    """Read a whole number; 1_000_000 and 1,000,000 are the same."""
    try:
        return int(text.replace(",", "_"))
    except ValueError:
        raise ConfigError(f"{option} {text!r} is not a whole number", hint="write for example 1_000_000") from None
