"""What an interview costs, and how well it is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hustings.facts.reading import read_table

if TYPE_CHECKING:
    import polars as pl


def interview_costs() -> pl.DataFrame:
    """Cost and quality of interviews by mode: round figures chosen by us, to be replaced by quotes.

    Returns
    -------
    polars.DataFrame
        ``mode`` (as cleaned polls name it), ``label``, ``dollars_per_interview``, ``fixed_dollars`` (a poll of any size),
        ``design_effect`` (variance over that of a simple random sample, at least 1), ``field_days`` (until the result is in),
        ``year``, ``source``.
    """
    return read_table("interview_costs")
