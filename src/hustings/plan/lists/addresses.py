"""Addresses in walking order: street, side, house, flat; and turfs of as many doors as a shift takes."""

from __future__ import annotations

import polars as pl

TURF_DOORS = 60
"""Doors of a turf at most: two shifts of three hours, at ten doors an hour. Chosen."""
_HOUSE = r"^\s*0*(\d+)"
_FLAT = r"(?i)(?:\b(?:APT|UNIT|STE|SUITE|LOT|TRLR|RM|BLDG|FL)\b\.?\s*#?\s*|#\s*)(\S+)\s*$"
_NUMBER = r"(\d+)"


def parsed(address: pl.Expr, extra: pl.Expr) -> list[pl.Expr]:
    """Parts of an address: ``house`` (number), ``street`` (upper case), ``flat`` (text); null where not found.

    Parameters
    ----------
    address : expression
        ``1360 FOUNDRY AVE APT 6``.
    extra : expression
        What the file keeps apart: ``APT 6``; may be null.
    """
    line = address.fill_null("").str.to_uppercase().str.replace_all(r"\s+", " ").str.strip_chars()
    beside = extra.fill_null("").str.to_uppercase().str.strip_chars()
    street = line.str.replace(_HOUSE + r"\S*\s*", "").str.replace(_FLAT, "").str.strip_chars(" ,")
    flat = pl.coalesce(beside.str.extract(_FLAT), pl.when(beside != "").then(beside), line.str.extract(_FLAT))
    return [
        line.str.extract(_HOUSE).cast(pl.Int64, strict=False).alias("house"),
        pl.when(street != "").then(street).alias("street"),
        flat.str.strip_chars().alias("flat"),
    ]


def in_walking_order(rows: pl.DataFrame, turf_doors: int = TURF_DOORS) -> pl.DataFrame:
    """Sort people as one walks, and part precincts into turfs.

    Up the odd side of a street and back on the even one; flats by their number, then letter.

    Parameters
    ----------
    rows : pl.DataFrame
        ``state``, ``county``, ``precinct``, ``household``, ``last_name``, ``first_name``, ``house``, ``street``, ``flat``.
    turf_doors : int
        Doors of a turf at most.

    Returns
    -------
    pl.DataFrame
        With ``turf`` (state, county, precinct, number) and ``door`` (from 1 in each turf); people of a door together.
    """
    place = ["state", "county", "precinct"]
    # All of a household stand at the address of its first member.
    first = rows.sort("household", "street", "house", "flat", nulls_last=True).unique("household", keep="first")
    odd = pl.col("house") % 2 == 1
    doors = first.select(
        "household",
        *(pl.col(name).cast(pl.String) for name in place),
        "street",
        even=~odd,
        along=pl.when(odd).then(pl.col("house")).otherwise(-pl.col("house")),
        flat_number=pl.col("flat").str.extract(_NUMBER).cast(pl.Int64, strict=False),
        flat="flat",
    ).sort(*place, "street", "even", "along", "flat_number", "flat", "household", nulls_last=True)
    many = pl.len().over(place)
    turfs = (many + turf_doors - 1) // turf_doors
    number = pl.int_range(pl.len()).over(place) * turfs // many
    doors = doors.with_columns(number=number + 1)
    keys = [*place, "number"]
    doors = doors.with_columns(
        turf=pl.concat_str([*place, pl.format("{}", pl.col("number"))], separator="-"),
        door=pl.int_range(1, pl.len() + 1).over(keys),
        stand=pl.int_range(pl.len()),
    )
    walked = rows.join(doors.select("household", "turf", "door", "stand"), on="household", how="left")
    return walked.sort("stand", "last_name", "first_name", "voter_id", nulls_last=True).drop("stand")
