"""From agreement to probability: three classes for a pair, and the other candidates for the same people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from hustings.electorate.linkage.comparisons import COMPARISONS, gamma, splink_settings
from hustings.electorate.linkage.engine import linker, quiet
from hustings.electorate.linkage.spec import LinkageSpec

_KEEP_BITS = -7.0
"""Pairs below 2^-7 at the largest prior that can be are not kept: together they are less than one link in a hundred."""
_ROUNDS = 60
_SAME_BITS = 1e-6


@dataclass(frozen=True)
class Candidates:
    """Pairs that may be one person, with all that is needed to say how probably.

    ``pairs``: left_id, right_id, match_prob, last_name and home (levels' numbers); ``match_share``: of the smaller
    file, how many have their record in the other (0-1).
    """

    pairs: pl.DataFrame
    match_share: float


def compare(
    held: Any,  # noqa: ANN401
    left: pl.DataFrame,
    right: pl.DataFrame,
    *,
    parameters: pl.DataFrame,
    blocks: list[str],
    spec: LinkageSpec,
) -> pl.DataFrame:
    """Every blocked pair scored by Splink, chunk by chunk, those without hope left out.

    Returns
    -------
    polars.DataFrame
        ``left_id``, ``right_id``, ``bits`` (log2 of one person against two strangers, no prior), ``household_bits``
        (the same of two of one household against two strangers), ``last_name``, ``home``; sorted by ids.
    """
    parameters = distinct_weights(parameters)
    settings = splink_settings(parameters, others="stranger_prob", prior_prob=0.5, blocks=blocks, term_frequencies=True)
    least = float(np.log2(max(left.height, right.height, 1))) + _KEEP_BITS
    chunks = -(-left.height // spec.chunk_rows)
    parts: list[pl.DataFrame] = []
    with quiet():
        model = linker(held, left, right, settings)
        for chunk in range(1, chunks + 1):
            table = model.inference.predict_chunk(
                left_chunk=(chunk, chunks), right_chunk=(1, 1), threshold_match_weight=least, warning_mode="never"
            )
            parts.append(held.sql(_selection(table.physical_name, parameters)).pl())
            table.drop_table_from_database_and_remove_from_cache()
    return pl.concat(parts).sort("left_id", "right_id")


def distinct_weights(parameters: pl.DataFrame) -> pl.DataFrame:
    """The parameters with no two levels of a comparison of one weight, nor one of weight 0.

    Splink keeps the weight of each comparison of a pair, not its level; a level is read back from its weight, so
    weights that coincide are moved apart by a few millionths of a bit.
    """
    moved = []
    for comparison in COMPARISONS:
        rows = parameters.filter(pl.col("comparison") == comparison.name)
        used = {0.0}
        for row in rows.iter_rows(named=True):
            bits = float(np.log2(row["match_prob"] / row["stranger_prob"]))
            while any(abs(bits - other) < 2 * _SAME_BITS for other in used):
                bits += 3 * _SAME_BITS
            used.add(bits)
            moved.append(row["stranger_prob"] * 2.0**bits)
    return parameters.with_columns(match_prob=pl.Series(moved))


def _selection(table: str, parameters: pl.DataFrame) -> str:
    """SQL for the columns kept of a table of scored pairs."""
    household, levels = [], {}
    for comparison in COMPARISONS:
        rows = parameters.filter(pl.col("comparison") == comparison.name)
        match, mates, strangers = (rows[name].to_numpy() for name in ("match_prob", "household_prob", "stranger_prob"))
        tests = [
            f"when abs(mw_{comparison.name} - {bits!r}) < {_SAME_BITS}" for bits in np.log2(match / strangers).tolist()
        ]
        bits = np.log2(mates / match).tolist()
        household.append(
            f"(case {' '.join(f'{test} then {value!r}' for test, value in zip(tests, bits, strict=True))} else 0.0 end)"
        )
        numbers = [gamma(comparison, level.name) for level in comparison.levels]
        levels[comparison.name] = (
            f"(case {' '.join(f'{test} then {value}' for test, value in zip(tests, numbers, strict=True))} else -1 end)::tinyint"
        )
    return (
        "select id_l as left_id, id_r as right_id, match_weight as bits,"  # noqa: S608 (our own names)
        f" match_weight + {' + '.join(household)} as household_bits,"
        f" {levels['last_name']} as last_name, {levels['home']} as home from {table}"
    )


def probabilities(scored: pl.DataFrame, *, n_left: int, n_right: int, mates: float) -> Candidates:
    """Probability of each pair, the share of matches found by fixed point.

    Parameters
    ----------
    scored : polars.DataFrame
        As `compare` returns it.
    n_left, n_right : int
        Rows of the files.
    mates : float
        How many of a household a record meets in the other file, for each match.

    Returns
    -------
    Candidates
        A person has at most one record in each file, so the candidates for one record compete: with odds r of each pair
        against strangers and households, pair (i, j) has r_ij / (1 + sum of r over all pairs with i or j).
    """
    if not scored.height:
        empty = scored.select("left_id", "right_id", "last_name", "home", match_prob=pl.lit(0.0))
        return Candidates(empty.clear(), 0.0)
    _, left = np.unique(scored["left_id"].to_numpy(), return_inverse=True)
    _, right = np.unique(scored["right_id"].to_numpy(), return_inverse=True)
    ratio = np.exp2(np.minimum(scored["bits"].to_numpy(), 500.0))
    household = np.exp2(np.minimum(scored["household_bits"].to_numpy(), 500.0))
    smaller, larger = min(n_left, n_right), max(n_left, n_right)
    share, prob = 0.5, np.zeros(scored.height)
    for _ in range(_ROUNDS):
        prior = share / larger
        odds = prior * ratio / (1.0 + prior * mates * household)
        rivals = np.bincount(left, odds)[left] + np.bincount(right, odds)[right] - odds
        prob = odds / (1.0 + rivals)
        found = float(np.clip(prob.sum() / smaller, 1 / (2 * smaller), 1.0))
        if abs(found - share) < 1e-6:
            break
        share = found
    pairs = scored.select("left_id", "right_id", "last_name", "home").with_columns(match_prob=pl.Series(prob))
    return Candidates(pairs, share)
