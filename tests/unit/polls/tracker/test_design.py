from __future__ import annotations

import datetime as dt
import itertools

import numpy as np
import polars as pl
import pytest

from hustings.polls.tracker.design import (
    SMALLEST_SHARE,
    block_slices,
    linearise_whole,
    make_blocks,
    make_design,
    poll_data,
)
from hustings.polls.tracker.prior import unit_prior
from hustings.polls.tracker.rows import unit_rows
from hustings.polls.tracker.simulate import SeasonPlan, simulate_season
from recovery.seasons import ELECTION, EVE, make_contest, make_spec

THREE = ("blue", "red", "green")


def season(contest, **plan):
    return simulate_season(
        contest, make_spec(), rng=np.random.default_rng(8), plan=SeasonPlan(**plan), national="history"
    ).polls


def designed(contest, polls):
    spec = make_spec()
    prior = unit_prior(contest, spec, as_of=EVE, national="history")
    data = poll_data(contest, polls)
    blocks = make_blocks(prior, data, spec)
    whole = linearise_whole(prior.lean, prior.votes)
    return prior, data, blocks, make_design(prior, data, spec, blocks, whole)


def test_polls_as_arrays_by_hand():
    contest = make_contest(3, THREE)
    polls = season(contest, n_polls=3, sponsor_prob=0.0)
    polls = polls.with_columns(
        unit=pl.Series(["U2", "ALL", "U1"]),
        start_date=pl.Series([dt.date(2022, 11, 1)] * 3),
        end_date=pl.Series([dt.date(2022, 11, 4)] * 3),
        sample_size=pl.Series([1000.0, 500.0, 400.0]),
        share_blue=pl.Series([0.45, 0.5, 0.5]),
        share_red=pl.Series([0.36, None, 0.5]),
        share_green=pl.Series([0.09, 0.3, 0.0]),
        population=pl.Series(["lv", "v", "a"]),
        partisan=pl.Series(["green", None, "blue"]),
    )
    data = poll_data(contest, polls)
    assert dt.date(2022, 11, 8) == ELECTION
    assert data.unit.tolist() == [1, -1, 0]
    assert (data.last_day.tolist(), data.first_day.tolist()) == ([4, 4, 4], [7, 7, 7])
    np.testing.assert_allclose(data.counts[0], [450.0, 360.0, 90.0])
    np.testing.assert_allclose(data.counts[1], [250.0, np.nan, 150.0])
    np.testing.assert_allclose(data.undecided, [0.1, 0.2, 0.0], atol=1e-12)
    assert data.population_names == ["a", "rv"]
    assert data.population.tolist() == [-1, 1, 0]
    assert data.sponsor.tolist() == [2, -1, 0]
    # An option that nobody named still has a log-ratio.
    assert data.counts[2, 2] == pytest.approx(400 * SMALLEST_SHARE / (1 + SMALLEST_SHARE))


def test_blocks_cover_the_design_without_gap_or_overlap():
    contest = make_contest(7, THREE, districts=2)
    _, data, blocks, rows = designed(contest, season(contest, n_polls=50, sponsor_prob=0.2))
    slices = list(block_slices(blocks).values())
    assert slices[0].start == 0
    assert all(a.stop == b.start for a, b in itertools.pairwise(slices))
    assert slices[-1].stop == rows.design.shape[1] == sum(block.size for block in blocks)
    assert rows.poll.tolist() == np.repeat(np.arange(len(data.unit)), 2).tolist()


def test_only_what_the_polls_can_tell_has_a_block():
    contest = make_contest(3)
    polls = season(contest, n_polls=40, sponsor_prob=0.0)
    plain = polls.with_columns(mode=pl.lit("online"), population=pl.lit("lv")).filter(pl.col("unit") != "ALL")
    names = {block.name for block in designed(contest, plain)[2]}
    assert not names & {"mode", "population", "sponsor", "nation_gap", "district", "walk_rest"}
    assert "house" in names


@pytest.mark.parametrize("options", [("blue", "red"), THREE])
def test_a_poll_on_election_day_sees_the_unit_and_its_errors(options):
    """Without everything that belongs to polls alone, its row is the unit's own."""
    contest = make_contest(7, options, districts=2)
    polls = season(contest, n_polls=30).with_columns(start_date=pl.lit(ELECTION), end_date=pl.lit(ELECTION))
    prior, data, blocks, rows = designed(contest, polls)
    kept = np.zeros(rows.design.shape[1], dtype=bool)
    for block, place in block_slices(blocks).items():
        kept[place] = block in {"level", "deviation", "district", "walk_nation", "walk_lead", "walk_rest"}
    n_contrasts = len(options) - 1
    units = unit_rows(prior, blocks, np.zeros(1))[0].reshape(len(contest.units), n_contrasts, -1)
    design = rows.design.reshape(len(data.unit), n_contrasts, -1)
    for poll in np.flatnonzero(data.unit >= 0):
        np.testing.assert_allclose(design[poll][:, kept], units[data.unit[poll]][:, kept], atol=1e-14)


def test_units_on_earlier_days_add_the_walk():
    contest = make_contest(7)
    prior, _, blocks, _ = designed(contest, season(contest, n_polls=30))
    today, month = unit_rows(prior, blocks, np.array([0.0, 30.0]))
    place = block_slices(blocks)
    assert (today[:, place["walk_nation"]] == 0.0).all()
    np.testing.assert_allclose(month[:, place["walk_nation"]].sum(axis=1), 1.0)
    np.testing.assert_array_equal(today[:, place["deviation"]], month[:, place["deviation"]])
    assert (month[:, place["house"]] == 0.0).all()
