"""Write the CSV tables of ``hustings.facts`` from the public data they were taken from.

Run from anywhere, with the folder that holds the source files::

    python tools/build_facts.py ../shared/data

The committed CSVs hold bare facts; ``src/hustings/facts/sources.toml`` names the source of each. Running this
again gives the same bytes.
"""

from __future__ import annotations

import math
import sys
from pathlib import Path

import polars as pl

OUT = Path(__file__).resolve().parents[1] / "src" / "hustings" / "facts" / "data"

# The tile grid that US newsrooms share (first drawn by NPR's visuals team): one tile a state, 8 rows of 11.
TILE_GRID = """
AK .. .. .. .. .. .. .. .. .. ME
.. .. .. .. .. WI .. .. .. VT NH
WA ID MT ND MN IL MI .. NY MA ..
OR NV WY SD IA IN OH PA NJ CT RI
CA UT CO NE MO KY WV VA MD DE ..
.. AZ NM KS AR TN NC SC DC .. ..
.. .. .. OK LA MS AL GA .. .. ..
HI .. .. TX .. .. .. .. FL .. ..
"""
# Districts get free tiles: Maine's beside Maine, Nebraska's in the open row above the plains.
DISTRICT_TILES = {"ME-2": (0, 8), "ME-1": (0, 9), "NE-1": (1, 1), "NE-2": (1, 2), "NE-3": (1, 3)}

# Words of campaign events that were held for a camera rather than for a place.
ON_AIR = (
    "interview|debate$|forum|o'reilly|tonight show|kimmel|colbert|morning joe|meet the press|state of the union"
    "|dr. oz|face the nat|this week|ellen degeneres|the view|cbs |town hall \\(fox|hannity"
)


def main(source: Path) -> None:
    """Read every source file and write every table."""
    OUT.mkdir(exist_ok=True)
    for name, table in {
        "electors": electors(source),
        "president_states": president_states(source),
        "president_districts": president_districts(source),
        "states": states(source),
        "state_covariates": state_covariates(source),
        "fundamentals": fundamentals(source),
        "nc_registration": nc_registration(source),
        "turnout_states": turnout_states(source),
        "campaign_effort": campaign_effort(source),
    }.items():
        table.write_csv(OUT / f"{name}.csv")
        print(f"{name}.csv: {table.height} rows")


def electors(source: Path) -> pl.DataFrame:
    """Electors by year and unit; a district's state is the part before its hyphen."""
    table = pl.read_csv(source / "us_electoral_votes_by_unit_1964_2028.csv")
    return table.select(
        pl.col("election_year").alias("year"), "unit", "state", pl.col("electoral_votes").alias("electors")
    ).sort("year", "unit")


def president_states(source: Path) -> pl.DataFrame:
    """Votes by year and state: the two largest parties' candidates and everything else that was counted."""
    table = pl.read_csv(source / "us_president_state_1976_2024.csv")
    return table.select("year", "state", "dem_votes", "rep_votes", "other_votes").sort("year", "state")


def president_districts(source: Path) -> pl.DataFrame:
    """Votes by year and district of Maine and Nebraska; Nebraska 2004 is bridged (see below)."""
    known = pl.read_csv(source / "us_president_me_ne_districts_2000_2024.csv").select(
        "year", "district", "dem_votes", "rep_votes", "other_votes", pl.lit(value=False).alias("estimated")
    )
    bridged = _nebraska_2004(known, president_states(source))
    return pl.concat([known, bridged]).sort("year", "district")


