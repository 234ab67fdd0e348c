"""Who is registered where: public counts, never rows about persons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hustings.facts.reading import read_table

if TYPE_CHECKING:
    import polars as pl


def nc_registration() -> pl.DataFrame:
    """Registered voters of North Carolina's 100 counties in November 2025, by race, party and age.

    Returns
    -------
    polars.DataFrame
        ``county`` (in capitals, in the order of the state's county numbers 1-100), ``race_code`` (the state's
        letter), ``party``, and the registered voters aged 18-25, 26-40, 41-65 and 66 or over: ``age_18_25``,
        ``age_26_40``, ``age_41_65``, ``age_66_up``. A combination without voters has no row.
    """
    return read_table("nc_registration")
