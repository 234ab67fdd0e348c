"""`hustings survey status`: what became of everybody who was asked, and who is not heard."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hustings.cli.campaign import CampaignDir, aligned
from hustings.cli.inputs import Json, Quiet, some, working
from hustings.cli.survey.shared import SurveyName, WaveName, collect_wave, moment_of, wave_at, wrapped
from hustings.errors import ConfigError

if TYPE_CHECKING:
    import polars as pl

    from hustings.store.campaign import Campaign
    from hustings.survey.waves import Wave

NOT_ATTEMPTED = "3.11"
NAMED = 12
"""States that are named; the rest are counted."""
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

    for option, value in {"--state-target": state_target, "--segment-target": segment_target, "--days": days}.items():
        if value < 1:
            raise ConfigError(f"{option} is {value}, expected at least 1")
    found, opened = wave_at(campaign, survey, wave)
    with working("counting", quiet=quiet or as_json):
        collect_wave(opened)
        cases = _cases(opened)
        coverage = _coverage(found, opened, days, state_target, segment_target)
        if coverage is not None:
            write_parquet(coverage, opened.path("coverage.parquet"), COVERAGE)
    rates = _rates(cases)
    heard = last_heard(opened)
    if as_json:
        print(json.dumps(_plain(opened, cases, rates, coverage, heard), indent=2))
    elif not quiet:
        asked = [*_rate_lines(rates)] if rates else wrapped(_unasked(opened))
        print("\n".join([f"{survey}, wave {opened.name}", *_case_lines(opened, cases), "", *asked]))
        if coverage is not None:
            print("\n".join(["", *coverage_lines(coverage, days, opened.name, heard)]))


def _unasked(wave: Wave) -> str:
    """Say why there are no rates."""
    if not wave.path("sample.parquet").is_file():
        return "AAPOR rates: not known, the file holds interviews only and does not say who else was asked"
    return f"nobody was asked yet: hustings survey field {wave.survey.name} --wave {wave.name}"


def _cases(wave: Wave) -> pl.DataFrame:
    """One row a case: of a drawn wave everybody released, of an imported one its records."""
    import polars as pl

    from hustings.survey.fieldwork import case_dispositions
    from hustings.survey.interviews import read_interviews
    from hustings.survey.weighting.prepare import released

    fielded, drawn = wave.path("field.sqlite").is_file(), wave.path("sample.parquet").is_file()
    if drawn and not fielded and not wave.path("respondents.parquet").is_file():
        return case_dispositions(wave, at=moment_of(wave))
    respondents = read_interviews(wave.folder).respondents
    if not fielded:
        return respondents.select("disposition", "mode", "base_weight")
    asked = released(pl.read_parquet(wave.path("sample.parquet")), respondents, wave)
    last: Any = asked["replicate"].max()
    return case_dispositions(wave, at=moment_of(wave), released=last)


def unreached(wave: Wave, cases: pl.DataFrame) -> dict[str, int]:
    """Cases not attempted by why: no number, or one that cannot be dialled; empty before the vault was opened."""
    import polars as pl

    path = wave.path("reach.parquet")
    if not path.is_file() or "case_id" not in cases.columns:
        return {}
    rows = pl.read_parquet(path).join(cases.filter(pl.col("disposition") == NOT_ATTEMPTED), on="case_id", how="semi")
    none = rows.filter(pl.col("problem") == "no number").height
    return {"no number in the file": none, "the number in the file cannot be dialled": rows.height - none}


def last_heard(wave: Wave) -> dict[str, str]:
    """State -> name of the last wave, up to this one, in which anybody there was interviewed."""
    import polars as pl

    from hustings.survey.interviews import INTERVIEWED

    heard: dict[str, str] = {}
    for one in wave.survey.waves():
        path = one.path("respondents.parquet")
        if one.name > wave.name or not path.is_file():
            continue
        rows = pl.scan_parquet(path).filter(pl.col("disposition").is_in(INTERVIEWED))
        states = rows.select("file_state").unique().collect()["file_state"].drop_nulls()
        heard |= dict.fromkeys(states, one.name)
    return heard


def response_rates(wave: Wave) -> dict[str, float | None]:
    """AAPOR rates of a wave as it stands."""
    return _rates(_cases(wave))


def _rates(cases: pl.DataFrame) -> dict[str, float | None]:
    """AAPOR rates; none before anybody was asked, nor of a file that names nobody but who answered."""
    from hustings.survey.fieldwork import rates_of
    from hustings.survey.interviews import INTERVIEWED

    found = set(cases["disposition"])
    nothing = found <= {NOT_ATTEMPTED} or ("case_id" not in cases.columns and found <= set(INTERVIEWED))
    return {} if nothing else rates_of(cases)


def _coverage(campaign: Campaign, wave: Wave, days: int, state_target: int, segment_target: int) -> pl.DataFrame | None:
    """Coverage of the waves of the last days; None for an imported wave, which has no frame."""
    import polars as pl

    from hustings.contests import load_contest
    from hustings.store import empty_table
    from hustings.survey.interviews import read_interviews
    from hustings.survey.sample import coverage
    from hustings.tables import RESPONDENTS

    if not wave.path("frame.parquet").is_file():
        return None
    parts, samples = [empty_table(RESPONDENTS)], []
    for one in wave.survey.waves():
        if one.path("sample.parquet").is_file() and _between(wave.name, one.name, days):
            samples.append(pl.read_parquet(one.path("sample.parquet")))
            collect_wave(one)
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


def _case_lines(wave: Wave, cases: pl.DataFrame) -> list[str]:
    """Dispositions with their words and shares; why cases were not attempted under them."""
    from hustings.survey.fieldwork.dispositions import CODES

    rows = []
    for code, n in _counts(cases):
        rows.append([code, f"{n:,}", f"{n / cases.height:.1%}", CODES.get(code, "")])
        why = unreached(wave, cases) if code == NOT_ATTEMPTED else {}
        rows += [["", "", "", f"  {number:,} of them: {reason}"] for reason, number in why.items() if number]
    return [some(cases.height, "case"), *aligned(rows, right=(1, 2), indent="  ")]


def _rate_lines(rates: dict[str, float | None]) -> list[str]:
    said = [f"{name} {rates[name]:.1%}" for name in SHOWN if rates.get(name) is not None]
    e = rates.get("e")
    return wrapped(f"AAPOR rates: {', '.join(said)}" + ("" if e is None else f"; e = {e:.2f}"), hang="  ")


def coverage_lines(table: pl.DataFrame, days: int, wave: str, heard: dict[str, str]) -> list[str]:
    """Lines about who is not heard: unpolled share, states by the days since anybody there was interviewed, segments."""
    import polars as pl

    from hustings.survey.sample import unpolled_share

    states = table.filter((pl.col("dimension") == "state") & pl.col("unpolled"))
    below = f"fewer than {some(table['target'][0], 'interview')} in {some(days, 'day')}"
    share = f"{unpolled_share(table):.1%} in {some(states.height, 'state')}"
    lines = [f"unpolled share of the expected electorate: {share} ({below})"]
    groups: dict[str, list[str]] = {}
    for row in states.to_dicts():
        groups.setdefault(_since(heard.get(row["segment"]), wave), []).append(
            f"{row['segment']} {row['expected_share']:.1%}"
        )
    for since, named in sorted(groups.items()):
        more = f" and {len(named) - NAMED} more" if len(named) > NAMED else ""
        lines += wrapped(f"{since}: {', '.join(named[:NAMED])}{more}", indent="  ")
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


def _since(heard: str | None, wave: str) -> str:
    """Say how long ago a state was heard, seen from a wave."""
    days = days_since(heard, wave)
    if heard is None:
        return "nobody was ever interviewed in"
    if days is None:
        return f"last interviewed in wave {heard}"
    return "interviewed in this wave" if days == 0 else f"last interviewed {some(days, 'day')} before"


def days_since(heard: str | None, wave: str) -> int | None:
    """Days from one wave to another; None where there is none, or they are not named by days."""
    try:
        return None if heard is None else (dt.date.fromisoformat(wave) - dt.date.fromisoformat(heard)).days
    except ValueError:
        return None


def _plain(
    wave: Wave,
    cases: pl.DataFrame,
    rates: dict[str, float | None],
    coverage: pl.DataFrame | None,
    heard: dict[str, str],
) -> dict[str, Any]:
    from hustings.survey.sample import unpolled_share

    return {
        "wave": wave.name,
        "cases": cases.height,
        "dispositions": dict(_counts(cases)),
        "not_attempted": unreached(wave, cases),
        "rates": rates,
        "unpolled_share": None if coverage is None else unpolled_share(coverage),
        "days_since_polled": {state: days_since(name, wave.name) for state, name in sorted(heard.items())},
        "coverage": None if coverage is None else coverage.to_dicts(),
    }
