from __future__ import annotations

import polars as pl
import pytest

from hustings.errors import ConfigError, InputError
from hustings.survey.estimates import estimate_shares
from hustings.survey.weighting import WeightingSpec, unweighted, weigh
from hustings.tables import ESTIMATES

TABLE = pl.DataFrame(
    {
        "respondent_id": [*"abcdef"],
        "base_weight": [1.0, 2.0, 1.0, 2.0, 1.0, 1.0],
        "vote": ["x", "y", "x", "x", None, None],
        "asked_vote": [True, True, True, True, True, False],
        "heard": [["tv"], ["tv", "web"], [], ["web"], None, ["web"]],
        "asked_heard": [True, True, True, True, False, True],
        "age": [20.0, 30.0, None, 50.0, 60.0, 70.0],
        "sex": ["F", "M", "F", "M", "F", None],
    }
)


def found(weighting=None, **options):
    weights = weighting or weigh(TABLE, WeightingSpec(name="base"))
    return estimate_shares(TABLE, ["vote", "heard", "age"], weights, **options)


def value(frame, what, *key):
    chosen = frame.filter(*(pl.col(name) == k for name, k in zip(("question", "code", "column"), key, strict=True)))
    return chosen[what].item()


def test_by_hand():
    """Five were asked for their vote: x has 1 + 1 + 2 of a weight of 7; one of them did not say."""
    frame = found(by=["sex"])
    assert set(frame.columns) <= set(ESTIMATES.column_names)
    assert value(frame, "estimate", "vote", "x", "total") == pytest.approx(4 / 7)
    assert value(frame, "estimate", "vote", "y", "total") == pytest.approx(2 / 7)
    assert value(frame, "n_unweighted", "vote", "x", "total") == 5
    assert value(frame, "n_effective", "vote", "x", "total") == pytest.approx(49 / 11)
    assert value(frame, "estimate", "vote", "x", "M") == pytest.approx(0.5)
    assert value(frame, "estimate", "heard", "web", "total") == pytest.approx(5 / 7)
    assert value(frame, "estimate", "heard", "tv", "total") == pytest.approx(3 / 7)
    assert value(frame, "estimate", "age", "mean", "total") == pytest.approx((20 + 60 + 100 + 60 + 70) / 7)
    assert value(frame, "n_unweighted", "age", "mean", "total") == 5
    assert value(frame, "high", "age", "mean", "total") > 1


def test_codes_keep_their_order_and_nobody_s_answer_is_there():
    frame = found(codes={"vote": ["y", "z", "x"]})
    assert frame.filter(pl.col("question") == "vote")["code"].to_list() == ["y", "z", "x"]
    assert value(frame, "estimate", "vote", "z", "total") == 0.0
    assert value(frame, "high", "vote", "z", "total") > 0.3


def test_order_of_rows_does_not_matter():
    weights = weigh(TABLE, WeightingSpec(name="base"))
    assert estimate_shares(TABLE.reverse(), ["vote"], weights).equals(estimate_shares(TABLE, ["vote"], weights))
    with pytest.raises(InputError, match="1 respondents who were weighed are missing, the first 'a'"):
        estimate_shares(TABLE.slice(1), ["vote"], weights)


def test_a_group_of_nobody_who_was_asked_has_no_share():
    frame = estimate_shares(TABLE.with_columns(g=pl.Series([*"uuuuuv"])), ["vote"], unweighted(TABLE), by=["g"])
    assert value(frame, "n_unweighted", "vote", "x", "v") == 0
    assert value(frame, "estimate", "vote", "x", "v") is None


def test_names_that_are_not_there():
    for arguments in ((["votes"], ()), (["vote"], ("state",))):
        with pytest.raises(ConfigError, match="no column"):
            estimate_shares(TABLE, arguments[0], unweighted(TABLE), by=arguments[1])
