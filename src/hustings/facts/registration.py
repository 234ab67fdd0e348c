"""Who is registered where, and how many vote: public counts, never rows about persons."""

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


def turnout_states() -> pl.DataFrame:
    """Votes and eligible voters by state in US general elections of even years, 1980-2018.

    Returns
    -------
    polars.DataFrame
        ``year``, ``state``, ``highest_office_votes`` (votes counted for the highest office on the ballot),
        ``eligible_voters`` (the source's estimate of the voting-eligible population). Their ratio is turnout.
    """
    return read_table("turnout_states")
