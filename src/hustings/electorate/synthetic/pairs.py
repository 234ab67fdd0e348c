"""Two files of the same people, more or less: what record linkage is tried on, with the true pairs."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.electorate.synthetic.names import ORIGINS, family_names, nickname_of
from hustings.electorate.synthetic.people import clean_block
from hustings.electorate.synthetic.plan import Plan, make_plan
from hustings.electorate.synthetic.spec import Arrays, ElectorateSpec
from hustings.electorate.synthetic.text import day_text, record_texts

MATCHED_SHARE = 0.7
DIFFICULTIES = {
    "exact": 0.50,
    "typo": 0.12,
    "nickname": 0.08,
    "moved": 0.12,
    "year-only birth date": 0.08,
    "married name": 0.04,
    "several": 0.06,
}
"""What differs between the two records of a person -> share of the true pairs."""
CHANGES = ("typo", "nickname", "moved", "year-only birth date", "married name")
OTHER_STATE_SHARE = 0.15
NO_PHONE_SHARE = 0.3


def linkage_pairs(rng: np.random.Generator, rows: int) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Make two files of people, 70 % of the second also in the first.

    Parameters
    ----------
    rng : numpy.random.Generator
        Stream to draw from.
    rows : int
        Rows of each file.

    Returns
    -------
    left, right : polars.DataFrame
        ``id`` (Int64), names, ``birth_year`` (Int16), ``birth_date`` (ISO text, may be null), ``sex``, ``address``,
        ``city``, ``zip``, ``phone``, ``state``, ``county``, ``race``, ``party``; in chance order.
    truth : polars.DataFrame
        ``left_id``, ``right_id``, ``difficulty``: one row a person in both, the reason a key of `DIFFICULTIES`.
    """
    matched = round(MATCHED_SHARE * rows)
    spec = ElectorateSpec(2 * rows - matched, seed=int(rng.integers(2**31)))
    plan = make_plan(spec)
    blocks = [clean_block(plan, k) for k in range(len(plan.blocks))]
    people = {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}
    order = rng.permutation(len(people["number"]))
    left = {name: column[order[:rows]] for name, column in people.items()}
    right = {name: column[order[rows - matched :]].copy() for name, column in people.items()}
    changed, difficulty = _choose(rng, right, matched)
    elsewhere = _change(rng, right, changed, people)
    shuffle = rng.permutation(rows)
    place = np.argsort(shuffle)
    truth = pl.DataFrame({
        "left_id": np.arange(rows - matched, rows),
        "right_id": place[:matched],
        "difficulty": pl.Series(list(DIFFICULTIES)).gather(difficulty),
    })  # fmt: skip
    nobody = np.zeros(rows, bool)
    frames = (
        identities(left, plan, nobody, nobody),
        identities(right, plan, changed["year-only birth date"], elsewhere, rng.random(rows) < NO_PHONE_SHARE),
    )
    shuffled = frames[1].select(pl.all().gather(shuffle)).with_columns(id=pl.int_range(rows, dtype=pl.Int64))
    return frames[0], shuffled, truth.cast({"left_id": pl.Int64, "right_id": pl.Int64})


def _choose(
    rng: np.random.Generator, right: Arrays, matched: int
) -> tuple[dict[str, NDArray[np.bool_]], NDArray[np.int64]]:
    """Choose what changes for whom: masks over the right file, and the difficulty of the first `matched` rows."""
    names, rows = list(DIFFICULTIES), len(right["number"])
    chosen = rng.choice(len(names), matched, p=list(DIFFICULTIES.values()))
    can_nick = (nickname_of()[right["first"]] != right["first"])[:matched]
    woman = right["woman"][:matched]
    # Who has no nickname, or no married name, gets a slip or a new home: the others get their share.
    chosen = np.where((chosen == names.index("nickname")) & ~can_nick, names.index("typo"), chosen)
    chosen = np.where((chosen == names.index("married name")) & ~woman, names.index("moved"), chosen)
    changed = {name: np.zeros(rows, bool) for name in CHANGES}
    for name in CHANGES:
        changed[name][:matched] = chosen == names.index(name)
    several = chosen == names.index("several")
    # Two of the changes that anybody can have, and a third by chance.
    out = rng.integers(0, 3, matched)
    for k, name in enumerate(("typo", "moved", "year-only birth date")):
        changed[name][:matched] |= several & (out != k)
    changed["nickname"][:matched] |= several & can_nick & (rng.random(matched) < 0.3)
    return changed, chosen


