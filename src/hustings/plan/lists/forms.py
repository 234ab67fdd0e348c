"""Lists in the forms that others take: VAN's, paper for walking, phones, letters, plain rows.

Names, addresses and numbers are in the vault alone and come with ``rows`` where a form needs them. Scores leave as 0-100 with
one decimal; paper has bands.
"""

from __future__ import annotations

import polars as pl

from hustings.plan.lists.addresses import in_walking_order, parsed

FORMATS = ("van", "walk", "phone", "mail", "csv")
PRIVATE = ("van", "walk", "phone", "mail")
"""Forms that carry identities."""
CHANNEL_OF = {"walk": "door", "phone": "phone", "mail": "mail"}
FITS = {"walk": ("door", "leaflet"), "phone": ("phone", "phone_paid", "text"), "mail": ("mail",)}
BOXES = ("NH", "RF", "MV", "DC", "LB", "IN")
"""Not home, refused, moved, deceased, language barrier, inaccessible."""
VANID, STATE_ID = "Voter File VANID", "State Voter ID"
_NUMERALS = ("II", "III", "IV", "V", "VI")
_BANDS = ((0.25, "seldom"), (0.6, "sometimes"), (0.9, "often"))
_LEANS = ((0.2, "away"), (0.4, "leans away"), (0.6, "open"), (0.8, "leans ours"))


def score(column: str) -> pl.Expr:
    """A share as 0-100 with one decimal; differences keep their sign."""
    return (100.0 * pl.col(column).cast(pl.Float64)).round(1)


def age(year: int) -> pl.Expr:
    """Age reached in a year."""
    return (year - pl.col("birth_year").cast(pl.Int32)).alias("age")


def plain_rows(rows: pl.DataFrame, universe: str, year: int) -> pl.DataFrame:
    """Pseudonyms, where they live roughly, and scores: no identity."""
    return rows.select(
        "voter_id",
        *(pl.col(name).cast(pl.String) for name in ("state", "county", "precinct")),
        "household",
        *(pl.col(name).cast(pl.String) for name in ("party", "sex")),
        age(year),
        score("turnout_prob").alias("turnout_score"),
        score("support_prob").alias("support_score"),
        score("effect").alias(f"{'persuasion' if universe == 'persuasion' else 'mobilisation'}_points"),
        pl.col("net_votes").round(5),
    )


def score_names(universe: str, option: str, channel: str, year: int) -> dict[str, str]:
    """Column inside -> name in VAN's score file: ``turnout_2016g``, ``support_dem``, ``persuade_door``."""
    moved = "persuade" if universe == "persuasion" else "mobilise"
    return {"turnout_prob": f"turnout_{year}g", "support_prob": f"support_{option}", "effect": f"{moved}_{channel}"}


def van_scores(rows: pl.DataFrame, names: dict[str, str]) -> pl.DataFrame:
    """VAN's score file: the id first, then scores 0-100; what contact moves is in points, with its sign.

    Parameters
    ----------
    rows : pl.DataFrame
        ``van_id`` where known, ``source_id``, and the columns of ``names``.
    names : dict
        As :func:`score_names`.
    """
    return _with_id(rows, "VANID").select(
        "VANID" if _has_van(rows) else STATE_ID, *(score(inside).alias(name) for inside, name in names.items())
    )


def van_list(rows: pl.DataFrame, year: int) -> pl.DataFrame:
    """VAN's person file: the id first, then who it is."""
    named = _with_id(rows, VANID)
    return named.select(
        VANID if _has_van(rows) else STATE_ID,
        FirstName="first_name",
        MiddleName="middle_name",
        LastName="last_name",
        Suffix="suffix",
        Age=age(year),
        Sex=pl.col("sex").cast(pl.String),
        Party=pl.col("party").cast(pl.String),
        PrecinctName=pl.col("precinct").cast(pl.String),
        vAddress=one_line(),
        City="city",
        State=pl.col("state").cast(pl.String),
        Zip5=pl.col("zip").str.slice(0, 5),
        **{"Preferred Phone": "phone", "Cell Phone": "cell_phone"},
    )


def _has_van(rows: pl.DataFrame) -> bool:
    return "van_id" in rows.columns


