"""`hustings survey tables`: toplines and crosstabs, as an Excel book and as Parquet."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hustings.cli.campaign import CampaignDir, aligned
from hustings.cli.inputs import Json, Quiet, some, working
from hustings.cli.survey.shared import SurveyName, WaveName, read_wave, shown, wave_at, wrapped

if TYPE_CHECKING:
    import polars as pl

    from hustings.survey.books import Tabulation
    from hustings.survey.codebook import Codebook
    from hustings.survey.waves import Wave
    from hustings.survey.weighting import WeightingReport

EARLIER = 4
"""Waves before this one whose shares stand beside it in the toplines."""


def command(
    survey: SurveyName,
    wave: WaveName = None,
    weighting: Annotated[
        str, typer.Option("--weighting", metavar="NAME", help="Which weights; unweighted for none.")
    ] = "main",
    banner: Annotated[
        str, typer.Option("--banner", metavar="COLUMNS", help="Columns: questions, party, history, region, a*b.")
    ] = "auto",
    questions: Annotated[
        str, typer.Option("--questions", metavar="NAMES", help="Rows [all closed questions].")
    ] = "all",
    correction: Annotated[
        str, typer.Option("--correction", help="For many comparisons: none, bonferroni or fdr.")
    ] = "none",
    campaign: CampaignDir = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    r"""Print toplines, and write the banner book: Excel, and the same numbers as Parquet.

    \b
    Example:
      hustings survey tables tracker --wave 2016-10-01
      hustings survey tables cces --banner "party_id,sex*age_band,region" --correction fdr
    """
    from hustings.store.writing import write_parquet
    from hustings.survey.books import make_banners, standard_banners, tabulate, write_book
    from hustings.survey.weighting import weighed_wave
    from hustings.tables import ESTIMATES

    _, found = wave_at(campaign, survey, wave)
    with working("tabulating", quiet=quiet or as_json):
        interviews = read_wave(found)
        again = weighed_wave(found, weighting, interviews=interviews)
        weights, table = again.weighting, again.table
        book = interviews.codebook
        names = standard_banners(table, book) if banner == "auto" else [one.strip() for one in banner.split(",")]
        rows = None if questions == "all" else [one.strip() for one in questions.split(",")]
        made = tabulate(table, book, weights, make_banners(table, book, names), questions=rows, correction=correction)
        folder = found.path("tables")
        folder.mkdir(exist_ok=True)
        write_parquet(made.estimates, folder / f"estimates-{weighting}.parquet", ESTIMATES)
        days = interviews.respondents["field_date"].drop_nulls()
        last = days.max() if len(days) else None
        path = folder / f"book-{weighting}.xlsx"
        about = _about(found, weights.report, table)
        write_book(
            made,
            book,
            path,
            title=f"{book.title}, wave {found.name}",
            about=about,
            made=last or _day(found),  # type: ignore[arg-type]
            previous=_previous(found, weighting),
        )
    if as_json:
        total = made.estimates.filter(made.estimates["banner"] == "total")
        print(json.dumps(total.to_dicts(), indent=2, ensure_ascii=False))
    elif not quiet:
        print("\n".join(topline_lines(made, book)))
        print(f"written: {shown(path)}")
        print(f"written: {shown(folder / f'estimates-{weighting}.parquet')}")


def _previous(wave: Wave, weighting: str) -> dict[tuple[str, str], list[tuple[str, float]]]:
    """Shares of everybody in the waves before that were tabulated with the same weighting, the latest first."""
    import polars as pl

    earlier = [one for one in wave.survey.waves() if one.name < wave.name]
    found: dict[tuple[str, str], list[tuple[str, float]]] = {}
    files = [(one.name, one.path("tables") / f"estimates-{weighting}.parquet") for one in reversed(earlier)]
    for name, file in [pair for pair in files if pair[1].is_file()][:EARLIER]:
        total = pl.read_parquet(file).filter((pl.col("banner") == "total") & pl.col("estimate").is_not_null())
        for question, code, estimate in total.select("question", "code", "estimate").iter_rows():
            found.setdefault((question, code), []).append((name, estimate))
    return found


def _day(wave: Wave) -> Any:  # noqa: ANN401 (a date)
    """A day for a wave whose interviews have none: its name where it is a day."""
    import datetime as dt

    try:
        return dt.date.fromisoformat(wave.name)
    except ValueError:
        return dt.date(2000, 1, 1)


def _about(wave: Wave, report: WeightingReport, table: pl.DataFrame) -> list[tuple[str, str]]:
    """What the method sheet says of the wave and its weights."""
    populations = {
        "lv": "likely voters: the expected electorate",
        "rv": "registered voters",
        "a": "adults",
        "v": "voters",
    }
    days = table["field_date"].drop_nulls()
    modes = table["mode"].value_counts().sort("count", "mode", descending=[True, False])
    fielded = " to ".join(str(end) for end in (days.min(), days.max())) if len(days) else "not known"
    margins = ", ".join(report.targets["margin"].str.replace_all("file_", "").unique(maintain_order=True).to_list())
    return [
        ("Survey", f"{wave.survey.name}, wave {wave.name}"),
        ("Source", str(wave.about().get("source", ""))),
        ("Interviews", f"{report.interviews:,}, from {fielded}"),
        ("Modes", ", ".join(f"{mode} {n:,}" for mode, n in modes.iter_rows())),
        ("Response (AAPOR)", ", ".join(_response(wave)) or "not known: who did not answer is not on record"),
        ("Population", populations.get(report.population, report.population)),
        ("Weights", f"{report.name}: {report.method}" + (f"; margins: {margins}" if margins else "")),
        ("Chance to answer", "learned from who was asked" if len(report.response) else "not adjusted for"),
        ("Design effect", f"{report.design_effect:.2f} (Kish), effective sample size {report.n_effective:,.0f}"),
        (
            "Largest weight",
            f"{report.steps['largest'][-1]:.2f} times the mean, smallest {report.steps['smallest'][-1]:.2f}",
        ),
        ("Errors", "linearised, of the stratified design, aware of calibration and of the adjustment for non-response"),
    ]


def _response(wave: Wave) -> list[str]:
    """Rates of a wave that was fielded here."""
    from hustings.cli.survey.status import response_rates

    found = response_rates(wave)
    return [
        f"{name} {found[name]:.1%}" for name in ("RR1", "RR3", "COOP1", "REF1", "CON1") if found.get(name) is not None
    ]


def topline_lines(made: Tabulation, book: Codebook) -> list[str]:
    """Lines of the toplines: question by question, with the error of each share."""
    import polars as pl

    total = made.estimates.filter(pl.col("banner") == "total")
    lines: list[str] = []
    for (question,), part in total.group_by("question", maintain_order=True):
        item = book.item(str(question))
        interviews, effective = (part[name].to_numpy().max() for name in ("n_unweighted", "n_effective"))
        base = f"({some(int(interviews), 'interview')}, effective {effective:,.0f}; {item.base or 'everybody'})"
        lines += ["", *wrapped(item.shown), *wrapped(base, indent="  ")]
        lines += aligned([_row(one) for one in part.to_dicts()], right=(1, 2), indent="  ")
    return lines[1:]


def _row(one: dict[str, Any]) -> list[str]:
    """Label, share and half its interval."""
    if one["estimate"] is None:
        return [one["label"], "n<30", ""]
    half = (one["high"] - one["low"]) / 2
    if one["code"] == "mean":
        return [one["label"], f"{one['estimate']:.2f}", f"± {half:.2f}"]
    share = "—" if one["estimate"] == 0 else "*" if one["estimate"] < 0.005 else f"{one['estimate']:.0%}"
    return [one["label"], share, f"± {100 * half:.1f}"]
