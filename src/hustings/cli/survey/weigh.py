"""`hustings survey weigh`: weights, and an account of what each step did."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hustings.cli.campaign import CampaignDir, aligned
from hustings.cli.inputs import Json, Quiet, Seed, some, working
from hustings.cli.survey.shared import SurveyName, WaveName, read_wave, shown, wave_at
from hustings.errors import ConfigError

if TYPE_CHECKING:
    from hustings.survey.weighting import Margin, Weighting
    from hustings.survey.weighting.prepare import Prepared

COUNTS = {"rv": "voters", "lv": "expected_votes"}


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

    from hustings.survey.weighting import WeightingSpec, weigh
    from hustings.survey.weighting.files import write_weighting
    from hustings.survey.weighting.prepare import prepare_wave

    _, found = wave_at(campaign, survey, wave)
    with working("weighing", quiet=quiet or as_json):
        interviews = read_wave(found)
        prepared = prepare_wave(found, interviews, everybody=everybody)
        if targets is not None:
            prepared, totals, left_out = _outside(prepared, targets, count, margins)
            model: tuple[str, ...] = ()
            population = str(found.about().get("population", "a"))
        else:
            prepared, model, totals = _inside(prepared, population, nonresponse, margins, collapse)
            left_out = {}
        outcomes = [item.name for item in interviews.codebook.with_role("vote") if item.kind in {"single", "scale"}]
        spec = WeightingSpec(
            name=_checked_name(name),
            population=population,
            nonresponse=model,
            margins=tuple(totals),
            method=method,  # type: ignore[arg-type]
            bounds=_pair(bounds, "--bounds"),
            trim=_pair(trim, "--trim"),
            replicates=replicates,
        )
        rng = np.random.default_rng(seed)
        weighting = weigh(prepared.table, spec, asked=prepared.asked, rng=rng, outcomes=outcomes)
        choices = {"everybody": everybody, "merged": dict(prepared.merged), "leave_out": left_out, "seed": seed}
        folder = write_weighting(weighting, found, choices)
    if as_json:
        print(json.dumps(weighting.report.to_dict(), indent=2))
    elif not quiet:
        print("\n".join(weighting_lines(weighting, prepared)))
        print(f"written: {shown(folder)}")
        print(f"next: hustings survey tables {survey} --wave {found.name}")


def _inside(
    prepared: Prepared, population: str, nonresponse: str, margins: str, fewest: int
) -> tuple[Prepared, tuple[str, ...], list[Margin]]:
    """Weigh to the voter file's own frame."""
    from hustings.survey.weighting import margins_from_cells
    from hustings.survey.weighting.margins import variables_of
    from hustings.survey.weighting.prepare import FILE, automatic, collapse, file_margins

    if population not in COUNTS:
        raise ConfigError(f"--population {population!r} is unknown", hint="lv (expected electorate) or rv (all voters)")
    specs = None if margins == "auto" else file_margins(prepared, _names(margins))
    if specs is not None and fewest:
        prepared = collapse(prepared, [name for one in specs for name in variables_of(one)], fewest)
    model: tuple[str, ...] = ()
    if specs is None or nonresponse == "auto":
        merged, model, chosen = automatic(prepared)
        prepared, specs = (merged, chosen) if specs is None else (prepared, specs)
    if nonresponse != "auto":
        asked = [] if nonresponse == "none" else _names(nonresponse)
        model = tuple("*".join(f"{FILE}{part.strip().removeprefix(FILE)}" for part in one.split("*")) for one in asked)
    assert prepared.cells is not None
    return prepared, model, margins_from_cells(prepared.cells, specs, COUNTS[population])


def _outside(
    prepared: Prepared, targets: Path, count: str | None, margins: str
) -> tuple[Prepared, list[Margin], dict[str, Any]]:
    """Weigh to a population that somebody else counted."""
    from dataclasses import replace

    from hustings.survey.weighting import margins_from_cells
    from hustings.survey.weighting.targets import read_targets

    found = read_targets(targets, count=count, margins=() if margins == "auto" else tuple(_names(margins)))
    table = found.inside(prepared.table)
    totals = margins_from_cells(found.cells, found.margins, found.count)
    left_out = {name: list(values) for name, values in found.leave_out.items()}
    return replace(prepared, table=table, asked=None), totals, left_out


def _names(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _checked_name(name: str) -> str:
    from hustings.survey.waves import check_name

    return check_name(name, "--name")


def _pair(text: str, option: str) -> tuple[float, float] | None:
    if text == "none":
        return None
    try:
        low, high = (float(part) for part in text.split(","))
    except ValueError:
        raise ConfigError(f"{option} {text!r} is not two numbers", hint="for example 0.2,5; or none") from None
    return low, high


def weighting_lines(weighting: Weighting, prepared: Prepared) -> list[str]:
    """Lines of the account: steps, what they moved, targets furthest off before, who answers less."""
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
    for name, values in prepared.merged.items():
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
