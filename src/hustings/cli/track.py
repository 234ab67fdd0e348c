"""`hustings track`: the path of opinion, day by day."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hustings.cli.inputs import (
    AsOf,
    ContestName,
    Json,
    Layout,
    National,
    Out,
    PollsFile,
    Quiet,
    default_day,
    load_contest_and_polls,
    made_by,
    parse_day,
    say_polls,
    some,
    working,
)

if TYPE_CHECKING:
    import datetime as dt

    import polars as pl


def command(
    contest: ContestName,
    polls: PollsFile,
    out: Out = Path("track"),
    as_of: AsOf = None,
    every: Annotated[int, typer.Option("--every", min=1, help="Days between points, counted back.")] = 1,
    national_prior: National = "auto",
    layout: Layout = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    r"""Write where every unit stood on every day, with bands, as seen from the as-of day.

    Into the folder of a projection of the same contest and day, the path is added to it.

    \b
    Example:
      hustings track us-president-2016 --polls polls.csv --as-of 2016-11-07 --out runs/2016-11-07
    """
    from hustings.polls.clean import clean_polls
    from hustings.polls.tracker import fit_tracker
    from hustings.projection import track
    from hustings.projection.project import check_as_of

    with working("reading polls", quiet=quiet or as_json):
        found, raw = load_contest_and_polls(contest, polls, layout)
        day = parse_day(as_of, "--as-of") if as_of else default_day(found)
        check_as_of(found, day)
        cleaned = clean_polls(raw, found, as_of=day)
    with working("following every unit day by day", quiet=quiet or as_json):
        fit = fit_tracker(found, cleaned.polls, as_of=day, national=national_prior)
        table = track(fit, every_days=every)
    info = {"command": "track", "contest": found.name, "as_of": day, **made_by(contest, [polls])}
    add_track(table, out, info)
    if as_json:
        print(json.dumps({"track": str(out / "track.csv"), "days": table["date"].n_unique(), "rows": table.height}))
    elif not quiet:
        say_polls(cleaned)
        days, places = table["date"].n_unique(), table["unit"].n_unique()
        print(f"written: {out / 'track.csv'} ({some(days, 'day')}, {some(places, 'place')})")


def add_track(table: pl.DataFrame, out: Path, info: dict[str, Any]) -> None:
    """Write ``track.csv`` beside a projection of the same contest and day, or into a folder of its own."""
    from hustings.store import run_folder, write_csv, write_json
    from hustings.tables import TRACK

    beside = is_projection(out, info["contest"], info["as_of"])
    with run_folder(out, add=beside, command="track") as folder:
        write_csv(table, folder / TRACK.file, TRACK)
        if not beside:
            write_json(info, folder / "run.json")


def is_projection(folder: Path, contest: str, as_of: dt.date) -> bool:
    """Whether the folder holds a projection of this contest from this day."""
    path = folder / "run.json"
    if not path.is_file():
        return False
    try:
        info = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return False
    return (info.get("command"), info.get("contest"), info.get("as_of")) == ("project", contest, as_of.isoformat())
