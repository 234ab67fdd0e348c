"""Which row of a board is said to come of which, on boards and interviews written by hand."""

import datetime as dt
from types import SimpleNamespace

import polars as pl
import pytest

from hustings.store import empty_table
from hustings.tables import BOARD
from hustings.watch.causes import explained_by, moved, with_causes
from hustings.watch.streams.interviews import SUPPORT_AS_MODELLED
from hustings.watch.streams.response import RESPONSE_BY_SEGMENT

ASSUMPTIONS = (SUPPORT_AS_MODELLED, RESPONSE_BY_SEGMENT)
START = dt.date(2016, 10, 11)
SUPPORT, RESPONSE = "support-as-modelled", "response-by-segment"


def board(*rows):
    """Rows of (assumption, status), in the board's order."""
    made = [{"assumption": a, "status": s, "segment": "all", "said": "It moved."} for a, s in rows]
    return pl.DataFrame(made, schema=empty_table(BOARD).schema)


def part(segment, before, after, predicted=0.36):
    """A segment's part of 100 interviews a day, ten days before and ten after the start; each interview alone."""
    days = [START + dt.timedelta(days=k) for k in range(-10, 10)]
    seen = [before if day < START else after for day in days]
    squares = [100 * (one * (1 - predicted) ** 2 + (1 - one) * predicted**2) for one in seen]
    return pl.DataFrame(
        {
            "segment": segment,
            "day": days,
            "sum_w": 100.0,
            "observed": seen,
            "sum_wr": [100 * (one - predicted) for one in seen],
            "sum_sq": squares,
        }
    )


def watched(rows, start=START):
    claims = [
        SimpleNamespace(assumption=name, version=1, foreseen=SimpleNamespace(segments=("all",)))
        for name in (SUPPORT, RESPONSE)
    ]
    evidence = [SimpleNamespace(claim=claims[0], start=[start])]
    return SimpleNamespace(
        claims=claims, kept=SimpleNamespace(of=lambda _: rows), weighed=SimpleNamespace(evidence=evidence)
    )


def test_z_is_that_of_two_shares_whatever_was_predicted():
    # 36 % of 1,000 and 29 % of 1,000: .07 / sqrt(.36 .64 / 1000 + .29 .71 / 1000), with residuals about .36: a little less.
    segment, z, seen, before = moved(pl.concat([part("party=ONE", 0.36, 0.29), part("party=TWO", 0.4, 0.4)]), START)
    assert (segment, seen, before) == ("party=ONE", pytest.approx(0.29), pytest.approx(0.36))
    assert z == pytest.approx(-0.07 / (0.36 * 0.64 / 1000 + 0.29 * 0.71 / 1000) ** 0.5, rel=0.03)


def test_a_part_that_was_off_all_the_time_has_not_moved():
    assert abs(moved(part("party=ONE", 0.29, 0.29), START)[1]) < 1e-9


def test_who_answers_stands_before_what_they_say_when_both_are_broken():
    found = with_causes(
        board((SUPPORT, "broken"), (RESPONSE, "broken")), ASSUMPTIONS, watched(part("party=ONE", 0.36, 0.26))
    )
    assert found["assumption"].to_list() == [RESPONSE, SUPPORT]
    assert found["said"].to_list() == [
        "It moved.",
        (
            "It moved. Look at response-by-segment first: since 2016-10-11 ONE is 26.0 % of those who answer, 36.0 % before; "
            "that alone could show here."
        ),
    ]


def test_a_cause_that_is_not_loud_itself_is_named_and_stays_where_it_is():
    table = board((SUPPORT, "broken"), (RESPONSE, "quiet"))
    found = with_causes(table, ASSUMPTIONS, watched(part("party=ONE", 0.36, 0.26)))
    assert found["assumption"].to_list() == [SUPPORT, RESPONSE]
    assert "Look at response-by-segment first" in found["said"][0]


@pytest.mark.parametrize(
    ("statuses", "rows", "start"),
    [
        (("broken", "quiet"), part("party=ONE", 0.36, 0.34), START),
        (("quiet", "broken"), part("party=ONE", 0.36, 0.26), START),
        (("broken", "quiet"), part("party=ONE", 0.36, 0.26), None),
        (("broken", "quiet"), part("party=ONE", 0.36, 0.26).clear(), START),
    ],
)
def test_nothing_is_said_where_there_is_no_cause_or_nothing_to_explain(statuses, rows, start):
    table = board((SUPPORT, statuses[0]), (RESPONSE, statuses[1]))
    assert explained_by(table, ASSUMPTIONS, watched(rows, start)) == {}
