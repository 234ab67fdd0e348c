"""What polls cost: shipped round figures, or the campaign's own quotes."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path

import polars as pl

from hustings.errors import ConfigError, InputError
from hustings.facts.interviews import interview_costs

NUMBERS = {"dollars_per_interview": 0.0, "fixed_dollars": 0.0, "design_effect": 1.0, "field_days": 0.0}
"""Columns of numbers, and the least that each may be."""
NEEDED = ("mode", "dollars_per_interview", "fixed_dollars", "design_effect", "field_days")


def read_costs(file: Path | None = None) -> pl.DataFrame:
    """Costs of interviews by mode.

    Parameters
    ----------
    file : Path, optional
        CSV with ``mode``, ``dollars_per_interview``, ``fixed_dollars``, ``design_effect``, ``field_days`` and, for people,
        ``label``, ``year``, ``source``. The shipped table where none is named; what the file has replaces it as a whole.

    Returns
    -------
    polars.DataFrame
        ``mode``, ``label``, the numbers, ``source``.

    Raises
    ------
    InputError
        The file cannot be read, lacks a column, has an unknown or double mode, or a number that cannot be.
    """
    shipped = interview_costs()
    if file is None:
        return shipped.select(*NEEDED, "label", "source").with_columns(pl.col(list(NUMBERS)).cast(pl.Float64))
    try:
        found = pl.read_csv(file, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError) as err:
        raise InputError(f"cannot be read: {err}", file=file, hint="a CSV with a header") from err
    absent = [name for name in NEEDED if name not in found.columns]
    if absent:
        raise InputError(f"has no column {', '.join(absent)}", file=file, row=1, hint=f"columns: {', '.join(NEEDED)}")
    known = shipped["mode"].to_list()
    seen: dict[str, int] = {}
    for row, mode in enumerate(found["mode"].fill_null(""), start=2):
        if mode not in known:
            near = get_close_matches(mode, known, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"one of: {', '.join(known)}"
            raise InputError(f"{mode!r} is no mode of asking", file=file, row=row, column="mode", hint=hint)
        if mode in seen:
            raise InputError(
                f"{mode!r} is in row {seen[mode]} too", file=file, row=row, column="mode", hint="one row a mode"
            )
        seen[mode] = row
    for name, least in NUMBERS.items():
        for row, text in enumerate(found[name], start=2):
            _check_number(text, least, file, row, name)
    label = pl.col("label") if "label" in found.columns else pl.col("mode").alias("label")
    source = pl.col("source") if "source" in found.columns else pl.lit(file.name).alias("source")
    return found.with_columns(pl.col(list(NUMBERS)).cast(pl.Float64)).select(*NEEDED, label, source)


def _check_number(text: str | None, least: float, file: Path, row: int, column: str) -> None:
    try:
        value = float(text or "")
    except ValueError:
        value = float("nan")
    if not least <= value < float("inf"):
        raise InputError(f"{text!r} is not a number of {least:g} or more", file=file, row=row, column=column)


def some_modes(costs: pl.DataFrame, modes: list[str] | None) -> pl.DataFrame:
    """Costs of the modes that were asked for, all where none was named.

    Raises
    ------
    ConfigError
        One of them is not in the table.
    """
    if not modes:
        return costs
    known = costs["mode"].to_list()
    for mode in modes:
        if mode not in known:
            near = get_close_matches(mode, known, n=1)
            said = f"did you mean {near[0]!r}? " if near else ""
            raise ConfigError(f"there is no mode {mode!r}", hint=f"{said}modes with a price: {', '.join(known)}")
    return costs.filter(pl.col("mode").is_in(modes))
