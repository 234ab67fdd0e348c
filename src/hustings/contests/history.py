"""Results of earlier contests: the only results that a contest may know.

Nothing dated on or after the contest's own day passes here. Facts and result files hold many elections, so later
rows in them are left out; a ``[[past]]`` written by hand with a later date is a mistake and refused.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from hustings import facts
from hustings.contests.document import Section, nearest
from hustings.contests.units import UNKNOWN_VOTES

if TYPE_CHECKING:
    from pathlib import Path

    from hustings.contests.contest import Unit

PAST_SOURCES = ("us-president",)
PAST_SCHEMA = {"date": pl.Date, "unit": pl.String, "option": pl.String, "votes": pl.Float64}

# Up to this contest no district had been counted (see facts.district_results): its districts are given the
# state's own result, in equal parts, so that their lean is the state's. Later contests use counted districts only.
LAST_YEAR_WITHOUT_DISTRICT_HISTORY = 2000


def read_past(
    top: Section, date: dt.date, option_ids: tuple[str, ...], units: tuple[Unit, ...], folder: Path | None
) -> pl.DataFrame:
    """Every earlier result that the contest names.

    Returns
    -------
    polars.DataFrame
        ``date``, ``unit``, ``option``, ``votes``; sorted, one row per combination, all dated before ``date``.

    Raises
    ------
    ContestError
        An entry that is none of ``from``, ``file`` or ``date`` with ``votes``; a later date; an unknown unit or
        option; a negative or repeated count.
    """
    unit_ids = tuple(unit.id for unit in units)
    parts = [pl.DataFrame(schema=PAST_SCHEMA)]
    for section in top.tables("past"):
        ways = [way for way in ("from", "file", "votes") if section.has(way)]
        if len(ways) != 1:
            hint = 'one of: from = "us-president"; file = "results.csv"; date = ... with [past.votes.UNIT]'
            raise section.error(f"{len(ways)} sources of results; expected one", hint)
        if ways[0] == "from":
            part = _from_facts(section, date, option_ids, units)
        elif ways[0] == "file":
            part = _from_file(section, folder).filter(pl.col("date") < date)
        else:
            part = _by_hand(section, date)
        section.close()
        _check(section, part, unit_ids, option_ids)
        parts.append(part)
    past = pl.concat(parts).sort("date", "unit", "option")
    repeated = past.filter(past.select("date", "unit", "option").is_duplicated())
    if repeated.height:
        row = repeated.row(0, named=True)
        raise top.error(f"two results for {row['unit']}, {row['option']} on {row['date']}; expected one")
    return past


def expected_votes_of(units: tuple[Unit, ...], past: pl.DataFrame) -> tuple[Unit, ...]:
    """Fill in the expected votes that the TOML does not give.

    A unit expects the votes for the contest's options at the last earlier contest that counted it; a district
    that was never counted an equal part of what its parent expects; 1 where nothing at all is known.
    """
    latest = (
        past.group_by("unit", "date")
        .agg(pl.col("votes").sum())
        .sort("date")
        .group_by("unit", maintain_order=True)
        .agg(pl.col("votes").last())
    )
    counted = {unit: votes for unit, votes in latest.iter_rows() if votes > 0}
    known = {u.id: u.expected_votes if u.expected_votes != UNKNOWN_VOTES else counted.get(u.id) for u in units}
    siblings = {parent: sum(unit.parent == parent for unit in units) for parent in {unit.parent for unit in units}}

    def votes_of(unit: Unit) -> float:
        votes = known[unit.id]
        if votes is None and unit.parent is not None:
            whole = known[unit.parent]
            votes = None if whole is None else whole / siblings[unit.parent]
        return 1.0 if votes is None else votes

    return tuple(replace(unit, expected_votes=votes_of(unit)) for unit in units)


def us_presidential_results() -> pl.DataFrame:
    """All US presidential results in the facts, long: ``date, unit, party, votes`` (states and counted districts)."""
    states = facts.state_results().rename({"state": "unit"})
    districts = facts.district_results().rename({"district": "unit"}).drop("estimated")
    wide = pl.concat([states, districts])
    days = {year: us_election_day(year) for year in wide["year"].unique()}
    return wide.unpivot(index=["year", "unit"], variable_name="party", value_name="votes").select(
        pl.col("year").replace_strict(days, return_dtype=pl.Date).alias("date"),
        "unit",
        pl.col("party").str.replace("_votes", "", literal=True),
        pl.col("votes").cast(pl.Float64),
    )


def us_election_day(year: int) -> dt.date:
    """Tuesday after the first Monday of November (2 U.S.C. §7)."""
    first = dt.date(year, 11, 1)
    first_monday = first + dt.timedelta(days=-first.weekday() % 7)
    return first_monday + dt.timedelta(days=1)


def _from_facts(section: Section, date: dt.date, option_ids: tuple[str, ...], units: tuple[Unit, ...]) -> pl.DataFrame:
    source = section.text("from")
    if source not in PAST_SOURCES:
        raise section.error(f"there are no results {source!r}", nearest(source, PAST_SOURCES))
    results = us_presidential_results().filter(pl.col("date") < date)
    # Facts call the options dem, rep and other; a contest with other ids says which is which.
    parties = set(results["party"])
    names = section.take("options", dict) or {option: option for option in option_ids if option in parties}
    for option, party in names.items():
        if party not in ("dem", "rep", "other"):  # a tuple: what stands there may be anything
            raise section.error(f"options: {option!r} is {party!r}", "the facts have 'dem', 'rep' and 'other'")
    if not names:
        hint = "add for example: options = { smith = 'dem', jones = 'rep' }"
        raise section.error("none of the contest's options is in the facts (dem, rep, other)", hint)
    renamed = pl.concat(
        [
            results.filter(pl.col("party") == party).with_columns(option=pl.lit(option))
            for option, party in names.items()
        ]
    ).select(list(PAST_SCHEMA))
    if date.year <= LAST_YEAR_WITHOUT_DISTRICT_HISTORY:
        renamed = pl.concat([renamed, _districts_as_their_state(renamed, units)])
    return renamed.filter(pl.col("unit").is_in([unit.id for unit in units]))


def _districts_as_their_state(results: pl.DataFrame, units: tuple[Unit, ...]) -> pl.DataFrame:
    districts = [unit for unit in units if unit.parent is not None]
    parts = [results.clear()]
    for unit in districts:
        siblings = sum(other.parent == unit.parent for other in districts)
        parent = results.filter(pl.col("unit") == unit.parent)
        parts.append(parent.with_columns(unit=pl.lit(unit.id), votes=pl.col("votes") / siblings))
    return pl.concat(parts)


def _from_file(section: Section, folder: Path | None) -> pl.DataFrame:
    """Read a CSV with the columns date, unit, option, votes (others are ignored)."""
    name = section.text("file")
    path = (folder or _nowhere(section)) / name
    try:
        table = pl.read_csv(path, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        reason = "there is no such file" if isinstance(error, FileNotFoundError) else str(error).splitlines()[0]
        raise section.error(f"{path} cannot be read: {reason}", "paths are relative to the contest's file") from error
    missing = [column for column in PAST_SCHEMA if column not in table.columns]
    if missing:
        hint = f"found the columns {', '.join(table.columns)}"
        raise section.error(f"{path} has no column {missing[0]!r}; expected {', '.join(PAST_SCHEMA)}", hint)
    typed = table.select(
        pl.col("date").str.strip_chars().str.to_date("%Y-%m-%d", strict=False),
        pl.col("unit").str.strip_chars(),
        pl.col("option").str.strip_chars(),
        pl.col("votes").str.strip_chars().str.replace_all(",", "").cast(pl.Float64, strict=False),
    )
    bad = [row for row, values in enumerate(typed.iter_rows(), start=2) if None in values]
    if bad:
        found = ", ".join(str(table[column][bad[0] - 2]) for column in PAST_SCHEMA)
        raise section.error(f"{path}, row {bad[0]}: {found}", "expected for example: 2022-11-08,NORTH,yes,12345")
    return typed


def _nowhere(section: Section) -> Path:
    raise section.error("a built-in contest cannot name a file")


def _by_hand(section: Section, date: dt.date) -> pl.DataFrame:
    day = section.take("date", dt.date, required=True)
    assert day is not None
    if day >= date:
        hint = "a contest never sees its own or a later result"
        raise section.error(f"dated {day}, but the contest is on {date}; expected an earlier date", hint)
    rows: list[tuple[dt.date, str, str, float]] = []
    for unit, votes in (section.take("votes", dict) or {}).items():
        if not isinstance(votes, dict):
            raise section.error(f"votes of {unit!r}: {votes!r}", "expected for example: [past.votes.NORTH] yes = 100")
        counts = Section(votes, section.file, f"{section.path}, votes of {unit!r}")
        rows += [(day, unit, option, float(counts.take(option, float) or 0.0)) for option in votes]
    return pl.DataFrame(rows, schema=PAST_SCHEMA, orient="row")


def _check(section: Section, part: pl.DataFrame, unit_ids: tuple[str, ...], option_ids: tuple[str, ...]) -> None:
    for unit in part["unit"].unique(maintain_order=True):
        if unit not in unit_ids:
            raise section.error(f"results for the unit {unit!r}, which is not in the contest", nearest(unit, unit_ids))
    for option in part["option"].unique(maintain_order=True):
        if option not in option_ids:
            raise section.error(
                f"results for the option {option!r}, which is not in the contest", nearest(option, option_ids)
            )
    wrong = part.filter(~(pl.col("votes").is_finite() & (pl.col("votes") >= 0)))
    if wrong.height:
        row = wrong.row(0, named=True)
        raise section.error(f"{row['votes']} votes for {row['option']} in {row['unit']}; expected 0 or more")
