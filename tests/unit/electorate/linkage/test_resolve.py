from __future__ import annotations

import polars as pl

from hustings.electorate.linkage.comparisons import COMPARISONS, gamma
from hustings.electorate.linkage.resolve import LINKS, one_to_one
from hustings.electorate.linkage.spec import LinkageSpec

LEVEL = {(known.name, level.name): gamma(known, level.name) for known in COMPARISONS for level in known.levels}
SCHEMA = {"left_id": pl.Int64, "right_id": pl.Int64, "match_prob": pl.Float64, "last_name": pl.Int8, "home": pl.Int8}


def pairs(*rows, last="exact", home="same"):
    filled = [(*row, LEVEL["last_name", last], LEVEL["home", home]) for row in rows]
    return pl.DataFrame(filled, schema=SCHEMA, orient="row")


def test_most_probable_first_each_once():
    # 1-1 is taken; 1-2 and 2-1 lose their records; 2-2 is left, its best rival being 1-2.
    found = one_to_one(pairs((1, 1, 0.99), (1, 2, 0.97), (2, 1, 0.95), (2, 2, 0.92)), LinkageSpec())
    assert found.select("left_id", "right_id", "match_prob", "second_prob").rows() == [
        (1, 1, 0.99, 0.97),
        (2, 2, 0.92, 0.97),
    ]
    assert dict(found.schema) == LINKS


def test_a_chain_of_rivals_is_resolved_in_order():
    # A chain in which every pair shares a record with the next: taken one by one, never both ends of a conflict.
    found = one_to_one(pairs((1, 1, 0.96), (2, 1, 0.95), (2, 2, 0.94), (3, 2, 0.93), (3, 3, 0.92)), LinkageSpec())
    assert found.select("left_id", "right_id").rows() == [(1, 1), (2, 2), (3, 3)]


def test_ties_go_to_the_smaller_ids_whatever_the_order():
    frame = pairs((2, 7, 0.95), (1, 7, 0.95))
    for given in (frame, frame.reverse()):
        assert one_to_one(given, LinkageSpec()).select("left_id", "right_id").rows() == [(1, 7)]


def test_the_grey_zone_is_marked_and_what_is_below_left_out():
    found = one_to_one(pairs((1, 1, 0.9), (2, 2, 0.89), (3, 3, 0.5), (4, 4, 0.49)), LinkageSpec())
    assert found.select("left_id", "uncertain").rows() == [(1, False), (2, True), (3, True)]


def test_kinds():
    frame = pl.concat([
        pairs((1, 1, 0.99)), pairs((2, 2, 0.99), home="zip"), pairs((3, 3, 0.99), last="else"),
        pairs((4, 4, 0.99), home="nearly"), pairs((5, 5, 0.99)).with_columns(home=pl.lit(-1, dtype=pl.Int8)),
    ])  # fmt: skip
    kinds = one_to_one(frame, LinkageSpec())["kind"].to_list()
    assert kinds == ["same address", "moved", "renamed", "same address", "unknown"]


def test_nothing_to_link():
    assert one_to_one(pairs(), LinkageSpec()).height == 0
