"""What an engine must be able to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import polars as pl

from hustings.errors import ConfigError

if TYPE_CHECKING:
    import ibis.expr.types as ir


@dataclass(frozen=True)
class Aligned:
    """A state's files, and what is asked of them.

    Parameters
    ----------
    base : Path
        Voters in slot order.
    delta : Path or None
        Rows that stand for slots of the base, or follow after its last.
    columns : tuple of str
        Columns of the base and the delta.
    sidecars : mapping
        File -> its columns; row k belongs to slot k.
    outputs : mapping
        Name -> SQL over the columns, in the engine's own words (:meth:`Engine.any_bit`), in the order of the result; the
        same names for every state.
    few : bool
        Whether a filter will leave few rows of the base: then sidecars are joined by row number, so that the filter
        reaches the base first; else they are laid beside it row by row.
    ranges : tuple of (int, int), optional
        First and last rows of the base that can be in the answer; an engine may leave the others unread.
    """

    base: Path
    delta: Path | None
    columns: tuple[str, ...]
    sidecars: Mapping[Path, tuple[str, ...]] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)
    few: bool = False
    ranges: tuple[tuple[int, int], ...] | None = None


class Engine(Protocol):
    """Runs queries over column files."""

    name: str

    def relation(self, states: Sequence[Aligned]) -> str:
        """SQL that gives every row of some states: the columns and what is computed from them."""
        ...

    def any_bit(self, column: str, mask: int) -> str:
        """SQL for whether an integer column has one of some bits."""
        ...

    def count_bits(self, column: str, mask: int) -> str:
        """SQL for how many of some bits an integer column has."""
        ...

    def log(self, files: Sequence[Path], columns: Sequence[str]) -> str:
        """SQL that gives the rows of a log's files, one after another."""
        ...

    def table(self, sql: str) -> ir.Table:
        """Give SQL as a table of Ibis."""
        ...

    def local(self, rows: pl.DataFrame, name: str) -> ir.Table:
        """Give rows of this process as a table; small ones (codebooks)."""
        ...

    def collect(self, expression: ir.Table) -> pl.DataFrame:
        """Run a query and fetch its rows."""
        ...

    def run(self, text: str, views: Mapping[str, ir.Table]) -> pl.DataFrame:
        """Run somebody's SQL over named tables; read-only."""
        ...

    def close(self) -> None:
        """End the session."""
        ...


def connect(engine: str, *, memory: str = "4GB", temp: Path | None = None, folder: Path | None = None) -> Engine:
    """Open an engine.

    Parameters
    ----------
    engine : str
        ``duckdb``, or a Spark master: ``spark://host:7077``, ``yarn``, ``local[2]``.
    memory : str
        What one machine's queries may use before they go to disk.
    temp : Path, optional
        Where they go to disk.
    folder : Path, optional
        The only folder whose files can be read.

    Raises
    ------
    ConfigError
        The engine is unknown, or its extra is not installed.
    """
    if engine == "duckdb":
        from hustings.engines.duckdb import DuckDBEngine

        return DuckDBEngine(memory=memory, temp=temp, folder=folder)
    if engine.startswith(("spark://", "local", "yarn", "k8s://")):
        from hustings.engines.spark import SparkEngine

        return SparkEngine(engine, memory=memory)
    raise ConfigError(
        f"engine {engine!r} is unknown",
        hint='expected "duckdb" or a Spark master like "spark://host:7077" or "local[2]"',
    )


def quoted(path: Path) -> str:
    """Write a path as an SQL text."""
    return "'" + str(path).replace("'", "''") + "'"