def _with_id(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    return rows.rename({"van_id": name}) if _has_van(rows) else rows.rename({"source_id": STATE_ID})


def one_line() -> pl.Expr:
    """Address with what stands apart from it, single spaces."""
    both = pl.concat_str(pl.col("address"), pl.col("address_extra"), separator=" ", ignore_nulls=True)
    return both.str.replace_all(r"\s+", " ").str.strip_chars()


def walk_list(rows: pl.DataFrame, year: int) -> pl.DataFrame:
    """A row a person in walking order, people of a door together; bands for scores, empty boxes for what happens."""
    walked = in_walking_order(rows.with_columns(parsed(pl.col("address"), pl.col("address_extra"))))
    return walked.select(
        "turf",
        "door",
        pl.col("precinct").cast(pl.String),
        "street",
        "house",
        "flat",
        full_name().alias("name"),
        age(year),
        *(pl.col(name).cast(pl.String) for name in ("sex", "party")),
        one_line().alias("address"),
        "city",
        "phone",
        "voted_in",
        band("turnout_prob", _BANDS, "always").alias("votes"),
        band("support_prob", _LEANS, "ours").alias("support"),
        *(pl.lit(None, pl.String).alias(box) for box in (*BOXES, "support_1_to_5")),
        id=_id(rows),
    )


def _id(rows: pl.DataFrame) -> pl.Expr:
    return pl.col("van_id" if _has_van(rows) else "source_id")


def band(column: str, ends: tuple[tuple[float, str], ...], last: str) -> pl.Expr:
    """A word for a score."""
    found = pl.lit(last)
    for end, word in reversed(ends):
        found = pl.when(pl.col(column) < end).then(pl.lit(word)).otherwise(found)
    return found


def full_name() -> pl.Expr:
    """First, last, suffix."""
    suffix = pl.when(pl.col("suffix").is_in(_NUMERALS)).then(pl.col("suffix")).otherwise(_capital(pl.col("suffix")))
    named = (_capital(pl.col(name)) for name in ("first_name", "last_name"))
    return pl.concat_str(*named, suffix, separator=" ", ignore_nulls=True)


def _capital(text: pl.Expr) -> pl.Expr:
    """Names as people write them; files shout."""
    return text.str.to_lowercase().str.to_titlecase()


def phone_list(rows: pl.DataFrame, hours: pl.DataFrame, year: int) -> pl.DataFrame:
    """A row a person: number (E.164), hours in which the state may be called, bands for scores.

    Parameters
    ----------
    rows : pl.DataFrame
        With ``e164``.
    hours : pl.DataFrame
        ``state``, ``call_from``, ``call_until``, ``time_zones``: local times.
    year : int
    """
    return (
        rows.with_columns(pl.col("state").cast(pl.String))
        .join(hours, on="state", how="left", maintain_order="left")
        .select(
            _id(rows).alias("id"),
            pl.col("e164").alias("phone"),
            full_name().alias("name"),
            age(year),
            pl.col("sex").cast(pl.String),
            "city",
            "state",
            "call_from",
            "call_until",
            "time_zones",
            band("turnout_prob", _BANDS, "always").alias("votes"),
            "household",
        )
    )


def mail_list(rows: pl.DataFrame) -> pl.DataFrame:
    """A row a household: to whom, and the address that mail reaches."""
    mailed = pl.col("mail_address").is_not_null()
    to = rows.with_columns(
        line=pl.when(mailed).then(pl.col("mail_address")).otherwise(one_line()).str.replace_all(r"\s+", " "),
        to_city=pl.when(mailed).then(pl.col("mail_city")).otherwise(pl.col("city")),
        to_state=pl.when(mailed).then(pl.col("mail_state")).otherwise(pl.col("state").cast(pl.String)),
        to_zip=pl.when(mailed).then(pl.col("mail_zip")).otherwise(pl.col("zip")),
        person=full_name(),
        family=_capital(pl.col("last_name")),
    )
    homes = to.group_by("household", maintain_order=True).agg(
        people=pl.len(),
        families=pl.col("family").unique().sort(),
        persons=pl.col("person").str.join(" and "),
        **{name: pl.col(name).drop_nulls().first() for name in ("line", "to_city", "to_state", "to_zip")},
    )
    names, many = pl.col("families"), pl.col("families").list.len()
    first = names.list.slice(0, many - 1).list.join(", ")
    # One name, two people, or the names of all who live there.
    greeting = (
        pl.when((many == 1) & (pl.col("people") > 1))
        .then(pl.format("The {} Household", names.list.first()))
        .when(pl.col("people") <= 2)
        .then(pl.col("persons"))
        .otherwise(pl.format("The {} and {} Household", first, names.list.last()))
    )
    return homes.select(
        "household",
        greeting.alias("to"),
        pl.col("line").alias("address"),
        pl.col("to_city").alias("city"),
        pl.col("to_state").alias("state"),
        pl.col("to_zip").alias("zip"),
        "people",
    )
