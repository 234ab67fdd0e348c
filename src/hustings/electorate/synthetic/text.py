"""From numbers to text: what every layout writes, before it is put under a layout's own names and codes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.electorate.synthetic.names import family_names, given_names, streets, towns
from hustings.electorate.synthetic.plan import Plan
from hustings.electorate.synthetic.records import STATUSES
from hustings.electorate.synthetic.settings import model, parties
from hustings.electorate.synthetic.slips import misspell
from hustings.electorate.synthetic.spec import EPOCH, Arrays, ElectorateSpec, day_number

SUFFIXES = (None, "JR", "SR", "II", "III")
SEXES = ("F", "M", "U")
_FIRST_DAY = dt.date(1890, 1, 1)
_ID_SPACE = 676_000_000
# A step without a common factor with the space walks through all of it: ids are unique and look like chance.
_ID_STEP = 403_987_213


def pick(values: Sequence[Any] | pl.Series, codes: NDArray[Any]) -> pl.Series:
    """Texts of codes; a code of -1 gives null."""
    series = values if isinstance(values, pl.Series) else pl.Series(values, dtype=pl.String)
    at = pl.Series(codes.astype(np.int64))
    if len(codes) and codes.min() < 0:
        at = pl.select(pl.when(at >= 0).then(at)).to_series()
    return series.gather(at.cast(pl.UInt32))


@cache
def _days(form: str) -> pl.Series:
    """Every day from 1890 on as text: looking a day up is ten times faster than writing it."""
    last = dt.date(2101, 1, 1)
    return pl.select(pl.date_range(_FIRST_DAY, last).dt.to_string(form)).to_series()


def day_text(days: NDArray[Any], form: str = "%m/%d/%Y") -> pl.Series:
    """Days since 1970-01-01 as text."""
    return _days(form).gather(pl.Series(days.astype(np.int64) + (EPOCH - _FIRST_DAY).days, dtype=pl.UInt32))


def id_text(number: NDArray[Any], spec: ElectorateSpec) -> pl.Series:
    """State ids in the state's manner: a different one for each number below 676 million.

    North Carolina: two letters, six digits; Ohio and Washington: the state's letters and digits; Florida: nine digits
    without leading zeros; Great Britain: the elector's number; any other: nine digits, leading zeros kept.
    """
    if spec.state == "GB":
        return pl.Series(number.astype(np.int64) + 1).cast(pl.String)
    mixed = (number.astype(np.int64) * _ID_STEP + 271_828_182 + spec.seed % _ID_SPACE) % _ID_SPACE
    if spec.state == "NC":
        letters = [chr(65 + k // 26) + chr(65 + k % 26) for k in range(676)]
        return pick(letters, mixed // 1_000_000) + pl.Series(mixed % 1_000_000).cast(pl.String).str.zfill(6)
    if spec.state == "FL":
        return pl.Series(mixed + 100_000_000).cast(pl.String)
    head, digits = {"OH": ("OH", 10), "WA": ("WA", 9)}.get(spec.state, ("", 9))
    return head + pl.Series(mixed).cast(pl.String).str.zfill(digits)


def record_texts(people: Arrays, plan: Plan, day: dt.date) -> pl.DataFrame:
    """Texts that every layout takes from.

    Parameters
    ----------
    people : dict of str to numpy.ndarray
        A block.
    plan : Plan
        The map.
    day : datetime.date
        Day of the file: ages are counted to the end of its year.

    Returns
    -------
    polars.DataFrame
        One row a person in the same order: ids, names, address, demographics in the canonical words, districts,
        days as days since 1970-01-01 in ``born_day`` and ``registered_day``.
    """
    precinct = people["precinct"]
    frame = pl.DataFrame({
        "source_id": id_text(people["number"], plan.spec),
        "number": people["number"],
        "county_voter_id": pl.Series(people["number"] * 10 + people["moves"] % 10).cast(pl.String).str.zfill(12),
        "county_code": plan.county[precinct],
        "precinct_number": plan.number[precinct],
        "congress": plan.congress[precinct],
        "senate": plan.senate[precinct],
        "house_district": plan.house[precinct],
        "born_day": people["born"],
        "birth_seen": people["birth_seen"],
        "registered_day": people["registered"],
        "sex": pick(SEXES, people["sex"]),
        "race": pick(model()["races"], people["race"]),
        "ethnicity": pick(["not hispanic", "hispanic", "unknown"], people["hispanic"]),
        "party": pick([p.code for p in parties()], people["party"]),
        "party_code": people["party"],
        "status": pick(STATUSES, people["status"]),
        "status_code": people["status"],
        "race_code": people["race"],
        "confidential": people["confidential"],
        "own_mail": people["own_mail"],
        "household": people["household"],
    })  # fmt: skip
    return frame.with_columns(*_names(people), *_address(people, plan), *_birth(people, day), _phone(people))


def _names(people: Arrays) -> list[pl.Series]:
    """Names with their slips; a middle name may be an initial."""
    given = given_names().names
    middle = people["middle"]
    code = np.where(middle <= -2, -2 - middle, middle)
    initials = given.str.slice(0, 1)
    full = pick(given, code)
    short = pick(initials, code)
    is_short = pl.Series(middle <= -2)
    return [
        misspell(pick(given, people["first"]), people["first_slip"]).alias("first_name"),
        misspell(pick(family_names().names, people["last"]), people["last_slip"]).alias("last_name"),
        short.zip_with(is_short, full).alias("middle_name") if len(middle) else full.alias("middle_name"),
        pick(SUFFIXES, people["suffix"]).alias("suffix"),
    ]


def _address(people: Arrays, plan: Plan) -> list[pl.Series]:
    """House number, street, apartment, town and postal code."""
    precinct = people["precinct"]
    unit = pick([f"APT {k}" for k in range(1, 60)], people["unit"] - 1)
    town = plan.town[precinct]
    box = pl.Series(people["household"] % 9000 + 10).cast(pl.String)
    return [
        pl.Series("house_number", people["house"]).cast(pl.String),
        pick(streets(), people["street"]).alias("street"),
        unit.alias("unit"),
        pick(towns(), town % len(towns())).alias("city"),
        pl.Series("zip", plan.zip[precinct]).cast(pl.String).str.zfill(5),
        ("PO BOX " + box).alias("box"),
    ]


def _birth(people: Arrays, day: dt.date) -> list[pl.Series]:
    """Year of birth as the file has it, and the age at the end of the file's year."""
    exact = people["born"].astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    seen = people["birth_seen"]
    shown = np.where(seen == 2, 1900, exact)
    missing = pl.Series(seen == 1)
    none = pl.Series([None], dtype=pl.String)
    return [
        none.zip_with(missing, pl.Series(shown).cast(pl.String)).alias("birth_year"),
        none.zip_with(missing, pl.Series(day.year - shown).cast(pl.String)).alias("age_at_year_end"),
        pl.Series("born_shown", np.where(seen == 2, day_number(dt.date(1900, 1, 1)), people["born"])),
    ]


def _phone(people: Arrays) -> pl.Series:
    """Ten digits, null where there are none."""
    phone = pl.Series("phone", people["phone"])
    return pl.select(pl.when(phone > 0).then(phone.cast(pl.String))).to_series().alias("phone")
