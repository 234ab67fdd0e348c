"""Past seasons as the board would have seen them, and polls against results with the errors that it would have assumed.

``python benchmarks/bench_replays.py --write`` writes ``docs/replays.md`` in about ten minutes. The polls are read from
``../shared/data`` beside the repository.
"""

from __future__ import annotations

import argparse
import datetime as dt
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import polars as pl

from hustings.contests import Contest, actual_result, load_contest
from hustings.polls.clean import clean_polls
from hustings.polls.readers import RawPolls, read_polls
from hustings.polls.tracker import default_spec, fit_tracker, outlook
from hustings.projection import project
from hustings.watch.replay import Replay, replay
from hustings.watch.streams.units import ERRORS, SAFE, usual_error

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data"
POLLS = DATA / "us_polls_2008_2012_2016.csv"
RESULTS = DATA / "us_polls_vs_results_1998_2016.csv"
YEARS = (2008, 2012, 2016)
FEWEST_RACES = 10
SAFE_RULE = "safe-units-are-safe"
FEWEST_NIGHTS = 3
"""Names that a rule gave on fewer nights are counted, not listed."""
KINDS = {
    "Pres-G": "President",
    "Sen-G": "Senate",
    "Gov-G": "Governor",
    "House-G": "House",
    "Pres-P": "Presidential primaries",
}


@dataclass(frozen=True)
class Season:
    """A replay and what came of it.

    ``judged`` has one row a unit: ``unit``, ``lead`` (eve, log-ratio, first option), ``win_prob`` (eve's favourite), ``result``,
    ``usual`` (sd), ``fell`` (the eve's favourite lost), ``off`` (error beyond 1.96 usual ones), ``then`` and ``turned`` (lead when the
    rule first named it, and whether that favourite lost). ``seconds`` are of one processor.
    """

    year: int
    played: Replay
    judged: pl.DataFrame
    seconds: float


def season(year: int) -> Season:
    """Replay one season and look up its result."""
    contest = load_contest(f"us-president-{year}")
    raw = read_polls(POLLS, contest)
    eve = contest.date - dt.timedelta(days=1)
    clock = time.process_time()
    played = replay(contest, raw, dt.date(year, 8, 1), eve)
    seconds = time.process_time() - clock
    polls = clean_polls(raw, contest, as_of=eve)
    made = project(contest, polls, as_of=eve, n_draws=4_000)
    recent = polls.polls.filter(pl.col("end_date") > eve - dt.timedelta(days=21))
    found = outlook(made.fit)
    first = contest.option_ids[0]
    chance = made.units.filter((pl.col("option") == first) & (pl.col("unit") != contest.nation)).select(
        "unit", "win_prob"
    )
    judged = pl.DataFrame(
        {
            "unit": contest.unit_ids,
            "lead": np.einsum("n,nu->u", found.weights, found.means[:, :, 0]),
            "usual": usual_error(made.fit, recent),
        }
    )
    judged = judged.join(chance, on="unit").join(actual(contest), on="unit", how="left", maintain_order="left")
    judged = judged.with_columns(
        fell=(pl.col("lead") > 0) != (pl.col("result") > 0),
        off=(pl.col("result") - pl.col("lead")).abs() > ERRORS * pl.col("usual"),
    )
    return Season(year, played, with_leads_then(judged, contest, raw, played), seconds)


def with_leads_then(judged: pl.DataFrame, contest: Contest, raw: RawPolls, played: Replay) -> pl.DataFrame:
    """With ``then``, the lead on the night on which a unit was first named, and ``turned``: whether that favourite lost."""
    named = played.alarms.filter((pl.col("assumption") == SAFE_RULE) & (pl.col("status") == "broken"))
    then = {}
    for (day,), mine in named.group_by("day"):
        polls = clean_polls(raw, contest, as_of=day).polls
        found = outlook(fit_tracker(contest, polls, as_of=day))
        leads = dict(zip(contest.unit_ids, found.weights @ found.means[:, :, 0], strict=True))
        then |= {unit: float(leads[unit]) for unit in mine["segment"]}
    table = pl.DataFrame(
        {"unit": list(then), "then": list(then.values())}, schema={"unit": pl.String, "then": pl.Float64}
    )
    judged = judged.join(table, on="unit", how="left", maintain_order="left")
    return judged.with_columns(turned=(pl.col("then") > 0) != (pl.col("result") > 0))


