"""Answers against what answers were: the share of a segment that says something is as it was until now, or as claimed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from hustings.watch.assumption import Claim, Foreseen, Idle, Seen
from hustings.watch.morning import Morning
from hustings.watch.streams.interviewed import (
    INTERVIEWER,
    Table,
    cluster_of,
    in_segments,
    interviewed,
    not_compared,
    segment_of,
    segments_of,
    wave_tables,
)
from hustings.watch.streams.rows import TYPICAL, nothing, share_rows, typical_weights

FEWEST, MOST_SEGMENTS = 50, 20
LARGEST_TOLERANCE = 0.08


@dataclass(frozen=True)
class Steady:
    """A share of answers that is to stay where it is.

    Parameters
    ----------
    outcome : callable
        A morning and a wave's table -> whether each of its rows says it (null: not asked), or None where it was not asked.
    lacking : str
        Why there is nothing to watch, and what would help.
    said : str
        The claim, with {share} and {points}.
    dimensions : tuple of str
        What is compared apart.
    tolerance : float
        How far the mean may lie off.
    expect : float, optional
        The share that is claimed; without it what was seen until the claim is registered, give or take its error.
    """

    outcome: Callable[[Morning, Table], pl.Series | None]
    lacking: tuple[str, str]
    said: str
    dimensions: tuple[str, ...] = ()
    tolerance: float = 0.03
    expect: float | None = None

    def register(self, morning: Morning) -> Foreseen | Idle:
        """Fix each segment's share; without a claimed one it takes :data:`FEWEST` answers."""
        rows = self._rows(morning)
        if rows is None:
            return Idle(*self.lacking)
        if self.expect is None and rows.height < FEWEST:
            return Idle(f"{rows.height} answers so far, {FEWEST} are needed", "interview more: hustings survey draw")
        if rows.height >= FEWEST and not rows["y"].sum():
            return Idle(f"none of {rows.height:,} answers is one that counts", "write answers as the codebook has them")
        segments = segments_of(rows, self.dimensions, fewest=FEWEST, most=MOST_SEGMENTS)
        shares, tolerances = {}, []
        for name in segments:
            share, error = _mean(rows.filter(segment_of(name)))
            shares[name] = share if self.expect is None else self.expect
            most = max(self.tolerance, LARGEST_TOLERANCE)
            tolerances.append(self.tolerance if self.expect is not None else min(self.tolerance + error, most))
        typical = typical_weights(in_segments(rows, segments), segments)
        words = {"share": f"{100 * shares['all']:.0f} %", "points": f"{100 * tolerances[0]:.1f}"}
        prediction = {"shares": shares, TYPICAL: typical}
        return Foreseen(segments, {"tolerance": tuple(tolerances)}, self.said.format(**words), prediction)

    def observe(self, morning: Morning, claim: Claim, settled: pl.DataFrame) -> Seen:
        """Compare the answers that are new."""
        rows = self._rows(morning)
        if rows is None:
            return nothing(f"not compared: {self.lacking[0]}")
        fresh = not_compared(rows, claim, settled)
        if fresh.rows.is_empty():
            return nothing(*fresh.notes)
        answers = in_segments(fresh.rows, claim.foreseen.segments)
        said = pl.col("segment").replace_strict(claim.foreseen.prediction["shares"], return_dtype=pl.Float64)
        return Seen(share_rows(answers.with_columns(said.alias("p")), claim), fresh.settled, fresh.notes)

    def _rows(self, morning: Morning) -> pl.DataFrame | None:
        """Answers with ``respondent``, ``day``, ``weight``, ``y``, ``cluster`` and the segments' columns."""
        parts = []
        for table in wave_tables(morning):
            said = self.outcome(morning, table)
            if said is not None:
                asked = (
                    pl.col(INTERVIEWER).cast(pl.String)
                    if INTERVIEWER in table.rows.columns
                    else pl.lit(None, pl.String)
                )
                chosen = table.rows.with_columns(said.cast(pl.Float64).alias("y"), asked.alias(INTERVIEWER))
                chosen = chosen.select("respondent", "day", "weight", "y", cluster_of().alias("cluster"))
                parts.append(chosen.drop_nulls(["y", "day"]))
        if not parts:
            return None
        people = interviewed(morning)
        rows = pl.concat(parts)
        if isinstance(people, Idle):
            return rows
        known = people.select("respondent", *(name for name in people.columns if name.startswith("in_")))
        return rows.join(known, on="respondent", how="left", maintain_order="left")


def _mean(rows: pl.DataFrame) -> tuple[float, float]:
    """Weighted share and its standard error."""
    weight = rows["weight"].to_numpy()
    if not weight.sum() > 0:
        return 0.0, 0.0
    share = float((weight * rows["y"].to_numpy()).sum() / weight.sum())
    return share, float((share * (1 - share) * (weight**2).sum()) ** 0.5 / weight.sum())
