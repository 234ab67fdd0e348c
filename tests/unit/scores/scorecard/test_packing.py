"""Packed tables: terms are not lost when fused, sums do not leave their lanes."""

from __future__ import annotations

import numpy as np

from hustings.scores.scorecard import Feature, Scorecard, Term
from hustings.scores.scorecard.axes import Axis
from hustings.scores.scorecard.packing import FUSED_ENTRIES, TOP, fused, pack


def test_each_term_has_a_home_and_large_tables_stay_apart():
    sizes = {"a": 7, "b": 7, "c": 7, "big": 3000, "age": 90}
    groups = fused([("a",), ("b",), ("c",), ("a", "b"), ("big",), ("age", "c"), ("big", "age")], sizes)
    for term in (("a", "b"), ("age", "c"), ("big", "age"), ("big",)):
        assert any(set(term) <= set(group) for group in groups)
    assert ("big", "age") in groups  # larger than what is fused, alone
    assert sum(np.prod([sizes[n] for n in g]) > FUSED_ENTRIES for g in groups) == 1


def test_sums_of_the_largest_entries_stay_in_their_lane_and_lanes_apart():
    feature = Feature("a", cuts=(1.0, 2.0))
    other = Feature("b", cuts=tuple(np.arange(20_000.0)))
    axes = {"a": Axis("a", None, feature.cuts), "b": Axis("b", None, other.cuts)}
    rng = np.random.default_rng(1)
    cards = [
        Scorecard(
            f"{k}", (feature, other), (Term(("a",), rng.normal(size=4) * 9), Term(("b",), rng.normal(size=20_002))), k
        )
        for k in range(4)
    ]
    packed = pack(cards, axes)
    assert len(packed.groups) == 2
    words = {group.features: group.table.view(np.uint64) for group in packed.groups}
    for lane, card in enumerate(cards):
        lanes = [(word >> np.uint64(16 * lane)) & np.uint64(TOP) for word in words.values()]
        assert sum(int(one.max()) for one in lanes) <= TOP
        # Every combination of two places gives the sum of the two tables.
        said = packed.low[lane] + packed.step[lane] * (lanes[0][:, None] + lanes[1][None, :]).astype(float)
        first, second = (next(t.table for t in card.terms if t.features == names) for names in words)
        np.testing.assert_allclose(
            said, card.intercept + first[:, None] + second[None, :], atol=packed.error[lane] * 1.001
        )


def test_a_predictor_without_terms_is_its_intercept():
    feature = Feature("a", cuts=(1.0,))
    flat, real = (
        Scorecard("flat", (feature,), (), 0.7),
        Scorecard("real", (feature,), (Term(("a",), np.array([0, 1, 2])),)),
    )
    packed = pack([flat, real], {"a": Axis("a", None, feature.cuts)})
    assert packed.low[0] == 0.7
    assert (packed.groups[0].table & TOP == 0).all()
