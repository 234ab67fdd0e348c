"""`hustings survey trend`: waves in a row, with windows, a smooth line and changes."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hustings.cli.campaign import CampaignDir, aligned
from hustings.cli.inputs import Json, Quiet, some, working
from hustings.cli.survey.shared import SurveyName, collect_wave, read_wave, shown, survey_at
from hustings.errors import ConfigError

if TYPE_CHECKING:
    import polars as pl

    from hustings.contests import Contest
    from hustings.survey.waves import Survey, Wave

FAMILIES = {
    "vote": "vote",
    "defined": "stands for",
    "heard": "heard of",
    "theme_owned": "own theme",
    "enthusiastic": "keen to vote",
    "enthusiasm_gap": "keener by",
    "favourable": "favourable",
    "unfavourable": "unfavourable",
    "people_like_you": "on our side",
    "track": "direction",
    "issue": "issue",
}
"""What is printed, the most important first, and how it is called."""
ISSUES = 5
"""Issues that are printed."""
Weighting = Annotated[str, typer.Option("--weighting", metavar="NAME", help="Which weights of each wave.")]


def command(
    survey: SurveyName,
    weighting: Weighting = "main",
    window: Annotated[int, typer.Option("--window", metavar="DAYS", help="Days of a rolling window.")] = 3,
    unit: Annotated[
        str | None, typer.Option("--unit", metavar="STATE", help="Which line to print [everybody].")
    ] = None,
    campaign: CampaignDir = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    r"""Put the weighed waves of a survey in a row: rolling and smooth lines with bands, and what changed.

    \b
    Example:
      hustings survey trend tracker
      hustings survey trend tracker --window 5 --unit NC
    """
    import polars as pl

    from hustings.contests import load_contest
    from hustings.store.writing import write_parquet, write_text
    from hustings.survey.trend import EVERYBODY, trend_table
    from hustings.survey.trend.measures import measure_labels
    from hustings.survey.trend.page import trend_page
    from hustings.tables import TREND

    if window < 1:
        raise ConfigError(f"--window is {window}, expected at least 1 day")
    found, opened = survey_at(campaign, survey)
    contest = load_contest(found.contest)
    with working("measuring", quiet=quiet or as_json):
        waves, overlapping, notes = measured(opened, weighting, contest)
        table = trend_table(waves, window_days=window, overlapping=overlapping)
        unit = _checked_unit(unit, table) or str(
            waves.filter(pl.col("unit").is_in([contest.nation, EVERYBODY])).sort("date")["unit"][-1]
        )
        labels = measure_labels(read_wave(weighed_waves(opened, weighting)[-1]).codebook)
        labels |= {option.id: option.label for option in contest.options}
        page = trend_page(table, title=survey, unit=unit, window_days=window, labels=labels)
        write_parquet(table, opened.folder / "trend.parquet", TREND)
        write_text(page, opened.folder / "trend.html")
    if as_json:
        print(json.dumps(table.to_dicts(), indent=2, default=str))
    elif not quiet:
        print("\n".join([*trend_lines(table, unit, window, labels), *(f"note: {note}" for note in notes)]))
        print(f"written: {shown(opened.folder / 'trend.html')}, trend.parquet")


def measured(survey: Survey, weighting: str, contest: Contest) -> tuple[pl.DataFrame, pl.DataFrame, list[str]]:
    """Measure every wave that was weighed: those that count, those whose interviews count elsewhere, and notes."""
    import polars as pl

    from hustings.survey.trend import FEWEST, counted_twice, overlap_notes, overlaps, too_few, wave_measures
    from hustings.survey.weighting import weighed_wave

    expected = expected_votes(contest)
    parts, people = {}, {}
    few: list[str] = []
    for wave in weighed_waves(survey, weighting):
        interviews = read_wave(wave)
        made = weighed_wave(wave, weighting, interviews=interviews)
        weights, table = made.weighting, made.table
        people[wave.name] = table
        states = too_few(table, interviews.codebook)
        if states:
            few.append(
                f"wave {wave.name}: fewer than {FEWEST} interviews in {', '.join(states)}: no points of their own"
            )
        parts[wave.name] = wave_measures(
            table,
            interviews.codebook,
            weights,
            day=day_of(wave, table),
            nation=contest.nation,
            expected=expected,
        )
    found = overlaps(people)
    twice = counted_twice(found)
    counted = pl.concat([part for name, part in parts.items() if name not in twice])
    if counted.is_empty():
        raise ConfigError(
            f"no wave of {survey.name} has anything to follow",
            hint="it takes questions with roles in the codebook (vote, track, heard, ...) and 30 interviews",
        )
    beside = pl.concat([counted.clear(), *(part for name, part in parts.items() if name in twice)])
    return counted, beside, [*overlap_notes(found), *few[-1:]]


def weighed_waves(survey: Survey, weighting: str) -> list[Wave]:
    """Waves that have a weighting; unweighted ones all have."""
    from hustings.survey.weighting.files import weightings

    waves = survey.waves()
    if weighting == "unweighted":
        for wave in waves:
            collect_wave(wave)
        found = [wave for wave in waves if wave.path("respondents.parquet").is_file()]
    else:
        found = [wave for wave in waves if weighting in weightings(wave)]
    if not found:
        raise ConfigError(
            f"survey {survey.name} has no wave with the weighting {weighting!r}", hint="hustings survey weigh"
        )
    return found


def expected_votes(contest: Contest) -> dict[str, float]:
    """Votes expected in each state of the contest."""
    return {unit.id: unit.expected_votes for unit in contest.units if unit.parent is None}


def day_of(wave: Wave, table: pl.DataFrame) -> dt.date:
    """Last day of a wave's interviews; the day it is named after where they have none."""
    days = table["field_date"].drop_nulls()
    last: Any = days.max() if len(days) else None
    if last is None:
        try:
            last = dt.date.fromisoformat(wave.name)
        except ValueError:
            raise ConfigError(
                f"nothing says of which day wave {wave.name} is", hint="a date in the codebook, or a day as its name"
            ) from None
    assert isinstance(last, dt.date)
    return last


