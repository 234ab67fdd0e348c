"""Projections that several tests look at; made once."""

from __future__ import annotations

import numpy as np
import pytest

from hustings.polls.clean import CleanPolls
from made_projections import NO_ROWS, made_projection, make_contest, steady_polls


def two_days(options, seed):
    """The same season from day 40 and from day 1; with these seeds the contest is open."""
    contest = make_contest(5, options, seed=seed)
    everything = steady_polls(contest, np.linspace(120, 2, 36), np.random.default_rng(5)).polls
    known = everything.filter((everything["end_date"] - contest.date).dt.total_days() <= -40)
    return (
        made_projection(contest, CleanPolls(known, NO_ROWS, []), days=40, n_draws=20_000),
        made_projection(contest, CleanPolls(everything, NO_ROWS, []), days=1, n_draws=20_000),
    )


@pytest.fixture(scope="session")
def two():
    """(earlier, later) projection with two options."""
    return two_days(("blue", "red"), seed=6)


@pytest.fixture(scope="session")
def three():
    """(earlier, later) projection with three options."""
    return two_days(("blue", "red", "green"), seed=7)


@pytest.fixture(params=["two", "three"])
def both_days(request):
    return request.getfixturevalue(request.param)