def _nebraska_2004(districts: pl.DataFrame, states: pl.DataFrame) -> pl.DataFrame:
    """Estimate Nebraska's districts of 2004, which no source at hand has, from 2000 alone.

    Each district keeps its log-odds lean against the state and its part of the state's votes as in 2000; its
    votes are then scaled so that the three add up to the state's result of 2004. Only 2000 is used, although
    2008 is known too: an estimate made from 2008 would carry that election's answer into a projection of 2008.
    """
    options = ("dem_votes", "rep_votes", "other_votes")
    before = districts.filter((pl.col("year") == 2000) & pl.col("district").str.starts_with("NE-"))
    was = states.filter((pl.col("year") == 2000) & (pl.col("state") == "NE")).row(0, named=True)
    now = states.filter((pl.col("year") == 2004) & (pl.col("state") == "NE")).row(0, named=True)
    # In log-odds against the state: votes_2004 = votes_2000 * state_2004 / state_2000, option by option, then
    # raked (iterative proportional fitting) so that rows keep their 2000 size and columns add up to 2004.
    cells = [[row[o] * now[o] / was[o] for o in options] for row in before.iter_rows(named=True)]
    growth = sum(now[o] for o in options) / sum(sum(row[o] for o in options) for row in before.iter_rows(named=True))
    sizes = [growth * sum(row[o] for o in options) for row in before.iter_rows(named=True)]
    for _ in range(200):
        cells = [[cell * size / math.fsum(row) for cell in row] for row, size in zip(cells, sizes, strict=True)]
        totals = [math.fsum(row[k] for row in cells) for k in range(len(options))]
        cells = [[row[k] * now[o] / totals[k] for k, o in enumerate(options)] for row in cells]
    rounded = [[round(cell) for cell in row] for row in cells]
    for k, option in enumerate(options):  # what rounding left over goes to the last district
        rounded[-1][k] += now[option] - sum(row[k] for row in rounded)
    return pl.DataFrame(
        {
            "year": [2004] * len(cells),
            "district": before["district"],
            **{o: [row[k] for row in rounded] for k, o in enumerate(options)},
            "estimated": [True] * len(cells),
        }
    )


def states(source: Path) -> pl.DataFrame:
    """Names, census and economic regions and the map's tile of every unit that chooses electors."""
    table = pl.read_csv(source / "us_state_covariates.csv").select(
        pl.col("state").alias("unit"),
        "state",
        pl.col("state_name").alias("name"),
        "census_region",
        "census_division",
        pl.col("bea_region").str.replace(" Region", "", literal=True),
    )
    tiles = {
        usps: (row, column)
        for row, line in enumerate(TILE_GRID.strip().splitlines())
        for column, usps in enumerate(line.split())
        if usps != ".."
    }
    districts = pl.DataFrame(
        [
            {**table.row(by_predicate=pl.col("state") == unit[:2], named=True), "unit": unit}
            for unit in sorted(DISTRICT_TILES)
        ]
    ).with_columns(pl.format("{}, district {}", "name", pl.col("unit").str.slice(3)).alias("name"))
    tiles |= DISTRICT_TILES
    whole = pl.concat([table, districts])
    return whole.with_columns(
        pl.Series("tile_row", [tiles[unit][0] for unit in whole["unit"]]),
        pl.Series("tile_column", [tiles[unit][1] for unit in whole["unit"]]),
    ).sort("unit")


def state_covariates(source: Path) -> pl.DataFrame:
    """Who lives where, by state; every share as a fraction."""
    table = pl.read_csv(source / "us_state_covariates.csv")
    return table.select(
        "state",
        pl.col("pop_2013").alias("population_2013"),
        *[
            pl.col(f"{name}_2013").round(6)
            for name in (
                "white_share",
                "black_share",
                "hispanic_other_share",
                "college_share",
                "white_noncollege_share",
            )
        ],
        pl.col("median_age_2013").alias("median_age_years_2013"),
        "pop_density_per_sqmi_2010",
        pl.col("urbanicity_mean_log_pop_5mi").round(6),
        pl.col("white_evangelical_share").round(6),
        (pl.col("religious_adherents_pct_2010") / 100).round(6).alias("religious_adherents_share_2010"),
        *[
            (pl.col(f"{name}_2020acs") / 100).round(6).alias(f"{name}_share_2020")
            for name in ("white", "black", "hispanic", "asian", "native")
        ],
    ).sort("state")


