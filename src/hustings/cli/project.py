"""`hustings project`: from published polls to who wins."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from hustings.cli.inputs import (
    AsOf,
    ContestName,
    Draws,
    Json,
    Layout,
    National,
    Out,
    PollsFile,
    Quiet,
    Seed,
    chance,
    default_day,
    load_contest_and_polls,
    made_by,
    parse_day,
    say_polls,
    some,
    working,
)

if TYPE_CHECKING:
    from hustings.projection import Projection


def command(
    contest: ContestName,
    polls: PollsFile,
    out: Out = Path("run"),
    as_of: AsOf = None,
    draws: Draws = 40_000,
    seed: Seed = 1,
    national_prior: National = "auto",
    layout: Layout = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    r"""Project a contest from published polls, and write every number with its error.

    \b
    Example:
      hustings project us-president-2016 --polls polls.csv --as-of 2016-11-07 --out runs/2016-11-07
      hustings brief runs/2016-11-07
    """
    from hustings.polls.clean import clean_polls
    from hustings.projection import project, write_projection
    from hustings.store import run_folder

    with working("reading polls", quiet=quiet or as_json):
        found, raw = load_contest_and_polls(contest, polls, layout)
        day = parse_day(as_of, "--as-of") if as_of else default_day(found)
        cleaned = clean_polls(raw, found, as_of=day)
    with working(f"projecting {found.title}", quiet=quiet or as_json):
        projection = project(found, cleaned, as_of=day, n_draws=draws, seed=seed, national=national_prior)
        with run_folder(out, command="project") as folder:
            write_projection(projection, folder, made_by=made_by(contest, [polls]))
    if as_json:
        print((out / "verdict.json").read_text(encoding="utf-8"), end="")
    elif not quiet:
        say_polls(cleaned)
        for note in projection.notes:
            print(f"note: {note}")
        say_verdict(projection)
        print(f"written: {out}  (a page to read: hustings brief {out})")


def say_verdict(projection: Projection) -> None:
    """Print who wins, by what, where it tips and what stands beside it."""
    verdict = projection.verdict
    days = (projection.contest.date - projection.as_of).days
    print(f"\n{verdict['contest_title']}, as of {verdict['as_of']} ({some(days, 'day')} before)")
    for line in verdict_table(projection):
        print(f"  {line}")
    part = sum(option["popular_win_but_lose_prob"] for option in verdict["options"].values())
    if part > 0:
        print(f"  most votes while somebody else wins: {chance(part)}")
    for key, name in (("tie_prob", "tie"), ("no_majority_prob", "nobody has a majority"), ("runoff_prob", "run-off")):
        if verdict[key] > 0:
            print(f"  {name}: {chance(verdict[key])}")
    if verdict["tipping_points"]:
        tips = ", ".join(f"{tip['unit']} {tip['prob']:.0%}" for tip in verdict["tipping_points"][:6])
        print(f"  where it tips: {tips}")
    flip = verdict["fewest_votes_to_flip"]
    if flip and flip["units"]:
        where = ", ".join(unit["unit"] for unit in flip["units"])
        print(f"  fewest voters who would flip the expected result: {flip['votes']:,.0f} ({where})")


def verdict_table(projection: Projection) -> list[str]:
    """Lines of a table: each option's chance, share of the vote and, where they are counted, seats."""
    options = projection.verdict["options"]
    seats = projection.contest.rule in {"electors", "seats"}
    nation = projection.units.filter(projection.units["unit"] == projection.contest.nation)
    rows = [["", "chance to win", "votes", "90 % range", *(["seats", "90 % range"] if seats else [])]]
    for row, option in zip(nation.iter_rows(named=True), options.values(), strict=True):
        shares = [f"{row['share_mean']:.1%}", f"{row['share_q05']:.1%} - {row['share_q95']:.1%}"]
        won = [f"{option['seats_mean']:.0f}", f"{option['seats_q05']:.0f} - {option['seats_q95']:.0f}"]
        rows.append([option["label"], chance(option["win_prob"]), *shares, *(won if seats else [])])
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "   ".join(
            [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        )
        for row in rows
    ]
