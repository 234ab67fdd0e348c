"""What the commands share: days, contests, polls, a sign of life, and what a run folder says of its making."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hustings.errors import ConfigError

if TYPE_CHECKING:
    from hustings.contests import Contest
    from hustings.polls.clean import CleanPolls
    from hustings.polls.readers import RawPolls

ContestName = Annotated[
    str, typer.Argument(metavar="CONTEST", help="A built-in contest (`hustings contests`) or a TOML file.")
]
PollsFile = Annotated[Path, typer.Option("--polls", metavar="FILE", help="Published polls: see docs/polls.md.")]
Layout = Annotated[
    str | None,
    typer.Option("--layout", metavar="NAME|TOML", help="Layout of the polls, where the header does not tell."),
]
AsOf = Annotated[
    str | None,
    typer.Option("--as-of", metavar="YYYY-MM-DD", help="Nothing later is known [today, or the election's eve]."),
]
Out = Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder to write; replaced as a whole.")]
Draws = Annotated[int, typer.Option("--draws", help="Joint draws of the outcome.")]
Seed = Annotated[int, typer.Option("--seed", help="Same inputs and seed, same bytes.")]
National = Annotated[
    str, typer.Option("--national-prior", help="Prior of the nation: auto, fundamentals, history or flat.")
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


def parse_day(text: str, option: str) -> dt.date:
    """Read a day.

    Raises
    ------
    ConfigError
        It is not YYYY-MM-DD.
    """
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        day = None
    # The standard library also reads 20161107 and 2016-W45-1.
    if day is None or day.isoformat() != text:
        raise ConfigError(f"{option} {text!r} is not a day", hint="write YYYY-MM-DD, for example 2016-11-07")
    return day


def default_day(contest: Contest) -> dt.date:
    """Today, or the eve of an election that is over."""
    return min(dt.date.today(), contest.date - dt.timedelta(days=1))


def load_contest_and_polls(name: str, polls: Path, layout: str | None) -> tuple[Contest, RawPolls]:
    """Read a contest and a polls file."""
    from hustings.contests import load_contest
    from hustings.polls.readers import read_polls

    contest = load_contest(name)
    return contest, read_polls(polls, contest, layout=layout)


def made_by(contest_name: str, paths: list[Path]) -> dict[str, Any]:
    """Entries of ``run.json`` that only the command line knows."""
    from hustings.projection import describe_inputs

    own = [Path(contest_name)] if Path(contest_name).is_file() else []
    return {"code_version": version("hustings"), "inputs": describe_inputs([*paths, *own])}


@contextmanager
def working(what: str, *, quiet: bool) -> Iterator[None]:
    """Show that work goes on, on a terminal's error stream."""
    if quiet or not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(what):
        yield


def some(number: int, one: str, many: str | None = None) -> str:
    """Write a number and its noun: 1 day, 2 days."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def chance(prob: float) -> str:
    """A chance in percent; never 0 or 100, which no simulation can know."""
    if prob < 0.0005:
        return "<0.1%"
    return ">99.9%" if prob > 0.9995 else f"{prob:.1%}"


def say_polls(polls: CleanPolls) -> None:
    """Print how many rows were used and why the others were not."""
    rejected = polls.rejected
    print(f"polls: {polls.polls.height:,} used, {rejected.height:,} set aside")
    if rejected.height:
        import polars as pl

        # Reasons that name another row or day differ by that alone: count them together.
        plain = (
            pl.col("reason")
            .str.replace_all(r"\d{4}-\d{2}-\d{2}", "DATE")
            .str.replace_all(r"\d[\d.,]*", "N")
            .str.replace(r" \((row )?N\)$", "")
        )
        counted = rejected.group_by(plain.alias("reason")).len().sort(["len", "reason"], descending=[True, False])
        for reason, count in counted.head(6).iter_rows():
            print(f"  {count:>6,}  {reason}")
        if counted.height > 6:
            others = some(counted.height - 6, "other reason")
            print(f"  {counted['len'][6:].sum():>6,}  for {others} (polls_rejected.csv)")
