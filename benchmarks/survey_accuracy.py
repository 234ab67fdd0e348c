"""How far weighted intentions of 2016 were from the result: the CCES by state, Georgia by congressional district.

Weights are our own, to the census population; nothing of the result is in them. The weights and the
validated votes in the files are calibrated to the result or later than it, and are left alone.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from hustings.maths.linearised import Linearisation
from hustings.survey.estimates import Measure, ratio
from hustings.survey.weighting import WeightingSpec, margins_from_cells, weigh

DATA = Path(__file__).resolve().parents[1].parent / "shared" / "data"
FILES = (
    "survey_cces2016_individual.parquet",
    "poststrat_acs2018_state.parquet",
    "us_president_state_1976_2024.csv",
    "mrp_ga2016_cces.csv",
    "mrp_ga2016_acs.csv",
    "mrp_ga2016_elec.csv",
)
FEWEST = 5
"""Interviews that a category of a state needs to stand alone."""
BANDS = ("18-29", "30-39", "40-49", "50-59", "60-69", "70+")
COARSE = {
    "race": {"White": "White", "Black": "not White", "Hispanic": "not White", "Other": "not White"},
    "age": dict(zip(BANDS, ("18-39", "18-39", "40-59", "40-59", "60+", "60+"), strict=True)),
    "educ": {},
}


def absent() -> list[str]:
    """Files that are not there."""
    return [name for name in FILES if not (DATA / name).is_file()]


def cces() -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Interviews, cells of the population, results by state."""
    raw = pl.read_parquet(DATA / FILES[0])
    race = pl.when(pl.col("race").is_in(["White", "Black", "Hispanic"])).then("race").otherwise(pl.lit("Other"))
    people = raw.select(
        pl.col("resp_id").cast(pl.String).alias("respondent_id"),
        base_weight=1.0,
        unit="state",
        race=race,
        sex=pl.col("female").cast(pl.Int64).cast(pl.String),
        age=(pl.col("age") // 10)
        .clip(2, 7)
        .cast(pl.Int64)
        .replace_strict(range(2, 8), list(BANDS), return_dtype=pl.String),
        college=pl.col("college").cast(pl.Int64).cast(pl.String),
        first="clinton_pre",
        second="trump_pre",
        sure=pl.col("intent_turnout_code").cast(pl.Int64).is_in([1, 3]).fill_null(value=False),
    )
    cells = pl.read_parquet(DATA / FILES[1]).select(
        "race",
        "age",
        "n",
        unit="state",
        sex=pl.col("female").cast(pl.String),
        college=pl.col("education").is_in(["4-Year College", "Post-grad"]).cast(pl.Int64).cast(pl.String),
    )
    results = pl.read_csv(DATA / FILES[2], infer_schema_length=None).filter(pl.col("year") == 2016)
    # The population's file has no District of Columbia.
    people = people.filter(pl.col("unit").is_in(cells["unit"].unique().implode()))
    return _coarsened(people, cells, ("race", "age")), _coarsened_like(people, cells), _results(results)


def georgia() -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """The same for Georgia's districts."""
    raw = pl.read_csv(DATA / FILES[3], infer_schema_length=None)
    party = pl.col("intent_pres_party")
    people = raw.with_row_index("respondent_id").select(
        pl.col("respondent_id").cast(pl.String),
        "age",
        "educ",
        base_weight=1.0,
        unit="cd",
        sex=pl.col("female").cast(pl.Int64).cast(pl.String),
        first=(party == "Democratic").fill_null(value=False).cast(pl.Float64),
        second=(party == "Republican").fill_null(value=False).cast(pl.Float64),
        sure=pl.lit(value=True),
    )
    cells = pl.read_csv(DATA / FILES[4], infer_schema_length=None).select(
        "age", "educ", unit="cd", sex=pl.col("female").cast(pl.String), n="count"
    )
    results = pl.read_csv(DATA / FILES[5]).select(unit="cd", actual="clinton_vote_2pty")
    return people, cells, results


def _results(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(unit="state", actual="dem_two_party_share")


def _fine(people: pl.DataFrame, cells: pl.DataFrame, name: str) -> pl.Series:
    """States in which every category of a variable has enough interviews."""
    counts = (
        cells.select("unit", name).unique().join(people.group_by("unit", name).len(), on=["unit", name], how="left")
    )
    enough = counts.group_by("unit").agg((pl.col("len").fill_null(0).min() >= FEWEST).alias("ok"))
    return enough.filter("ok")["unit"]


def _coarsened(
    rows: pl.DataFrame, cells: pl.DataFrame, names: tuple[str, ...], people: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Merge categories in states where one of them has too few interviews."""
    asked = rows if people is None else people
    for name in names:
        fine = _fine(asked, cells, name)
        merged = pl.col(name).replace(COARSE[name])
        # Wyoming and its like: where even the two halves are too few, the variable is left out.
        halves = [frame.with_columns(merged) for frame in (asked, cells)]
        some = _fine(halves[0], halves[1], name)
        rows = rows.with_columns(
            pl.when(pl.col("unit").is_in(fine.implode()))
            .then(name)
            .when(pl.col("unit").is_in(some.implode()))
            .then(merged)
            .otherwise(pl.lit("all"))
            .alias(name)
        )
    return rows


def _coarsened_like(people: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    return _coarsened(cells, cells, ("race", "age"), people)


def schemes(which: str) -> dict[str, tuple[str, ...]]:
    """Margins by the name of a weighting; none for raw."""
    if which == "georgia":
        return {
            "raw": (),
            "raked, whole state": ("age", "sex", "educ", "unit"),
            "raked by district": ("unit*educ", "unit*sex", "age"),
        }
    return {
        "raw": (),
        "raked, nation": ("race*college", "age", "sex", "unit"),
        "raked by state": ("unit*race", "unit*age", "unit*sex", "unit*college"),
    }


def measure(which: str) -> pl.DataFrame:
    """Errors of the two-party share by weighting and by who is counted; one row each."""
    people, cells, results = cces() if which == "cces" else georgia()
    people = people.filter(pl.col("first").is_not_null())
    out = []
    for name, margins in schemes(which).items():
        spec = WeightingSpec(
            margins=tuple(margins_from_cells(cells, margins, "n")), max_iterations=5000, tolerance=1e-6
        )
        found = weigh(people, spec)
        for base in ("everybody", "sure to vote") if which == "cces" else ("everybody",):
            by_unit = _by_unit(people, found.linearisation, sure=base != "everybody")
            apart = by_unit.join(results, on="unit").with_columns(error=pl.col("estimate") - pl.col("actual"))
            error = apart["error"].to_numpy()
            out.append(
                {
                    "weights": name,
                    "counted": base,
                    "units": len(error),
                    "bias": error.mean(),
                    "mae": np.abs(error).mean(),
                    "rmse": np.sqrt((error**2).mean()),
                    "cover95": (np.abs(error) < 1.96 * apart["se"].to_numpy()).mean(),
                    "right_winner": ((apart["estimate"] > 0.5) == (apart["actual"] > 0.5)).mean(),
                    "n_effective": found.report.n_effective,
                    "largest_weight": found.report.steps["largest"][-1],
                }
            )
    return pl.DataFrame(out)


def _by_unit(people: pl.DataFrame, linearisation: Linearisation, *, sure: bool) -> pl.DataFrame:
    first, second = people["first"].to_numpy().astype(float), people["second"].to_numpy().astype(float)
    counted = people["sure"].to_numpy() if sure else np.ones(people.height, dtype=bool)
    rows = []
    for (unit,), part in people.with_row_index("at").group_by("unit", maintain_order=True):
        inside = np.zeros(people.height)
        inside[part["at"].to_numpy()] = 1.0
        inside *= counted
        rows.append((unit, *ratio(Measure(first * inside, (first + second) * inside), linearisation)))
    return pl.DataFrame(rows, schema=["unit", "estimate", "se"], orient="row")


def as_markdown(table: pl.DataFrame) -> str:
    """A table of the page; errors in points of the two-party share."""
    head = (
        "| weights | counted | units | bias | mean absolute error | RMSE | 95 % covers | right winner | n effective |"
    )
    lines = [head, "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"]
    lines += [
        f"| {r['weights']} | {r['counted']} | {r['units']} | {100 * r['bias']:+.2f} | {100 * r['mae']:.2f} | "
        f"{100 * r['rmse']:.2f} | {r['cover95']:.2f} | {r['right_winner']:.2f} | {r['n_effective']:,.0f} |"
        for r in table.iter_rows(named=True)
    ]
    return "\n".join(lines)
