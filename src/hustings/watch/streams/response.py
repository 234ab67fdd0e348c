"""Who answers: whether one side, or one group, hangs up more often than it did.

Of a wave whose cases were drawn here, the expected part of a segment among its interviews follows from the cases and from
how the segment answered, against all others, until the claim was registered: a design that draws more of somebody is no
break. Of an imported wave it is the part that the segment had in the imported ones before. What field days differ by is
within the tolerance: 3 points, a quarter of a small segment's part, beside the error of what was seen until then.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import polars as pl

from hustings.watch.assumption import Assumption, Claim, Foreseen, Idle, Seen
from hustings.watch.morning import Morning
from hustings.watch.streams.interviewed import (
    INTERVIEWER,
    Table,
    cluster_of,
    interviewed,
    not_compared,
    segment_of,
    segments_of,
    wave_tables,
)
from hustings.watch.streams.rows import TYPICAL, nothing, share_rows, typical_size

DIMENSIONS = ("party", "age", "race", "state", "state, race")
FILED = {"state": "file_state", "age": "file_age_band", "race": "file_race", "party": "file_party"}
FEWEST, MOST_SEGMENTS = 30, 40
FEWEST_IN_ALL = 100
BASE_TOLERANCE, BASE_PART, LARGEST_TOLERANCE = 0.03, 0.25, 0.06


class Answered(NamedTuple):
    """One wave: who answered, and the cases that were drawn for it (None: imported)."""

    people: pl.DataFrame
    cases: pl.DataFrame | None


def answered(morning: Morning) -> list[Answered]:
    """Every wave's interviewed people, and the cases drawn, with the segments' columns."""
    known = interviewed(morning)
    return [_of_wave(table, known) for table in wave_tables(morning)]


def _of_wave(table: Table, known: pl.DataFrame | Idle) -> Answered:
    rows = table.rows
    who = pl.col(INTERVIEWER).cast(pl.String) if INTERVIEWER in rows.columns else pl.lit(None, pl.String)
    people = rows.with_columns(who.alias(INTERVIEWER)).with_columns(cluster_of().alias("cluster"))
    drawn = table.wave.path("sample.parquet")
    if drawn.is_file():
        filed = [pl.col(column).alias(f"in_{name}") for name, column in FILED.items()]
        return Answered(people.select("respondent", "day", "cluster", *filed), pl.read_parquet(drawn).select(filed))
    people = people.select("respondent", "day", "cluster")
    if isinstance(known, Idle):
        none = [pl.lit(None, pl.String).alias(f"in_{name}") for name in FILED]
        return Answered(people.with_columns(none), None)
    described = known.select("respondent", *(f"in_{name}" for name in FILED))
    return Answered(people.join(described, on="respondent", how="left", maintain_order="left"), None)


def register(morning: Morning) -> Foreseen | Idle:
    """Fix every segment's part among those who answer."""
    waves = answered(morning)
    rows = pl.concat([one.people for one in waves]) if waves else pl.DataFrame()
    if rows.height < FEWEST_IN_ALL:
        return Idle(
            f"{rows.height} interviews so far, {FEWEST_IN_ALL} are needed", "hustings survey draw, or survey load"
        )
    found = segments_of(rows, DIMENSIONS, fewest=FEWEST, most=MOST_SEGMENTS + 1)[1:]
    if not found:
        return Idle(
            "nobody interviewed is known to belong to a segment", "do the questionnaires ask for state, age, race?"
        )
    tolerances, rates, shares = [], {}, {}
    for name in found:
        known = rows.drop_nulls(_columns(name))
        part = known.select(segment_of(name).mean()).item()
        error = (part * (1 - part) / known.height) ** 0.5
        tolerances.append(min(min(BASE_TOLERANCE, BASE_PART * part) + error, LARGEST_TOLERANCE))
        rates[name] = _odds([one for one in waves if one.cases is not None], name)
        imported = [one.people for one in waves if one.cases is None]
        shares[name] = (
            pl.concat(imported).drop_nulls(_columns(name)).select(segment_of(name).mean()).item() if imported else None
        )
    said = "Segments answer as they did until now: their parts among those interviewed stay within their tolerances."
    prediction = {"odds": rates, "shares": shares, TYPICAL: typical_size(rows["cluster"])}
    return Foreseen(found, {"tolerance": tuple(tolerances)}, said, prediction)


def _columns(segment: str) -> list[str]:
    return [f"in_{part.partition('=')[0]}" for part in segment.split(", ")]


def _counts(rows: pl.DataFrame, segment: str) -> tuple[int, int]:
    """How many belong to a segment, and how many do not."""
    known = rows.drop_nulls(_columns(segment))
    inside = int(known.select(segment_of(segment).sum()).item())
    return inside, known.height - inside


def _odds(waves: list[Answered], segment: str) -> float | None:
    """Odds of an answer in a segment against all others; half a case more on either side. None where none was drawn."""
    if not waves:
        return None
    drawn_in, drawn_out = _counts(pl.concat([one.cases for one in waves if one.cases is not None]), segment)
    heard_in, heard_out = _counts(pl.concat([one.people for one in waves]), segment)
    return ((heard_in + 0.5) / (drawn_in + 0.5)) / ((heard_out + 0.5) / (drawn_out + 0.5))


def _expected(one: Answered, segment: str, said: dict[str, Any]) -> float | None:
    """Part of a segment that is expected among those who answer a wave; None where nothing is known of such waves."""
    if one.cases is None:
        share: float | None = said["shares"][segment]
        return share
    odds = said["odds"][segment]
    inside, outside = _counts(one.cases, segment)
    return None if odds is None or not inside + outside else inside * odds / (inside * odds + outside)


def observe(morning: Morning, claim: Claim, settled: pl.DataFrame) -> Seen:
    """Compare who answered since."""
    said = dict(claim.foreseen.prediction)
    parts, keys = [], []
    notes: list[str] = []
    for one in answered(morning):
        fresh = not_compared(one.people, claim, settled)
        if fresh.rows.is_empty():
            continue
        keys.append(fresh.settled)
        notes += fresh.notes
        for name in claim.foreseen.segments:
            part = _expected(one, name, said)
            if part is not None:
                known = fresh.rows.drop_nulls(_columns(name))
                parts.append(
                    known.select(
                        "day",
                        "cluster",
                        segment_of(name).cast(pl.Float64).alias("y"),
                        pl.lit(name).alias("segment"),
                        pl.lit(part).alias("p"),
                        pl.lit(1.0).alias("weight"),
                    )
                )
    if not parts:
        return nothing(*notes)
    return Seen(share_rows(pl.concat(parts), claim), pl.concat(keys), tuple(notes))


RESPONSE_BY_SEGMENT = Assumption(
    name="response-by-segment",
    claim="Everybody answers as they did: no side hangs up",
    kind="shares",
    register=register,
    observe=observe,
    share=0.08,
    watches="who of the cases drawn was interviewed, by party, age, race and state",
    if_broken="One side does not answer any more: what its voters think is guessed from the few who do.",
    action="Weigh again with {segment} among the targets (`hustings survey weigh`), and release more cases of it.",
    owner="pollster",
    says="{where}: {observed:.1%} of those who answer where {predicted:.1%} were expected, {size}",
    explains=(
        "support-as-modelled",
        "base-comes-home",
        "new-registrants-preference",
        "engagement",
        "what-she-stands-for",
    ),
)
RESPONSE = (RESPONSE_BY_SEGMENT,)
