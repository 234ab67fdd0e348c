"""How the shipped CSV files are read: once, with declared types."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

TEXT_COLUMNS = frozenset({"unit", "state", "district", "name", "census_region", "census_division", "bea_region"})
BOOL_COLUMNS = frozenset({"estimated", "dem_incumbent_party", "first_term"})


def data_folder() -> Traversable:
    """Folder with the shipped tables."""
    return files("hustings.facts") / "data"


@cache
def read_table(name: str) -> pl.DataFrame:
    """Read one shipped table; polars frames are immutable, so callers may share it.

    Parameters
    ----------
    name : str
        File name without ``.csv``.

    Returns
    -------
    polars.DataFrame
        Text, bool, whole numbers (``Int64``) and, where a column has a decimal point, ``Float64``.
    """
    text = (data_folder() / f"{name}.csv").read_bytes()
    table = pl.read_csv(text, infer_schema_length=None)
    return table.with_columns(
        *[pl.col(c).cast(pl.String) for c in table.columns if c in TEXT_COLUMNS],
        *[pl.col(c).cast(pl.Boolean) for c in table.columns if c in BOOL_COLUMNS],
    )
