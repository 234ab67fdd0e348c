"""Read a finished run folder, checked against the contracts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from polars.exceptions import PolarsError

from hustings.errors import StoreError
from hustings.store.folders import MARK
from hustings.tables import Table

_TYPES: dict[str, type[pl.DataType] | pl.DataType] = {
    "text": pl.String,
    "date": pl.Date,
    "int": pl.Int64,
    "float": pl.Float64,
    "bool": pl.Boolean,
    "floats": pl.List(pl.Float64),  # Parquet only
}


@dataclass(frozen=True)
class Run:
    """A finished run: its folder and its ``run.json``."""

    folder: Path
    info: dict[str, Any]

    def json(self, name: str) -> dict[str, Any]:
        """One of the folder's JSON files."""
        return _read_json(self.folder / name)

    def has(self, table: Table) -> bool:
        """Whether the folder holds the table."""
        return (self.folder / table.file).is_file()

    def table(self, table: Table) -> pl.DataFrame:
        """One of the folder's tables, with the types and the order of its contract; further columns are left out."""
        path = self.folder / table.file
        if not path.is_file():
            raise StoreError(f"{path} is missing", hint="the folder is not a finished run of hustings")
        if path.suffix == ".parquet":
            return pl.read_parquet(path)
        types = {column.name: _TYPES[column.dtype] for column in table.columns}
        try:
            found = pl.read_csv(path, infer_schema=False, encoding="utf8")
            missing = [name for name in table.column_names if name not in found.columns]
            if missing:
                raise StoreError(f"{path}: columns missing {missing}", hint="written by another version of hustings?")
            return found.select(_typed(name, kind) for name, kind in types.items())
        except PolarsError as err:
            raise StoreError(f"{path} cannot be read: {str(err).splitlines()[0]}") from err


def read_run(folder: Path | str) -> Run:
    """Open a run folder.

    Raises
    ------
    StoreError
        When it does not exist or is not a run folder.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise StoreError(f"{folder} is not a folder", hint="give the folder that `hustings project --out` wrote")
    if not (folder / MARK).is_file():
        raise StoreError(f"{folder} holds no {MARK}", hint="give the folder that `hustings project --out` wrote")
    return Run(folder=folder, info=_read_json(folder / MARK))


def empty_table(table: Table) -> pl.DataFrame:
    """A table without rows, with the types of its contract."""
    return pl.DataFrame(schema={column.name: _TYPES[column.dtype] for column in table.columns})


def _typed(name: str, kind: type[pl.DataType] | pl.DataType) -> pl.Expr:
    """Cast a text column strictly; booleans are written as words."""
    if kind is pl.Boolean:
        return pl.col(name) == "true"
    if kind is pl.Date:
        return pl.col(name).str.to_date("%Y-%m-%d")
    return pl.col(name).cast(kind)


def _read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object, with an error people understand."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as err:
        raise StoreError(f"{path} is missing", hint="the folder is not a finished run of hustings") from err
    except (OSError, ValueError) as err:
        raise StoreError(f"{path} cannot be read: {err}") from err
    if not isinstance(data, dict):
        raise StoreError(f"{path}: found {type(data).__name__}, expected an object")
    return data
