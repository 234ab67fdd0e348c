"""US presidential elections: electors, results, and the economy before each."""

from __future__ import annotations

import polars as pl

from hustings.facts.reading import read_table


def electors_all() -> pl.DataFrame:
    """Electors by election year and unit, 1964-2028.

    Returns
    -------
    polars.DataFrame
        ``year``, ``unit`` (USPS code, or ``ME-1`` ... ``NE-3``), ``state`` (the state the unit lies in),
        ``electors`` (that the unit itself chooses: Maine's districts from 1972, Nebraska's from 1992, are units
        of their own, and the state then keeps 2). 538 in every year.
    """
    return read_table("electors")


def electors(year: int) -> pl.DataFrame:
    """Electors by unit in one election; columns as in :func:`electors_all`, without the year.

    Parameters
    ----------
    year : int
        Election year, 1964-2028.

    Raises
    ------
    LookupError
        The year had no presidential election, or is outside the table.

    Examples
    --------
    >>> electors(2016)["electors"].sum()
    538
    """
    table = electors_all().filter(pl.col("year") == year).drop("year")
    if table.is_empty():
        years = electors_all()["year"].to_list()
        message = f"no electors for {year}: known are the presidential elections {min(years)}-{max(years)}"
        raise LookupError(message)
    return table


def state_results() -> pl.DataFrame:
    """US presidential votes by state and the District of Columbia, 1976-2024.

    Returns
    -------
    polars.DataFrame
        ``year``, ``state``, ``dem_votes``, ``rep_votes``, ``other_votes``: votes, summed over all ballot lines
        of a candidate. ``other_votes`` includes blank and void ballots in some states (see :func:`sources`), so
        shares of the two-party vote are exact where shares of the total are not.
    """
    return read_table("president_states")


def district_results() -> pl.DataFrame:
    """US presidential votes by district of Maine and Nebraska, 2000-2024.

    Returns
    -------
    polars.DataFrame
        ``year``, ``district``, ``dem_votes``, ``rep_votes``, ``other_votes``, ``estimated``. The three rows of
        Nebraska 2004 are estimates (``estimated`` is true): no source at hand has them. Each district keeps its
        lean of 2000 against the state, and the three add up to the state's result of 2004. Nothing later than
        2004 enters, so a projection of 2008 that uses them has not seen its own answer.
    """
    return read_table("president_districts")


def fundamentals() -> pl.DataFrame:
    """Economy, approval and result of each presidential election 1948-2016 (Abramowitz).

    Returns
    -------
    polars.DataFrame
        ``year``, ``incumbent_option`` (id of the option whose party holds the office), ``dem_two_party_share`` and ``incumbent_two_party_share`` (0-1),
        ``second_quarter_growth_rate`` (annualised, 0.02 = 2 %), ``june_net_approval_share`` (-1-1), ``first_term``
        (the incumbent party is in its first term). A row holds its own election's result: whoever projects that
        election must leave it out.
    """
    table = read_table("fundamentals")
    incumbent = pl.when(pl.col("dem_incumbent_party")).then(pl.lit("dem")).otherwise(pl.lit("rep"))
    return table.with_columns(incumbent.alias("incumbent_option")).drop("dem_incumbent_party")
