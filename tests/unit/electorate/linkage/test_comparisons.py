from __future__ import annotations

import polars as pl
import pytest

from hustings.electorate.linkage.comparisons import BLOCKS, COMPARISONS, NARROW_BLOCKS, default_parameters, gamma
from hustings.electorate.linkage.engine import connection
from hustings.electorate.linkage.households import household_pairs
from hustings.electorate.linkage.normalise import check_people, prepare

BASE = {
    "first_name": "WILLIAM", "middle_name": "HENRY", "last_name": "SMITH", "suffix": "JR", "sex": "M", "birth_date": "1980-02-13",
    "birth_year": 1980, "address": "12 OAK ST", "zip": "27601", "city": "RALEIGH", "state": "NC", "phone": "9195551212",
}  # fmt: skip


@pytest.mark.parametrize(
    ("comparison", "change", "level"),
    [
        ("first_name", {"birth_year": 1981, "birth_date": None}, "exact"),
        ("first_name", {"first_name": "BILL"}, "nickname"),
        ("first_name", {"first_name": "W"}, "initial"),
        ("first_name", {"first_name": "WILLAIM"}, "typo"),
        ("first_name", {"first_name": "HENRY", "middle_name": None}, "middle"),
        ("first_name", {"first_name": "ROBERT"}, "else"),
        ("first_name", {"first_name": None}, None),
        ("last_name", {"first_name": "BOB"}, "exact"),
        ("last_name", {"last_name": "SMITH-JONES"}, "part"),
        ("last_name", {"last_name": "SMYTH"}, "else"),
        ("last_name", {"last_name": "SMITHE"}, "typo"),
        ("middle_name", {"first_name": "BOB"}, "exact"),
        ("middle_name", {"middle_name": "H"}, "initial"),
        ("middle_name", {"middle_name": "HOWARD"}, "else"),
        ("middle_name", {"middle_name": None}, None),
        ("suffix", {"first_name": "BOB"}, "same"),
        ("suffix", {"suffix": None}, "one missing"),
        ("suffix", {"suffix": "SR"}, "else"),
        ("sex", {"sex": "F"}, "else"),
        ("sex", {"sex": "U"}, None),
        ("birth", {"first_name": "BOB"}, "date"),
        ("birth", {"birth_date": None}, "year only"),
        ("birth", {"birth_date": "1980-02-18"}, "date but a slip"),
        ("birth", {"birth_date": "1980-07-04"}, "else"),
        ("birth", {"birth_date": "1990-02-13"}, "other year of the date"),
        ("birth", {"birth_date": None, "birth_year": 1979}, "next year"),
        ("home", {"first_name": "BOB"}, "same"),
        ("home", {"zip": "27602"}, "nearly"),
        ("home", {"address": "99 ELM ST"}, "zip"),
        ("home", {"address": "99 ELM ST", "zip": "27699"}, "town"),
        ("home", {"address": "99 ELM ST", "zip": "28801", "city": "ASHEVILLE"}, "state"),
        ("home", {"address": "99 ELM ST", "zip": "90001", "city": "LOS ANGELES", "state": "CA"}, "else"),
        ("home", {"address": None, "zip": None, "city": None, "state": None}, None),
        ("phone", {"phone": "9195551213"}, "else"),
    ],
)
def test_a_pair_falls_on_the_level_it_should(tmp_path, comparison, change, level):
    people = pl.DataFrame([BASE | {"id": 1}, BASE | {"id": 2} | change], schema_overrides={"birth_year": pl.Int16})
    prepared = prepare(check_people(people, "left"))
    with connection(threads=1, memory_bytes=200_000_000, folder=tmp_path) as held:
        held.register("people", prepared.to_arrow())
        columns = ", ".join(f"l.{name} as {name}_l, r.{name} as {name}_r" for name in prepared.columns)
        of = next(known for known in COMPARISONS if known.name == comparison)
        whens = " ".join(f"when {known.sql} then '{known.name}'" for known in of.levels[:-1])
        found = held.sql(
            f"select case when {of.unknown_sql} then null {whens} else 'else' end"
            f" from (select {columns} from people l join people r on l.id < r.id)"
        ).fetchall()[0][0]
    assert found == level


def test_starting_values_are_shares_in_each_comparison():
    table = default_parameters()
    assert table.null_count().sum_horizontal().item() == 0
    sums = table.group_by("comparison").agg(pl.col("match_prob", "household_prob", "stranger_prob").sum())
    for name in ("match_prob", "household_prob", "stranger_prob"):
        assert sums[name].to_list() == pytest.approx([1.0] * len(COMPARISONS), abs=1e-4)


def test_splinks_numbers_of_levels():
    sex = next(known for known in COMPARISONS if known.name == "sex")
    assert (gamma(sex, "same"), gamma(sex, "else")) == (1, 0)


def test_narrow_blocks_are_blocks_that_ask_for_no_address():
    assert set(NARROW_BLOCKS) <= set(BLOCKS)
    assert not {"zip", "place"} & {key for name in NARROW_BLOCKS for key in BLOCKS[name]}


def test_a_household_is_counted_and_one_person_written_twice_is_not(tmp_path):
    wife = BASE | {
        "id": 2,
        "first_name": "ANN",
        "sex": "F",
        "suffix": None,
        "birth_date": "1983-05-06",
        "birth_year": 1983,
    }
    twice = BASE | {"id": 3}
    people = prepare(
        check_people(pl.DataFrame([BASE | {"id": 1}, wife, twice], schema_overrides={"birth_year": pl.Int16}), "left")
    )
    with connection(threads=1, memory_bytes=200_000_000, folder=tmp_path) as held:
        counted = household_pairs(held, people)
    levels = {(row["comparison"], row["level"]): row["pairs"] for row in counted.iter_rows(named=True)}
    assert levels["last_name", "exact"] == 2
    assert levels["first_name", "else"] == 2
    assert levels["sex", "else"] == 2
    assert ("first_name", "exact") not in levels
