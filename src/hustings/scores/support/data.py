"""Interviews into cells: checked, banded, weighted, counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.errors import InputError
from hustings.maths.kish import kish
from hustings.scores.scorecard import MISSING, Feature
from hustings.scores.support.spec import SupportSpec

Array = NDArray[np.float64]
FEW_VALUES = 20
"""Numbers with more distinct values need bands."""
LARGEST_LACKING_PART = 0.5
"""A feature may be unknown to everybody in this part of the units, no more."""


class SupportCells(NamedTuple):
    """Interviews that are alike in every feature, counted.

    Parameters
    ----------
    features : tuple of Feature
        How each column is binned.
    bins : dict of (cell,) int arrays
        Bin of each cell by feature.
    counts : (cell, option) array
        Effective answers: weights scaled to Kish's effective number of respondents.
    options : tuple of str
    interviews : int
        That were counted.
    effective_n : float
    rejected : pl.DataFrame
        ``row`` (1-based) and ``reason`` of every interview that was not.
    """

    features: tuple[Feature, ...]
    bins: dict[str, NDArray[np.int64]]
    counts: Array
    options: tuple[str, ...]
    interviews: int
    effective_n: float
    rejected: pl.DataFrame


def count_cells(rows: pl.DataFrame, options: Sequence[str], spec: SupportSpec) -> SupportCells:
    """Count interviews.

    Parameters
    ----------
    rows : pl.DataFrame
        A row an interview: the spec's columns (texts, or numbers), ``option``; where there are any ``weight`` (mean about
        1), ``link_prob`` (chance that the answers belong to this voter, multiplied into the weight), ``respondent``,
        ``voter_id``. Empty features are a level of their own; empty options are set aside.
    options : sequence of str
        Ids; the last is the reference.
    spec : SupportSpec

    Raises
    ------
    InputError
        No labels, one class, an option that is not one, a column missing or unknown in most units, weights that cannot
        be, a respondent linked to two voters.
    """
    _check_columns(rows, spec)
    _check_links(rows)
    weights = _weights(rows)
    labels = _labels(rows, options)
    kept = labels.is_not_null().to_numpy() & (weights > 0.0)
    if not kept.any():
        raise InputError(
            "no interview names an option, so there is nothing to learn support from",
            hint="set aside or not yet asked?",
        )
    chosen = labels.filter(pl.Series(kept)).unique().to_list()
    if len(chosen) == 1:
        raise InputError(
            f"every one of {int(kept.sum())} interviews names {chosen[0]!r}: a model of one class cannot be fitted",
            hint="were the other options filtered out?",
        )
    _check_known(rows, spec)
    used = rows.filter(pl.Series(kept))
    features = tuple(make_feature(used[name], spec.cuts) for name in spec.features)
    bins = pl.DataFrame({feature.name: feature.bins(used[feature.name]) for feature in features})
    who = used["respondent"] if "respondent" in used.columns else None
    effective = _effective(weights[kept], who)
    counted = bins.with_columns(
        __option=labels.filter(pl.Series(kept)).replace_strict({name: k for k, name in enumerate(options)}),
        __weight=weights[kept] * effective / weights[kept].sum(),
    )
    names = list(spec.features)
    cells = counted.group_by(names, maintain_order=True).agg(
        pl.col("__weight").filter(pl.col("__option") == k).sum().alias(f"__{k}") for k in range(len(options))
    )
    cells = cells.sort(names)
    reasons = pl.DataFrame({"row": np.arange(1, rows.height + 1), "option": labels, "kept": kept}).filter(
        ~pl.col("kept")
    )
    return SupportCells(
        features=features,
        bins={name: cells[name].to_numpy().astype(np.int64) for name in names},
        counts=cells.select(f"__{k}" for k in range(len(options))).to_numpy().astype(np.float64),
        options=tuple(options),
        interviews=int(kept.sum()),
        effective_n=effective,
        rejected=reasons.select(
            "row",
            reason=pl.when(pl.col("option").is_null()).then(pl.lit("names no option")).otherwise(pl.lit("weight of 0")),
        ),
    )


def make_feature(column: pl.Series, cuts: Mapping[str, tuple[float, ...]]) -> Feature:
    """How a column is binned: texts by their levels, numbers by cut points.

    Raises
    ------
    InputError
        A number has many values and no bands.
    """
    if not (column.dtype.is_numeric() or column.dtype == pl.Boolean):
        levels = column.cast(pl.String).drop_nulls().unique().sort().to_list()
        return Feature(column.name, levels=tuple(levels))
    if column.name in cuts:
        return Feature(column.name, cuts=tuple(cuts[column.name]))
    values = column.cast(pl.Float64).drop_nulls().drop_nans().unique().sort().to_list()
    if len(values) > FEW_VALUES:
        raise InputError(
            f"the feature {column.name} is a number with {len(values)} values, expected at most {FEW_VALUES} or bands",
            hint=f"give cut points: cuts = {{{column.name!r}: (...)}}",
        )
    return Feature(column.name, cuts=tuple(values[1:]))


def _check_columns(rows: pl.DataFrame, spec: SupportSpec) -> None:
    lacking = [name for name in (*spec.features, "option") if name not in rows.columns]
    if lacking:
        raise InputError(
            f"the interviews have no column {', '.join(lacking)}", hint=f"at hand: {', '.join(rows.columns)}"
        )


def _check_links(rows: pl.DataFrame) -> None:
    if not {"respondent", "voter_id"} <= set(rows.columns):
        return
    linked = (
        rows.filter(pl.col("voter_id").is_not_null()).group_by("respondent").agg(pl.col("voter_id").unique().sort())
    )
    double = linked.filter(pl.col("voter_id").list.len() > 1).sort("respondent")
    if double.height:
        first = double.row(0, named=True)
        raise InputError(
            f"{double.height} respondents are linked to more than one voter: {first['respondent']} to "
            f"{' and '.join(str(one) for one in first['voter_id'][:3])}",
            hint="keep the likelier link, or split the respondent's weight by link_prob under ids of their own",
        )


def _weights(rows: pl.DataFrame) -> Array:
    weights = np.ones(rows.height)
    for name, top in (("weight", np.inf), ("link_prob", 1.0)):
        if name in rows.columns:
            values = rows[name].cast(pl.Float64).fill_null(float("nan")).to_numpy()
            wrong = ~(np.isfinite(values) & (values >= 0.0) & (values <= top))
            if wrong.any():
                at = int(np.flatnonzero(wrong)[0])
                raise InputError(
                    f"{int(wrong.sum())} values cannot be, the first {values[at]:g}; expected "
                    f"{'0 or more' if top == np.inf else 'a chance, 0-1'}",
                    row=at + 1,
                    column=name,
                )
            weights = weights * values
    return weights


def _labels(rows: pl.DataFrame, options: Sequence[str]) -> pl.Series:
    if len(options) < 2 or len(set(options)) != len(options):
        raise InputError(f"the options are {', '.join(options) or 'none'}, expected two or more, each once")
    labels = rows["option"].cast(pl.String)
    strange = labels.drop_nulls().filter(~labels.drop_nulls().is_in(list(options))).unique().sort().to_list()
    if strange:
        raise InputError(
            f"interviews name {', '.join(repr(one) for one in strange[:3])}, expected {', '.join(options)} or nothing",
            column="option",
            hint="answers that are no option of the contest (undecided, other) belong empty",
        )
    return labels


def _check_known(rows: pl.DataFrame, spec: SupportSpec) -> None:
    """A feature that most units lack would be a feature of the units."""
    others = [name for name in spec.features if name != spec.unit]
    known = rows.group_by(spec.unit).agg(pl.col(name).is_not_null().any() for name in others).sort(spec.unit)
    for name in others:
        lacking = known.filter(~pl.col(name))[spec.unit].cast(pl.String).fill_null("not known").to_list()
        if len(lacking) > LARGEST_LACKING_PART * known.height:
            raise InputError(
                f"nobody's {name} is known in {len(lacking)} of {known.height} units: {', '.join(lacking[:12])}"
                f"{', ...' if len(lacking) > 12 else ''}",
                column=name,
                hint=f"leave {name} out of the spec, or fit the units that have it on their own",
            )


def _effective(weights: Array, respondent: pl.Series | None) -> float:
    """Kish's effective number of respondents: what one respondent says on several rows is one answer."""
    if respondent is None:
        return kish(weights)[0]
    ids = respondent.cast(pl.String).fill_null("")
    sums = pl.DataFrame({"id": ids, "weight": weights}).group_by("id").agg(pl.col("weight").sum())
    alone = int((ids == "").sum())
    named = sums.filter(pl.col("id") != "")["weight"].to_numpy()
    return kish(np.concatenate([named, weights[(ids == "").to_numpy()]]) if alone else named)[0]


__all__ = ["MISSING", "SupportCells", "count_cells", "make_feature"]
