"""Small made-up projections, quick to fit: a contest of a few units, polls that a test asks for, assumptions fixed here."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl

from hustings.contests.contest import Contest, Option, Unit
from hustings.polls.clean import CleanPolls
from hustings.polls.tracker import Outlook
from hustings.projection import project
from hustings.tables.polls import share_column
from recovery.seasons import ELECTION, make_contest, make_spec

NO_ROWS = pl.DataFrame(schema={"row": pl.Int64, "poll_id": pl.String, "reason": pl.String})


def make_polls(contest, rows):
    """Cleaned polls from ``(unit, days before the election, shares of the options, further fields)``."""
    columns = {share_column(option): [] for option in contest.option_ids}
    base = []
    for i, (unit, days, shares, *more) in enumerate(rows):
        day = contest.date - dt.timedelta(days=days)
        poll = {
            "poll_id": f"poll-{i + 1}",
            "row": i + 2,
            "pollster": f"House {i % 4 + 1}",
            "unit": unit,
            "start_date": day - dt.timedelta(days=1),
            "end_date": day,
            "published_date": None,
            "sample_size": 1000.0,
            "population": "lv",
            "mode": "phone",
            "partisan": None,
            "n_answers": len(shares),
            "sample_size_filled": False,
        }
        base.append(poll | (more[0] if more else {}))
        for column, share in zip(columns, shares, strict=True):
            columns[column].append(share)
    if not base:
        return CleanPolls(
            make_polls(contest, [(contest.unit_ids[0], 1, [0.5] * len(columns))]).polls.clear(), NO_ROWS, []
        )
    types = {"start_date": pl.Date, "end_date": pl.Date, "published_date": pl.Date, "partisan": pl.String}
    table = pl.DataFrame(base, schema_overrides=types).with_columns(
        pl.Series(name, values, dtype=pl.Float64) for name, values in columns.items()
    )
    return CleanPolls(table.sort("end_date", "unit", "pollster", "poll_id", "row"), NO_ROWS, [])


def made_projection(contest, polls, *, days=1, **options):
    """Project from some days before the election, with the assumptions of these tests."""
    settings = {"n_draws": 2000, "seed": 1, "national": "history", "spec": make_spec()} | options
    return project(contest, polls, as_of=contest.date - dt.timedelta(days=days), **settings)


def steady_polls(contest, days, rng, *, size=800):
    """Polls of every unit in turn, and of the nation, around its last result."""
    last = contest.past.filter(pl.col("date") == contest.past["date"].max())
    places = [*contest.unit_ids, contest.nation]
    rows = []
    for i, day in enumerate(days):
        unit = places[i % len(places)]
        votes = last.filter(pl.col("unit") == unit) if unit != contest.nation else last
        counted = [votes.filter(pl.col("option") == option)["votes"].sum() for option in contest.option_ids]
        shares = rng.multinomial(size, np.array(counted) / np.sum(counted)) / size
        rows.append((unit, int(day), (0.94 * shares).tolist(), {"sample_size": float(size)}))
    return make_polls(contest, rows)


def plain_contest(rule="electors", seats=(5, 1, 4), *, options=("x", "y"), parents=None, votes=None, **settings):
    """A contest without a past: units ``A``, ``B``, ...; ``parents`` says which unit lies in which."""
    ids = [chr(ord("A") + i) for i in range(len(seats))]
    parents, votes = parents or {}, votes or [100.0] * len(seats)
    return Contest(
        name="plain",
        title="A plain contest",
        date=ELECTION,
        rule=rule,
        nation="ALL",
        options=tuple(Option(option, option.upper()) for option in options),
        units=tuple(
            Unit(i, f"Unit {i}", s, parents.get(i), None, v) for i, s, v in zip(ids, seats, votes, strict=True)
        ),
        past=pl.DataFrame(schema={"date": pl.Date, "unit": pl.String, "option": pl.String, "votes": pl.Float64}),
        rule_settings=settings,
    )


def made_outlook(n_nodes, n_units, n_contrasts, seed, *, spread=0.25):
    """A mixture of Gaussians with unlike nodes, and covariances that are not diagonal."""
    rng = np.random.default_rng(seed)
    size = n_units * n_contrasts
    weights = rng.dirichlet(np.full(n_nodes, 3.0))
    means = rng.normal(0.0, 0.5, (1, n_units, n_contrasts)) + rng.normal(0.0, 0.1, (n_nodes, n_units, n_contrasts))
    roots = rng.normal(0.0, spread / np.sqrt(size), (n_nodes, size, size)) * rng.uniform(0.6, 1.8, (n_nodes, 1, 1))
    common = spread / 2.0
    covariances = roots @ roots.transpose(0, 2, 1) + common**2
    return Outlook(weights, means, covariances)


__all__ = [
    "ELECTION",
    "made_outlook",
    "made_projection",
    "make_contest",
    "make_polls",
    "make_spec",
    "plain_contest",
    "steady_polls",
]
