from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest

from hustings.store import check_table
from hustings.survey.codebook import Choice, Item
from hustings.survey.trend import too_few, wave_measures
from hustings.survey.weighting import WeightingSpec, unweighted, weigh
from hustings.tables import TREND
from made_answers import DAY, KEEN, VOTE, interviews, some

EXPECTED = {"NC": 60.0, "OH": 40.0}


def measured(found, weighting=None, expected=None):
    table = found.wide()
    rows = wave_measures(
        table, found.codebook, weighting or unweighted(table), day=DAY, nation="US", expected=expected or EXPECTED
    )
    check_table(rows, TREND)
    return rows


def one(rows, measure, unit="US"):
    return rows.row(by_predicate=(pl.col("measure") == measure) & (pl.col("unit") == unit), named=True)


def test_shares_by_hand():
    vote = ["a"] * 20 + ["b"] * 15 + ["dk"] * 3 + [""] * 2 + [None] * 5
    states = ["NC"] * 40 + ["OH"] * 5
    found = interviews({"vote": vote, "ames_news": ["jobs"] * 30 + ["mail"] * 15}, file_state=states)
    rows = measured(found)
    assert one(rows, "vote:dem")["estimate"] == pytest.approx(20 / 40)
    assert one(rows, "vote:dem")["se"] == pytest.approx(np.sqrt(0.25 / 40 * 45 / 44))
    assert one(rows, "vote:dk", "NC")["estimate"] == pytest.approx(3 / 40)
    assert one(rows, "theme_owned:dem")["estimate"] == pytest.approx(30 / 45)
    assert "OH" not in rows["unit"].to_list(), "five interviews make no line"
    assert too_few(found.wide(), found.codebook) == ["OH"]


@pytest.mark.parametrize(
    ("expected", "name"),
    [
        (EXPECTED, "US"),
        ({**EXPECTED, "VT": 5.0}, "US"),
        ({**EXPECTED, "VT": 6.0}, "everybody"),
        ({"CA": 1.0}, "everybody"),
    ],
)
def test_everybody_is_the_nation_only_where_their_states_hold_nearly_all_of_it(expected, name):
    rows = measured(some(200), expected=expected)
    assert set(rows["unit"]) == {name, "NC", "OH"}


def test_people_of_no_known_state_are_everybody():
    rows = measured(interviews({"vote": ["a", "b"] * 30}))
    assert set(rows["unit"]) == {"everybody"}


def test_two_answers_for_one_option_are_one_measure():
    leaning = Item(
        "vote", "single", "Who?", (*VOTE.choices, Choice("la", "Leaning to Ames", option="dem")), role="vote"
    )
    rows = measured(interviews({"vote": ["a", "la", "b", "b"] * 20}, items=(leaning,)))
    assert one(rows, "vote:dem", "everybody")["estimate"] == pytest.approx(0.5)


def test_enthusiasm_gap_and_its_error_against_the_bootstrap():
    """Keen are 60 % of the one side's and 45 % of the other's voters; those not asked and undecided do not count."""
    rng = np.random.default_rng(5)
    vote = ["a"] * 100 + ["b"] * 120 + ["dk"] * 20
    keen = [*["3"] * 60, *["1"] * 40, *["3"] * 54, *["2"] * 66, *["3"] * 15, *[None] * 5]
    found = interviews({"vote": vote, "keen": keen}, items=(VOTE, KEEN), file_state=["NC"] * 240)
    weights = rng.uniform(0.5, 2, 240)
    weighting = weigh(found.wide().with_columns(base_weight=pl.Series(weights)), WeightingSpec())
    gap = one(measured(found, weighting, {"NC": 1.0}), "enthusiasm_gap:dem")
    side = np.array(vote)
    on = np.array([code == "3" for code in keen])

    def apart(w):
        share = [(w * on)[side == who].sum() / w[side == who].sum() for who in "ab"]
        return share[0] - share[1]

    assert gap["estimate"] == pytest.approx(apart(weights))
    again = [apart(weights * rng.multinomial(240, np.full(240, 1 / 240))) for _ in range(2000)]
    assert gap["se"] == pytest.approx(np.std(again), rel=0.06)
    other = one(measured(found, weighting, {"NC": 1.0}), "enthusiasm_gap:rep")
    assert (other["estimate"], other["se"]) == (pytest.approx(-gap["estimate"]), pytest.approx(gap["se"]))


def test_definition_has_errors_too():
    words = ["lower taxes", "idk", "schools"] * 30
    defined = one(measured(interviews({"ames_for": words})), "defined:dem", "everybody")
    assert defined["estimate"] == pytest.approx(2 / 3)
    assert defined["se"] == pytest.approx(np.sqrt(2 / 9 / 90 * 90 / 89))
    assert defined["date"] == dt.date(2016, 10, 1)
