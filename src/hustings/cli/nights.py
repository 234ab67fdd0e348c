"""What the commands of the night share: the night of a campaign, as of a day."""

from __future__ import annotations

import datetime as dt
import os
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hustings.cli.campaign import campaign_at, vault_of
from hustings.cli.inputs import default_day, parse_day
from hustings.errors import ConfigError

if TYPE_CHECKING:
    from hustings.night import Night

MOST_JOBS = 4
"""A fit has no more parts than that."""
NightDay = Annotated[
    str | None,
    typer.Option("--as-of", metavar="YYYY-MM-DD", help="Nothing later is known [today, or the election's eve]."),
]
Wait = Annotated[float, typer.Option("--wait", metavar="SECONDS", min=0, help="Wait for another run to end.")]


def night_of(campaign: Path | None, as_of: str | None, *, seed: int = 1) -> Night:
    """The night of a campaign.

    Raises
    ------
    ConfigError
        The day cannot be read, or is after the election; or the seed is negative.
    """
    from hustings.night import Night
    from hustings.projection.project import check_as_of

    if seed < 0:
        raise ConfigError(f"--seed {seed} is negative", hint="any whole number from 0 on")
    found = campaign_at(campaign)
    night = Night(
        campaign=found,
        as_of=dt.date.today(),
        seed=seed,
        open_vault=lambda: vault_of(found, begin=True),
        code_version=version("hustings"),
        jobs=min(MOST_JOBS, os.cpu_count() or 1),
    )
    night.as_of = parse_day(as_of, "--as-of") if as_of is not None else default_day(night.contest)
    check_as_of(night.contest, night.as_of)
    return night
