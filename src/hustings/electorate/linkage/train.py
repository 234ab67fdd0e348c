"""How often each degree of agreement holds: for strangers by sampling, for households by counting, for one person by EM.

Everything here runs on samples and on one thread, so that the same files and seed give the same numbers to the last bit.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from hustings.electorate.linkage.comparisons import COMPARISONS, default_parameters, splink_settings
from hustings.electorate.linkage.engine import linker, quiet
from hustings.electorate.linkage.households import household_pairs
from hustings.electorate.linkage.normalise import code, has
from hustings.electorate.linkage.spec import LinkageSpec

_KEY = ["comparison", "level"]
_NAME = ("first_code", "last_code", "birth_year")
_COARSER = (
    ("place", "home", ["same"], "zip"),
    ("house", "home", ["nearly"], "zip"),
    ("zip", "home", ["zip"], "town"),
    ("town", "home", ["town"], "state"),
    ("birth_day", "birth", ["date", "date but a slip", "other year of the date"], "year only"),
)
"""A column that one file lacks, the levels that cannot be then, and the one that is seen instead."""
_SLOT = ("zip", "birth_year", "sex")


def learn(held: Any, left: pl.DataFrame, right: pl.DataFrame, *, spec: LinkageSpec, seed: int) -> pl.DataFrame:  # noqa: ANN401
    """Parameters of the three classes for two prepared files.

    Parameters
    ----------
    held : duckdb.DuckDBPyConnection
        On one thread.
    left, right : polars.DataFrame
        As `prepare` returns them.
    spec : LinkageSpec
        Sizes of samples.
    seed : int
        Of the random pairs.

    Returns
    -------
    polars.DataFrame
        As `default_parameters`, learnt where the files are large enough.
    """
    parameters = default_parameters()
    if not (left.height and right.height):
        return parameters
    parameters = _what_can_be_seen(parameters, left, right)
    parameters = _strangers(held, left, right, parameters, spec=spec, seed=seed)
    counted = (
        pl.concat([household_pairs(held, side) for side in (left, right)]).group_by(_KEY).agg(pl.col("pairs").sum())
    )
    counted = counted.filter(~pl.col("comparison").is_in(["home"]))
    parameters = _blend(parameters, "household_prob", counted, spec.prior_pairs)
    if min(left.height, right.height) >= spec.least_rows:
        parameters = _one_person(held, left, right, parameters, spec)
    # A family that moves, moves together: whom one lives with says nothing about where.
    same_home = pl.when(pl.col("comparison") == "home").then("match_prob").otherwise("household_prob")
    return parameters.with_columns(household_prob=same_home)


def _what_can_be_seen(parameters: pl.DataFrame, left: pl.DataFrame, right: pl.DataFrame) -> pl.DataFrame:
    """Starting values for what both files hold: without streets, those at the same address are seen in the same zip."""
    for column, comparison, levels, instead in _COARSER:
        if any(side[column].null_count() == side.height for side in (left, right)):
            here, gone = pl.col("comparison") == comparison, pl.col("level").is_in(levels)
            for name in ("match_prob", "household_prob"):
                lost = parameters.filter(here & gone)[name].sum()
                value = (
                    pl.when(here & gone).then(1e-6).when(here & (pl.col("level") == instead)).then(pl.col(name) + lost)
                )
                parameters = parameters.with_columns(value.otherwise(name).alias(name))
    return parameters


def _strangers(
    held: Any,  # noqa: ANN401
    left: pl.DataFrame,
    right: pl.DataFrame,
    parameters: pl.DataFrame,
    *,
    spec: LinkageSpec,
    seed: int,
) -> pl.DataFrame:
    """``stranger_prob`` from all pairs of a random sample of each file."""
    rng = np.random.default_rng(seed)
    rows = int(np.ceil(np.sqrt(spec.training_pairs)))
    samples = [
        side if side.height <= rows else side[np.sort(rng.choice(side.height, rows, replace=False))]
        for side in (left, right)
    ]
    pairs = samples[0].height * samples[1].height
    settings = splink_settings(
        parameters, others="stranger_prob", prior_prob=1e-4, blocks=["id"], term_frequencies=False
    )
    with quiet():
        model = linker(held, samples[0], samples[1], settings)
        model.training.estimate_u_using_random_sampling(
            max_pairs=2 * pairs + 1, seed=seed, min_count_per_level=None, num_chunks=1
        )
    seen = _read(model, "u_probability", trained=True)
    # One pair in so many of them is one person after all: taken out again at the agreement expected of it.
    matched = min(left.height, right.height) / (left.height * right.height)
    expected = parameters.select(*_KEY, "match_prob")
    seen = seen.join(expected, on=_KEY).with_columns(
        pairs=pl.max_horizontal(pl.col("value") - matched * pl.col("match_prob"), 0.2 * pl.col("value")) * pairs
    )
    fixed = [(comparison.name, level.name) for comparison in COMPARISONS for level in comparison.levels if level.fixed]
    rare = pl.struct(_KEY).is_in([dict(zip(_KEY, pair, strict=True)) for pair in fixed])
    prior = parameters.filter(rare).select(*_KEY, pairs=pl.col("stranger_prob") * pairs)
    counted = pl.concat([seen.filter(~rare).select(*_KEY, "pairs"), prior])
    return _blend(parameters, "stranger_prob", counted, spec.prior_pairs)


def _one_person(
    held: Any,  # noqa: ANN401
    left: pl.DataFrame,
    right: pl.DataFrame,
    parameters: pl.DataFrame,
    spec: LinkageSpec,
) -> pl.DataFrame:
    """``match_prob`` by EM on pairs that share name and year, and on pairs that share an address.

    What a rule blocks on it cannot teach; and an address teaches best, since all who share it and are not one person
    are of one household, whose agreement has been counted.
    """
    rest = ["first_name", "last_name", "birth", "middle_name", "suffix", "sex"]
    if has((left, right), "place"):
        plan = [(_NAME, "stranger_prob", ["home", "phone"]), (("place",), "household_prob", rest)]
    else:
        plan = [
            (_NAME, "stranger_prob", ["home", "phone", "middle_name", "suffix", "sex"]),
            (_SLOT, "stranger_prob", ["first_name", "last_name"]),
            (("first_code", "last_code", "zip"), "stranger_prob", ["birth"]),
        ]
    for keys, others, taught in plan:
        learnt = _em(held, left, right, parameters, keys=keys, others=others, rows=spec.training_rows)
        if learnt is not None:
            chosen = learnt.filter(pl.col("comparison").is_in(taught))
            parameters = _blend(parameters, "match_prob", chosen, spec.prior_pairs)
    return parameters


def _em(
    held: Any,  # noqa: ANN401
    left: pl.DataFrame,
    right: pl.DataFrame,
    parameters: pl.DataFrame,
    *,
    keys: tuple[str, ...],
    others: str,
    rows: int,
) -> pl.DataFrame | None:
    """Expected pairs of one person at each level, among pairs that agree on ``keys``; None if there are too few."""
    every = max(1, int(np.ceil(max(left.height, right.height) / rows)))
    block = code(*map(pl.col, keys))
    # Whole blocks are sampled, not rows: a person must be in both samples or in neither.
    sides = [
        side.with_columns(training_key=block).filter(pl.col("training_key").is_not_null())
        .filter(pl.col("training_key") % every == 0) for side in (left, right)
    ]  # fmt: skip
    counts = [side.group_by("training_key").len() for side in sides]
    pairs = int(
        (joined := counts[0].join(counts[1], on="training_key"))
        .select(pl.col("len") * pl.col("len_right"))
        .sum()
        .item()
    )
    if joined.height < 100:
        return None
    rule = " and ".join(f"l.{key} = r.{key}" for key in keys)
    prior = 0.3 if others == "household_prob" else 1 / max(left.height, right.height)
    settings = splink_settings(parameters, others=others, prior_prob=prior, blocks=["id"], term_frequencies=False)
    with quiet():
        from splink.internals.exceptions import EMTrainingException

        model = linker(held, sides[0], sides[1], settings)
        try:
            session = model.training.estimate_parameters_using_expectation_maximisation(
                rule, estimate_without_term_frequencies=True
            )
        except (EMTrainingException, ValueError):
            # No pair to learn from, or all of them one class: a share falls below what Splink can hold.
            return None
    matches = pairs * session.core_model_settings.probability_two_random_records_match
    return _read(model, "m_probability", trained=False).select(*_KEY, pairs=pl.col("value") * matches)


def _read(model: Any, field: str, *, trained: bool) -> pl.DataFrame:  # noqa: ANN401
    """A parameter of all levels of Splink's model; a level never seen is 0 when ``trained``."""
    rows = []
    for comparison in model.misc.save_model_to_json()["comparisons"]:
        for level in comparison["comparison_levels"]:
            if not level.get("is_null_level"):
                value = level.get(field, 0.0 if trained else None)
                rows.append((comparison["output_column_name"], level["label_for_charts"], value))
    return pl.DataFrame(
        rows, schema={"comparison": pl.String, "level": pl.String, "value": pl.Float64}, orient="row"
    ).with_columns(pl.col("value").fill_null(0.0))


def _blend(parameters: pl.DataFrame, column: str, counted: pl.DataFrame, prior_pairs: float) -> pl.DataFrame:
    """Counts added to the prior's, as shares within each comparison; comparisons not counted stand."""
    joined = parameters.join(
        counted.select(*_KEY, pl.col("pairs").cast(pl.Float64)), on=_KEY, how="left", maintain_order="left"
    )
    total = pl.col("pairs").sum().over("comparison")
    share = (pl.col("pairs").fill_null(0.0) + prior_pairs * pl.col(column)) / (total + prior_pairs)
    return joined.with_columns(share.alias(column)).drop("pairs")
