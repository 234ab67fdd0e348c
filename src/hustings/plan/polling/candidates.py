"""Every poll that could be taken: places, modes and sizes, as rows the tracker understands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.contests.rules import RULES
from hustings.errors import ConfigError
from hustings.maths.logratio import whole_gradient
from hustings.plan.polling.pivots import Asked, asked
from hustings.plan.race import Race, lead_map
from hustings.polls.tracker import outlook
from hustings.polls.tracker.fit import TrackerFit
from hustings.polls.tracker.foresee import foresee
from hustings.store.edited import nearest
from hustings.tables import POLLS, share_column

Array = NDArray[np.float64]

OWN_POLLSTER = "the campaign's own pollster"
"""A house without a record: its lean is not known until it has asked."""
USUAL_UNDECIDED = 0.06
"""Share for none of the options where there are no polls to learn it from; chosen."""


class Places(NamedTuple):
    """Where one can ask: the units, and the nation last.

    Attributes
    ----------
    ids : tuple of str
    unit : (place,) int array
        Place of the unit, -1 for the nation.
    rival : (place,) int array
        Strongest rival there.
    shares : (place, 2) array
        Expected shares of the own option and of that rival.
    lead_rows : (node, place, unit * rival) array
        The lead over that rival as a function of the leads.
    """

    ids: tuple[str, ...]
    unit: NDArray[np.int64]
    rival: NDArray[np.int64]
    shares: Array
    lead_rows: Array

    def moments(self, race: Race) -> tuple[Array, Array]:
        """Mean of each lead, (node, place), and its variance."""
        # Linear in the leads at each point's means, and for units exactly so.
        mean = np.einsum("npl,nl->np", self.lead_rows, race.means.reshape(len(race.means), -1))
        return mean, np.einsum("npl,nlm,npm->np", self.lead_rows, race.covariances, self.lead_rows)

    @property
    def margin_per_lead(self) -> Array:
        """Margin per lead where the place stands, (place,)."""
        own, rival = self.shares.T
        return np.asarray(2.0 * own * rival / (own + rival))


def places_of(race: Race, only: Sequence[str] | None = None) -> Places:
    """Units that award seats (every unit where votes decide), and the nation.

    Raises
    ------
    ConfigError
        A unit was asked for that the contest does not have.
    """
    contest = race.contest
    known = [*race.units, contest.nation]
    for name in only or ():
        if name not in known:
            raise ConfigError(f"{contest.name} has no unit {name!r}", hint=nearest(name, known))
    counts = RULES[contest.rule].counts_seats
    units = [u for u in range(len(race.units)) if not counts or race.seats[u] > 0]
    places = [u for u in (*units, -1) if not only or known[u] in only]
    # A contest of one unit is its own nation.
    if len(race.units) == 1 and len(places) > 1:
        places = [0]
    place = np.array(places, dtype=np.int64)
    every = np.vstack([race.shares, race.whole @ race.shares / race.whole.sum()])[place]
    rival = every[:, 1:].argmax(axis=1)
    n_nodes, n_units, n_rivals = race.means.shape
    rows = np.zeros((n_nodes, len(place), n_units * n_rivals))
    for i, (unit, r) in enumerate(zip(place, rival, strict=True)):
        if unit >= 0:
            rows[:, i, unit * n_rivals + r] = 1.0
            continue
        for node in range(n_nodes):
            # Leads are the rivals' log-ratios against the own option, turned round.
            rows[node, i] = whole_gradient(-race.means[node], race.whole)[r].ravel()
    shares = np.stack([every[:, 0], every[np.arange(len(place)), 1 + rival]], axis=1)
    return Places(tuple(known[u] for u in place), place, rival, shares, rows)


def candidate_rows(race: Race, fit: TrackerFit, places: Places, modes: Sequence[str], pollster: str) -> pl.DataFrame:
    """One cleaned poll (``hustings.tables.POLLS``) for each place and mode, taken on the day of the plan."""
    undecided = usual_undecided(fit)
    n = len(places.ids) * len(modes)
    options = [share_column(option) for option in race.contest.option_ids]
    each = (1.0 - undecided) / len(options)
    found = pl.DataFrame(
        {
            "poll_id": [f"candidate-{i + 1}" for i in range(n)],
            "row": list(range(1, n + 1)),
            "pollster": [pollster] * n,
            "unit": [place for place in places.ids for _ in modes],
            "start_date": [race.as_of] * n,
            "end_date": [race.as_of] * n,
            "published_date": [None] * n,
            "sample_size": [1000.0] * n,
            "population": ["lv"] * n,
            "mode": list(modes) * len(places.ids),
            "partisan": [None] * n,
            "n_answers": [len(options)] * n,
            "sample_size_filled": [False] * n,
            **{name: [each] * n for name in options},
        },
        schema_overrides={"published_date": pl.Date, "partisan": pl.String},
    )
    return found.select(*POLLS.column_names, *options)


def usual_undecided(fit: TrackerFit) -> float:
    """Median share for none of the options in the polls so far."""
    return float(np.median(fit.data.undecided)) if len(fit.data.undecided) else USUAL_UNDECIDED


def foreseen(race: Race, fit: TrackerFit, places: Places, modes: Sequence[str], pollster: str) -> Asked:
    """Candidates (place, then mode) as functions of the leads."""
    n_contrasts = race.means.shape[2]
    to_leads = lead_map(n_contrasts, race.own)
    rows = candidate_rows(race, fit, places, modes, pollster)
    contrast = np.repeat(to_leads[places.rival], len(modes), axis=0)
    seen = foresee(fit, rows, contrast)
    every = np.kron(np.eye(len(race.units)), to_leads)
    by_polls = outlook(fit)
    return asked(
        race,
        seen.mean,
        seen.covariance,
        seen.crossed @ every.T,
        seen.own,
        every @ by_polls.covariances @ every.T,
        by_polls.means.reshape(len(race.weights), -1) @ every.T,
    )
