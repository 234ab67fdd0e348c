"""What a vote is worth, as the page says it."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from hustings.brief import gather, render
from hustings.brief.worth import own_label, worth_rows, worth_said


def row(unit, *, per_point, votes, lead=0.02, tips=0.3):
    return {
        "unit": unit,
        "votes": votes,
        "margin_mean": lead,
        "tipping_prob": tips,
        "vote_decides_prob": 200 * per_point / votes,
        "win_per_point": per_point,
        "win_per_10000_votes": 1e6 * per_point / votes,
    }


@pytest.fixture
def brief(us_run):
    found = gather(us_run)
    rows = [
        row("FL", per_point=0.02, votes=8e6),
        row("OH", per_point=0.01, votes=1e6, lead=-0.013, tips=0.004),
        row("IA", per_point=0.0001, votes=5e5),
    ]
    return replace(found, worth=pl.DataFrame(rows))


def test_rows_say_points_and_chances(brief):
    florida, ohio = worth_rows(brief)
    assert (florida.point, florida.votes, florida.voter) == ("+2.00", "+0.25", "1 in 2.0 million")
    assert (ohio.lead, ohio.decides, ohio.votes, ohio.voter) == ("−1.3", "<1", "+1.00", "1 in 500,000")
    # A hundredth of the best one's point is not worth a line.
    assert len(worth_rows(brief)) == 2


def test_the_dearest_vote_is_held_against_the_most_votes(brief):
    assert worth_said(brief) == (
        "A vote is worth most in Ohio: 4 times as much as in Florida, where most votes are cast."
    )
    assert worth_said(replace(brief, worth=brief.worth.head(1))) == ""


def test_without_the_table_the_page_has_no_section(brief):
    assert 'id="worth"' in render(brief)
    without = replace(brief, worth=None)
    assert worth_rows(without) == []
    assert 'id="worth"' not in render(without)


def test_whose_chance_it_is(brief):
    second = brief.options[1]
    assert own_label(brief) == brief.options[0].label
    assert own_label(replace(brief, info={**brief.info, "worth_of": second.id})) == second.label
