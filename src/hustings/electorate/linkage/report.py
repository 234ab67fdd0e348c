"""Who is linked and who is not: a linkage that misses young movers is a model that does."""

from __future__ import annotations

import datetime as dt

import polars as pl

_BANDS = (18, 25, 35, 45, 55, 65, 75)
_LABELS = ("under 18", "18-24", "25-34", "35-44", "45-54", "55-64", "65-74", "75+")

REPORT = {
    "dimension": pl.String,
    "group": pl.String,
    "n_left": pl.Int64,
    "n_right": pl.Int64,
    "n_linked": pl.Int64,
    "match_rate": pl.Float64,
    "mean_match_prob": pl.Float64,
    "expected_false_links": pl.Float64,
    "n_uncertain": pl.Int64,
}
"""Columns of a report; counts of rows, shares 0-1."""


def match_report(
    left: pl.DataFrame, right: pl.DataFrame, links: pl.DataFrame, *, as_of: dt.date | None = None
) -> pl.DataFrame:
    """Match rate of the left file by age band, race, party, state and whether the person moved.

    Parameters
    ----------
    left, right : polars.DataFrame
        The files, with what they have of ``birth_year`` or ``age``, ``race``, ``party``, ``state``, ``zip``.
    links : polars.DataFrame
        As `one_to_one` returns it; uncertain pairs are counted apart.
    as_of : datetime.date, optional
        The day of the ages; needed for age bands where a file has no ``age``.

    Returns
    -------
    polars.DataFrame
        The columns of `REPORT`. Whether somebody moved is known of the linked only: there ``n_left``, ``n_right`` and
        ``match_rate`` are null.
    """
    sides = [_groups(side, as_of) for side in (left, right)]
    linked = links.join(sides[0], left_on="left_id", right_on="id", how="left")
    rows = []
    for dimension in ("all", "age band", "race", "party", "state"):
        if dimension not in sides[0].columns:
            continue
        table = sides[0].group_by(group=dimension).len("n_left")
        if dimension in sides[1].columns:
            table = table.join(
                sides[1].group_by(group=dimension).len("n_right"), on="group", how="left", nulls_equal=True
            )
        rows.append(
            table.join(_counts(linked, dimension), on="group", how="left", nulls_equal=True).with_columns(
                dimension=pl.lit(dimension)
            )
        )
    moved = linked.join(
        right.select(pl.col("id").alias("right_id"), *(["zip"] if "zip" in right.columns else [])),
        on="right_id",
        how="left",
        suffix="_right",
    )
    if "zip_right" in moved.columns:
        same = pl.col("zip").str.slice(0, 5) == pl.col("zip_right").str.slice(0, 5)
        label = pl.when(same).then(pl.lit("same zip")).when(~same).then(pl.lit("another zip"))
        rows.append(_counts(moved.with_columns(mover=label), "mover").with_columns(dimension=pl.lit("mover")))
    report = pl.concat(rows, how="diagonal")
    zero = [pl.col(name).fill_null(0) for name in ("n_linked", "n_uncertain")]
    report = report.with_columns(
        *zero, pl.col("expected_false_links").fill_null(0.0), pl.col("group").fill_null("unknown")
    )
    report = report.with_columns(match_rate=pl.col("n_linked") / pl.col("n_left"))
    missing = [pl.lit(None).alias(name) for name in REPORT if name not in report.columns]
    report = report.with_columns(missing).select(pl.col(name).cast(kind) for name, kind in REPORT.items())
    order = pl.col("dimension").replace_strict({"all": 0, "age band": 1, "race": 2, "party": 3, "state": 4, "mover": 5})
    return report.sort(order, "group")


def _counts(linked: pl.DataFrame, dimension: str) -> pl.DataFrame:
    sure = ~pl.col("uncertain")
    prob = pl.col("match_prob").filter(sure)
    return (
        linked.sort("left_id")
        .group_by(group=dimension, maintain_order=True)
        .agg(
            n_linked=sure.sum(),
            mean_match_prob=prob.mean(),
            expected_false_links=(1 - prob).sum(),
            n_uncertain=pl.col("uncertain").sum(),
        )
    )


def _groups(side: pl.DataFrame, as_of: dt.date | None) -> pl.DataFrame:
    """id, zip and one text column a dimension that the file knows."""
    chosen = [pl.col("id"), pl.lit("all").alias("all")]
    if "age" in side.columns:
        age = pl.col("age").cast(pl.Int32)
    elif as_of is not None and "birth_year" in side.columns:
        age = pl.lit(as_of.year, dtype=pl.Int32) - pl.col("birth_year")
    else:
        age = None
    if age is not None:
        band: pl.Expr = pl.when(age.is_not_null()).then(pl.lit(_LABELS[0]))
        for start, label in zip(_BANDS, _LABELS[1:], strict=True):
            band = pl.when(age >= start).then(pl.lit(label)).otherwise(band)
        chosen.append(band.alias("age band"))
    chosen += [pl.col(name).cast(pl.String) for name in ("race", "party", "state", "zip") if name in side.columns]
    return side.select(chosen)
