"""`hustings survey weigh`: weights, and an account of what each step did."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hustings.cli.campaign import CampaignDir, aligned
from hustings.cli.inputs import Json, Quiet, Seed, some, working
from hustings.cli.survey.shared import SurveyName, WaveName, read_wave, shown, wave_at
from hustings.errors import ConfigError

if TYPE_CHECKING:
    from hustings.survey.weighting import WeighedWave, Weighting


def command(
    survey: SurveyName,
    wave: WaveName = None,
    name: Annotated[str, typer.Option("--name", metavar="NAME", help="Name of the weighting in tables.")] = "main",
    population: Annotated[
        str, typer.Option("--population", help="Who the weights stand for: lv the expected electorate, rv all voters.")
    ] = "lv",
    nonresponse: Annotated[
        str,
        typer.Option(
            "--nonresponse", metavar="COLUMNS", help="What the chance to answer depends on; none for no step."
        ),
    ] = "auto",
    margins: Annotated[
        str, typer.Option("--margins", metavar="COLUMNS", help="Totals to meet: state,party,age_band*sex.")
    ] = "auto",
    targets: Annotated[
        Path | None,
        typer.Option("--targets", metavar="FILE", help="Another population: TOML, or a CSV or Parquet of cells."),
    ] = None,
    count: Annotated[
        str | None, typer.Option("--count", metavar="COLUMN", help="Its column of people or votes.")
    ] = None,
    method: Annotated[str, typer.Option("--method", help="raking, or calibration between bounds.")] = "raking",
    bounds: Annotated[str, typer.Option("--bounds", metavar="LOW,HIGH", help="Factors of a calibration.")] = "0.2,5",
    trim: Annotated[
        str, typer.Option("--trim", metavar="LOW,HIGH", help="Smallest and largest weight, the mean is 1; or none.")
    ] = "0.1,8",
    collapse: Annotated[
        int, typer.Option("--collapse", metavar="N", help="Merge categories with fewer interviews than this.")
    ] = 0,
    replicates: Annotated[int, typer.Option("--replicates", metavar="N", help="Bootstrap weights to keep.")] = 0,
    everybody: Annotated[
        bool, typer.Option("--all", help="Count the interviews too that quality rules set aside.")
    ] = False,
    seed: Seed = 1,
    campaign: CampaignDir = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    r"""Weigh interviews: chance to be drawn, chance to answer learned from who was asked, then totals to meet.

    \b
    Example:
      hustings survey weigh tracker --wave 2016-10-01
      hustings survey weigh tracker --name all-voters --population rv --margins state,party,age_band*sex
      hustings survey weigh cces --targets adults.toml
    """
    import numpy as np

    from hustings.survey.weighting import Wish, weigh_wave
    from hustings.survey.weighting.targets import read_targets

    if replicates < 0 or replicates == 1:
        raise ConfigError(f"--replicates is {replicates}, expected 0 for none, or at least 2")
    _check_options(name, margins, collapse, count, targets)
    _, found = wave_at(campaign, survey, wave)
    named = None if margins == "auto" else _names(margins)
    with working("weighing", quiet=quiet or as_json):
        wish = Wish(
            name=name,
            population=population,
            nonresponse={"auto": None, "none": ()}.get(nonresponse, _names(nonresponse)),
            margins=named,
            targets=None if targets is None else read_targets(targets, count=count, margins=tuple(named or ())),
            method=method,
            bounds=_pair(bounds, "--bounds"),
            trim=_pair(trim, "--trim"),
            replicates=replicates,
            fewest=collapse,
            everybody=everybody,
        )
        made = weigh_wave(found, wish, interviews=read_wave(found), rng=np.random.default_rng(seed))
        folder = made.write()
    weighting = made.weighting
    if as_json:
        print(json.dumps(weighting.report.to_dict(), indent=2))
    elif not quiet:
        print("\n".join(weighting_lines(made)))
        print(f"written: {shown(folder)}")
        print(f"next: hustings survey tables {survey} --wave {found.name}")


def _check_options(name: str, margins: str, collapse: int, count: str | None, targets: Path | None) -> None:
    """Refuse options that would be taken for something else, or for nothing."""
    if name == "unweighted":
        raise ConfigError("--name unweighted means no weights in tables", hint="choose another name")
    if not _names(margins):
        raise ConfigError(f"--margins {margins!r} names no column", hint="state,party,age_band*sex; or auto")
    if collapse < 0:
        raise ConfigError(f"--collapse is {collapse}, expected at least 0")
    if count is not None and targets is None:
        raise ConfigError("--count is a column of --targets, which is not given", hint="--targets FILE --count COLUMN")


def _names(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _pair(text: str, option: str) -> tuple[float, float] | None:
    if text == "none":
        return None
    try:
        low, high = (float(part) for part in text.split(","))
    except ValueError:
        raise ConfigError(f"{option} {text!r} is not two numbers", hint="for example 0.2,5; or none") from None
    return low, high


def weighting_lines(made: WeighedWave) -> list[str]:
    """Lines of the account: steps, what they moved, targets furthest off before, who answers less."""
    weighting = made.weighting
    report = weighting.report
    asked = "" if report.asked is None else f" of {some(report.asked, 'voter')} asked"
    lines = [f"weighting {report.name}: {some(report.interviews, 'interview')}{asked}, {report.method}"]
    head = ["step", "smallest", "largest", "design effect", "effective n"]
    rows = [
        [
            row["step"],
            f"{row['smallest']:.2f}",
            f"{row['largest']:.2f}",
            f"{row['design_effect']:.2f}",
            f"{row['n_effective']:,.0f}",
        ]
        for row in report.steps.to_dicts()
    ]
    lines += aligned([head, *rows], right=(1, 2, 3, 4), indent="  ")
    lines += _moved(weighting) + _response(weighting) + _targets(weighting)
    for name, values in made.merged.items():
        lines.append(f"note: {name.removeprefix('file_')}: {', '.join(values)} have few interviews and were merged")
    return [*lines, *(f"note: {note}" for note in report.notes)]


def _moved(weighting: Weighting) -> list[str]:
    moved = weighting.report.moved
    if moved.is_empty():
        return []
    steps = [name for name in moved.columns if name not in {"outcome", "code"}]
    rows = [[row["code"], *(f"{row[step]:.1%}" for step in steps)] for row in moved.to_dicts()]
    head = [moved["outcome"][0], *steps]
    return ["", "what each step moved", *aligned([head, *rows], right=tuple(range(1, len(head))), indent="  ")]


def _response(weighting: Weighting, most: int = 8) -> list[str]:
    """Categories that answer least and most."""
    import polars as pl

    table = weighting.report.response.filter(pl.col("term").str.contains("=", literal=True) & (pl.col("asked") >= 50))
    if table.is_empty():
        return []
    ends = pl.concat([table.sort("rate").head(most // 2), table.sort("rate").tail(most // 2)]).unique(
        maintain_order=True
    )
    rows = [
        [row["term"].removeprefix("file_"), f"{row['asked']:,}", f"{row['answered']:,}", f"{row['rate']:.1%}"]
        for row in ends.to_dicts()
    ]
    head = ["who answers", "asked", "answered", "rate"]
    return ["", *aligned([head, *rows], right=(1, 2, 3), indent="  ")]


def _targets(weighting: Weighting, most: int = 8) -> list[str]:
    """Targets that were furthest off before calibration, and how far all are now."""
    import polars as pl

    table = weighting.report.targets
    if table.is_empty():
        return []
    far = table.with_columns((pl.col("before") - pl.col("target")).abs().alias("off")).sort("off", descending=True)
    rows = [
        [
            f"{row['margin'].replace('file_', '')} = {row['category']}",
            f"{row['target']:.2%}",
            f"{row['before']:.2%}",
            f"{row['after']:.2%}",
            f"{row['interviews']:,}",
        ]
        for row in far.head(most).to_dicts()
    ]
    worst = table["difference"].abs().max()
    assert isinstance(worst, float)
    head = ["furthest from target", "target", "before", "after", "interviews"]
    said = f"{table.height} targets in {some(table['margin'].n_unique(), 'margin')}, all met within {worst:.1e}"
    return ["", *aligned([head, *rows], right=(1, 2, 3, 4), indent="  "), said]
