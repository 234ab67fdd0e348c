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


def added(few, lefts, rights):
    """The few with more people, whose ids are 900 and on."""
    sides = []
    for side, more in ((few[0], lefts), (few[1], rights)):
        rows = [SMITH | {"id": 900 + number} | row for number, row in enumerate(more)]
        sides.append(pl.concat([side, pl.DataFrame(rows, schema_overrides=TYPES)], how="diagonal"))
    return sides


def links_of(few, lefts, rights):
    found = link(*added(few, lefts, rights), seed=1).links.filter(~pl.col("uncertain"))
    return [row for row in found.select("left_id", "right_id", "kind").rows() if row[0] >= 900 or 900 <= row[1] < 1000]


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


def test_nickname_and_moved(few):
    moved = {"first_name": "BILL", "address": "9 ELM AVE", "zip": "27699"}
    assert links_of(few, [{}], [moved]) == [(900, 900, "moved")]


def test_married_name(few):
    ann = {"first_name": "ANN", "sex": "F"}
    assert links_of(few, [ann], [ann | {"last_name": "KOWALSKI"}]) == [(900, 900, "renamed")]


def test_father_and_son_of_one_name_are_not_mixed_up(few):
    senior, junior = {"suffix": "SR"}, {"suffix": "JR", "birth_date": "1978-05-06", "birth_year": 1978}
    assert links_of(few, [senior, junior], [junior, senior]) == [(900, 901, "same address"), (901, 900, "same address")]
    assert links_of(few, [senior], [junior]) == []


def test_a_twin_is_not_the_other(few):
    ann, amy = (
        {"first_name": name, "sex": "F", "birth_date": "1990-04-05", "birth_year": 1990} for name in ("RUTH", "GRACE")
    )
    assert links_of(few, [ann], [amy]) == []
    assert links_of(few, [ann, amy], [amy, ann]) == [(900, 901, "same address"), (901, 900, "same address")]


def test_namesakes_of_a_big_city_are_not_one(few):
    other = {"birth_date": "1950-09-30", "address": "77 PINE RD", "zip": "27650"}
    assert links_of(few, [{}], [other]) == []


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
