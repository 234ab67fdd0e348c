"""A campaign's voters as of a day: count them, list them, ask in SQL."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import polars.selectors as cs

from hustings.electorate.codebooks import read_codebooks
from hustings.electorate.query.ballots import Ballot, read_ballot
from hustings.electorate.query.decode import age_value, band_value, decode_rows, enum_rows
from hustings.electorate.query.relation import relation_sql
from hustings.electorate.query.vocabulary import Vocabulary
from hustings.electorate.query.where import Condition, parse, translate
from hustings.engines import Engine, connect
from hustings.errors import InputError
from hustings.store.campaign import open_campaign
from hustings.store.snapshots import Snapshots

if TYPE_CHECKING:
    import ibis.expr.types as ir

MANY_CELLS = 200_000
"""Cells from which on states are counted one by one."""


@dataclass(frozen=True)
class Electorate:
    """The electorate as of a day, on an engine.

    Parameters
    ----------
    words : Vocabulary
        The snapshot, its codebooks, its words.
    engine : Engine
        What runs the queries.
    as_of : date
        The day: ages are reached in its year, and nothing later is known.
    """

    words: Vocabulary
    engine: Engine
    as_of: dt.date

    def count(
        self, by: Sequence[str] = (), where: str | None = None, *, weight: str | None = None, gone: bool = False
    ) -> pl.DataFrame:
        """Count voters by any set of attributes.

        Parameters
        ----------
        by : sequence of str
            Columns, or ballots like ``voted('2012-11-06')`` (true or false) and ``times_voted('general', 4)`` (0-4);
            none counts everybody.
        where : str, optional
            A condition.
        weight : str, optional
            A column of chances: a turnout score gives the expected electorate. Vendors' ``_score`` columns are 0-100, as
            they hand them out; all others are 0-1. A voter without a value adds nothing.
        gone : bool
            Count voters who are no longer in the file too.

        Returns
        -------
        pl.DataFrame
            The columns of `by` (a ballot's is named as it is written), ``voters`` and, with a weight,
            ``expected_voters``; sorted by `by`.

        Raises
        ------
        InputError
            A column, value or function that does not exist.
        """
        names, ballots, condition = self._asked(by, where)
        if len(set(names)) < len(names):
            raise InputError(f"--by names a column twice: {', '.join(by)}")
        if weight is not None and self.words.coded(self.words.check(weight)):
            raise InputError(f"{weight} is no number that could weigh voters")
        parts = [condition]
        if names and self.engine.name == "duckdb" and self.words.cells(names) > MANY_CELLS:
            # A state at a time: its cells stay in the processor's cache.
            asked = self.words.manifest.states if condition.states is None else sorted(condition.states)
            parts = [replace(condition, states=frozenset({state})) for state in asked] or parts
        rows = pl.concat([self._cells(names, part, weight, gone=gone) for part in parts])
        if weight is not None:
            rows = _without_largest(rows, weight)
        if not names:
            return rows
        # Codes differ where texts do not: a county's name stands in several states.
        merged = rows if "state" in names else rows.group_by(names).agg(pl.exclude(names).sum())
        named = merged.sort(names, nulls_last=False).with_columns(cs.enum().cast(pl.String))
        return named.rename({ballot.column: ballot.label for ballot in ballots.values()})

    def _asked(self, by: Sequence[str], where: str | None) -> tuple[list[str], dict[str, Ballot], Condition]:
        """Read columns and ballots: their names in the relation, the ballots by text, and the condition with them."""
        condition = parse(where, self.words)
        ballots = {text: read_ballot(text, self.words) for text in by if "(" in text}
        names = [ballots[text].column if text in ballots else self.words.check(text) for text in by]
        return names, ballots, replace(condition, ballots=condition.ballots | frozenset(ballots.values()))

    def attributes(self, columns: Sequence[str], where: str | None = None) -> pl.DataFrame:
        """Give voters' attributes to compute on: every voter of the condition, in no order, texts as enums.

        Parameters
        ----------
        columns : sequence of str
            Columns, or ballots as in :meth:`count`; named as they are written.
        where : str, optional
            A condition; a state at a time keeps memory small.

        Raises
        ------
        InputError
            A column, value or function that does not exist.
        """
        names, ballots, condition = self._asked(columns, where)
        computed = {ballot.column for ballot in ballots.values()}
        table = self.table(["voter_id", *(name for name in names if name not in computed)], condition)
        chosen = table.select("voter_id", *(self.value(table, name).name(name) for name in names))
        rows = enum_rows(self.engine.collect(chosen), self.words)
        return rows.rename({ballot.column: ballot.label for ballot in ballots.values()})

    def _cells(self, names: list[str], condition: Condition, weight: str | None, *, gone: bool) -> pl.DataFrame:
        """Count the cells of a condition's states; texts as enums, whose order is the alphabet's."""
        computed = {ballot.column for ballot in condition.ballots}
        columns = [name for name in names if name not in computed]
        table = self.table([*columns, *([weight] if weight else [])], condition, gone=gone)
        measures: dict[str, Any] = {"voters": table.count()}
        if weight is not None:
            if not self.value(table, weight).type().is_numeric():
                raise InputError(f"{weight} is no number that could weigh voters")
            chance = self.value(table, weight).cast("float64") / (100 if weight.endswith("_score") else 1)
            measures |= {"expected_voters": chance.sum(), "largest": chance.max()}
        found = table.aggregate(by=[self.value(table, name).name(name) for name in names], **measures)
        return enum_rows(self.engine.collect(found), self.words)

    def list_voters(
        self,
        where: str | None = None,
        *,
        columns: Sequence[str] = (),
        order: str | None = None,
        limit: int | None = None,
        gone: bool = False,
    ) -> pl.DataFrame:
        """List voters.

        Parameters
        ----------
        where : str, optional
            A condition.
        columns : sequence of str
            What to give beside ``voter_id``.
        order : str, optional
            A column, with `` desc`` for the largest first; voters of equal rank stand in order of their ids.
        limit : int, optional
            At most so many.
        gone : bool
            List voters who are no longer in the file too.

        Raises
        ------
        InputError
            A column, value or function that does not exist.
        """
        condition = parse(where, self.words)
        names = ["voter_id", *(self.words.check(name) for name in columns if name != "voter_id")]
        by = self._order(order)
        table = self.table([*names, *(name for name, _ in by)], condition, gone=gone)
        chosen = table.mutate(**{name: self.value(table, name) for name in {*names, *(key for key, _ in by)}})
        keys = []
        for name, descending in by:
            chosen = self._ranked(chosen, name)
            rank = chosen[f"{name}_rank" if self.words.coded(name) else name]
            keys.append(rank.desc(nulls_first=False) if descending else rank.asc(nulls_first=False))
        found = chosen.order_by([*keys, chosen["voter_id"]]).select(*dict.fromkeys(names))
        rows = self.engine.collect(found if limit is None else found.limit(limit))
        return decode_rows(rows, self.words)

    def _order(self, order: str | None) -> list[tuple[str, bool]]:
        """Read an order: columns, and whether the largest come first."""
        keys = []
        for part in order.split(",") if order else ():
            name, _, way = part.strip().partition(" ")
            if way.strip().lower() not in {"", "asc", "desc"}:
                raise InputError(
                    f"--order {order!r} cannot be read", hint="columns, each with desc or asc: county, age desc"
                )
            keys.append((self.words.check(name), way.strip().lower() == "desc"))
        return keys

    def _ranked(self, table: ir.Table, name: str) -> ir.Table:
        """Codes say nothing of order: add the place of each value in the alphabet."""
        if not self.words.coded(name):
            return table
        codes = self.words.books.frame(self.words.book(name)).unique("code", keep="last").sort("value", "code")
        ranks = codes.select(pl.col("code").alias(f"{name}_of")).with_row_index(f"{name}_rank").cast(pl.Int32)
        small = self.engine.local(ranks, f"rank_{name}")
        return table.left_join(small, table[name] == small[f"{name}_of"]).drop(f"{name}_of")

    def table(self, columns: Sequence[str], condition: Condition, *, gone: bool = False) -> ir.Table:
        """The relation of a question, filtered."""
        needed = {*columns, *condition.columns}
        sql = relation_sql(
            self.words,
            self.engine,
            columns=needed,
            ballots=condition.ballots,
            states=condition.states,
            few=condition.few,
            places=condition.places,
        )
        table = self.engine.table(sql)
        if not gone:
            table = table.filter(table["last_seen"].isnull())
        if condition.tree is not None:
            table = table.filter(translate(condition, table, self.words, lambda name: self.value(table, name)))
        return table

    def value(self, table: ir.Table, name: str) -> Any:  # noqa: ANN401 (an Ibis value)
        """A column of the relation, derived ones too."""
        if name == "age":
            return age_value(table, self.as_of.year)
        if name == "age_band":
            return band_value(table, self.as_of.year)
        return table[name]

    def sql(self, text: str) -> pl.DataFrame:
        """Run somebody's SQL, read-only, over voters, history and the logs; codes are texts in them.

        Raises
        ------
        InputError
            It is no single query, or the engine refuses it.
        """
        from hustings.electorate.query.sql import run_sql

        return run_sql(self, text)


def open_electorate(store: Path, engine: Engine, as_of: dt.date | None) -> Electorate:
    """Open a campaign's electorate as of a day; without one, as of its last snapshot.

    Raises
    ------
    StoreError
        Nothing is stored of that day or before.
    """
    snapshots = Snapshots(store)
    manifest = snapshots.at(as_of)
    stored = manifest.codebooks
    books = read_codebooks(None if stored is None else snapshots.path(stored))
    return Electorate(Vocabulary(snapshots, manifest, books), engine, as_of or manifest.date)


def electorate_of(folder: Path | str, as_of: dt.date | None = None) -> Electorate:
    """Open the electorate of a campaign's folder, on the engine that its ``campaign.toml`` names.

    Parameters
    ----------
    folder : Path or str
        The campaign's folder.
    as_of : date, optional
        The day; without one, that of the last snapshot.

    Raises
    ------
    ConfigError
        The folder is no campaign's, or its engine cannot be started.
    StoreError
        Nothing is stored of that day or before.
    """
    campaign = open_campaign(folder)
    settings = campaign.electorate
    # Before an engine is started: a Spark session takes seconds.
    Snapshots(campaign.store).at(as_of)
    engine = connect(
        settings.engine, memory=settings.memory, temp=campaign.folder / "tmp", folder=campaign.store.absolute()
    )
    return open_electorate(campaign.store, engine, as_of)


def _without_largest(rows: pl.DataFrame, weight: str) -> pl.DataFrame:
    """Refuse a weight that is no chance."""
    largest = rows["largest"].max()
    if isinstance(largest, float) and largest > 1:
        raise InputError(
            f"{weight} goes up to {largest:g}, and the chance of a vote does not exceed 1",
            hint="weigh with a turnout score: 0-100 in a column named ..._score, 0-1 in any other",
        )
    return rows.drop("largest")
