"""Somebody's own SQL over the electorate: read-only, over named tables, with texts for codes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

import polars as pl

from hustings.electorate.query.decode import decoded_table
from hustings.electorate.query.where import Condition, told
from hustings.errors import InputError
from hustings.tables import ALIASES, CONTACTS, EARLY_VOTES, HISTORY, PERSONS

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from hustings.electorate.query.electorate import Electorate

LOGS = {"contacts": CONTACTS, "early_votes": EARLY_VOTES, "aliases": ALIASES, "persons": PERSONS}
TABLES = ("voters", "history", *LOGS)
"""What a query may name."""
FORBIDDEN = frozenset({"reflect", "try_reflect", "java_method", "getenv", "query", "query_table"})
"""Functions of an engine that reach beyond its tables: Spark's `reflect` runs any code."""


def run_sql(electorate: Electorate, text: str) -> pl.DataFrame:
    """Run a query.

    Raises
    ------
    InputError
        It is no single query, names another table or reaches beyond them, or the engine refuses it.
    """
    tables, columns = _mentioned(text)
    views: dict[str, ir.Table] = {}
    if "voters" in tables:
        views["voters"] = _voters_view(electorate, columns)
    if "history" in tables:
        views["history"] = _history_view(electorate)
    for name, contract in LOGS.items():
        if name in tables:
            views[name] = _log_view(electorate, name, contract.column_names)
    unknown = sorted(tables - set(TABLES))
    if unknown:
        raise InputError(f"there is no table {unknown[0]!r}", hint=f"tables: {', '.join(TABLES)}")
    return electorate.engine.run(text, views)


def _voters_view(electorate: Electorate, columns: set[str] | None) -> ir.Table:
    """Voters who are present, with the columns that a query mentions."""
    wanted = [name for name in electorate.words.columns if columns is None or name in columns or name == "voter_id"]
    table = electorate.table(wanted, Condition())
    chosen = table.select(**{name: electorate.value(table, name) for name in wanted})
    return decoded_table(chosen, electorate.words, electorate.engine, wanted)


def _history_view(electorate: Electorate) -> ir.Table:
    """Ballots of every state, with the election's day and kind."""
    files = {
        name: state.history for name, state in electorate.words.manifest.states.items() if state.history is not None
    }
    if not files:
        raise InputError("no history is stored yet", hint="hustings load history FILE --layout NAME")
    parts = [
        f"SELECT '{state}' AS state, voter_id, election, method, counted, ballot_party FROM "
        f"({electorate.engine.log([electorate.words.snapshots.path(file)], HISTORY.column_names)})"
        for state, file in files.items()
    ]
    table = electorate.engine.table(" UNION ALL ".join(parts))
    elections = pl.DataFrame(
        [
            (name, number, dt.date.fromisoformat(one.date), one.kind)
            for name in files
            for number, one in enumerate(electorate.words.manifest.states[name].elections)
        ],
        schema={"at": pl.String, "number": pl.Int32, "election_on": pl.Date, "election_kind": pl.String},
        orient="row",
    )
    known = electorate.engine.local(elections, "elections")
    joined = table.left_join(known, (table["state"] == known["at"]) & (table["election"] == known["number"]))
    joined = joined.filter(joined["election_on"] <= electorate.as_of).drop("at", "number", "election")
    named = decoded_table(joined.rename(party="ballot_party"), electorate.words, electorate.engine, ["method", "party"])
    return named.rename(ballot_party="party")


def _log_view(electorate: Electorate, name: str, columns: Sequence[str]) -> ir.Table:
    """Rows of a log."""
    files = electorate.words.manifest.logs.get(name, ())
    if not files:
        raise InputError(f"no {name} are stored yet", hint=f"hustings load {name.replace('_', '-')} FILE")
    table = electorate.engine.table(
        electorate.engine.log([electorate.words.snapshots.path(file) for file in files], columns)
    )
    return decoded_table(table, electorate.words, electorate.engine, columns)


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
