"""A contest as arrays."""

from __future__ import annotations

import numpy as np
import pytest

from hustings.contests import actual_result, decide, load_contest, own_votes, seats_array, whole_contest_votes


def test_arrays_are_in_the_contests_order():
    contest = load_contest("us-president-2016")
    place = contest.unit_ids.index("ME-1")
    assert seats_array(contest)[[place - 1, place]].tolist() == [2, 1]
    assert whole_contest_votes(contest)[place] == 0
    assert own_votes(contest)[place] == 223_035 + 142_937
    # The whole has every vote once: what the districts add is in their states already.
    assert own_votes(contest).sum() > whole_contest_votes(contest).sum() == pytest.approx(126_831_812)


def test_every_rule_decides_its_example():
    for name, expected in {"example-measure": 1, "example-senate": 0, "example-three-party-seats": 0}.items():
        contest = load_contest(name)
        shares = np.full((1, len(contest.units), len(contest.options)), 0.3)
        shares[..., expected] = 0.7
        assert decide(contest, shares).winner.tolist() == [expected]


def test_the_setting_of_the_contest_is_used():
    contest = load_contest("example-measure")
    shares = np.tile([0.61, 0.39], (2, 3, 1))
    shares[1] = [0.59, 0.41]
    assert decide(contest, shares).winner.tolist() == [0, 1]


def test_the_result_is_apart_from_the_contest():
    contest = load_contest("us-president-2016")
    result = actual_result(contest)
    assert result.height == 2 * 56
    assert actual_result(load_contest("us-president-2028")) is None
    assert actual_result(load_contest("example-senate")) is None