def _checked_unit(unit: str | None, table: pl.DataFrame) -> str | None:
    """Refuse a unit that has no line, before anything is written."""
    if unit is not None and unit not in table["unit"]:
        known = ", ".join(table["unit"].unique().sort().to_list())
        raise ConfigError(f"--unit: there is no line of {unit!r}", hint=f"lines: {known}")
    return unit


def trend_lines(table: pl.DataFrame, unit: str, window: int, labels: dict[str, str]) -> list[str]:
    """Lines of one unit: last wave, window, smooth line and change of what matters most, the most important first."""
    import polars as pl

    here = table.filter(pl.col("unit") == unit)
    waves = here.filter(pl.col("kind") == "wave")
    kinds = {"wave": "last wave", "rolling": f"{window}-day", "smooth": "smooth", "change": "change"}
    if waves["date"].n_unique() == 1:
        # One wave is its own window, and nothing has changed.
        kinds = {"wave": "last wave"}
    rows, before = [], ""
    for measure in _chosen(here):
        part = dict(_last(here.filter(pl.col("measure") == measure)))
        family, _, code = measure.partition(":")
        title = FAMILIES.get(family, family.replace("_", " "))
        cells = ["" if family == before else title, _short(labels.get(measure, labels.get(code, code)), len(kinds))]
        signed = family == "enthusiasm_gap"
        cells += [_number(part.get(kind), signed=signed or kind == "change") for kind in kinds]
        rows.append(cells)
        before = family
    head = ["", "", *kinds.values()]
    days = waves["date"].unique().sort()
    lines = [f"{unit}: {some(len(days), 'wave')}, {days[0]} to {days[-1]}"]
    left = here["measure"].n_unique() - len(rows)
    more = [f"  and {some(left, 'line')} of nobody, or of less frequent issues: trend.parquet has all"] if left else []
    return [*lines, *aligned([head, *rows], right=tuple(range(2, len(head))), indent="  "), *more]


def _chosen(here: pl.DataFrame) -> list[str]:
    """Measures that are printed: not those that are 0 in all waves, of issues the most frequent; by importance."""
    import polars as pl

    waves = here.filter(pl.col("kind") == "wave").sort("date")
    last = waves.group_by("measure").agg(pl.col("estimate").abs().max().alias("most"), pl.col("estimate").last())
    some_said = last.filter(pl.col("most") > 0).sort("estimate", "measure", descending=[True, False])
    chosen = []
    for family in [*FAMILIES, *sorted({name.partition(":")[0] for name in last["measure"]} - set(FAMILIES))]:
        theirs = [name for name in some_said["measure"] if name.partition(":")[0] == family]
        chosen += theirs[:ISSUES] if family == "issue" else theirs
    return chosen


def _last(part: pl.DataFrame) -> list[tuple[str, dict[str, Any]]]:
    return [(row["kind"], row) for row in part.sort("date").unique("kind", keep="last", maintain_order=True).to_dicts()]


def _number(one: dict[str, Any] | None, *, signed: bool) -> str:
    """A share in percent, or a difference in points, and half its interval."""
    if one is None:
        return ""
    sign, error = "+" if signed else "", f"±{196 * one['se']:.1f}"
    return f"{100 * one['estimate']:{sign}.1f} {error:>5}"


def _short(label: str, columns: int) -> str:
    """A label cut to what a terminal has room for beside so many columns of numbers."""
    room = min(shutil.get_terminal_size((100, 24)).columns, 100) - 16 - 12 * columns
    return label if len(label) <= room else label[: room - 1].rstrip() + "…"
