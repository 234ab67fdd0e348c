"""Spark: a cluster that sees the campaign's folder, or a local session."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from hustings.engines.engine import Aligned
from hustings.errors import ConfigError, InputError

if TYPE_CHECKING:
    import ibis.expr.types as ir


class SparkEngine:
    """A session of Spark.

    Parameters
    ----------
    master : str
        ``spark://host:7077``, ``yarn``, ``local[2]``.
    memory : str
        Memory of the driver of a local session.
    """

    name = "spark"

    def __init__(self, master: str, *, memory: str = "4GB") -> None:
        try:
            import ibis
            from pyspark.errors import PySparkException
            from pyspark.sql import SparkSession
        except ImportError as err:
            raise ConfigError(
                f"Spark is not installed ({err.name})", hint="pip install 'hustings[spark]'; needs Java 17"
            ) from err
        self._refused = PySparkException
        try:
            session = (
                SparkSession.builder.master(master)
                .appName("hustings")
                .config("spark.driver.memory", memory.removesuffix("B").lower())
                .config("spark.ui.enabled", "false")
                .config("spark.sql.session.timeZone", "UTC")
                .config("spark.sql.shuffle.partitions", "8" if master.startswith("local") else "200")
                .config("spark.ui.showConsoleProgress", "false")
                .config("spark.log.level", "ERROR")
                .getOrCreate()
            )
        except Exception as err:
            first = str(err).strip().splitlines()[0]
            raise ConfigError(
                f"Spark does not start at {master}: {first}", hint="is Java 17 installed, the master up?"
            ) from err
        self._spark = session
        self._ibis = ibis.pyspark.connect(session)

    def bit(self, column: str, number: int) -> str:
        """SQL for one bit of an integer column."""
        return f"(shiftright(coalesce({column}, 0L), {number}) & 1L) = 1L"

    def relation(self, states: Sequence[Aligned]) -> str:
        """SQL over the states' files."""
        return " UNION ALL ".join(part for state in states for part in _state(state))

    def log(self, files: Sequence[Path], columns: Sequence[str]) -> str:
        """SQL over a log's files."""
        return " UNION ALL ".join(f"SELECT {', '.join(columns)} FROM {_file(path)}" for path in files)

    def table(self, sql: str) -> ir.Table:
        """Give SQL as a table of Ibis."""
        return self._ibis.sql(sql)

    def local(self, rows: pl.DataFrame, name: str) -> ir.Table:
        """Give rows of this process as a table."""
        types = {
            pl.Int32: "int",
            pl.Int64: "bigint",
            pl.String: "string",
            pl.Int16: "smallint",
            pl.Int8: "tinyint",
            pl.Boolean: "boolean",
            pl.Date: "date",
            pl.Float64: "double",
        }
        schema = ", ".join(f"`{key}` {types[type(kind)]}" for key, kind in rows.schema.items())
        self._spark.createDataFrame(rows.rows(), schema).createOrReplaceTempView(name)
        return self._ibis.table(name)

    def collect(self, expression: ir.Table) -> pl.DataFrame:
        """Run a query and fetch its rows."""
        return self._fetch(self._ibis.compile(expression))

    def _fetch(self, sql: str) -> pl.DataFrame:
        frame = pl.from_arrow(self._spark.sql(sql).toArrow())
        assert isinstance(frame, pl.DataFrame)
        return frame

    def run(self, text: str, views: Mapping[str, ir.Table]) -> pl.DataFrame:
        """Run somebody's SQL over named tables.

        Raises
        ------
        InputError
            Spark refuses the query; says why in its own words.
        """
        for name, table in views.items():
            self._spark.sql(self._ibis.compile(table)).createOrReplaceTempView(name)
        try:
            return self._fetch(text)
        except self._refused as err:
            first = str(err).strip().splitlines()[0]
            raise InputError(f"the query cannot be run: {first}", hint="tables: " + ", ".join(views)) from err

    def close(self) -> None:
        """End the session."""
        self._spark.stop()


def _file(path: Path) -> str:
    return f"parquet.`{path.absolute().as_uri()}`"


def _numbered(path: Path, columns: Sequence[str]) -> str:
    """Rows of a file with their numbers."""
    return f"(SELECT {', '.join([*columns, '_metadata.row_index AS slot'])} FROM {_file(path)})"


def _state(state: Aligned) -> list[str]:
    """SQL of the rows of one state's base, and of its delta."""
    beside = {path: names for path, names in state.sidecars.items() if names}
    asked = [f"{sql} AS {name}" for name, sql in state.outputs.items()]

    def joined(rows: str) -> str:
        for path, names in beside.items():
            rows = f"({rows}) LEFT JOIN {_numbered(path, names)} USING (slot)"
        return rows

    base = _numbered(state.base, state.columns)
    if state.delta is None:
        return [f"SELECT {', '.join(asked)} FROM {joined(base)}"]
    delta = _file(state.delta)
    kept = f"(SELECT b.* FROM {base} b LEFT ANTI JOIN {delta} d ON b.slot = d.slot)"
    changed = f"(SELECT {', '.join([*state.columns, 'slot'])} FROM {delta})"
    return [f"SELECT {', '.join(asked)} FROM {joined(part)}" for part in (kept, changed)]
