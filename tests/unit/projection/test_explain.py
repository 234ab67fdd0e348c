"""Why a number moved: the rows add up, and each says what leaving its poll out says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from hustings.errors import ConfigError
from hustings.polls.clean import CleanPolls
from hustings.polls.tracker import ScalePrior
from hustings.projection import explain
from made_projections import NO_ROWS, made_projection, make_contest, make_polls, make_spec
from recovery.seasons import SCALES


@pytest.mark.parametrize("unit", ["ALL", "U2"])
def test_the_rows_sum_to_the_change_exactly(both_days, unit):
    before, after = both_days
    table = explain(before, after, unit)

    def numbers(found):
        row = found.units.filter(unit=unit, option="blue").row(0, named=True)
        whole = found.verdict["options"]["blue"]["win_prob"]
        return row["share_mean"], whole if unit == "ALL" else row["win_prob"]

    change = np.subtract(numbers(after), numbers(before))
    np.testing.assert_allclose([table["delta_share"].sum(), table["delta_win_prob"].sum()], change, rtol=0, atol=1e-9)


def test_every_poll_has_its_row_and_its_kind(both_days):
    before, after = both_days
    table = explain(before, after, "ALL")
    old, new = (set(found.fit.polls["poll_id"]) for found in both_days)
    assert set(table.filter(kind="poll-aged")["item"]) == old & new
    assert set(table.filter(kind="poll-new")["item"]) == new - old
    assert table.filter(kind="poll-dropped").is_empty()
    assert table.filter(kind="prior").height == table.filter(kind="time").height == 1


def test_the_largest_part_comes_first(two):
    sizes = explain(*two, "ALL")["delta_share"].abs()
    assert sizes.is_sorted(descending=True)


def test_what_is_left_to_time_is_small_beside_what_polls_did(both_days):
    table = explain(*both_days, "ALL")
    polls = table.filter(table["kind"].str.starts_with("poll"))["delta_share"].abs().sum()
    assert abs(table.filter(kind="time")["delta_share"][0]) < 0.2 * polls


def test_nothing_new_moves_nothing(two):
    table = explain(two[1], two[1], "ALL")
    np.testing.assert_allclose(table["delta_share"], 0.0, atol=1e-12)
    np.testing.assert_allclose(table["delta_win_prob"], 0.0, atol=1e-12)


@pytest.mark.parametrize("options", [("blue", "red"), ("blue", "red", "green")], ids=["two options", "three options"])
@pytest.mark.parametrize("unit", ["ALL", "U1", "U3"])
def test_at_fixed_scales_a_new_polls_part_is_what_a_fit_without_it_lacks(options, unit):
    spec = make_spec(
        scales={name: ScalePrior(prior.median, 1e-3) for name, prior in SCALES.items()}, degrees_of_freedom=1e6
    )
    contest = make_contest(4, options, seed=3)
    usual = np.full(len(options), 0.9 / len(options))
    high = usual + 0.06 * np.array([1.0, -1.0, 0.0][: len(options)])
    rows = [(place, day, usual.tolist()) for day, place in [(40, "ALL"), (30, "U1"), (20, "ALL"), (15, "U2")]]
    rows.append(("U1", 8, high.tolist(), {"poll_id": "high"}))
    without, fitted = (
        made_projection(contest, make_polls(contest, chosen), days=5, spec=spec) for chosen in (rows[:-1], rows)
    )
    table = explain(without, fitted, unit)
    part = table.filter(item="high")["delta_share"][0]
    gap = [found.units.filter(unit=unit, option="blue")["share_mean"][0] for found in (without, fitted)]
    assert abs(gap[1] - gap[0]) > 5e-4
    assert part == pytest.approx(gap[1] - gap[0], rel=0.1)
    assert table.filter(kind="poll-new").height == 1


def swapped(found):
    """The same season with the other option first."""
    turned = replace(found.contest, options=found.contest.options[::-1])
    return made_projection(
        turned,
        CleanPolls(found.fit.polls, NO_ROWS, []),
        days=(found.contest.date - found.as_of).days,
        n_draws=20_000,
    )


def test_swapping_two_options_mirrors_the_parts(two):
    straight = explain(*two, "ALL")
    mirrored = explain(*(swapped(found) for found in two), "ALL")
    both = straight.join(mirrored, on=["kind", "item"])
    assert both.height == straight.height
    np.testing.assert_allclose(both["delta_share"], -both["delta_share_right"], atol=2e-5)
    # Chances are counted over draws, which a swap does not mirror.
    np.testing.assert_allclose(both["delta_win_prob"], -both["delta_win_prob_right"], atol=0.03)


def test_an_unknown_unit_is_refused_by_name(two):
    with pytest.raises(ConfigError, match="no unit 'U9'"):
        explain(*two, "U9")
