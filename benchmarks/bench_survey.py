"""How fast the survey's weights and tables are, and how near to results (``--write``: docs/accuracy-survey.md)."""

from __future__ import annotations

import argparse
import datetime as dt
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl

import survey_accuracy
from hustings.maths.calibration import rake
from hustings.survey.books import Tabulation, make_banners, tabulate, write_book
from hustings.survey.codebook import Choice, Codebook, Item
from hustings.survey.estimates import crosstab, make_rows, prepare
from hustings.survey.weighting import Margin, WeightingSpec, weigh

ROOT = Path(__file__).resolve().parents[1]
LEVELS = (51, 6, 5, 4, 2)


def best(work: Callable[[], object], times: int = 3) -> float:
    """Shortest of some runs, seconds."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return min(found)


def made(n: int, rng: np.random.Generator) -> pl.DataFrame:
    """Interviews with five variables."""
    return pl.DataFrame(
        {
            "respondent_id": [str(i) for i in range(n)],
            "case_id": np.arange(n),
            "base_weight": rng.uniform(0.5, 3, n),
            "stratum": rng.choice(list("abcdefgh"), n),
            **{f"v{k}": rng.choice([f"c{j}" for j in range(levels)], n) for k, levels in enumerate(LEVELS)},
        }
    )


def margins(table: pl.DataFrame, rng: np.random.Generator) -> tuple[Margin, ...]:
    """Targets away from the sample."""
    out = []
    for k, levels in enumerate(LEVELS):
        totals = (
            table.group_by(f"v{k}").len("n").sort(f"v{k}").with_columns(total=pl.Series(rng.uniform(0.6, 1.4, levels)))
        )
        out.append(Margin(f"v{k}", (f"v{k}",), totals.select(f"v{k}", total=pl.col("n") * pl.col("total"))))
    return tuple(out)


def raking(rng: np.random.Generator) -> None:
    """60,000 rows and five margins."""
    table = made(60_000, rng)
    spec = WeightingSpec(margins=margins(table, rng))
    whole = best(lambda: weigh(table, spec))
    codes = [table[m.name].rank("dense").to_numpy().astype(np.int64) - 1 for m in spec.margins]
    targets = [m.totals["total"].to_numpy() / m.totals["total"].sum() * 60_000 for m in spec.margins]
    base = table["base_weight"].to_numpy()
    kernel = best(lambda: rake(codes, targets, base, tolerance=1e-7))
    floor = best(lambda: [np.bincount(code, base) for code in codes])
    print(
        f"raking 60,000 x 5: weigh {whole:.3f} s (target 0.5), kernel {kernel:.4f} s = {kernel / floor:.0f} passes of bincount"
    )
    print(f"  svy: {best(lambda: _svy_rake(table, spec), 1):.3f} s")


def _svy_rake(table: pl.DataFrame, spec: WeightingSpec) -> None:
    import svy

    whole = float(table["base_weight"].sum())
    controls = {
        m.name: {row[0]: row[1] / m.totals["total"].sum() * whole for row in m.totals.iter_rows()} for m in spec.margins
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        svy.Sample(table, svy.Design(wgt="base_weight")).weighting.rake(controls=controls, tol=1e-7)


def replicates(rng: np.random.Generator) -> None:
    """200 replicates, everything done again."""
    for n, asked_n in ((2_000, 10_000), (10_000, 40_000)):
        asked = made(asked_n, rng)
        table = asked.head(n)
        spec = WeightingSpec(margins=margins(table, rng), nonresponse=("v1*v2", "v3", "v4"), replicates=200)
        seconds = best(lambda t=table, s=spec, a=asked: weigh(t, s, asked=a, rng=np.random.default_rng(1)), 1)
        print(f"200 replicates, {n:,} of {asked_n:,} asked: {seconds:.2f} s (target 5)")


def book(rng: np.random.Generator) -> None:
    """30 banners, 60 questions, 10,000 interviews: covariances alone, and the whole Excel book."""
    asked = made(30_000, rng)
    table = asked.head(10_000)
    found = weigh(table, WeightingSpec(margins=margins(table, rng), nonresponse=("v1*v2", "v3")), asked=asked)
    codes = {f"q{k}": rng.integers(4 + k % 2, size=table.height).astype(str) for k in range(60)}
    rows = make_rows(np.hstack([np.eye(5)[values.astype(np.int64)] for values in codes.values()]))
    everybody = np.ones((table.height, 1), dtype=bool)
    groups = [np.stack([code == c for c in "0123"], axis=1) for code in list(codes.values())[:30]]

    def covariances() -> None:
        sums = prepare(found.linearisation)
        for flags in groups:
            crosstab(rows, np.hstack([everybody, flags]), sums)

    answers = table.with_columns(
        *(pl.Series(name, values) for name, values in codes.items()),
        *(pl.lit(value=True).alias(f"asked_{q}") for q in codes),
    )
    choices = tuple(Choice(str(c), f"Answer {c}") for c in range(5))
    codebook = Codebook("bench", tuple(Item(name, "single", f"{name}?", choices) for name in codes))
    cells: list[Tabulation] = []

    def numbers() -> None:
        banners = make_banners(answers, codebook, list(codes)[:30])
        cells[:] = [tabulate(answers, codebook, found, banners)]

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.xlsx"
        day = dt.date(2016, 10, 1)
        spent = best(covariances, 2), best(numbers, 2)
        written = best(lambda: write_book(cells[0], codebook, path, title="bench", about=[], made=day), 2)
    print(
        f"book of 30 banners, 60 questions, 10,000 interviews: all covariances {spent[0]:.2f} s (target 3), "
        f"numbers with letters {spent[1]:.2f} s, Excel {written:.2f} s; together {spent[1] + written:.2f} s (target 10)"
    )


def page() -> str:
    """The page on accuracy."""
    cces, georgia = survey_accuracy.measure("cces"), survey_accuracy.measure("georgia")
    everybody = cces.filter(pl.col("counted") == "everybody")
    taken = 1.0 - everybody["mae"][-1] / everybody["mae"][0]
    text = (ROOT / "benchmarks" / "survey_page.md").read_text(encoding="utf-8")
    for name, value in (
        ("cces", survey_accuracy.as_markdown(cces)),
        ("georgia", survey_accuracy.as_markdown(georgia)),
        ("taken", f"{taken:.0%}"),
    ):
        text = text.replace("{{" + name + "}}", value)
    return text


def main() -> None:
    """Measure, print, and write the page if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write docs/accuracy-survey.md")
    options = parser.parse_args()
    if not options.write:
        rng = np.random.default_rng(1)
        raking(rng)
        replicates(rng)
        book(rng)
    absent = survey_accuracy.absent()
    if absent:
        print(f"no accuracy: {', '.join(absent)} not in {survey_accuracy.DATA}")
        return
    text = page()
    print(text)
    if options.write:
        (ROOT / "docs" / "accuracy-survey.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
