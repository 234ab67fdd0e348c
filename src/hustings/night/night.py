"""One night of one campaign: what every step may ask."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from hustings.contests import Contest, load_contest
from hustings.electorate.query import Electorate, open_electorate
from hustings.engines import connect
from hustings.scores.features import Target
from hustings.store.campaign import Campaign
from hustings.store.manifest import Manifest
from hustings.store.snapshots import Snapshots
from hustings.store.vault import Vault


@dataclass
class Night:
    """A night.

    Parameters
    ----------
    campaign : Campaign
    as_of : date
        Nothing later is looked at.
    seed : int
        Same inputs and seed, same bytes.
    open_vault : callable
        Gives the vault; asked only where files are loaded.
    code_version : str
    progress : callable
        Told what is being done.
    jobs : int
        Processes that a fit may use; the result is the same.
    """

    campaign: Campaign
    as_of: dt.date
    seed: int
    open_vault: Callable[[], Vault]
    code_version: str = ""
    progress: Callable[[str], None] = lambda _: None
    jobs: int = 1

    @cached_property
    def contest(self) -> Contest:
        """What is being won."""
        name = self.campaign.contest
        own = self.campaign.folder / name
        return load_contest(str(own) if name.endswith(".toml") and own.is_file() else name)

    @property
    def place(self) -> Path:
        """Where nights keep what is between them: the journal, the last good copies."""
        return self.campaign.folder / "runs" / ".night"

    @property
    def work(self) -> Path:
        """Where this day's steps leave what the next steps take."""
        return self.place / self.as_of.isoformat()

    @property
    def published(self) -> Path:
        """The day's folder, once it is whole."""
        return self.campaign.folder / "runs" / self.as_of.isoformat()

    def target(self) -> Target:
        """The election that voters are scored for, seen from the day."""
        return Target(self.contest.date, "general", self.as_of)

    def manifest(self) -> Manifest:
        """What the store held on the day; an empty one where nothing was known yet. Steps may add to it."""
        known = [one for one in Snapshots(self.campaign.store).all() if one.date <= self.as_of]
        return known[-1] if known else Manifest()

    def is_past(self) -> bool:
        """Whether the store has changed since the day: what it holds now is not what was known then."""
        return Snapshots(self.campaign.store).latest().number != self.manifest().number

    def electorate(self) -> Electorate:
        """The voters as they were stored on the day, on the campaign's engine."""
        settings = self.campaign.electorate
        engine = connect(
            settings.engine,
            memory=settings.memory,
            temp=self.campaign.folder / "tmp",
            folder=self.campaign.store.absolute(),
        )
        return open_electorate(self.campaign.store, engine, self.as_of)

    def earlier_runs(self) -> list[Path]:
        """Published folders of earlier days, latest first."""
        days = (self.campaign.folder / "runs").glob("[0-9]*-[0-9]*-[0-9]*/run.json")
        found = (path.parent for path in days if path.parent.name < self.as_of.isoformat())
        return sorted(found, reverse=True)