def actual(contest: Contest) -> pl.DataFrame:
    """Log-ratio of each unit's result: ``unit``, ``result``."""
    found = actual_result(contest)
    if found is None:
        return pl.DataFrame(schema={"unit": pl.String, "result": pl.Float64})
    one, two = (
        found.filter(pl.col("option") == option).select("unit", pl.col("votes").cast(pl.Float64).alias(option))
        for option in contest.option_ids
    )
    first, second = contest.option_ids
    return one.join(two, on="unit").select("unit", (pl.col(first) / pl.col(second)).log().alias("result"))


# --- the page ---


def points(log_ratio: float) -> str:
    """A log-ratio as a lead in points of the two-option share."""
    return f"{100 * np.tanh(log_ratio / 2.0):+.1f}"


def season_section(found: Season) -> list[str]:
    """One season: tests, rules, verdicts."""
    played, nights = found.played, found.played.nights
    chances = played.chances
    opening = (
        f"{chances.height} nights, {chances['n_polls'][0]} polls on the first and {chances['n_polls'][-1]} on the last; the "
        f"chance of the first option to win ended at {chances['win_prob'][-1]:.2f}."
    )
    lines = [
        f"## {found.year}",
        "",
        opening,
        "",
        "**Tests.**",
        "",
        "| assumption | compared | broken | stirred | strongest evidence (when, where, odds) |",
        "| --- | ---: | --- | --- | --- |",
    ]
    tests = nights.filter(pl.col("kind") != "rule")
    for (name,), mine in tests.group_by("assumption", maintain_order=True):
        best = mine.sort("evidence_log10", descending=True).row(0, named=True)
        compared = played.watched.kept.observations.filter(
            (pl.col("assumption") == name) & (pl.col("segment") == "all")
        )["n"].sum()
        lines.append(
            f"| `{name}` | {compared:.0f} polls | {first_of(played, str(name), 'broken')} | "
            f"{first_of(played, str(name), 'stirring')} | "
            f"{best['day']}, {best['segment']}, {10 ** best['evidence_log10']:.1f} to 1 |"
        )
    lines += ["", "**Rules.**", ""]
    for name in (SAFE_RULE, "deciding-units-polled", "undecided-few"):
        lines += rule_lines(found, name)
    return [*lines, missed(found), ""]


def first_of(played: Replay, name: str, status: str) -> str:
    """First nights and segments of a status."""
    mine = played.alarms.filter((pl.col("assumption") == name) & (pl.col("status") == status))
    listed = [f"{row['segment']} {row['day']} ({row['nights']} nights)" for row in mine.iter_rows(named=True)]
    return "; ".join(listed) or "never"


def rule_lines(found: Season, name: str) -> list[str]:
    """What a rule named, since when, and what came of it."""
    mine = found.played.alarms.filter((pl.col("assumption") == name) & (pl.col("status") == "broken"))
    if mine.is_empty():
        return [f"`{name}`: never broken.", ""]
    if name == "undecided-few":
        row = mine.row(0, named=True)
        said = f"`{name}`: broken from {row['day']} ({row['observed']:.1%} against {row['limit']:.1%}), on {row['nights']} nights."
        return [said, ""]
    nightly = (
        found.played.nights.filter((pl.col("assumption") == name) & (pl.col("status") == "broken"))
        .group_by("day")
        .len()
    )
    usual = nightly["len"].median()
    short = mine.filter(pl.col("nights") < FEWEST_NIGHTS)
    table = mine.filter(pl.col("nights") >= FEWEST_NIGHTS).join(
        found.judged, left_on="segment", right_on="unit", how="left", maintain_order="left"
    )
    opening = (
        f"`{name}`: {mine.height} units named in the season (on a usual night {usual:.0f}); "
        f"{short.height} of them on fewer than {FEWEST_NIGHTS} nights are not listed."
    )
    lines = [opening, ""]
    if name == "deciding-units-polled":
        listed = [f"{row['segment']} ({row['nights']} nights)" for row in table.iter_rows(named=True)]
        return [*lines[:-1], "Listed: " + (", ".join(listed) or "none") + ".", ""]
    lines += [
        "| unit | from | nights | error to lead | lead then | eve | result | favourite fell | beyond 1.96 errors |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | --- | --- |",
    ]
    for row in table.iter_rows(named=True):
        known = row["result"] is not None
        lines.append(
            f"| {row['segment']} | {row['day']} | {row['nights']} | {row['observed']:.2f} | "
            f"{points(row['then'])} | {points(row['lead'])} | "
            f"{points(row['result']) if known else 'not at hand'} | {yes(row['turned'])} | {yes(row['off'])} |"
        )
    return [*lines, ""]


