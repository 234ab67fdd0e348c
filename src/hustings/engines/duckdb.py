"""DuckDB: one machine, files larger than memory."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from hustings.engines.engine import Aligned, quoted
from hustings.errors import ConfigError, InputError

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from duckdb import DuckDBPyConnection
    from ibis.backends.duckdb import Backend


class DuckDBEngine:
    """A session of DuckDB.

    Parameters
    ----------
    memory : str
        ``memory_limit`` of DuckDB, for example ``4GB``.
    temp : Path, optional
        Where a query goes that needs more.
    folder : Path, optional
        The only folder whose files can be read.
    """

    name = "duckdb"

    def __init__(self, *, memory: str = "4GB", temp: Path | None = None, folder: Path | None = None) -> None:
        self._settings: dict[str, Any] = {"memory_limit": memory}
        if temp is not None:
            self._settings["temp_directory"] = str(temp)
        self._folder = folder
        self._n_views = 0

    @cached_property
    def _ibis(self) -> Backend:
        """The session, begun with the first query: to show one voter takes none."""
        import duckdb
        import ibis

        try:
            session = ibis.duckdb.connect(**self._settings)
            session.con.execute("SET enable_progress_bar = false").fetchall()
            if self._folder is not None:
                # Somebody's own SQL reads the campaign's tables and no other file of the machine.
                session.con.execute(f"SET allowed_directories = [{quoted(self._folder)}]").fetchall()
                session.con.execute("SET enable_external_access = false").fetchall()
                session.con.execute("SET lock_configuration = true").fetchall()
        except duckdb.IOException as err:
            # Most often the folder that the process stands in was removed.
            raise ConfigError(f"DuckDB does not start: {_first_line(err)}", hint="go to a folder that exists") from err
        except duckdb.Error as err:
            raise ConfigError(f"DuckDB does not start: {_first_line(err)}", hint="see [electorate] memory") from err
        return session

    @property
    def _con(self) -> DuckDBPyConnection:
        found: DuckDBPyConnection = self._ibis.con
        return found

    def _do(self, sql: str) -> None:
        """Run a statement to its end: an unfinished one holds the connection."""
        self._con.execute(sql).fetchall()

    def any_bit(self, column: str, mask: int) -> str:
        """SQL for whether an integer column has one of some bits."""
        return f"(coalesce({column}, 0) & {mask}) <> 0"

    def count_bits(self, column: str, mask: int) -> str:
        """SQL for how many of some bits an integer column has."""
        return f"bit_count(coalesce({column}, 0) & {mask})"

    def relation(self, states: Sequence[Aligned]) -> str:
        """SQL over the states' files."""
        return " UNION ALL ".join(part for state in states for part in _state(state))

    def log(self, files: Sequence[Path], columns: Sequence[str]) -> str:
        """SQL over a log's files."""
        return f"SELECT {', '.join(columns)} FROM read_parquet([{', '.join(map(quoted, files))}])"

    def table(self, sql: str) -> ir.Table:
        """Give SQL as a table of Ibis."""
        # Not `sql()`: Ibis 12 asks DuckDB 2.0 for a method that it no longer has.
        self._n_views += 1
        name = f"relation_{self._n_views}"
        self._do(f"CREATE TEMP VIEW {name} AS {sql}")
        with _quiet():
            return self._ibis.table(name, database="temp.main")

    def local(self, rows: pl.DataFrame, name: str) -> ir.Table:
        """Give rows of this process as a table."""
        with _quiet():
            return self._ibis.create_table(name, rows.to_arrow(), temp=True, overwrite=True)

    def collect(self, expression: ir.Table) -> pl.DataFrame:
        """Run a query and fetch its rows."""
        return self._fetch(self._ibis.compile(expression))

    def _fetch(self, sql: str) -> pl.DataFrame:
        frame = pl.from_arrow(self._con.sql(sql).to_arrow_table())
        assert isinstance(frame, pl.DataFrame)
        return frame

    def run(self, text: str, views: Mapping[str, ir.Table]) -> pl.DataFrame:
        """Run somebody's SQL over named tables.

        Raises
        ------
        InputError
            DuckDB refuses the query; says why in its own words.
        """
        import duckdb

        with _quiet():
            for name, table in views.items():
                self._ibis.create_view(name, table, overwrite=True)
        try:
            frame = self._fetch(text)
        except duckdb.Error as err:
            raise InputError(
                f"the query cannot be run: {_first_line(err)}", hint="tables: " + ", ".join(views)
            ) from err
        return frame

    def close(self) -> None:
        """End the session."""
        if "_ibis" in self.__dict__:
            self._ibis.disconnect()


