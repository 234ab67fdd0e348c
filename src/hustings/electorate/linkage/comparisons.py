"""What is compared, in which degrees of agreement, and which pairs are looked at at all.

A comparison is a list of levels, the first that holds counts. ``tf`` names the column whose value's frequency
sharpens an exact agreement: two people called Zebulon are more likely one than two called James.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import polars as pl


@dataclass(frozen=True)
class Level:
    """One degree of agreement: its name in ``data/parameters.csv`` and the SQL that tells it."""

    name: str
    sql: str
    tf: str | None = None
    fixed: bool = False
    """Whether chance agreement is too rare to be counted among random pairs: the table's value stands."""


@dataclass(frozen=True)
class Comparison:
    """One comparison: when it says nothing, then its levels, the last being all else."""

    name: str
    unknown_sql: str
    levels: tuple[Level, ...]


def _either_null(column: str) -> str:
    return f"{column}_l is null or {column}_r is null"


COMPARISONS = (
    Comparison(
        "first_name",
        _either_null("first"),
        (
            Level("initial", "initial_l = initial_r and (length(first_l) = 1 or length(first_r) = 1)"),
            Level("exact", "first_code_l = first_code_r", tf="first_code"),
            Level("nickname", "nick_l = nick_r or nick_l = nick_2_r or nick_2_l = nick_r"),
            Level("typo", "jaro_winkler_similarity(first_l, first_r) >= 0.9"),
            Level("middle", "(first_code_l = middle_code_r or middle_code_l = first_code_r)"),
            Level("else", "ELSE"),
        ),
    ),
    Comparison(
        "last_name",
        _either_null("last"),
        (
            Level("exact", "last_code_l = last_code_r", tf="last_code"),
            Level(
                "part",
                "last_part_l = last_part_r or last_part_2_l = last_part_2_r"
                " or last_part_l = last_part_2_r or last_part_2_l = last_part_r",
            ),
            Level("typo", "jaro_winkler_similarity(last_l, last_r) >= 0.9"),
            Level("else", "ELSE"),
        ),
    ),
    Comparison(
        "middle_name",
        _either_null("middle_code"),
        (
            Level("exact", "middle_code_l = middle_code_r and middle_letters_l > 1"),
            Level("initial", "middle_initial_l = middle_initial_r and least(middle_letters_l, middle_letters_r) = 1"),
            Level("else", "ELSE"),
        ),
    ),
    Comparison(
        "suffix",
        "suffix_l is null and suffix_r is null",
        (
            Level("same", "suffix_l = suffix_r"),
            Level("one missing", "suffix_l is null or suffix_r is null"),
            Level("else", "ELSE"),
        ),
    ),
    Comparison("sex", _either_null("sex"), (Level("same", "sex_l = sex_r"), Level("else", "ELSE"))),
    Comparison(
        "birth",
        _either_null("birth_year"),
        (
            Level("date", "birth_year_l = birth_year_r and birth_day_l = birth_day_r", fixed=True),
            Level("year only", "birth_year_l = birth_year_r and (birth_day_l is null or birth_day_r is null)"),
            Level(
                "date but a slip",
                "birth_year_l = birth_year_r and (birth_day_l // 100 = birth_day_r // 100"
                " or birth_day_l % 100 = birth_day_r % 100"
                " or (birth_day_l // 100 = birth_day_r % 100 and birth_day_l % 100 = birth_day_r // 100))",
            ),
            Level("other year of the date", "birth_day_l = birth_day_r and birth_year_l <> birth_year_r"),
            Level("next year", "abs(birth_year_l - birth_year_r) = 1"),
            Level("else", "ELSE"),
        ),
    ),
    Comparison(
        "home",
        "(place_l is null or place_r is null) and (zip_l is null or zip_r is null)"
        " and (town_l is null or town_r is null) and (state_l is null or state_r is null)",
        (
            Level("same", "place_l = place_r", fixed=True),
            Level(
                "nearly",
                "house_l = house_r and (street_l = street_r"
                " or (zip_l = zip_r and jaro_winkler_similarity(street_l, street_r) >= 0.88))",
                fixed=True,
            ),
            Level("zip", "zip_l = zip_r"),
            Level("town", "town_l = town_r"),
            Level("state", "state_l = state_r"),
            Level("else", "ELSE"),
        ),
    ),
    Comparison(
        "phone",
        _either_null("phone"),
        (Level("same", "phone_l = phone_r", fixed=True), Level("else", "ELSE")),
    ),
)