def yes(flag: bool | None) -> str:
    """A flag in words."""
    return "" if flag is None else "**yes**" if flag else "no"


def missed(found: Season) -> str:
    """Units that were safe on the eve and fell, named or not."""
    named = found.played.alarms.filter((pl.col("assumption") == SAFE_RULE) & (pl.col("status") == "broken"))
    certain = pl.max_horizontal("win_prob", 1.0 - pl.col("win_prob"))
    fell = found.judged.filter(pl.col("fell") & (certain >= SAFE))["unit"].to_list()
    if not fell:
        return f"No unit that had a chance of {SAFE:.0%} or more on the eve fell."
    said = [f"{unit} ({'named' if unit in named['segment'].to_list() else 'not named'})" for unit in fell]
    return f"Fell with a chance of {SAFE:.0%} or more on the eve: {', '.join(said)}."


def counts(seasons: list[Season]) -> list[str]:
    """The summary table."""
    lines = [
        "| season | tests broken | stirred | safe units named | of them fell | beyond 1.96 errors | false alarms | undecided |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |",
    ]
    for found in seasons:
        alarms = found.played.alarms
        tests = alarms.filter(pl.col("kind") != "rule")
        named = alarms.filter((pl.col("assumption") == SAFE_RULE) & (pl.col("status") == "broken"))
        judged = found.judged.filter(pl.col("unit").is_in(named["segment"].to_list()) & pl.col("result").is_not_null())
        right = judged.filter(pl.col("turned") | pl.col("off")).height
        undecided = alarms.filter((pl.col("assumption") == "undecided-few") & (pl.col("status") == "broken"))
        lines.append(
            f"| {found.year} | {tests.filter(pl.col('status') == 'broken').height} | "
            f"{tests.filter(pl.col('status') == 'stirring')['assumption'].n_unique()} | {named.height} | "
            f"{judged['turned'].sum()} | {judged['off'].sum()} | {judged.height - right} | "
            f"{'broken' if undecided.height else 'quiet'} |"
        )
    return lines


# --- polls against results ---


def races() -> pl.DataFrame:
    """Errors of races: ``kind``, ``cycle``, ``race``, ``error`` (share, first candidate)."""
    rows = pl.read_csv(RESULTS, infer_schema_length=None).filter(pl.col("type_simple").is_in(list(KINDS)))
    rows = rows.drop_nulls(["cand1_pct", "cand2_pct", "cand1_actual", "cand2_actual"])
    polled = pl.col("cand1_pct") / (pl.col("cand1_pct") + pl.col("cand2_pct"))
    came = pl.col("cand1_actual") / (pl.col("cand1_actual") + pl.col("cand2_actual"))
    # Primaries are asked of several pairs of candidates: the pair is part of the race.
    pair = ["type_simple", "cycle", "race", "cand1_name", "cand2_name"]
    return rows.group_by(pair).agg((came - polled).mean().alias("error"), pl.len().alias("polls"))