def nc_registration(source: Path) -> pl.DataFrame:
    """Registered voters of North Carolina's counties by race, party and age; rows without a birth date left out."""
    ages = {
        "Age 18 - 25": "age_18_25",
        "Age 26 - 40": "age_26_40",
        "Age 41 - 65": "age_41_65",
        "Age Over 66": "age_66_up",
    }
    table = pl.read_csv(source / "turnout_nc_2025_county_race_party_age.csv")
    wide = (
        table.filter(pl.col("age_group").is_in(list(ages)) & pl.col("race_code").is_not_null())
        .pivot("age_group", index=["county", "race_code", "party"], values="registered", aggregate_function="sum")
        .rename(ages)
    )
    return (
        wide.select("county", "race_code", "party", *[pl.col(name).fill_null(0) for name in ages.values()])
        .filter(pl.sum_horizontal(*ages.values()) > 0)
        .sort("county", "race_code", "party")
    )


def turnout_states(source: Path) -> pl.DataFrame:
    """Votes for the highest office and eligible voters by year and state; a row without a count is left out."""
    table = pl.read_csv(source / "us_turnout_state_1980_2018.csv", infer_schema_length=None)
    return (
        table.filter((pl.col("state") != "US") & pl.col("highest_office_ballots").is_not_null())
        .select(
            "year",
            "state",
            pl.col("highest_office_ballots").cast(pl.Int64).alias("highest_office_votes"),
            pl.col("vep").alias("eligible_voters"),
        )
        .sort("year", "state")
    )


def campaign_effort(source: Path) -> pl.DataFrame:
    """What US presidential campaigns did where: events and field offices by year, option, unit, kind and day.

    A stop of both members of a ticket is one event. What was held for donors or a camera is of a kind of its own.
    """
    found = pl.read_csv(source / "campaign_events_2016.csv", infer_schema_length=None)
    what = pl.col("event_type").str.to_lowercase()
    events = found.select(
        pl.col("year").cast(pl.Int64),
        option=_option(pl.col("candidate").str.contains("Clinton|Kaine")),
        # Omaha is a district of its own in one row and in the state in another.
        unit=pl.when(pl.col("city") == "Omaha").then(pl.lit("NE-2")).otherwise(pl.col("state")),
        kind=pl.when(what.str.contains("fundraiser"))
        .then(pl.lit("fundraiser"))
        .when(what.str.contains(ON_AIR))
        .then(pl.lit("media"))
        .otherwise(pl.lit("event")),
        date="date",
        amount=pl.lit(1, pl.Int64),
    )
    before = pl.read_csv(source / "campaign_events_2012_by_state.csv").unpivot(
        ["dem_events", "rep_events"], index="state", value_name="amount"
    )
    before = before.select(
        pl.lit(2012, pl.Int64).alias("year"),
        option=pl.col("variable").str.head(3),
        unit="state",
        kind=pl.lit("event"),
        date=pl.lit("undated"),
        amount=pl.col("amount").cast(pl.Int64),
    )
    offices = pl.read_csv(source / "field_offices_2012_2016_state.csv").select(
        pl.col("year").cast(pl.Int64),
        option=_option(pl.col("party") == "democrat"),
        unit="state",
        kind=pl.lit("office"),
        date=pl.lit("undated"),
        amount=pl.col("offices").cast(pl.Int64),
    )
    every = pl.concat([events, before, offices]).filter(pl.col("amount") > 0)
    key = ["year", "option", "unit", "kind", "date"]
    return every.group_by(key).agg(pl.col("amount").sum()).sort("year", "kind", "date", "option", "unit")


def _option(dem: pl.Expr) -> pl.Expr:
    """Id of the option in the US contests."""
    return pl.when(dem).then(pl.lit("dem")).otherwise(pl.lit("rep"))


def fundamentals(source: Path) -> pl.DataFrame:
    """Abramowitz's time-for-change inputs; percentages as fractions."""
    table = pl.read_csv(source / "fundamentals_abramowitz_1948_2016.csv")
    return table.select(
        "year",
        (pl.col("deminc") == 1).alias("dem_incumbent_party"),
        (pl.col("demvote") / 100).round(6).alias("dem_two_party_share"),
        (pl.col("incvote") / 100).round(6).alias("incumbent_two_party_share"),
        (pl.col("q2gdp") / 100).round(6).alias("second_quarter_growth_rate"),
        (pl.col("juneapp") / 100).round(6).alias("june_net_approval_share"),
        (pl.col("term1") == 1).alias("first_term"),
    ).sort("year")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
