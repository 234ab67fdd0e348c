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
from hustings.electorate.query.ballots import read_ballot
from hustings.electorate.query.decode import age_value, band_value, decode_rows, decoded_table, enum_rows
from hustings.electorate.query.relation import relation_sql
from hustings.electorate.query.vocabulary import Vocabulary
from hustings.electorate.query.where import Condition, parse, told, translate
from hustings.engines import Engine, connect
from hustings.errors import InputError
from hustings.store.campaign import open_campaign
from hustings.store.snapshots import Snapshots
from hustings.tables import ALIASES, CONTACTS, EARLY_VOTES, HISTORY, PERSONS

if TYPE_CHECKING:
    import ibis.expr.types as ir

MANY_CELLS = 200_000
"""Cells from which on states are counted one by one."""
LOGS = {"contacts": CONTACTS, "early_votes": EARLY_VOTES, "aliases": ALIASES, "persons": PERSONS}
TABLES = ("voters", "history", *LOGS)
"""What a query may name."""
FORBIDDEN = frozenset({"reflect", "try_reflect", "java_method", "getenv", "query", "query_table"})
"""Functions of an engine that reach beyond its tables: Spark's `reflect` runs any code."""


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
        condition = parse(where, self.words)
        ballots = {text: read_ballot(text, self.words) for text in by if "(" in text}
        names = [ballots[text].column if text in ballots else self.words.check(text) for text in by]
        if len(set(names)) < len(names):
            raise InputError(f"--by names a column twice: {', '.join(by)}")
        condition = replace(condition, ballots=condition.ballots | frozenset(ballots.values()))
        if weight is not None and self.words.coded(self.words.check(weight)):
            raise InputError(f"{weight} is no number that could weigh voters")
        parts = [condition]
        if self.engine.name == "duckdb" and self.words.cells(names) > MANY_CELLS:
            # A state at a time: its cells stay in the processor's cache.
            asked = self.words.manifest.states if condition.states is None else sorted(condition.states)
            parts = [replace(condition, states=frozenset({state})) for state in asked]
        rows = pl.concat([self._cells(names, part, weight, gone=gone) for part in parts])
        if weight is not None:
            rows = _without_largest(rows, weight)
        if not names:
            return rows
        # Codes differ where texts do not: a county's name stands in several states.
        merged = rows if "state" in names else rows.group_by(names).agg(pl.exclude(names).sum())
        named = merged.sort(names, nulls_last=False).with_columns(cs.enum().cast(pl.String))
        return named.rename({ballot.column: ballot.label for ballot in ballots.values()})

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
        """Run somebody's SQL, read-only, over voters, history, contacts and early_votes; codes are texts in them.

        Raises
        ------
        InputError
            It is no single query, or the engine refuses it.
        """
        tables, columns = _mentioned(text)
        views: dict[str, ir.Table] = {}
        if "voters" in tables:
            views["voters"] = self._voters_view(columns)
        if "history" in tables:
            views["history"] = self._history_view()
        for name, contract in LOGS.items():
            if name in tables:
                views[name] = self._log_view(name, contract.column_names)
        unknown = sorted(tables - set(TABLES))
        if unknown:
            raise InputError(f"there is no table {unknown[0]!r}", hint=f"tables: {', '.join(TABLES)}")
        return self.engine.run(text, views)

    def _voters_view(self, columns: set[str] | None) -> ir.Table:
        """Voters who are present, with the columns that a query mentions."""
        wanted = [name for name in self.words.columns if columns is None or name in columns or name == "voter_id"]
        table = self.table(wanted, Condition())
        chosen = table.select(**{name: self.value(table, name) for name in wanted})
        return decoded_table(chosen, self.words, self.engine, wanted)

    def _history_view(self) -> ir.Table:
        """Ballots of every state, with the election's day and kind."""
        files = {name: state.history for name, state in self.words.manifest.states.items() if state.history is not None}
        if not files:
            raise InputError("no history is stored yet", hint="hustings load history FILE --layout NAME")
        parts = [
            f"SELECT '{state}' AS state, voter_id, election, method, counted, ballot_party FROM "
            f"({self.engine.log([self.words.snapshots.path(file)], HISTORY.column_names)})"
            for state, file in files.items()
        ]
        table = self.engine.table(" UNION ALL ".join(parts))
        elections = pl.DataFrame(
            [
                (name, number, dt.date.fromisoformat(one.date), one.kind)
                for name in files
                for number, one in enumerate(self.words.manifest.states[name].elections)
            ],
            schema={"at": pl.String, "number": pl.Int32, "election_on": pl.Date, "election_kind": pl.String},
            orient="row",
        )
        known = self.engine.local(elections, "elections")
        joined = table.left_join(known, (table["state"] == known["at"]) & (table["election"] == known["number"]))
        joined = joined.filter(joined["election_on"] <= self.as_of).drop("at", "number", "election")
        named = decoded_table(joined.rename(party="ballot_party"), self.words, self.engine, ["method", "party"])
        return named.rename(ballot_party="party")

    def _log_view(self, name: str, columns: Sequence[str]) -> ir.Table:
        """Rows of a log."""
        files = self.words.manifest.logs.get(name, ())
        if not files:
            raise InputError(f"no {name} are stored yet", hint=f"hustings load {name.replace('_', '-')} FILE")
        table = self.engine.table(self.engine.log([self.words.snapshots.path(file) for file in files], columns))
        return decoded_table(table, self.words, self.engine, columns)


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


def _mentioned(text: str) -> tuple[set[str], set[str] | None]:
    """Tables and columns that a query mentions; None for the columns where it says ``*``."""
    import sqlglot
    from sqlglot import exp

    try:
        trees = sqlglot.parse(text, dialect="duckdb")
    except sqlglot.errors.SqlglotError as err:
        raise InputError(f"the query cannot be read: {told(err)}") from err
    if len(trees) != 1 or not isinstance(trees[0], exp.Query):
        raise InputError("expected one SELECT", hint="the electorate is read-only here; `hustings load` changes it")
    tree = trees[0]
    own = {cte.alias for cte in tree.find_all(exp.CTE)}
    for function in tree.find_all(exp.Anonymous, exp.ReadCSV, exp.ReadParquet):
        if function.find_ancestor(exp.From, exp.Join) is not None and isinstance(function.parent, exp.Table):
            raise InputError(f"a query cannot read files: {function.sql()}", hint=f"tables: {', '.join(TABLES)}")
    for call in tree.find_all(exp.Anonymous):
        if call.name.lower() in FORBIDDEN:
            raise InputError(f"a query cannot call {call.name}: it does what is not a query")
    for table in tree.find_all(exp.Table):
        if table.args.get("db") is not None:
            raise InputError(f"there is no table {table.sql()!r}", hint=f"tables: {', '.join(TABLES)}")
    tables = {table.name for table in tree.find_all(exp.Table)} - own
    star = any(not isinstance(s.parent, exp.Count) for s in tree.find_all(exp.Star))
    return tables, None if star else {column.name.lower() for column in tree.find_all(exp.Column)}


def _without_largest(rows: pl.DataFrame, weight: str) -> pl.DataFrame:
    """Refuse a weight that is no chance."""
    largest = rows["largest"].max()
    if isinstance(largest, float) and largest > 1:
        raise InputError(
            f"{weight} goes up to {largest:g}, and the chance of a vote does not exceed 1",
            hint="weigh with a turnout score: 0-100 in a column named ..._score, 0-1 in any other",
        )
    return rows.drop("largest")
