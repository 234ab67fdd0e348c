"""`hustings explain`: why a number moved between two days, poll by poll."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hustings.cli.inputs import (
    ContestName,
    Json,
    Layout,
    National,
    Out,
    PollsFile,
    Quiet,
    Seed,
    load_contest_and_polls,
    made_by,
    parse_day,
    some,
    working,
)
from hustings.errors import ConfigError

if TYPE_CHECKING:
    import polars as pl

    from hustings.projection import Projection

N_SHOWN = 12
KINDS = {
    "poll-new": "polls not known on the first day",
    "poll-aged": "polls known on both days",
    "poll-dropped": "waves that a newer one replaced",
    "voters": "the campaign's own voters",
    "prior": "pull of the prior",
    "time": "time passing, scales re-learned",
}
"""Kinds of influence, in the order of the sums."""


def command(
    contest: ContestName,
    polls: PollsFile,
    start: Annotated[str, typer.Option("--from", metavar="YYYY-MM-DD", help="The earlier day.")],
    end: Annotated[str, typer.Option("--to", metavar="YYYY-MM-DD", help="The later day.")],
    unit: Annotated[str | None, typer.Option("--unit", help="Unit to explain [the nation].")] = None,
    out: Out = Path("why"),
    seed: Seed = 1,
    national_prior: National = "auto",
    layout: Layout = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    r"""Say what moved a number between two days: every poll's part, the prior's and time's; the parts add up.

    Into the folder of a projection of the later day, the table is added to it.

    \b
    Example:
      hustings explain us-president-2016 --polls polls.csv --from 2016-10-25 --to 2016-11-07 --unit US --out runs/why
    """
    from hustings.polls.clean import clean_polls
    from hustings.projection import explain, project

    with working("projecting both days", quiet=quiet or as_json):
        found, raw = load_contest_and_polls(contest, polls, layout)
        days = parse_day(start, "--from"), parse_day(end, "--to")
        if days[0] >= days[1]:
            raise ConfigError(f"--from {days[0]} is not before --to {days[1]}", hint="give the earlier day first")
        both = [
            project(found, clean_polls(raw, found, as_of=day), as_of=day, seed=seed, national=national_prior)
            for day in days
        ]
        place = unit or found.nation
        table = explain(both[0], both[1], place)
    info = {
        "command": "explain",
        "contest": found.name,
        "as_of": days[1],
        "seed": seed,
        "explain": {"from": days[0], "to": days[1], "unit": place},
        **made_by(contest, [polls]),
    }
    add_influence(table, out, info)
    if as_json:
        print(json.dumps({"influence": str(out / "influence.csv"), **summary(table)}))
    elif not quiet:
        say_influence(table, both[0], both[1], place)
        print(f"written: {out / 'influence.csv'}")


def add_influence(table: pl.DataFrame, out: Path, info: dict[str, object]) -> None:
    """Write ``influence.csv`` beside a projection of the later day, or into a folder of its own."""
    import datetime as dt

    from hustings.cli.track import is_projection
    from hustings.store import read_run, run_folder, write_csv, write_json
    from hustings.tables import INFLUENCE

    day = info["as_of"]
    beside = isinstance(day, dt.date) and is_projection(out, str(info["contest"]), day)
    with run_folder(out, add=beside, command="explain") as folder:
        write_csv(table, folder / INFLUENCE.file, INFLUENCE)
        kept = {**read_run(folder).info, "explain": info["explain"]} if beside else info
        write_json(kept, folder / "run.json")


def summary(table: pl.DataFrame) -> dict[str, object]:
    """Sums by kind, and the whole."""
    sums = table.drop("item").group_by("kind").sum().sort("kind")
    return {
        "delta_share": table["delta_share"].sum(),
        "delta_win_prob": table["delta_win_prob"].sum(),
        "by_kind": {row["kind"]: [row["delta_share"], row["delta_win_prob"]] for row in sums.iter_rows(named=True)},
    }


def say_influence(table: pl.DataFrame, before: Projection, after: Projection, place: str) -> None:
    """Print the largest parts, and the sums by kind."""
    import polars as pl

    option = next(iter(after.verdict["options"].values()))["label"]
    print(f"{option} in {place}, in points")
    print("   share  chance to win")
    both = pl.concat([after.polls_used, before.polls_used]).select("poll_id", "pollster", "unit", "end_date")
    used = both.unique("poll_id", keep="first", maintain_order=True)
    shown = table.join(used, left_on="item", right_on="poll_id", how="left").head(N_SHOWN)
    for row in shown.iter_rows(named=True):
        about = f"{row['pollster']}, {row['unit']}, to {row['end_date']}" if row["pollster"] else row["item"]
        print(points(row["delta_share"], row["delta_win_prob"], f"{row['kind']:12} {about}"))
    if table.height > N_SHOWN:
        print(f"                         and {some(table.height - N_SHOWN, 'smaller part')}; by kind:")
        for kind, what in KINDS.items():
            of_kind = table.filter(pl.col("kind") == kind)
            if of_kind.height:
                print(points(*_sums(of_kind), f"{kind:12} {what}"))
    print(points(*_sums(table), "together"))


def points(share: float, chance: float, what: str) -> str:
    """Lay out one line of two changes, in points; adding 0 keeps a small negative from reading -0.00."""
    return f"  {round(100 * share, 2) + 0.0:+6.2f}         {round(100 * chance, 1) + 0.0:+6.1f}  {what}"


def _sums(table: pl.DataFrame) -> tuple[float, float]:
    return float(table["delta_share"].sum()), float(table["delta_win_prob"].sum())
