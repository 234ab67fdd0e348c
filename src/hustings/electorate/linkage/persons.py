"""Ids of persons that stay the same from run to run, whatever new links say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from hustings.errors import InputError

PERSONS: dict[str, type[pl.DataType]] = {"voter_id": pl.Int64, "person_id": pl.Int64}


@dataclass(frozen=True)
class Persons:
    """Who is who.

    Parameters
    ----------
    table : polars.DataFrame
        ``voter_id``, ``person_id``; one row per voter, by voter.
    merges : polars.DataFrame
        ``person_id`` that stays, ``merged_id`` that is no longer used; by ``merged_id``. Whatever was stored under the
        second belongs to the first.
    """

    table: pl.DataFrame
    merges: pl.DataFrame


def assign_persons(links: pl.DataFrame, known: pl.DataFrame, *, voters: pl.Series | None = None) -> Persons:
    """Give every voter a person, keeping what was given before.

    Parameters
    ----------
    links : polars.DataFrame
        ``left_id``, ``right_id``: voters that are one person, ids of one numbering for both files; rows marked
        ``uncertain``, if the column is there, join nobody.
    known : polars.DataFrame
        ``voter_id``, ``person_id`` as returned before; empty at first.
    voters : polars.Series, optional
        More voters who need a person, linked or not.

    Returns
    -------
    Persons
        A voter keeps its person. Where links join several known persons the smallest id stays, being the oldest, and
        the others are recorded as merged. New persons are numbered on from the largest id, in order of their smallest
        voter. The same input gives the same ids, whatever the order of its rows.

    Raises
    ------
    InputError
        If a column is missing or null, or a voter has two persons in ``known``.
    """
    known = _columns(known, PERSONS, "table of known persons")
    if known["voter_id"].is_duplicated().any():
        twice = known.filter(pl.col("voter_id").is_duplicated())["voter_id"].sort().item(0)
        raise InputError(f"voter {twice} has two persons in the table of known persons", column="voter_id")
    sure = links.filter(~pl.col("uncertain")) if "uncertain" in links.columns else links
    pairs = _columns(sure, {"left_id": pl.Int64, "right_id": pl.Int64}, "table of links")
    everyone = pl.concat(
        [known["voter_id"], pairs["left_id"], pairs["right_id"], *([voters.cast(pl.Int64)] if voters is not None else [])]
    ).unique().sort()  # fmt: skip
    component = _components(everyone, pairs, known)
    table = pl.DataFrame({"voter_id": everyone, "component": component}).join(
        known, on="voter_id", how="left", maintain_order="left"
    )
    groups = table.group_by("component").agg(
        kept=pl.col("person_id").min(), first_voter=pl.col("voter_id").min()
    ).sort("first_voter")  # fmt: skip
    largest = known["person_id"].max()
    start = int(largest) if isinstance(largest, int) else 0
    fresh = start + pl.col("kept").is_null().cum_sum().cast(pl.Int64)
    groups = groups.with_columns(kept=pl.coalesce("kept", fresh))
    joined = table.join(groups.select("component", "kept"), on="component", how="left", maintain_order="left")
    merges = (
        joined.filter(pl.col("person_id") != pl.col("kept")).select(person_id="kept", merged_id="person_id")
        .unique().sort("merged_id")
    )  # fmt: skip
    return Persons(joined.select("voter_id", person_id="kept").sort("voter_id"), merges)


def _columns(frame: pl.DataFrame, schema: Mapping[str, type[pl.DataType]], name: str) -> pl.DataFrame:
    """The named columns, cast; complains of those missing or null."""
    if not frame.width and not frame.height:
        return pl.DataFrame(schema=schema)
    for column, kind in schema.items():
        if column not in frame.columns:
            raise InputError(f"the {name} has no column {column!r}, found {', '.join(frame.columns)}")
        if frame[column].null_count():
            raise InputError(f"{frame[column].null_count()} rows of the {name} have no value", column=column)
        frame = frame.with_columns(pl.col(column).cast(kind))
    return frame.select(*schema)


def _components(everyone: pl.Series, pairs: pl.DataFrame, known: pl.DataFrame) -> pl.Series:
    """A number per voter, the same for all voters joined by links or by a known person."""
    order = everyone.to_numpy()
    first = known.group_by("person_id").agg(anchor=pl.col("voter_id").min())
    anchored = known.join(first, on="person_id")
    ends = [
        np.searchsorted(order, np.concatenate([pairs[own].to_numpy(), anchored[other].to_numpy()]))
        for own, other in (("left_id", "voter_id"), ("right_id", "anchor"))
    ]
    graph = coo_array((np.ones(ends[0].size, dtype=np.int8), (ends[0], ends[1])), shape=(order.size, order.size))
    _, labels = connected_components(graph, directed=False)
    return pl.Series(labels, dtype=pl.Int64)
