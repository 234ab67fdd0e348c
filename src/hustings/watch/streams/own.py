"""Assumptions of the campaign's own: a question of the interviews, or a query to the store."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import polars as pl

from hustings.errors import HustingsError, InputError
from hustings.store.watching import OwnAssumption, WatchSettings
from hustings.watch.assumption import Assumption, Claim, Foreseen, Idle, Kind, Seen
from hustings.watch.morning import Morning
from hustings.watch.streams.counting import since_last
from hustings.watch.streams.interviewed import Table
from hustings.watch.streams.rows import filled, nothing
from hustings.watch.streams.steady import Steady

OWN_SHARE = 0.1
MOST_SEGMENTS = 500
"""Of one query; more of them say nothing to anybody, and each night keeps them all."""
KINDS: dict[str, Kind] = {"count": "counts", "value": "values", "rule": "rule"}
SMALLEST_TOLERANCE = 0.02
COLUMNS = {"day": pl.Date, "segment": pl.String, "observed": pl.Float64, "n": pl.Float64, "expected": pl.Float64}


def own_assumptions(settings: WatchSettings, registered: Mapping[str, float] | None = None) -> tuple[Assumption, ...]:
    """What a campaign's settings add: each test has half of what the ones before have left of their part of the error budget.

    Parameters
    ----------
    settings : WatchSettings
    registered : mapping, optional
        Name -> share of every one registered so far, those too that the settings have no more: their part is spent.
    """
    spent = registered or {}
    left = max(OWN_SHARE - sum(spent.values()), 0.0)
    found = []
    for one in settings.assumption:
        share = spent.get(one.name)
        if share is None:
            share = 0.0 if one.kind == "rule" else left / 2
            left -= share
        found.append(_assumption(one, share))
    return tuple(found)


def _assumption(own: OwnAssumption, share: float) -> Assumption:
    kind: Kind = KINDS.get(own.kind, "shares")
    register: Callable[[Morning], Foreseen | Idle]
    observe: Callable[[Morning, Claim, pl.DataFrame], Seen]
    if own.column:
        steady = _steady(own)
        register, observe = steady.register, steady.observe
    else:
        query = Query(own)
        register, observe = query.register, query.observe
    return Assumption(
        name=own.name,
        claim=own.claim,
        kind=kind,
        side=own.direction,  # type: ignore[arg-type] # one of the three: the settings are checked
        register=partial(_register, own, register),
        observe=partial(_observe, own, observe),
        share=share,
        watches=f"own interviews: {own.column}" if own.column else f"a query: {own.query}",
        if_broken="What the campaign itself relied on does not hold.",
        action=own.action,
        owner=own.owner,
    )


def _definition(own: OwnAssumption) -> dict[str, Any]:
    """What of the settings a claim rests on."""
    of = (own.column, list(own.answers), own.query, own.kind, own.expect, own.tolerance, own.direction)
    return dict(zip(("column", "answers", "query", "kind", "expect", "tolerance", "direction"), of, strict=True))


def _register(own: OwnAssumption, register: Callable[[Morning], Foreseen | Idle], morning: Morning) -> Foreseen | Idle:
    found = register(morning)
    if isinstance(found, Idle):
        return found
    return replace(found, prediction={**found.prediction, "defined": _definition(own)})


def _observe(
    own: OwnAssumption,
    observe: Callable[[Morning, Claim, pl.DataFrame], Seen],
    morning: Morning,
    claim: Claim,
    settled: pl.DataFrame,
) -> Seen:
    """Compare what is new; a claim is held against what it was about, whatever the settings say now."""
    defined = claim.foreseen.prediction.get("defined", {})
    other = [name for name, value in _definition(own).items() if name in defined and defined[name] != value]
    if other:
        return nothing(
            f"not compared: campaign.toml has another {' and '.join(other)} than on {claim.from_day}; "
            f"`hustings watch renew {own.name}` registers the new one"
        )
    return observe(morning, claim, settled)


def _steady(own: OwnAssumption) -> Steady:
    asked = f"no interview has a question {own.column!r}"
    words = " or ".join(own.answers)
    return Steady(
        partial(_outcome, own),
        (asked, "does [[watch.assumption]] column name a question of the codebook?"),
        f"{_plain(own.claim.rstrip('.'))}: {{share}} say {_plain(words)} to {own.column}, give or take {{points}} points.",
        tolerance=own.tolerance,
        expect=own.expect,
    )


def _plain(text: str) -> str:
    """A text that may have braces, for a format string."""
    return text.replace("{", "{{").replace("}", "}}")


def _outcome(own: OwnAssumption, _: Morning, table: Table) -> pl.Series | None:
    """Whether somebody gave one of the answers; null of who did not answer. ``age_band`` may stand for ``file_age_band``."""
    asked = {item.name for item in table.book.items}
    name = own.column if own.column in asked or own.column.startswith("file_") else f"file_{own.column}"
    if name not in table.rows.columns:
        return None
    given = pl.col(name)
    if isinstance(table.rows.schema[name], pl.List):
        said = given.list.set_intersection(list(own.answers)).list.len() > 0
    else:
        said = given.cast(pl.String).is_in(list(own.answers))
    return table.rows.select(said.alias("y")).to_series()


@dataclass(frozen=True)
class Query:
    """A query that is asked every night: ``observed`` and, as it likes, ``day``, ``segment``, ``n`` and ``expected``.

    With ``day`` every day and segment is compared once, from the day after it, when it is over; a count without it is a
    running total, of which what came since the last night is compared with ``expect`` a day. A value without it, and a
    rule, are of the night.
    """

    own: OwnAssumption

    def register(self, morning: Morning) -> Foreseen | Idle:
        """Fix the segments, and what is expected where the query does not say it."""
        try:
            rows, _ = self._rows(morning)
        except HustingsError as err:
            return Idle(f"its query fails: {err.message}", err.hint or "try it: hustings sql")
        own, segments = self.own, tuple(rows["segment"].unique(maintain_order=True)) or ("all",)
        if len(segments) > MOST_SEGMENTS:
            return Idle(
                f"its query gives {len(segments):,} segments, {MOST_SEGMENTS} at most", "group by something larger"
            )
        expected = self._expected(rows, segments)
        if isinstance(expected, Idle):
            return expected
        tolerance = max(own.tolerance, SMALLEST_TOLERANCE) if own.kind == "count" else own.tolerance
        if own.kind == "value" and tolerance <= 0:
            return Idle("a value needs a tolerance: its standard deviation", "tolerance = 0.02")
        scales: dict[str, tuple[float, ...]] = {}
        if own.kind == "count":
            scales = {"dispersion": (tolerance**-2,) * len(segments), "level_sd": (tolerance,) * len(segments)}
        elif own.kind == "value":
            scales = {"level_sd": (tolerance,) * len(segments)}
        start = dict(rows.group_by("segment").agg(pl.col("observed").sum()).iter_rows())
        return Foreseen(segments, scales, own.claim, {"expected": expected, "start": start, "sd": tolerance})

    def observe(self, morning: Morning, claim: Claim, settled: pl.DataFrame) -> Seen:
        """Ask again, and compare what is new."""
        try:
            rows, notes = self._rows(morning)
        except HustingsError as err:
            return nothing(f"its query fails: {err}")
        said: dict[str, Any] = dict(claim.foreseen.prediction)
        known = pl.col("segment").replace_strict(said["expected"], default=None, return_dtype=pl.Float64)
        rows = rows.with_columns(
            pl.coalesce("expected", known).alias("predicted"), pl.lit(float(said["sd"])).alias("sd")
        )
        if claim.kind == "rule":
            return self._ruled(morning, rows, notes)
        foreign = rows.filter(~pl.col("segment").is_in(list(claim.foreseen.segments)) | pl.col("predicted").is_null())
        if foreign.height:
            notes = (
                *notes,
                f"rows left out, of segments that are not of the claim or without what is expected: {foreign.height:,}",
            )
        rows = rows.join(foreign, on=["segment", "day"], how="anti", nulls_equal=True)
        if claim.kind == "counts" and rows["day"].null_count():
            return self._running(morning, claim, rows, settled, notes)
        day = pl.col("day").fill_null(morning.as_of)
        key = pl.concat_str("segment", pl.lit(" "), "day")
        # Today is not over: a count of it would be compared half.
        last = morning.as_of if claim.kind == "values" else morning.as_of - dt.timedelta(days=1)
        new = rows.with_columns(day.alias("day")).with_columns(key.alias("key"))
        new = new.filter(
            (pl.col("day") > claim.from_day - dt.timedelta(days=claim.kind == "counts")) & (pl.col("day") <= last)
        )
        twice = new.height - new.unique("key").height
        if twice:
            notes = (
                *notes,
                f"rows of a day and segment that stand there already, of which the first is taken: {twice:,}",
            )
        new = new.unique("key", keep="first", maintain_order=True).filter(
            ~pl.col("key").is_in(settled["key"].implode())
        )
        if claim.kind == "counts":
            new = new.with_columns(pl.lit(None, pl.Float64).alias("sd"), pl.col("observed").alias("n"))
        return Seen(filled(new), new.select("key", pl.col("observed").alias("amount")), notes)

    def _ruled(self, morning: Morning, rows: pl.DataFrame, notes: tuple[str, ...]) -> Seen:
        """Each segment's last day against its limit; a segment that came later has the limit of the settings."""
        rows = rows.with_columns(pl.coalesce("predicted", pl.lit(self.own.expect, pl.Float64)))
        last = rows.filter((pl.col("day") == pl.col("day").max().over("segment")) | pl.col("day").is_null())
        one = last.unique("segment", keep="first", maintain_order=True)
        known = one.drop_nulls("predicted")
        left = [
            (
                last.height - one.height,
                "rows of a segment and day that stand there already, of which the first is taken",
            ),
            (one.height - known.height, "segments left out, without a limit"),
            (max(known.height - MOST_SEGMENTS, 0), f"segments left out, beyond the first {MOST_SEGMENTS}"),
        ]
        said = known.head(MOST_SEGMENTS).with_columns(
            pl.lit(morning.as_of).alias("day"), pl.lit(None, pl.Float64).alias("sd")
        )
        more = tuple(f"{why}: {count:,}" for count, why in left if count)
        return Seen(filled(said), nothing().settled, (*notes, *more))

    def _running(
        self, morning: Morning, claim: Claim, rows: pl.DataFrame, settled: pl.DataFrame, notes: tuple[str, ...]
    ) -> Seen:
        """What came to running totals since the last night that rose."""
        start = claim.foreseen.prediction["start"]
        before = pl.DataFrame(
            {"key": list(start), "amount": list(start.values()), "settled": [claim.from_day] * len(start)},
            schema={"key": pl.String, "amount": pl.Float64, "settled": pl.Date},
        )
        kept = pl.concat([settled.select(before.columns), before]).unique("key", keep="first", maintain_order=True)
        counted = since_last(rows.with_columns(pl.col("segment").alias("key"), pl.col("observed").alias("total")), kept)
        grown = counted.rows.filter(pl.col("total") >= pl.col("last")).join(
            kept.select("key", "settled"), on="key", how="left"
        )
        days = (pl.lit(morning.as_of) - pl.col("settled").fill_null(claim.from_day)).dt.total_days()
        new = grown.with_columns(
            pl.lit(morning.as_of).alias("day"),
            pl.col("new").alias("observed"),
            pl.col("new").alias("n"),
            (pl.col("predicted") * days).alias("predicted"),
            pl.lit(None, pl.Float64).alias("sd"),
        ).filter(pl.col("predicted") > 0)
        keys = new.select("key", pl.col("total").alias("amount"))
        return Seen(filled(new), keys, (*notes, *counted.notes))

    def _rows(self, morning: Morning) -> tuple[pl.DataFrame, tuple[str, ...]]:
        """What the query gives now, in the columns of :data:`COLUMNS`, and what of it was left out.

        Raises
        ------
        InputError
            It fails, or gives other columns.
        """
        if morning.electorate is None:
            raise InputError("nothing is stored yet", hint="hustings load voters")
        found = morning.electorate.sql(self.own.query)
        if "observed" not in found.columns:
            raise InputError(
                f"it gives {', '.join(found.columns)}", hint="name the number: SELECT count(*) AS observed"
            )
        absent = {"segment": pl.lit("all"), "n": pl.lit(1.0)}
        filled_in = [absent.get(name, pl.lit(None)).alias(name) for name in COLUMNS if name not in found.columns]
        try:
            rows = found.with_columns(*filled_in).select(pl.col(name).cast(kind) for name, kind in COLUMNS.items())
        except pl.exceptions.PolarsError as err:
            raise InputError(
                f"a column is of another kind: {str(err).splitlines()[0]}", hint="observed is a number, day a date"
            ) from err
        whole = rows.with_columns(pl.col("segment").fill_null("all")).filter(pl.col("observed").is_finite())
        whole = whole.filter(pl.col("day").is_null() | (pl.col("day") <= morning.as_of))
        if self.own.kind == "count":
            whole = whole.filter((pl.col("observed") >= 0) & (pl.col("expected").is_null() | (pl.col("expected") > 0)))
        left = rows.height - whole.height
        return whole, (f"rows left out, without a number that can be or of days to come: {left:,}",) if left else ()

    def _expected(self, rows: pl.DataFrame, segments: tuple[str, ...]) -> dict[str, float] | Idle:
        """What is expected of each segment where the query says nothing."""
        if self.own.expect is not None:
            return dict.fromkeys(segments, self.own.expect)
        if rows["expected"].count():
            return {}
        if self.own.kind == "rule":
            return Idle("a rule needs a limit", "expect = 10")
        if rows["day"].null_count() or rows.is_empty():
            return Idle("nothing says what is expected", "expect = 10, or a column expected or day in the query")
        return dict(rows.group_by("segment").agg(pl.col("observed").mean()).iter_rows())