def _state(state: Aligned) -> list[str]:
    """SQL of the rows of one state's base, and of its delta."""
    inner = ", ".join(f"v.{name}" for name in state.columns)
    beside = [f"s{k}.{name}" for k, names in enumerate(state.sidecars.values()) for name in names]
    asked = ", ".join(f"{sql} AS {name}" for name, sql in state.outputs.items())
    joined = ", ".join(filter(None, [inner, *beside, "v.file_row_number AS slot"]))
    base = f"SELECT {joined} FROM {_by_row(state) if state.few else _side_by_side(state, '')}"
    if state.ranges is not None and not state.few:
        runs = [f"WHERE file_row_number BETWEEN {first} AND {last}" for first, last in state.ranges]
        base = " UNION ALL ".join(
            f"SELECT {joined} FROM {_side_by_side(state, run)}" for run in runs or ["WHERE file_row_number < 0"]
        )
    if state.sidecars and not state.few:
        # A sidecar also has the slots that follow after the base's last.
        base = f"SELECT * FROM ({base}) WHERE slot IS NOT NULL"
    if state.delta is None:
        return [f"SELECT {asked} FROM ({base})"]
    delta = quoted(state.delta)
    kept = f"SELECT * FROM ({base}) b ANTI JOIN read_parquet({delta}) d ON b.slot = d.slot"
    follows = f"read_parquet({delta}) v"
    for k, path in enumerate(state.sidecars):
        follows += f" LEFT JOIN {_numbered(path)} s{k} ON s{k}.file_row_number = v.slot"
    changed = f"SELECT {', '.join(filter(None, [inner, *beside, 'v.slot']))} FROM {follows}"
    return [f"SELECT {asked} FROM ({kept})", f"SELECT {asked} FROM ({changed})"]


def _numbered(path: Path) -> str:
    """Rows of a file with their numbers."""
    return f"read_parquet({quoted(path)}, file_row_number = true)"


def _by_row(state: Aligned) -> str:
    """Sidecars joined by row number: a filter reaches the base first."""
    joins = [
        f" LEFT JOIN {_numbered(path)} s{k} ON s{k}.file_row_number = v.file_row_number"
        for k, path in enumerate(state.sidecars)
    ]
    return f"{_numbered(state.base)} v" + "".join(joins)


def _side_by_side(state: Aligned, rows: str) -> str:
    """Sidecars laid beside the base, row by row; the same range of rows of each."""
    columns = ", ".join(["file_row_number", *state.columns])
    base = f"(SELECT {columns} FROM {_numbered(state.base)} {rows}) v"
    beside = [
        f" POSITIONAL JOIN (SELECT {', '.join(names)} FROM {_numbered(path)} {rows}) s{k}"
        for k, (path, names) in enumerate(state.sidecars.items())
    ]
    return base + "".join(beside)


@contextmanager
def _quiet() -> Iterator[None]:
    """Ibis 12 fetches results by a name that DuckDB 2.0 wants no more."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="fetch_arrow_table", category=DeprecationWarning)
        yield


def _first_line(err: Exception) -> str:
    return str(err).strip().splitlines()[0]
