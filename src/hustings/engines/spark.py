"""Spark: a cluster that sees the campaign's folder, or a local session."""

from __future__ import annotations

import os
import re
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from hustings.engines.engine import Aligned
from hustings.errors import ConfigError, InputError

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from pyspark.sql import SparkSession


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
        with _hushed() as said:
            try:
                session = _session(SparkSession.builder.master(master), master, memory)
            except Exception as err:
                first = (said() or str(err).strip() or type(err).__name__).splitlines()[0]
                raise ConfigError(
                    f"Spark does not start at {master}: {first}", hint="is Java 17 installed, the master up?"
                ) from err
            self._spark = session
            self._ibis = ibis.pyspark.connect(session)

    def any_bit(self, column: str, mask: int) -> str:
        """SQL for whether an integer column has one of some bits."""
        return f"(coalesce({column}, 0L) & {mask}L) <> 0L"

    def count_bits(self, column: str, mask: int) -> str:
        """SQL for how many of some bits an integer column has."""
        return f"bit_count(coalesce({column}, 0L) & {mask}L)"

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
        # As Arrow: rows of Python would start a Python process beside Spark's, and hide from it how few they are.
        self._spark.createDataFrame(rows.to_arrow(compat_level=pl.CompatLevel.oldest())).createOrReplaceTempView(name)
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


def _session(builder: Any, master: str, memory: str) -> SparkSession:  # noqa: ANN401 (a builder of Spark's)
    """Start a session, or take the one that runs."""
    settings = {
        "spark.driver.memory": memory.removesuffix("B").lower(),
        "spark.log.level": "ERROR",
        "spark.sql.session.timeZone": "UTC",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    local = re.fullmatch(r"local(?:\[(\d+|\*)\])?", master)
    if local:
        # More parts than cores only wait for one another.
        cores = os.cpu_count() if local[1] == "*" else local[1]
        settings |= {
            "spark.sql.shuffle.partitions": str(cores or 1),
            "spark.default.parallelism": str(cores or 1),
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
        }
    session: SparkSession = builder.appName("hustings").config(map=settings).getOrCreate()
    return session


@contextmanager
def _hushed() -> Iterator[Callable[[], str]]:
    """Keep from the terminal what Java and Spark say when they start; gives a way to read it."""
    sys.stderr.flush()
    with tempfile.TemporaryFile() as kept, warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*pandas >= 3", category=FutureWarning)
        terminal = os.dup(2)
        os.dup2(kept.fileno(), 2)

        def said() -> str:
            kept.seek(0)
            lines = kept.read().decode(errors="replace").splitlines()
            return next((line for line in lines if "rror" in line or "xception" in line), "")

        try:
            yield said
        finally:
            os.dup2(terminal, 2)
            os.close(terminal)


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
