"""`hustings survey status`: what became of everybody who was asked, and who is not heard."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hustings.cli.campaign import CampaignDir, aligned
from hustings.cli.inputs import Json, Quiet, some, working
from hustings.cli.survey.shared import SurveyName, WaveName, read_wave, wave_at

if TYPE_CHECKING:
    import polars as pl

    from hustings.store.campaign import Campaign
    from hustings.survey.interviews import Interviews
    from hustings.survey.waves import Wave

SHOWN = ("RR1", "RR2", "RR3", "RR4", "RR5", "RR6", "COOP1", "REF1", "CON1")


def command(
    survey: SurveyName,
    wave: WaveName = None,
    state_target: Annotated[
        int, typer.Option("--state-target", metavar="N", help="Interviews that a state must have.")
    ] = 100,
    segment_target: Annotated[
        int, typer.Option("--segment-target", metavar="N", help="Interviews that a segment must have.")
    ] = 50,
    days: Annotated[
        int, typer.Option("--days", metavar="N", help="Waves of so many days count together for what is unpolled.")
    ] = 7,
    campaign: CampaignDir = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    r"""Say how a wave stands: dispositions, AAPOR rates, and the share of the expected electorate that is unpolled.

    \b
    Example:
      hustings survey status tracker --wave 2016-10-01 --state-target 200
    """
    from hustings.store.writing import write_parquet
    from hustings.tables import COVERAGE

    found, opened = wave_at(campaign, survey, wave)
    with working("counting", quiet=quiet or as_json):
        interviews = read_wave(opened)
        cases = _cases(opened, interviews)
        coverage = _coverage(found, opened, days, state_target, segment_target)
        if coverage is not None:
            write_parquet(coverage, opened.path("coverage.parquet"), COVERAGE)
    rates = _rates(cases)
    if as_json:
        print(json.dumps(_plain(opened, cases, rates, coverage), indent=2))
    elif not quiet:
        print("\n".join([f"{survey}, wave {opened.name}", *_case_lines(cases), "", *_rate_lines(rates)]))
        if coverage is not None:
            print("\n".join(["", *coverage_lines(coverage, days)]))


def _cases(wave: Wave, interviews: Interviews) -> pl.DataFrame:
    """One row a case: of a drawn wave everybody released, of an imported one its records."""
    import polars as pl

    from hustings.survey.fieldwork import case_dispositions
    from hustings.survey.weighting.prepare import released

    if not wave.path("field.sqlite").is_file():
        return interviews.respondents.select("disposition", "mode", "base_weight")
    asked = released(pl.read_parquet(wave.path("sample.parquet")), interviews.respondents, wave)
    last: Any = asked["replicate"].max()
    return case_dispositions(wave, at=dt.datetime.now(dt.UTC), released=last)


def _rates(cases: pl.DataFrame) -> dict[str, float | None]:
    from hustings.survey.fieldwork import rates_of

    return rates_of(cases)


def _coverage(campaign: Campaign, wave: Wave, days: int, state_target: int, segment_target: int) -> pl.DataFrame | None:
    """Coverage of the waves of the last days; None for an imported wave, which has no frame."""
    import polars as pl

    from hustings.contests import load_contest
    from hustings.survey.interviews import read_interviews
    from hustings.survey.sample import coverage

    if not wave.path("frame.parquet").is_file():
        return None
    parts, samples = [], []
    for one in wave.survey.waves():
        if one.path("sample.parquet").is_file() and _between(wave.name, one.name, days):
            samples.append(pl.read_parquet(one.path("sample.parquet")))
            if one.path("respondents.parquet").is_file():
                parts.append(read_interviews(one.folder).respondents)
    contest = load_contest(campaign.contest)
    expected = {unit.id: unit.expected_votes for unit in contest.units if unit.parent is None}
    frame = pl.read_parquet(wave.path("frame.parquet"))
    known = set(frame["file_state"].unique()) <= set(expected)
    return coverage(
        frame,
        pl.concat(samples),
        pl.concat(parts),
        state_target=state_target,
        segment_target=segment_target,
        expected_by_state=expected if known else None,
    )


def _between(last: str, name: str, days: int) -> bool:
    """Whether a wave is of the days that end with another."""
    try:
        gap = (dt.date.fromisoformat(last) - dt.date.fromisoformat(name)).days
    except ValueError:
        return last == name
    return 0 <= gap < days


def _counts(cases: pl.DataFrame) -> list[tuple[str, int]]:
    import polars as pl

    return [
        (str(code), int(n)) for code, n in cases.group_by("disposition").agg(pl.len()).sort("disposition").iter_rows()
    ]


def _case_lines(cases: pl.DataFrame) -> list[str]:
    """Dispositions with their words and shares."""
    from hustings.survey.fieldwork.dispositions import CODES

    rows = [[code, f"{n:,}", f"{n / cases.height:.1%}", CODES.get(code, "")] for code, n in _counts(cases)]
    return [f"{some(cases.height, 'case')}", *aligned(rows, right=(1, 2), indent="  ")]


def _rate_lines(rates: dict[str, float | None]) -> list[str]:
    said = [f"{name} {rates[name]:.1%}" for name in SHOWN if rates.get(name) is not None]
    e = rates.get("e")
    return [f"AAPOR rates: {', '.join(said)}" + ("" if e is None else f"; e = {e:.2f}")]


def coverage_lines(table: pl.DataFrame, days: int) -> list[str]:
    """Lines about who is not heard: unpolled share by dimension, the largest unpolled states and segments."""
    import polars as pl

    from hustings.survey.sample import unpolled_share

    states = table.filter((pl.col("dimension") == "state") & pl.col("unpolled"))
    below = f"fewer than {table['target'][0]} interviews in {days} days"
    share = f"{unpolled_share(table):.1%} in {some(states.height, 'state')}"
    lines = [f"unpolled share of the expected electorate: {share} ({below})"]
    named = [f"{row['segment']} {row['expected_share']:.1%}" for row in states.head(12).to_dicts()]
    if named:
        lines.append(f"  {', '.join(named)}" + (f" and {states.height - 12} more" if states.height > 12 else ""))
    others = table.filter((pl.col("dimension") != "state") & pl.col("unpolled"))
    rows = [
        [
            f"{row['dimension']} {row['segment']}",
            f"{row['expected_share']:.1%}",
            f"{row['interviews']:,}",
            f"{row['target']:,}",
        ]
        for row in others.sort("expected_share", descending=True).head(10).to_dicts()
    ]
    if rows:
        head = ["segments below their target", "of the electorate", "interviews", "target"]
        lines += aligned([head, *rows], right=(1, 2, 3), indent="  ")
    return lines


def _plain(
    wave: Wave, cases: pl.DataFrame, rates: dict[str, float | None], coverage: pl.DataFrame | None
) -> dict[str, Any]:
    from hustings.survey.sample import unpolled_share

    return {
        "wave": wave.name,
        "cases": cases.height,
        "dispositions": dict(_counts(cases)),
        "rates": rates,
        "unpolled_share": None if coverage is None else unpolled_share(coverage),
        "coverage": None if coverage is None else coverage.to_dicts(),
    }
