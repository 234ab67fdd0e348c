from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hustings.electorate.linkage import assign_persons
from hustings.electorate.linkage.persons import PERSONS
from hustings.errors import InputError

NOBODY = pl.DataFrame(schema=PERSONS)


def links(*rows):
    return pl.DataFrame(rows, schema={"left_id": pl.Int64, "right_id": pl.Int64}, orient="row")


def persons(*rows):
    return pl.DataFrame(rows, schema=PERSONS, orient="row")


def test_a_first_run_numbers_persons_by_their_smallest_voter():
    found = assign_persons(links((10, 3), (5, 7)), NOBODY, voters=pl.Series([4]))
    assert found.table.rows() == [(3, 1), (4, 2), (5, 3), (7, 3), (10, 1)]
    assert found.merges.height == 0


def test_an_id_once_given_is_kept():
    found = assign_persons(links((10, 20), (30, 40)), persons((20, 9), (50, 2)))
    assert found.table.rows() == [(10, 9), (20, 9), (30, 10), (40, 10), (50, 2)]


def test_two_known_persons_found_to_be_one_keep_the_older_id_and_say_so():
    found = assign_persons(links((1, 2)), persons((1, 8), (2, 5), (3, 8)))
    # Voter 3 was of person 8 too, and goes with it.
    assert found.table.rows() == [(1, 5), (2, 5), (3, 5)]
    assert found.merges.rows() == [(5, 8)]


def test_uncertain_links_join_nobody():
    unsure = links((1, 2)).with_columns(uncertain=pl.lit(value=True))
    assert assign_persons(unsure, persons((1, 1), (2, 2))).table["person_id"].n_unique() == 2


def test_a_second_run_changes_nothing():
    first = assign_persons(links((1, 2), (3, 4)), NOBODY)
    again = assign_persons(links((3, 4), (2, 1)), first.table)
    assert again.table.equals(first.table)
    assert again.merges.height == 0


@pytest.mark.parametrize(
    ("known", "said"),
    [
        (persons((1, 1), (1, 2)), "voter 1 has two persons"),
        (pl.DataFrame({"voter_id": [1]}), "no column 'person_id'"),
        (persons((1, None)), "have no value"),
    ],
)
def test_tables_that_cannot_be_used(known, said):
    with pytest.raises(InputError, match=said):
        assign_persons(links(), known)


pair = st.tuples(st.integers(1, 12), st.integers(1, 12))


@given(
    st.lists(pair, max_size=12),
    st.dictionaries(st.integers(1, 12), st.integers(1, 6), max_size=8),
    st.randoms(use_true_random=False),
)
def test_the_order_of_rows_does_not_matter_and_links_hold(rows, known, random):
    shuffled = rows.copy()
    random.shuffle(shuffled)
    found = assign_persons(links(*rows), persons(*known.items()))
    assert found.table.equals(assign_persons(links(*shuffled), persons(*reversed(known.items()))).table)
    person = dict(found.table.rows())
    assert all(person[left] == person[right] for left, right in rows)
    gone = set(found.merges["merged_id"])
    # Whoever had a person has it still, unless it was merged into a smaller one.
    for voter, before in known.items():
        assert person[voter] == before or (before in gone and person[voter] < before)
    assert not gone & set(person.values())
