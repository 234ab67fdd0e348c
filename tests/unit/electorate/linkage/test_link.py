from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from hustings.electorate.linkage import LinkageSpec, link
from hustings.electorate.linkage.resolve import LINKS
from hustings.errors import InputError
from unit.electorate.linkage.made_people import made_pairs

SMITH = {
    "first_name": "WILLIAM", "last_name": "SMITH", "suffix": None, "sex": "M", "birth_date": "1950-02-13", "birth_year": 1950,
    "address": "12 OAK ST", "zip": "27601", "city": "RALEIGH", "state": "NC",
}  # fmt: skip
TYPES = {"birth_year": pl.Int16, "suffix": pl.String, "birth_date": pl.String}


@pytest.fixture(scope="module")
def few():
    """A few hundred people: too few to learn from."""
    return made_pairs(np.random.default_rng(5), 300)


@pytest.fixture(scope="module")
def linked(few):
    return link(few[0], few[1], seed=1)


MOVED = {"first_name": "BILL", "address": "9 ELM AVE", "zip": "27699"}
ANN = {"first_name": "ANN", "sex": "F"}
SENIOR, JUNIOR = {"suffix": "SR"}, {"suffix": "JR", "birth_date": "1978-05-06", "birth_year": 1978}
RUTH, GRACE = (
    {"first_name": name, "sex": "F", "birth_date": "1990-04-05", "birth_year": 1990} for name in ("RUTH", "GRACE")
)
OTHER = {"birth_date": "1950-09-30", "address": "77 PINE RD", "zip": "27650"}
CASES = {
    "nickname and moved": ([{}], [MOVED], [(0, 0, "moved")]),
    "married name": ([ANN], [ANN | {"last_name": "KOWALSKI"}], [(0, 0, "renamed")]),
    "father and son of one name": (
        [SENIOR, JUNIOR],
        [JUNIOR, SENIOR],
        [(0, 1, "same address"), (1, 0, "same address")],
    ),
    "the father here, the son there": ([SENIOR], [JUNIOR | {"birth_date": "1979-08-17", "birth_year": 1979}], []),
    "a twin here, the other there": ([RUTH], [GRACE], []),
    "both twins": ([RUTH, GRACE], [GRACE, RUTH], [(0, 1, "same address"), (1, 0, "same address")]),
    "namesakes of a big city": ([{}], [OTHER], []),
}
"""Who is added on the left and on the right, and which of them are one. Each case has a surname and a house of its own."""
SURNAMES = ("SMITH", "JONES", "MILLER", "DAVIS", "WILSON", "MOORE", "TAYLOR")


ADDED = 20_000_000
"""Ids of those who are added begin here."""


@pytest.fixture(scope="module")
def added(few):
    """Every link of those who were added, all cases in the same two files."""
    sides = ([], [])
    for number, (case, surname) in enumerate(zip(CASES.values(), SURNAMES, strict=True)):
        own = SMITH | {"last_name": surname, "address": f"{12 + number} OAK ST", "zip": f"276{number:02d}"}
        own |= {"birth_date": f"1950-02-{13 + number}"}
        for side, more in zip(sides, case[:2], strict=True):
            side += [own | {"id": ADDED + 10 * number + place} | row for place, row in enumerate(more)]
    both = [
        pl.concat([side, pl.DataFrame(more, schema_overrides=TYPES)], how="diagonal")
        for side, more in zip(few[:2], sides, strict=True)
    ]
    found = link(*both, seed=1).links.filter(~pl.col("uncertain") & (pl.max_horizontal("left_id", "right_id") >= ADDED))
    return found.select(pl.col("left_id", "right_id") - ADDED, "kind").rows()


def test_a_small_file_is_linked_without_learning(few, linked):
    sure = linked.links.filter(~pl.col("uncertain")).join(few[2], on=["left_id", "right_id"], how="left")
    assert sure["difficulty"].null_count() / sure.height < 0.01
    assert sure.height / few[2].height > 0.95
    assert dict(linked.links.schema) == LINKS
    assert sure["left_id"].is_unique().all()
    assert sure["right_id"].is_unique().all()


def test_the_same_seed_gives_the_same_and_the_order_of_rows_does_not_matter(few, linked):
    again = link(few[0].sample(fraction=1, shuffle=True, seed=3), few[1].reverse(), seed=1)
    assert again.links.equals(linked.links)
    assert again.info.parameters.equals(linked.info.parameters)


@pytest.mark.parametrize("case", CASES)
def test_who_is_one_and_who_is_not(added, case):
    first = 10 * list(CASES).index(case)
    mine = [row for row in added if {row[0] // 10 * 10, row[1] // 10 * 10} & {first}]
    assert mine == [(first + left, first + right, kind) for left, right, kind in CASES[case][2]]


def test_what_is_learnt_is_kept_and_can_be_used_again(few, linked):
    again = link(few[0], few[1], seed=99, parameters=linked.info.parameters)
    assert again.links.equals(linked.links)


def test_blocks_and_the_sum_of_probabilities_are_told(few, linked):
    assert set(linked.info.blocks["block"]) == set(LinkageSpec().blocks)
    assert linked.info.expected_matches == pytest.approx(few[2].height, rel=0.05)


@pytest.mark.parametrize("empty", [0, 1])
def test_an_empty_file_links_nobody(few, empty):
    sides = [few[0], few[1]]
    sides[empty] = sides[empty].clear()
    found = link(*sides, seed=1)
    assert found.links.height == 0
    assert found.info.match_share == 0.0


def test_a_missing_column_is_named(few):
    with pytest.raises(InputError, match="the right file has no column 'last_name'"):
        link(few[0], few[1].drop("last_name"), seed=1)