def _change(
    rng: np.random.Generator, right: Arrays, changed: dict[str, NDArray[np.bool_]], people: Arrays
) -> NDArray[np.bool_]:
    """Change the right file in place; says who now lives in another state."""
    n = len(right["number"])
    # A slip is in the family name, the given name or the date of birth.
    which = rng.choice(3, n, p=[0.45, 0.35, 0.2])
    slips = rng.integers(1, 2**20, n).astype(np.int32)
    for k, name in enumerate(("last_slip", "first_slip")):
        right[name] = np.where(changed["typo"] & (which == k), slips, 0).astype(np.int32)
    days = rng.choice([-30, -10, -1, 1, 10, 30], n)
    right["born"] = right["born"] + np.where(changed["typo"] & (which == 2), days, 0)
    right["first"] = np.where(changed["nickname"], nickname_of()[right["first"]], right["first"])
    hispanic = np.where(right["hispanic"] == 1, ORIGINS.index("hispanic"), 0)
    right["last"] = np.where(changed["married name"], family_names().draw(rng, hispanic), right["last"])
    moved = changed["moved"]
    # Half of the movers go where the rest of their household goes.
    together = (right["household"] * 2_654_435_761 + 97) % len(people["number"])
    home = np.where(rng.random(n) < 0.5, together, rng.integers(0, len(people["number"]), n))
    for name in ("precinct", "street", "unit"):
        right[name] = np.where(moved, people[name][home], right[name])
    right["house"] = np.where(moved, people["house"][home] + 3, right["house"])
    right["phone"] = np.where(moved & (rng.random(n) < 0.4), 0, right["phone"])
    elsewhere: NDArray[np.bool_] = moved & (home % 100 < 100 * OTHER_STATE_SHARE)
    return elsewhere


def identities(
    people: Arrays,
    plan: Plan,
    year_only: NDArray[np.bool_],
    elsewhere: NDArray[np.bool_],
    no_phone: NDArray[np.bool_] | None = None,
) -> pl.DataFrame:
    """Identity frame of a block, numbered from 0; `elsewhere` puts people into another state."""
    t = record_texts(people, plan, plan.spec.as_of)
    county = pl.Series(plan.counties).gather(t["county_code"])
    street = pl.col("house_number") + " " + pl.col("street")
    frame = t.with_columns(county.alias("county"), pl.Series("elsewhere", elsewhere)).with_columns(
        id=pl.int_range(pl.len(), dtype=pl.Int64),
        birth_year=pl.col("birth_year").cast(pl.Int16),
        birth_date=day_text(people["born"], "%Y-%m-%d").zip_with(~pl.Series(year_only), pl.Series([None], dtype=pl.String)),
        address=pl.when(pl.col("unit").is_null()).then(street).otherwise(street + " " + pl.col("unit")),
        state=pl.when("elsewhere").then(pl.lit("VA")).otherwise(pl.lit(plan.spec.state)),
        zip=pl.when("elsewhere").then("9" + pl.col("zip").str.slice(1)).otherwise("zip"),
        county=pl.when("elsewhere").then("OTHER " + pl.col("county")).otherwise("county"),
        phone=pl.col("phone") if no_phone is None else pl.when(~pl.Series(no_phone)).then("phone"),
    )  # fmt: skip
    return frame.select(
        "id", "first_name", "middle_name", "last_name", "suffix", "birth_year", "birth_date", "sex", "address", "city",
        "zip", "phone", "state", "county", "race", "party",
    )  # fmt: skip
