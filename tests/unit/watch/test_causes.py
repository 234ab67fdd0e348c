"""Which row of a board is said to come of which, on boards written by hand."""

from dataclasses import replace

import polars as pl
import pytest

from hustings.store import empty_table
from hustings.tables import BOARD
from hustings.watch.causes import with_causes
from hustings.watch.streams.interviews import SUPPORT_AS_MODELLED
from hustings.watch.streams.response import RESPONSE_BY_SEGMENT

ASSUMPTIONS = (SUPPORT_AS_MODELLED, RESPONSE_BY_SEGMENT)
EARLY = replace(SUPPORT_AS_MODELLED, name="early-vote-level")


def board(*rows):
    """Rows of (assumption, status, evidence as a power of ten), in the board's order."""
    made = [{"assumption": a, "status": s, "evidence_log10": e, "said": "It moved."} for a, s, e in rows]
    return pl.DataFrame(made, schema=empty_table(BOARD).schema)


def names(table):
    return table["assumption"].to_list()


def test_who_answers_stands_before_what_they_say_when_both_are_broken():
    table = board(
        ("early-vote-level", "broken", 9.0),
        ("support-as-modelled", "broken", 4.5),
        ("response-by-segment", "broken", 3.9),
    )
    found = with_causes(table, (*ASSUMPTIONS, EARLY))
    assert names(found) == ["early-vote-level", "response-by-segment", "support-as-modelled"]
    assert found["said"].to_list()[::2] == [
        "It moved.",
        "It moved. Look at response-by-segment first: where it fails, this shows although nobody has changed their mind.",
    ]


def test_a_cause_that_only_leans_is_named_and_stays_where_it_is():
    table = board(("support-as-modelled", "broken", 4.5), ("response-by-segment", "quiet", 1.2))
    found = with_causes(table, ASSUMPTIONS)
    assert names(found) == ["support-as-modelled", "response-by-segment"]
    assert "Look at response-by-segment first" in found["said"][0]


@pytest.mark.parametrize(
    "rows",
    [
        [("support-as-modelled", "broken", 4.5), ("response-by-segment", "quiet", 0.9)],
        [("support-as-modelled", "broken", 4.5), ("response-by-segment", "idle", None)],
        [("response-by-segment", "broken", 4.5), ("support-as-modelled", "quiet", 0.3)],
    ],
)
def test_nothing_is_said_where_there_is_no_sign_of_a_cause_or_nothing_to_explain(rows):
    table = board(*rows)
    assert with_causes(table, ASSUMPTIONS).equals(table)
