"""`hustings survey draw`: a stratified sample from the voter file."""

from __future__ import annotations

import datetime as dt
import json
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hustings.cli.campaign import AsOf, CampaignDir, Where, aligned, electorate_at
from hustings.cli.inputs import Json, Quiet, Seed, parse_day, some, working
from hustings.cli.survey.shared import SurveyName, collect_wave, shown, survey_at
from hustings.errors import ConfigError, StoreError

if TYPE_CHECKING:
    from hustings.survey.sample import Draw, DrawSpec
    from hustings.survey.waves import Survey, Wave


def command(
    survey: SurveyName,
    wave: Annotated[str, typer.Option("--wave", metavar="YYYY-MM-DD", help="The wave: its first day.")],
    n: Annotated[int, typer.Option("--n", metavar="VOTERS", help="Voters to draw, not interviews to get.")],
    per_state: Annotated[
        int, typer.Option("--per-state", metavar="N", help="Effective interviews that every state must reach.")
    ] = 0,
    allocate: Annotated[
        str, typer.Option("--allocate", metavar="HOW", help="proportional, or neyman: by what earlier waves found.")
    ] = "proportional",
    strata: Annotated[
        str, typer.Option("--strata", metavar="COLUMNS", help="Columns of the voter file that make strata in a state.")
    ] = "party,age_band",
    states: Annotated[str, typer.Option("--states", metavar="USPS,...", help="States to draw from [all stored].")] = "",
    where: Where = None,
    response_rate: Annotated[
        float, typer.Option("--response-rate", metavar="SHARE", help="Share of drawn voters expected to answer.")
    ] = 0.02,
    design_effect: Annotated[
        float, typer.Option("--design-effect", metavar="D", help="Interviews per effective interview expected.")
    ] = 1.5,
    replicates: Annotated[int, typer.Option("--replicates", help="Parts that are released through the day.")] = 4,
    rest_days: Annotated[
        int, typer.Option("--rest-days", help="Voters interviewed in the last so many days are left alone.")
    ] = 90,
    rehearsal: Annotated[
        bool,
        typer.Option("--rehearsal", help="Take rehearsed waves for real: whom they asked rests, they teach neyman."),
    ] = False,
    seed: Seed = 1,
    as_of: AsOf = None,
    campaign: CampaignDir = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    r"""Draw a sample, each voter with a known chance; who may not be asked is left out and counted.

    \b
    Example:
      hustings survey draw tracker --wave 2016-10-01 --n 40000 --per-state 400
      hustings survey draw tracker --wave 2016-10-02 --n 4000 --states NC --strata party,race --allocate neyman
    """
    from hustings.contests import load_contest
    from hustings.survey.fieldwork import OptOuts
    from hustings.survey.sample import Allocation, DrawSpec, draw_sample
    from hustings.survey.sample.earlier import rested

    found, opened = survey_at(campaign, survey)
    day = parse_day(wave, "--wave")
    _check_new(opened, wave)
    _check_counts(n, replicates, rest_days)
    plan = Allocation(n, allocate, per_state, response_rate, design_effect)
    names = tuple(name.strip() for name in strata.split(",") if name.strip())
    asked = tuple(state.strip().upper() for state in states.split(",") if state.strip())
    spec = DrawSpec(plan, names, replicates, seed, where, asked)
    deviations, rates = _learned(found.folder, opened, names, allocate, rehearsed=rehearsal)
    contest = load_contest(found.contest)
    with (
        working("drawing", quiet=quiet or as_json),
        electorate_at(found, as_of or _known(found.store, day)) as electorate,
    ):
        draw = draw_sample(
            electorate,
            spec,
            election=contest.date,
            opted_out=OptOuts(found.folder / "surveys").voters(),
            rested=rested(found.folder, day, rest_days, rehearsed=rehearsal),
            deviations=deviations,
            response_rates=rates,
        )
        about = _about(opened, day, spec, draw, contest.name) | {
            "snapshot": electorate.words.manifest.number,
            "as_of": electorate.as_of,
            "rest_days": rest_days,
        }
    made = _write(opened, wave, draw, about)
    if as_json:
        print(
            json.dumps(
                {"wave": wave, "drawn": draw.sample.height, "excluded": draw.excluded, "notes": draw.notes}, indent=2
            )
        )
    elif not quiet:
        print("\n".join(draw_lines(draw, made)))
        print(f"next: hustings survey field {survey} --wave {wave}")


def _check_counts(n: int, replicates: int, rest_days: int) -> None:
    if n > 0 and not 1 <= replicates <= n:
        raise ConfigError(f"--replicates is {replicates}, expected 1 to {n}, the voters drawn")
    if rest_days < 0:
        raise ConfigError(f"--rest-days is {rest_days}, expected at least 0")


def _learned(
    folder: Path, survey: Survey, strata: tuple[str, ...], allocate: str, *, rehearsed: bool
) -> tuple[dict[str, float], dict[str, float]]:
    """What earlier waves teach, by stratum; waves in the field are written down first, as they stand now."""
    from hustings.survey.sample.earlier import all_waves, learned

    for wave in all_waves(folder):
        collect_wave(wave)
    if allocate != "neyman":
        return {}, {}
    found = learned(survey, strata, rehearsed=rehearsed)
    if not found[0]:
        raise ConfigError(
            f"survey {survey.name} has no earlier wave with interviews that neyman could learn from",
            hint="draw the first wave --allocate proportional; rehearsed waves teach nothing without --rehearsal",
        )
    return found


def _known(store: Any, day: dt.date) -> str | None:  # noqa: ANN401 (a path)
    """The day of the wave; a store that begins later is asked as of its own day."""
    from hustings.store.snapshots import Snapshots

    return f"{day}" if Snapshots(store).at(None).date <= day else None


def _check_new(survey: Survey, wave: str) -> None:
    if any(one.name == wave for one in survey.waves()):
        raise StoreError(
            f"survey {survey.name} has a wave {wave} already",
            hint="a sample is drawn once: choose another day, or delete the wave's folder if nobody was asked yet",
        )


def _about(survey: Survey, day: dt.date, spec: DrawSpec, draw: Draw, contest: str) -> dict[str, Any]:
    """What is said of the wave's making."""
    plan = spec.allocation
    return {
        "survey": survey.name,
        "wave": f"{day}",
        "contest": contest,
        "source": "voter-file",
        "population": "rv",
        "code_version": version("hustings"),
        "n": plan.n,
        "allocation": plan.method,
        "per_state": plan.per_state,
        "response_rate": plan.response_rate,
        "design_effect": plan.design_effect,
        "strata": list(spec.strata),
        "replicates": spec.replicates,
        "seed": spec.seed,
        "where": spec.where,
        "excluded": draw.excluded,
        "notes": list(draw.notes),
        "drawn": draw.strata.to_dicts(),
    }


def _write(survey: Survey, wave: str, draw: Draw, about: dict[str, Any]) -> Wave:
    """Write the sample, then the wave's note: a wave with a note is whole."""
    from hustings.store.writing import write_parquet
    from hustings.survey.waves import Wave
    from hustings.tables import FRAME, SAMPLE

    folder = Wave(survey, wave).folder
    folder.mkdir(parents=True, exist_ok=True)
    write_parquet(draw.sample, folder / "sample.parquet", SAMPLE)
    write_parquet(draw.frame, folder / "frame.parquet", FRAME)
    return survey.new_wave(wave, about)


def draw_lines(draw: Draw, wave: Wave) -> list[str]:
    """Lines about a draw: by state, and who was left out."""
    import polars as pl

    by_state = draw.strata.group_by("state", maintain_order=True).agg(
        pl.col("voters", "drawn").sum(), pl.len().alias("strata")
    )
    rows = [
        [
            row["state"],
            f"{row['voters']:,}",
            f"{row['drawn']:,}",
            f"{row['drawn'] / row['voters']:.2%}",
            f"{row['strata']}",
        ]
        for row in by_state.to_dicts()
    ]
    lines = [f"drawn: {some(draw.sample.height, 'voter')}, {some(draw.sample['replicate'].n_unique(), 'replicate')}"]
    lines += aligned([["state", "may be asked", "drawn", "chance", "strata"], *rows], right=(1, 2, 3, 4), indent="  ")
    left = {reason: number for reason, number in draw.excluded.items() if number}
    lines += [f"left out: {some(sum(left.values()), 'voter')}"]
    lines += aligned([[f"{number:,}", reason] for reason, number in left.items()], right=(0,), indent="  ")
    return [*lines, *(f"note: {note}" for note in draw.notes), f"written: {shown(wave.folder)}"]