def coverage(errors: pl.DataFrame) -> pl.DataFrame:
    """Errors against what the cycles before would have taught, by kind and cycle."""
    found = []
    for kind in KINDS:
        mine = errors.filter(pl.col("type_simple") == kind)
        for cycle in sorted(mine["cycle"].unique().to_list()):
            before, now = mine.filter(pl.col("cycle") < cycle)["error"], mine.filter(pl.col("cycle") == cycle)["error"]
            if len(before) < FEWEST_RACES or not len(now):
                continue
            assumed = float(np.sqrt((before**2).mean()))
            size = now.abs()
            found.append(
                {
                    "kind": kind,
                    "cycle": cycle,
                    "races": len(now),
                    "assumed": assumed,
                    "realised": float(np.sqrt((now**2).mean())),
                    "mean": float(now.mean()),
                    "within80": float((size <= 1.2816 * assumed).mean()),
                    "within95": float((size <= 1.96 * assumed).mean()),
                }
            )
    return pl.DataFrame(found)


def coverage_lines(found: pl.DataFrame) -> list[str]:
    """The table, and the mean of each kind; small cycles of a kind are pooled in its mean only."""
    lines = [
        "| kind | cycle | races | assumed (points of share) | realised | mean error | within 1.28 | within 1.96 |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for kind, said in KINDS.items():
        mine = found.filter(pl.col("kind") == kind)
        listed = mine.filter(pl.col("races") >= FEWEST_RACES)
        lines += [cover_row(said, str(row["cycle"]), row) for row in listed.iter_rows(named=True)]
        if mine.height:
            n = mine["races"]
            pooled = {name: float((mine[name] * n).sum() / n.sum()) for name in mine.columns[3:]} | {"races": n.sum()}
            pooled |= {name: float(np.sqrt((mine[name] ** 2 * n).sum() / n.sum())) for name in ("assumed", "realised")}
            lines.append(cover_row(f"**{said}**", "all", pooled))
    return lines


def cover_row(kind: str, cycle: str, row: dict[str, float]) -> str:
    """One line of the table."""
    return (
        f"| {kind} | {cycle} | {row['races']:.0f} | {100 * row['assumed']:.1f} | {100 * row['realised']:.1f} | "
        f"{100 * row['mean']:+.1f} | {row['within80']:.2f} | {row['within95']:.2f} |"
    )


def constants_lines() -> list[str]:
    """What the tracker itself assumed for a state of usual volatility, beside what came."""
    lines = [
        "",
        "The tracker's own constants, learned before each contest, for the error that a state's polls share (points of share near even odds):",
        "",
    ]
    for year in YEARS:
        spec = default_spec(load_contest(f"us-president-{year}"))
        names = ("bias_nation", "bias_shared", "bias_own")
        total = np.sqrt(sum(spec.scales[name].median ** 2 for name in names))
        lines.append(f"* {year}: {100 * total / 4:.1f}")
    return lines


def page(seasons: list[Season], reading: str) -> str:
    """The whole page."""
    text = (ROOT / "benchmarks" / "replays_page.md").read_text(encoding="utf-8")
    body = [*counts(seasons), ""]
    for found in seasons:
        body += season_section(found)
    results = [*coverage_lines(coverage(races())), *constants_lines()]
    return (
        text.replace("{{seasons}}", "\n".join(body).rstrip())
        .replace("{{reading}}", reading)
        .replace("{{fewest}}", str(FEWEST_RACES))
        .replace("{{results}}", "\n".join(results))
    )


def main() -> None:
    """Replay the seasons and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="write docs/replays.md")
    parser.add_argument("--years", type=int, nargs="*", default=list(YEARS))
    options = parser.parse_args()
    if not POLLS.is_file() or not RESULTS.is_file():
        print(f"skipped: the polls are not at {DATA}")
        return
    # Spawned, not forked: polars keeps threads that a fork would cut off.
    with ProcessPoolExecutor(max_workers=2, mp_context=get_context("spawn")) as pool:
        seasons = list(pool.map(season, options.years))
    for found in seasons:
        print(f"{found.year}: {found.seconds:.0f} s for {found.played.chances.height} nights")
    text = page(seasons, (ROOT / "benchmarks" / "replays_reading.md").read_text(encoding="utf-8").strip())
    if options.write:
        (ROOT / "docs" / "replays.md").write_text(text, encoding="utf-8")
    else:
        print(text)


if __name__ == "__main__":
    main()
