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
    "n_found": pl.Int64,
    "match_rate": pl.Float64,
    "found_rate": pl.Float64,
    "mean_match_prob": pl.Float64,
    "expected_false_links": pl.Float64,
    "n_uncertain": pl.Int64,
}
"""Columns of a report; counts of rows, shares 0-1.

``n_linked`` and ``match_rate`` are of the left file by its own groups; ``n_found`` and ``found_rate`` of the right by its.
"""
_DIMENSIONS = ("all", "age band", "race", "party", "state")


def match_report(
    left: pl.DataFrame, right: pl.DataFrame, links: pl.DataFrame, *, as_of: dt.date | None = None
) -> pl.DataFrame:
    """Who is linked, by age band, race, party, state and whether the person moved: of the left file, and of the right.

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
        The columns of `REPORT`: ``match_rate`` is the share of a group of the left file that is linked, ``found_rate``
        that of a group of the right. Null where a file does not know the group, or has nobody in it. Whether somebody
        moved is known of the linked only: there the sizes of the files and both rates are null.
    """
    sides = [_groups(side, as_of) for side in (left, right)]
    linked = links.join(sides[0], left_on="left_id", right_on="id", how="left")
    found = links.filter(~pl.col("uncertain")).join(sides[1], left_on="right_id", right_on="id", how="left")
    rows = [
        _by_group(name, sides, linked, found) for name in _DIMENSIONS if any(name in side.columns for side in sides)
    ]
    moved = linked.join(
        right.select(pl.col("id").alias("right_id"), *(["zip"] if "zip" in right.columns else [])),
        on="right_id",
        how="left",
        suffix="_right",
    )
    if "zip_right" in moved.columns:
        same = pl.col("zip").str.slice(0, 5) == pl.col("zip_right").str.slice(0, 5)
        label = (
            pl.when(same).then(pl.lit("same zip")).when(~same).then(pl.lit("another zip")).otherwise(pl.lit("unknown"))
        )
        rows.append(_counts(moved.with_columns(mover=label), "mover").with_columns(dimension=pl.lit("mover")))
    report = pl.concat(rows, how="diagonal")
    report = report.with_columns(
        match_rate=_share("n_linked", "n_left"),
        found_rate=_share("n_found", "n_right"),
    )
    missing = [pl.lit(None).alias(name) for name in REPORT if name not in report.columns]
    report = report.with_columns(missing).select(pl.col(name).cast(kind) for name, kind in REPORT.items())
    order = pl.col("dimension").replace_strict({"all": 0, "age band": 1, "race": 2, "party": 3, "state": 4, "mover": 5})
    return report.sort(order, "group")


def _by_group(name: str, sides: list[pl.DataFrame], linked: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """Both files' groups of one dimension, and who is linked of each file's own."""
    tables: list[tuple[pl.DataFrame, tuple[str, ...]]] = []
    if name in sides[0].columns:
        table = sides[0].group_by(group=name).len("n_left")
        counted = table.join(_counts(linked, name), on="group", how="left")
        tables.append((counted, ("n_left", "n_linked", "n_uncertain", "expected_false_links")))
    if name in sides[1].columns:
        table = sides[1].group_by(group=name).len("n_right")
        counted = table.join(found.group_by(group=name).len("n_found"), on="group", how="left")
        tables.append((counted, ("n_right", "n_found")))
    report = tables[0][0]
    if len(tables) > 1:
        report = report.join(tables[1][0], on="group", how="full", coalesce=True)
    # A group that one file lacks has nobody there; what a file does not know at all stays null.
    zero = [pl.col(column).fill_null(0) for _, columns in tables for column in columns]
    return report.with_columns(*zero, dimension=pl.lit(name))


def _share(part: str, whole: str) -> pl.Expr:
    return pl.when(pl.col(whole) > 0).then(pl.col(part) / pl.col(whole))


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
        chosen.append(band.alias("age band").fill_null("unknown"))
    # A column that is empty for all is one that the file does not have.
    filled = [name for name in ("race", "party", "state") if name in side.columns and side[name].is_not_null().any()]
    chosen += [pl.col(name).cast(pl.String).fill_null("unknown") for name in filled]
    chosen += [pl.col("zip").cast(pl.String)] if "zip" in side.columns else []
    return side.select(chosen)
