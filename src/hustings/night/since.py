"""How the last night's numbers did on what has become known since: polls that came, ballots that came in."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import polars as pl

from hustings.electorate.state import StateReader
from hustings.errors import StoreError
from hustings.night.night import Night
from hustings.store import read_run
from hustings.store.manifest import SCORES
from hustings.store.snapshots import Snapshots
from hustings.tables import POLLS_USED, UNITS

UNLIKELY_PROB = 0.3
"""Voters who are scored below this are not counted on: a wave of them is what a turnout model does not see coming."""
FEWEST_BALLOTS = 200


def since_last_night(night: Night, today: Path) -> list[str]:
    """Sentences on how the last night's numbers did; none where there is no earlier night.

    Parameters
    ----------
    night : Night
    today : Path
        Folder of today's projection.
    """
    earlier = night.earlier_runs()
    if not earlier or not (today / POLLS_USED.file).is_file():
        return []
    day = dt.date.fromisoformat(earlier[0].name)
    return [said for said in (_polls(night, earlier[0], today, day), _ballots(night, day)) if said]


def _polls(night: Night, earlier: Path, today: Path, day: dt.date) -> str:
    """New polls against what the last night expected of their places."""
    before, now = read_run(earlier), read_run(today)
    first = night.contest.option_ids[0]
    known = before.table(POLLS_USED)["poll_id"].unique().implode()
    new = now.table(POLLS_USED).filter((pl.col("option") == first) & ~pl.col("poll_id").is_in(known))
    expected = before.table(UNITS).filter(pl.col("option") == first).select("unit", "share_mean", "share_sd")
    rows = new.join(expected, on="unit", how="inner")
    if rows.is_empty():
        return f"No new poll has come since {day}."
    gap = (rows["observed_share"] - rows["share_mean"]).to_numpy()
    share, size = rows["share_mean"].to_numpy(), rows["sample_size"].to_numpy()
    variance = share * (1 - share) / size + rows["share_sd"].to_numpy() ** 2
    weight = 1 / variance
    mean, se = float(weight @ gap / weight.sum()), float(1 / np.sqrt(weight.sum()))
    label = night.contest.options[0].label
    fits = "as far as was to be expected" if abs(mean) < 2 * se else "further than was to be expected"
    polls = "one poll has" if rows.height == 1 else f"{rows.height:,} polls have"
    return (
        f"Since {day} {polls} come: {label} stands {100 * abs(mean):.1f} points {'above' if mean > 0 else 'below'} what the "
        f"last night expected of their places, {fits} (± {100 * se:.1f})."
    )


def _ballots(night: Night, day: dt.date) -> str:
    """Ballots that came in since, by how likely their voters were said to be."""
    snapshots = Snapshots(night.campaign.store)
    log = night.manifest().logs.get("early_votes", ())
    if not log:
        return ""
    try:
        before = snapshots.at(day)
    except StoreError:
        return ""
    new = (
        pl.scan_parquet([snapshots.path(file) for file in log])
        .filter((pl.col("returned_on") > day) & (pl.col("returned_on") <= night.as_of))
        .select("voter_id")
        .unique()
        .collect()["voter_id"]
    )
    returned, expected, unlikely, unlikely_expected = 0, 0.0, 0, 0.0
    for files in before.states.values():
        if SCORES not in files.sidecars:
            continue
        reader = StateReader(snapshots, files)
        scores = reader.sidecar(SCORES)
        if scores is None or "turnout_prob" not in scores.columns:
            continue
        chance = scores["turnout_prob"].fill_null(0.0).to_numpy()
        came = np.isin(reader.ids()[: len(chance)], new.to_numpy())
        waiting = chance < 1
        low = waiting & (chance < UNLIKELY_PROB)
        returned += int((came & waiting).sum())
        unlikely += int((came & low).sum())
        expected += float(chance[waiting].sum())
        unlikely_expected += float(chance[low].sum())
    if returned < FEWEST_BALLOTS or expected == 0:
        return ""
    share, usual = unlikely / returned, unlikely_expected / expected
    more = (
        " More of them than expected: the electorate may be another one than the model's."
        if share > 1.5 * usual
        else ""
    )
    return (
        f"{returned:,} ballots have come in since {day}; {share:.1%} are of voters scored under {UNLIKELY_PROB:.0%}, who "
        f"were expected to cast {usual:.1%}.{more}"
    )