BLOCKS: dict[str, tuple[str, ...]] = {
    "surname stem, initial, year": ("last_stem", "initial", "birth_year"),
    "first name, year, zip": ("nick", "birth_year", "zip"),
    "first name, date": ("nick", "birth_year", "birth_day"),
    "first name, surname, zip": ("nick", "last_code", "zip"),
    "surname, date": ("last_code", "birth_year", "birth_day"),
    "place, initial": ("place", "initial"),
    "place, year": ("place", "birth_year"),
    "phone": ("phone",),
    "whole name, year": ("first_code", "middle_code", "last_code", "birth_year"),
}
"""Pairs that agree on all columns of at least one block are compared, others never."""

NARROW_BLOCKS = ("first name, date", "surname, date", "phone", "whole name, year")
"""Blocks that stay small in a whole country, and ask for no address: for those who moved from state to state."""


@cache
def default_parameters() -> pl.DataFrame:
    """How often each level holds for one person, for two of one household, for two strangers.

    Returns
    -------
    polars.DataFrame
        ``comparison``, ``level``, ``match_prob``, ``household_prob``, ``stranger_prob`` (0-1, each summing to one
        within a comparison), in the order of `COMPARISONS`. Starting values; ``docs/maths/linkage.md`` says where
        they come from.
    """
    text = (files(__package__) / "data" / "parameters.csv").read_bytes()
    order = pl.DataFrame(
        [(comparison.name, level.name) for comparison in COMPARISONS for level in comparison.levels],
        schema=["comparison", "level"],
        orient="row",
    )
    return order.join(pl.read_csv(text), on=["comparison", "level"], how="left", maintain_order="left")


def splink_settings(
    parameters: pl.DataFrame, *, others: str, prior_prob: float, blocks: list[str], term_frequencies: bool
) -> dict[str, Any]:
    """Settings of Splink for these comparisons.

    Parameters
    ----------
    parameters : polars.DataFrame
        As `default_parameters` returns it.
    others : str
        The column of ``parameters`` that holds for pairs that are not one person.
    prior_prob : float
        Probability that a pair taken at random is one person (0-1).
    blocks : list of str
        Columns whose equality makes a pair, one rule each.
    term_frequencies : bool
        Whether the frequency of a name counts.
    """
    values = {
        (row["comparison"], row["level"]): (row["match_prob"], row[others]) for row in parameters.iter_rows(named=True)
    }
    return {
        "link_type": "link_only",
        "unique_id_column_name": "id",
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": True,
        "probability_two_random_records_match": prior_prob,
        "max_iterations": 50,
        "blocking_rules_to_generate_predictions": [
            {"blocking_rule": f"l.{block} = r.{block}", "sql_dialect": "duckdb"} for block in blocks
        ],
        "comparisons": [
            {
                "output_column_name": comparison.name,
                "comparison_levels": [
                    {"sql_condition": comparison.unknown_sql, "label_for_charts": "unknown", "is_null_level": True},
                    *(
                        _splink_level(level, *values[comparison.name, level.name], term_frequencies=term_frequencies)
                        for level in comparison.levels
                    ),
                ],
            }
            for comparison in COMPARISONS
        ],
    }


def _splink_level(level: Level, match_prob: float, other_prob: float, *, term_frequencies: bool) -> dict[str, Any]:
    described: dict[str, Any] = {
        "sql_condition": level.sql,
        "label_for_charts": level.name,
        "m_probability": match_prob,
        "u_probability": other_prob,
    }
    if level.tf and term_frequencies:
        described |= {"tf_adjustment_column": level.tf, "tf_minimum_u_value": 1e-6}
    return described


def gamma(comparison: Comparison, level: str) -> int:
    """Splink's number of a level: all else is 0, the first level the highest, unknown -1."""
    return len(comparison.levels) - 1 - [known.name for known in comparison.levels].index(level)
