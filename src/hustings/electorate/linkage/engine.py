"""One DuckDB connection and Splink upon it, quiet and within bounds."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl

from hustings.errors import ConfigError


@contextmanager
def connection(*, threads: int, memory_bytes: int, folder: Path) -> Iterator[Any]:
    """A DuckDB connection that spills into ``folder`` beyond its memory.

    Parameters
    ----------
    threads : int
        One makes sums the same to the last bit.
    memory_bytes : int
        DuckDB's limit; what Polars holds is beside it.
    folder : pathlib.Path
        Where to spill; exists.
    """
    import duckdb

    held = duckdb.connect(
        config={
            "threads": threads,
            "memory_limit": f"{memory_bytes // 1_000_000}MB",
            "temp_directory": str(folder),
            "preserve_insertion_order": "false" if threads > 1 else "true",
        }
    )
    try:
        yield held
    finally:
        held.close()


@contextmanager
def quiet() -> Iterator[None]:
    """Splink reports on its logger and warns of levels never seen; both are dealt with by our smoothing."""
    logger = logging.getLogger("splink")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", module="splink")
            yield
    finally:
        logger.setLevel(level)


def linker(held: Any, left: pl.DataFrame, right: pl.DataFrame, settings: dict[str, Any]) -> Any:  # noqa: ANN401
    """Splink's Linker for two prepared files.

    Raises
    ------
    ConfigError
        If Splink is not installed.
    """
    try:
        from splink import DuckDBAPI, Linker
    except ImportError as error:
        raise ConfigError("linkage needs Splink", hint="pip install 'hustings[link]'") from error

    # What an earlier model left on this connection is done with.
    for (name,) in held.sql(
        "select table_name from duckdb_tables() where table_name like '\\_\\_splink%' escape '\\'"
    ).fetchall():
        held.execute(f'drop table "{name}"')
    api = DuckDBAPI(held)
    # Splink orders the two files by name: the names keep left left.
    for name in ("a_left", "b_right"):
        held.unregister(name)
    registered = [
        api.register(frame.to_arrow(), dataset_display_name=name)
        for name, frame in (("a_left", left), ("b_right", right))
    ]
    return Linker(registered, settings, log_level=None)
