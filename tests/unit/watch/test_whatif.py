"""The outcome with something replaced, and the smallest shift: against draws few enough to reckon by hand."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest
from scipy.special import expit, logit

from hustings.contests.contest import Unit
from hustings.projection.worlds import unit_error_logit
from hustings.watch.morning import Morning
from hustings.watch.reach import reach
from hustings.watch.sensitivity import pushes, sensitivity, smallest_shift
from hustings.watch.sowhat import replaced, turnout_step, units_off
from hustings.watch.whatif import WhatIf
from recovery.seasons import make_contest

CELLS = pl.DataFrame(
    {
        "state": ["A", "A", "A", "B", "B"],
        "party": ["RED", "RED", "BLUE", "RED", "BLUE"],
        "race_group": ["white", "black", "white", "white", None],
        "age": [18.0, 35.0, 65.0, 45.0, 75.0],
        "sex": ["F"] * 5,
        "votes": [10.0, 30.0, 60.0, 50.0, 50.0],
        "support_prob": [0.9, 0.9, 0.1, 0.8, 0.2],
    }
)


def field(shares, seats=(10, 6, 5)):
    """A contest of seats whose units have these shares of the first option, (draw, unit)."""
    units = tuple(
        Unit(
            id=name, name=name, seats=n, parent=None, region="north" if name == "A" else "south", expected_votes=1000.0
        )
        for name, n in zip("ABC", seats, strict=True)
    )
    contest = replace(make_contest(3, ("x", "y")), units=units, rule="electors")
    first = np.asarray(shares, dtype=np.float32)
    return WhatIf(contest, np.stack([first, 1 - first], axis=2), 0)


class TestMoved:
    def test_a_step_on_the_logit_scale_moves_every_draw(self):
        found = field([[0.51, 0.2, 0.2], [0.49, 0.2, 0.2]])
        # 10 of 21 seats: A alone does not win; with B it does.
        assert found.base.win_prob == 0.0
        step = np.array([logit(0.5) - logit(0.49) + 0.01, logit(0.6) - logit(0.2), 0.0])
        outcome = found.moved(step)
        assert outcome.win_prob == 1.0
        assert found.flipped(outcome) == ["B"]

    def test_others_keep_their_proportions(self):
        shares = np.array([[[0.5, 0.3, 0.2]]], dtype=np.float32)
        unit = Unit(id="A", name="A", seats=1, parent=None, region="", expected_votes=1.0)
        contest = replace(make_contest(1, ("x", "y", "z")), units=(unit,), rule="plurality")
        # The first falls to a quarter: the second, with .45, wins.
        assert WhatIf(contest, shares, 0).moved(np.array([logit(0.25)])).win_prob == 0.0
        assert WhatIf(contest, shares, 1).moved(np.zeros(1)).win_prob == 0.0

    def test_a_step_is_that_of_the_mean_share(self):
        found = field([[0.4, 0.5, 0.6]])
        assert expit(logit(0.4) + found.logit_of(np.array([0.05, 0, 0]))[0]) == pytest.approx(0.45, abs=1e-6)


class TestReach:
    @pytest.mark.parametrize(
        ("segment", "expected"),
        [
            ("all", [1, 1, 1]),
            ("state=A", [1, 0, 0]),
            ("B", [0, 1, 0]),
            # 40 of A's 100 votes, 50 of B's; of C nobody is at hand: the mean of the two.
            ("party=RED", [0.4, 0.5, 0.45]),
            ("state=A, party=RED", [0.4, 0, 0]),
            ("race=white", [0.7, 0.5, 0.6]),
            ("age=65-74", [0.6, 0, 0.3]),
            ("age=75+", [0, 0.5, 0.25]),
        ],
    )
    def test_part_of_the_votes(self, segment, expected):
        assert reach(["A", "B", "C"], segment, CELLS) == pytest.approx(expected)

    def test_what_is_not_known_is_none(self):
        assert reach(["A"], "party=RED", None) is None
        assert reach(["A"], "shoe size=9", CELLS) is None


class TestReplaced:
    def test_support_moves_a_unit_by_gap_times_part(self):
        found = field([[0.52, 0.6, 0.1]])
        part = reach(["A", "B", "C"], "party=RED", CELLS)
        change, flipped = replaced(found, "support", {"segment": "party=RED", "gap": -0.1}, part, CELLS)
        # A: .52 - .1 x .4 = .48, B: .6 - .05 = .55: A's 10 of 21 are lost, and with them the contest.
        assert (change, flipped) == (-1.0, "A")

    def test_more_of_a_party_moves_a_unit_towards_what_it_leans_to(self):
        found = field([[0.5, 0.5, 0.5]])
        part = reach(["A", "B", "C"], "party=RED", CELLS)
        step = turnout_step(found, part, np.log(1.5), "party=RED", CELLS)
        # Its lean is (.9 x 40 + .8 x 50) / 90; half as many again of a .4 part: (.5 + .2 x lean) / 1.2.
        lean = (0.9 * 40 + 0.8 * 50) / 90
        assert expit(step[0]) == pytest.approx((0.5 + 0.2 * lean) / 1.2, abs=1e-6)

    def test_a_group_leans_as_its_own_cells_and_what_they_do_not_tell_apart_is_not_known(self):
        found = field([[0.5, 0.5, 0.5]])
        part = reach(["A", "B", "C"], "age=65-74", CELLS)
        # Those of 65 are .1 for the first: half as many again of a .6 part of A.
        step = turnout_step(found, part, np.log(1.5), "age=65-74", CELLS)
        assert expit(step[0]) == pytest.approx((0.5 + 0.3 * 0.1) / 1.3, abs=1e-6)
        assert turnout_step(found, part, np.log(1.5), "score=under 40", CELLS) is None
        assert turnout_step(found, part, np.log(1.5), "party=RED", CELLS.drop("support_prob")) is None
        assert turnout_step(found, part, np.log(1.5), "state=A", None).tolist() == [0, 0, 0]

    def test_units_are_off_against_the_favourite(self):
        near = expit(unit_error_logit(field([[0.5, 0.5, 0.5]]).contest) * 0.9)
        found = field([[near, 0.9, 0.1]])
        assert units_off(found, ["A"]) == (-1.0, "A")
        assert units_off(found, ["B"]) == (0.0, "")


class TestSensitivity:
    def morning(self, contest):
        return Morning(contest=contest, as_of=contest.date - dt.timedelta(days=4))

    def test_the_factor_is_where_the_favourite_changes(self):
        found = field(np.tile([0.52, 0.9, 0.1], (4, 1)))
        table = sensitivity(found, pushes(self.morning(found.contest), found, None))
        row = table.filter(pl.col("push") == "all polls off the same way").row(0, named=True)
        # A is lost, and with it the contest, at logit(.52) over the push's size.
        assert row["factor_to_flip"] == pytest.approx(logit(0.52) / row["size"], abs=4 / 64)

    def test_pairs_are_there_and_the_largest_change_comes_first(self):
        rng = np.random.default_rng(1)
        found = field(expit(rng.normal([0.1, 0.3, -0.5], 0.2, (500, 3))))
        table = sensitivity(found, pushes(self.morning(found.contest), found, None))
        assert table["push"].str.contains(" and ").any()
        assert table["win_prob_change"].abs().is_sorted(descending=True)
        assert (table["win_prob_change"] <= 0).all()

    @pytest.mark.parametrize(("shares", "way", "sign"), [([0.55, 0.9, 0.1], "less", -1), ([0.45, 0.9, 0.1], "more", 1)])
    def test_the_base_is_pushed_against_the_favourite_and_called_so(self, shares, way, sign):
        found = field(expit(np.random.default_rng(1).normal(logit(shares), 0.3, (400, 3))))
        morning = self.morning(found.contest)
        morning.campaign = SimpleNamespace(watch=SimpleNamespace(party="RED"))
        table = sensitivity(found, pushes(morning, found, CELLS))
        row = table.filter(push=f"RED voters come home {way}").row(0, named=True)
        assert np.sign(row["win_prob_change"]) == sign

    def test_the_smallest_shift(self):
        found = smallest_shift(field([[0.53, 0.52, 0.3]]))
        # X has 16 of 21. Losing B leaves 10, less than half: two points there, or everywhere.
        assert [unit for unit, _ in found.units] == ["B"]
        assert found.units[0][1] == pytest.approx(0.02, abs=2e-4)
        assert found.everywhere_share == pytest.approx(0.02, abs=2e-4)
