"""`hustings score`: every voter scored with the last models, as a sidecar of the voters."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from hustings.cli.campaign import CampaignDir, telling
from hustings.cli.inputs import Json, Quiet, Seed
from hustings.cli.nights import NightDay, Wait, night_of
from hustings.errors import ConfigError


def command(
    models: Annotated[
        str, typer.Option("--models", metavar="NAMES", help="all, or some of turnout,support,persuasion.")
    ] = "all",
    as_of: NightDay = None,
    seed: Seed = 1,
    wait: Wait = 0,
    campaign: CampaignDir = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    r"""Score every voter: columns turnout_prob, support_prob, ..., beside the voters, for lists and counts.

    \b
    Example:
      hustings score --models all
      hustings voters list --columns turnout_prob,support_prob --limit 20
    """
    from hustings.night import do_step
    from hustings.night.steps.scored import MODELS, score_step

    chosen = MODELS if models == "all" else tuple(name.strip() for name in models.split(",") if name.strip())
    strange = [name for name in chosen if name not in MODELS]
    if strange or not chosen:
        raise ConfigError(f"--models {models!r}: expected all, or some of {', '.join(MODELS)}")
    night = night_of(campaign, as_of, seed=seed)
    with telling("scoring", quiet=quiet or as_json) as progress:
        night.progress = progress
        said = do_step(night, score_step(chosen), wait_seconds=wait)
    if as_json:
        print(json.dumps({"snapshot": night.manifest().number, "said": said}))
    elif not quiet:
        print(said)
        print(f"stored as snapshot {night.manifest().number}")
