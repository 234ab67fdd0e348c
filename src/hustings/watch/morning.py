"""What was known on one morning: all that streams may look at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from hustings.contests import Contest
from hustings.electorate.query import Electorate
from hustings.errors import ConfigError
from hustings.polls.clean import CleanPolls, clean_polls
from hustings.polls.readers import RawPolls
from hustings.polls.tracker import TrackerFit, fit_tracker
from hustings.scores.fitted import Fitted, latest_fitted, read_fitted
from hustings.store import Run, read_run
from hustings.store.campaign import Campaign
from hustings.store.manifest import Manifest
from hustings.tables import UNITS


@dataclass
class Morning:
    """A morning, of a whole campaign or of public polls alone.

    Parameters
    ----------
    contest : Contest
    as_of : date
        Nothing later may be looked at.
    seed : int
    raw_polls : RawPolls, optional
        Published polls as they were read; :meth:`polls` cleans them as of a day.
    campaign : Campaign, optional
        None in a replay of public polls.
    open_electorate : callable, optional
        Gives the voters as they were stored on the day.
    manifest : Manifest
        What the store held on the day.
    projection : Path, optional
        Folder of the day's projection.
    tables : Path, optional
        Folder of what the night's other steps left: ``voter_cells.parquet``.
    """

    contest: Contest
    as_of: dt.date
    seed: int = 1
    raw_polls: RawPolls | None = None
    campaign: Campaign | None = None
    open_electorate: Callable[[], Electorate] | None = None
    manifest: Manifest = field(default_factory=Manifest)
    projection: Path | None = None
    tables: Path | None = None
    _fits: dict[dt.date, TrackerFit] = field(default_factory=dict, repr=False)
    memo: dict[str, Any] = field(default_factory=dict, repr=False)
    """What streams read once for several assumptions, by their own keys."""

    @cached_property
    def electorate(self) -> Electorate | None:
        """The voters as of the day; None where the campaign has none."""
        if self.open_electorate is None or not self.manifest.states:
            return None
        return self.open_electorate()

    @cached_property
    def run(self) -> Run | None:
        """The day's projection; None where there is none."""
        there = self.projection is not None and (self.projection / "run.json").is_file()
        return read_run(self.projection) if there and self.projection is not None else None

    @cached_property
    def units(self) -> pl.DataFrame | None:
        """Where every unit stands by the day's projection (``tables.UNITS``)."""
        return None if self.run is None else self.run.table(UNITS)

    @property
    def own_option(self) -> str:
        """The option that the campaign is for; the contest's first where nothing is said.

        Raises
        ------
        ConfigError
            The contest has no such option.
        """
        said = self.campaign.watch.option if self.campaign is not None else ""
        if said and said not in self.contest.option_ids:
            raise ConfigError(
                f"campaign.toml: watch.option is {said!r}, which {self.contest.name} does not have",
                hint=f"one of: {', '.join(self.contest.option_ids)}",
            )
        return said or self.contest.option_ids[0]

    @property
    def own_label(self) -> str:
        """The own option's name, for people."""
        return self.contest.options[self.contest.option_ids.index(self.own_option)].label

    def polls(self, day: dt.date) -> CleanPolls | None:
        """Published polls as known on a day, not after the morning's; None where there are none."""
        if self.raw_polls is None:
            return None
        return clean_polls(self.raw_polls, self.contest, as_of=min(day, self.as_of))

    def tracker(self, day: dt.date) -> TrackerFit | None:
        """The tracker as fitted on a day, not after the morning's; None where there are no polls."""
        day = min(day, self.as_of)
        found = self.polls(day) if day not in self._fits else None
        if found is not None:
            self._fits[day] = fit_tracker(self.contest, found.polls, as_of=day)
        return self._fits.get(day)

    def know(self, fits: Mapping[dt.date, TrackerFit]) -> None:
        """Fits that were made already."""
        self._fits.update(fits)

    def model(self, name: str, day: dt.date | None = None) -> Fitted | None:
        """A score model (turnout, support) as of a day or before; None where there is none."""
        if self.campaign is None:
            return None
        folder = latest_fitted(self.campaign.folder, name, min(day or self.as_of, self.as_of))
        return None if folder is None else read_fitted(folder)
