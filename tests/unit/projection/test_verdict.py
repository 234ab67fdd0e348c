"""From draws made by hand to the verdict, every number counted by hand."""

from __future__ import annotations

import datetime as dt
import json

import numpy as np
import pytest

from hustings.projection.draws import JointDraws
from hustings.projection.marginals import Marginals
from hustings.projection.verdict import decide_draws, make_verdict
from hustings.store import write_json
from made_projections import plain_contest

AS_OF = dt.date(2022, 11, 1)


def drawn_by_hand(contest, first_shares, *, others=None):
    """Draws from the first option's shares, (draw, unit); ``others`` are the second's where there are three."""
    first = np.array(first_shares, dtype=float)
    rest = [1.0 - first] if others is None else [np.array(others), 1.0 - first - np.array(others)]
    shares = np.stack([first, *rest], axis=2)
    votes = np.array([0.0 if unit.parent else unit.expected_votes for unit in contest.units])
    nation = np.einsum("duk,u->dk", shares, votes) / votes.sum()
    n_draws = len(first)
    return JointDraws(
        np.zeros((n_draws, first.shape[1])),
        np.zeros(n_draws, dtype=np.int64),
        shares.astype(np.float32),
        nation.astype(np.float32),
        np.tile(votes, (n_draws, 1)),
    )


def verdict_of(contest, drawn, mean=None):
    """The verdict; ``mean`` are the units' expected first shares, else the draws' own."""
    shares = np.concatenate([drawn.shares, drawn.nation[:, None]], axis=1).astype(float)
    expected = shares.mean(axis=0)
    if mean is not None:
        expected[:-1] = np.stack([mean, 1.0 - np.array(mean)], axis=1)
    leads = (shares == shares.max(axis=2, keepdims=True)).mean(axis=0)
    exact = Marginals(expected, shares.std(axis=0), leads, np.quantile(shares, [0.05, 0.25, 0.5, 0.75, 0.95], axis=0))
    decided = decide_draws(contest, drawn)
    return make_verdict(contest, AS_OF, drawn, decided, exact), decided


@pytest.fixture
def electors():
    """A (5 electors) holds the district B (1); C has 4: ten in all, six win."""
    contest = plain_contest("electors", (5, 1, 4), parents={"B": "A"}, votes=[100.0, 40.0, 300.0])
    first = [
        [0.6, 0.6, 0.4],  # x 6 of 10, y has the votes: 0.45; B carries x over the line
        [0.6, 0.4, 0.45],  # 5-5
        [0.4, 0.6, 0.7],  # 5-5, x has the votes
        [0.7, 0.55, 0.6],  # x 10; A 5, then C
        [0.5, 0.6, 0.4],  # A exactly tied: x 1, y 4, nobody has six
        [0.3, 0.3, 0.3],  # y 10; equal margins in the units' order: A 5, then B
        [0.3, 0.3, 0.3],
        [0.3, 0.45, 0.3],  # y 10; A 5, then C
    ]
    return contest, drawn_by_hand(contest, first)


def test_electors_with_a_district(electors):
    verdict, _ = verdict_of(*electors)
    x, y = verdict["options"]["x"], verdict["options"]["y"]
    assert (x["win_prob"], y["win_prob"]) == (2 / 8, 3 / 8)
    assert (verdict["tie_prob"], verdict["no_majority_prob"], verdict["runoff_prob"]) == (2 / 8, 1 / 8, 0.0)
    assert (verdict["seats_total"], verdict["seats_to_win"]) == (10, 6)
    assert (x["seats_mean"], y["seats_mean"]) == ((6 + 5 + 5 + 10 + 1) / 8, (4 + 5 + 5 + 4 + 30) / 8)
    assert x["seats_histogram"] == [[0, 3 / 8], [1, 1 / 8], [5, 2 / 8], [6, 1 / 8], [10, 1 / 8]]
    # y has most votes and x wins in the first draw only; a tie is nobody's win, so it is nobody's loss.
    assert (x["popular_win_but_lose_prob"], y["popular_win_but_lose_prob"]) == (0.0, 1 / 8)


def test_tipping_units_of_each_draw(electors):
    verdict, decided = verdict_of(*electors)
    assert decided.tipping.tolist() == [1, -1, -1, 2, -1, 1, 1, 2]
    assert verdict["tipping_points"] == [{"unit": "B", "prob": 3 / 8}, {"unit": "C", "prob": 2 / 8}]
    by_option = decided.tipping_prob(3, 2)
    np.testing.assert_allclose(by_option, [[0, 0], [1 / 8, 2 / 8], [1 / 8, 1 / 8]])
    np.testing.assert_allclose(by_option.sum(axis=0), [verdict["options"][k]["win_prob"] for k in ("x", "y")])


