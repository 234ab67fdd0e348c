"""Names, addresses and dates as people write them, to columns that can be compared.

Strings are kept only where spelling is compared (first and last name, street); all else becomes an integer, which
halves the memory of a linkage of millions.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from hustings.electorate.linkage.nicknames import with_groups
from hustings.errors import InputError

COLUMNS = {
    "id": pl.Int64,
    "first_name": pl.String,
    "middle_name": pl.String,
    "last_name": pl.String,
    "suffix": pl.String,
    "birth_year": pl.Int16,
    "birth_date": pl.String,
    "sex": pl.String,
    "address": pl.String,
    "city": pl.String,
    "zip": pl.String,
    "phone": pl.String,
    "state": pl.String,
    "county": pl.String,
}
"""What a file of people brings; all but ``id``, ``first_name`` and ``last_name`` may be absent."""

_REQUIRED = ("id", "first_name", "last_name")
_SUFFIXES = {"JR": 1, "JUNIOR": 1, "SR": 2, "SENIOR": 2, "II": 3, "2ND": 3, "III": 4, "3RD": 4, "IV": 5, "4TH": 5}
_WORDS = {
    "STREET": "ST", "AVENUE": "AVE", "AV": "AVE", "ROAD": "RD", "DRIVE": "DR", "LANE": "LN", "COURT": "CT", "PLACE": "PL",
    "BOULEVARD": "BLVD", "CIRCLE": "CIR", "TERRACE": "TER", "PARKWAY": "PKWY", "HIGHWAY": "HWY", "TRAIL": "TRL", "SQUARE": "SQ",
    "NORTH": "N", "SOUTH": "S", "EAST": "E", "WEST": "W", "NORTHEAST": "NE", "NORTHWEST": "NW", "SOUTHEAST": "SE", "SOUTHWEST": "SW",
    "SAINT": "ST", "MOUNT": "MT", "FORT": "FT", "ROUTE": "RTE",
}  # fmt: skip


def check_people(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """The frame with every column of `COLUMNS`, those that are absent null.

    Raises
    ------
    InputError
        If a required column is missing, a column has another type, or an id is null or appears twice.
    """
    for column in _REQUIRED:
        if column not in frame.columns:
            raise InputError(
                f"the {name} file has no column {column!r}, found {', '.join(frame.columns)}",
                hint=f"linkage needs at least {', '.join(_REQUIRED)}",
            )
    try:
        cast = [
            (pl.col(column).cast(kind) if column in frame.columns else pl.lit(None, dtype=kind)).alias(column)
            for column, kind in COLUMNS.items()
        ]
        result = frame.with_columns(cast)
    except pl.exceptions.InvalidOperationError as error:
        raise InputError(f"the {name} file has a column of another type: {error}") from error
    if result["id"].null_count():
        raise InputError(f"{result['id'].null_count()} rows of the {name} file have no id", column="id")
    twice = result.height - result["id"].n_unique()
    if twice:
        found = result.filter(pl.col("id").is_duplicated())["id"].sort().item(0)
        raise InputError(
            f"{twice} rows of the {name} file repeat an id, for example {found}",
            column="id",
            hint="an id stands for one row",
        )
    return result


def plain(column: str) -> pl.Expr:
    """Upper case, accents and apostrophes gone, other punctuation a space; null if nothing is left."""
    text = pl.col(column).str.to_uppercase().str.normalize("NFKD").str.replace_all(r"[\p{M}'’`]", "")
    return _or_null(text.str.replace_all(r"[^A-Z0-9]+", " ").str.strip_chars())


def _or_null(text: pl.Expr) -> pl.Expr:
    return pl.when(text != "").then(text)


def code(*parts: pl.Expr) -> pl.Expr:
    """One integer for a combination of values; null if any is null."""
    text = pl.concat_str([part.cast(pl.String) for part in parts], separator="|")
    return pl.when(text.is_not_null()).then(text.hash(seed=0))


def _names(frame: pl.DataFrame) -> pl.DataFrame:
    """first, middle, last, suffix: a suffix written in the last name and a second first name are moved."""
    pattern = "|".join(_SUFFIXES)
    words = frame.select(
        "id",
        first=plain("first_name"),
        middle=plain("middle_name"),
        last=plain("last_name"),
        suffix=plain("suffix"),
    )
    tail = pl.col("last").str.extract(rf"^.+ ({pattern})$", 1)
    words = words.with_columns(
        suffix=pl.coalesce("suffix", tail).replace_strict(_SUFFIXES, default=None, return_dtype=pl.Int8),
        last=pl.col("last").str.replace(rf"^(.+) (?:{pattern})$", "$1"),
        second=pl.col("first").str.extract(r"^[A-Z0-9]{2,} (.+)$", 1),
        first=pl.when(pl.col("first").str.contains(r"^[A-Z0-9]{2,} "))
        .then(pl.col("first").str.extract(r"^([A-Z0-9]+)", 1))
        .otherwise(pl.col("first").str.replace_all(" ", "")),
    )
    # De la Cruz is one name; Smith-Jones has two parts that may each stand alone.
    part = pl.col("last").str.replace_all(r"\b(?:DE|LA|LAS|LOS|DEL|VAN|VON|DER|DEN|DI|DA|DOS|MC|MAC|EL|AL|ST|O) ", "")
    return words.with_columns(
        middle=pl.coalesce("middle", "second"),
        last_part=part.str.extract(r"^([A-Z]+)", 1),
        last_part_2=part.str.extract(r"([A-Z]+)$", 1),
        last=pl.col("last").str.replace_all(" ", ""),
    ).drop("second")


def _home(frame: pl.DataFrame) -> pl.DataFrame:
    """house, street, place, zip, town, state, phone; flats are left out, since one file in two has none."""
    line = (pl.lit(" ") + plain("address") + " ").str.replace(
        r" (?:APT|UNIT|STE|LOT|RM|ROOM|FLAT|BLDG|TRLR)( .*)?$", " "
    )
    line = line.str.replace_many([f" {word} " for word in _WORDS], [f" {short} " for short in _WORDS.values()])
    digits = pl.col("phone").str.replace_all(r"\D", "")
    raw_zip = pl.col("zip").str.to_uppercase().str.replace_all(r"[^A-Z0-9]", "")
    parts = frame.select(
        line=line.str.strip_chars(),
        zip=_or_null(pl.when(raw_zip.str.contains(r"^\d{9}$")).then(raw_zip.str.slice(0, 5)).otherwise(raw_zip)),
        city=plain("city"),
        state=plain("state"),
        phone=pl.when(digits.str.len_chars() >= 7).then(digits.str.slice(-10)).cast(pl.Int64),
    ).with_columns(
        house=pl.col("line").str.extract(r"^(\d+[A-Z]?)\b", 1),
        street=pl.col("line").str.extract(r"^(?:\d+[A-Z]? )?(.+)$", 1),
    )
    return parts.select(
        "street",
        "phone",
        house=code(pl.col("house")),
        place=code(pl.col("house"), pl.col("street"), pl.col("zip")),
        zip=code(pl.col("zip")),
        town=code(pl.col("city"), pl.col("state").fill_null("")),
        state=code(pl.col("state")),
    )


def _birth(frame: pl.DataFrame) -> pl.DataFrame:
    """birth_year, month and day as 100 m + d; the first of January is what files write for an unknown day."""
    date = pl.col("birth_date").str.to_date("%Y-%m-%d", strict=False)
    day = (date.dt.month().cast(pl.Int16) * 100 + date.dt.day()).cast(pl.Int16)
    return frame.select(
        birth_year=pl.coalesce(date.dt.year().cast(pl.Int16), "birth_year"),
        birth_day=pl.when(day != 101).then(day),
        sex=pl.col("sex")
        .str.to_uppercase()
        .str.slice(0, 1)
        .replace_strict({"F": 1, "M": 2}, default=None, return_dtype=pl.Int8),
    )


def prepare(frame: pl.DataFrame) -> pl.DataFrame:
    """Columns that can be compared, one row per row of the file, in order of id.

    Parameters
    ----------
    frame : polars.DataFrame
        As `check_people` returns it.

    Returns
    -------
    polars.DataFrame
        ``id``; ``first``, ``last``, ``street`` as strings; ``first_code``, ``nick``, ``nick_2``, ``middle_code``,
        ``middle_initial``, ``last_code``, ``last_part``, ``last_part_2``, ``suffix``, ``sex``, ``birth_year``,
        ``birth_day``, ``house``, ``place``, ``zip``, ``town``, ``state``, ``phone`` as integers.
    """
    ordered = frame.sort("id")
    names = with_groups(_names(ordered))
    coded = names.select(
        "id",
        "first",
        "last",
        "suffix",
        first_code=code(pl.col("first")),
        initial=code(pl.col("first").str.slice(0, 1)),
        nick=code(pl.col("nick")),
        nick_2=code(pl.col("nick_2")),
        middle_code=code(pl.col("middle")),
        middle_initial=code(pl.col("middle").str.slice(0, 1)),
        middle_letters=pl.col("middle").str.len_chars().cast(pl.Int8, strict=False),
        last_code=code(pl.col("last")),
        last_stem=code(pl.col("last").str.slice(0, 3)),
        last_part=code(pl.col("last_part")),
        last_part_2=code(pl.col("last_part_2")),
    )
    return pl.concat([coded, _home(ordered), _birth(ordered)], how="horizontal")


def has(frames: Sequence[pl.DataFrame], column: str, least_share: float = 0.2) -> bool:
    """Whether a column says something for enough rows of every file to learn from it."""
    return all(frame.height and 1 - frame[column].null_count() / frame.height >= least_share for frame in frames)