def test_seats_without_a_majority_and_a_tie_are_nobodys():
    contest = plain_contest("seats", (1, 1, 1, 1), options=("x", "y", "z"))
    first = [[0.5, 0.5, 0.2, 0.2], [0.5, 0.5, 0.2, 0.2], [0.5, 0.5, 0.5, 0.2], [0.4, 0.4, 0.4, 0.4]]
    second = [[0.2, 0.2, 0.5, 0.2], [0.2, 0.2, 0.5, 0.5], [0.2, 0.2, 0.2, 0.5], [0.4, 0.3, 0.3, 0.3]]
    verdict, _ = verdict_of(contest, drawn_by_hand(contest, first, others=second))
    # 2-1-1: nobody; 2-2: a tie; 3-1: x; 3-0 with a seat exactly tied: x.
    assert verdict["seats_to_win"] == 3
    assert [verdict["options"][k]["win_prob"] for k in "xyz"] == [0.5, 0.0, 0.0]
    assert (verdict["tie_prob"], verdict["no_majority_prob"]) == (0.25, 0.25)
    assert verdict["options"]["x"]["seats_histogram"] == [[2, 0.5], [3, 0.5]]


def test_plurality_counts_the_whole_and_an_exact_tie_is_a_tie():
    contest = plain_contest("plurality", (1, 0), votes=[100.0, 300.0])
    verdict, decided = verdict_of(contest, drawn_by_hand(contest, [[0.9, 0.4], [0.9, 0.3], [0.5, 0.5], [0.1, 0.7]]))
    # x: 0.525, 0.45, 0.5, 0.55
    assert [verdict["options"][k]["win_prob"] for k in "xy"] == [0.5, 0.25]
    assert verdict["tie_prob"] == 0.25
    assert verdict["tipping_points"] == []
    assert decided.tipping.tolist() == [-1] * 4


def test_a_measure_needs_its_threshold_and_reaches_it_exactly():
    contest = plain_contest("threshold", (0,), threshold=0.6, or_equal=1)
    verdict, _ = verdict_of(contest, drawn_by_hand(contest, [[0.61], [0.6], [0.59], [0.45]]))
    assert [verdict["options"][k]["win_prob"] for k in "xy"] == [0.5, 0.5]
    assert verdict["options"]["x"]["popular_win_but_lose_prob"] == 0.25
    assert verdict["options"]["y"]["popular_win_but_lose_prob"] == 0.0
    assert verdict["tie_prob"] == 0.0


def test_without_more_than_half_there_is_a_run_off():
    contest = plain_contest("majority", (0,), options=("x", "y", "z"), runoff=1)
    drawn = drawn_by_hand(contest, [[0.51], [0.45], [0.5], [0.2]], others=[[0.3], [0.35], [0.5], [0.6]])
    verdict, _ = verdict_of(contest, drawn)
    assert [verdict["options"][k]["win_prob"] for k in "xyz"] == [0.25, 0.25, 0.0]
    assert (verdict["runoff_prob"], verdict["tie_prob"], verdict["no_majority_prob"]) == (0.5, 0.0, 0.0)
    # Leading into a run-off is not losing.
    assert all(option["popular_win_but_lose_prob"] == 0.0 for option in verdict["options"].values())


def test_fewest_votes_to_flip_names_who_would_win_then():
    contest = plain_contest("electors", (5, 4, 2), votes=[1000.0, 800.0, 500.0])
    drawn = drawn_by_hand(contest, [[0.52, 0.4, 0.6]] * 4)
    verdict, _ = verdict_of(contest, drawn, mean=[0.52, 0.4, 0.6])
    # x leads 7-4. A: 520 to 480, 21 changed minds turn it and give y 9; C would take 51.
    flip = verdict["fewest_votes_to_flip"]
    assert (flip["winner"], flip["instead_of"]) == ("y", "x")
    assert flip["votes"] == 21
    assert flip["units"] == [{"unit": "A", "votes": 21}]


def test_closest_units_are_ordered_by_the_lead(electors):
    contest, drawn = electors
    verdict, _ = verdict_of(contest, drawn, mean=[0.53, 0.49, 0.4])
    assert [unit["unit"] for unit in verdict["closest_units"]] == ["B", "A", "C"]
    assert [unit["option"] for unit in verdict["closest_units"]] == ["y", "x", "y"]
    assert [unit["margin"] for unit in verdict["closest_units"]] == pytest.approx([0.02, 0.06, 0.2])


def test_every_verdict_is_json_and_its_chances_sum_to_one(electors, tmp_path):
    verdict, _ = verdict_of(*electors)
    write_json(verdict, tmp_path / "verdict.json")
    read = json.loads((tmp_path / "verdict.json").read_text())
    assert read["as_of"] == AS_OF.isoformat()
    nobody = read["tie_prob"] + read["no_majority_prob"] + read["runoff_prob"]
    assert sum(option["win_prob"] for option in read["options"].values()) + nobody == 1.0
    for option in read["options"].values():
        assert sum(chance for _, chance in option["seats_histogram"]) == pytest.approx(1.0, abs=1e-12)
