"""`hustings watch renew`: a claim from what is known now."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from hustings.cli.campaign import CampaignDir
from hustings.cli.inputs import Quiet
from hustings.cli.nights import night_of
from hustings.cli.watch.shared import Name, OfNight, last_night
from hustings.errors import ConfigError


def command(
    name: Name,
    who: Annotated[str, typer.Option("--who", metavar="NAME", help="Who renews it.")],
    why: Annotated[
        str, typer.Option("--why", metavar="TEXT", help="Why: a refit, a new source, a claim that was wrong.")
    ],
    as_of: OfNight = None,
    campaign: CampaignDir = None,
    quiet: Quiet = False,
) -> None:
    r"""Register an assumption again from what the last night knew: its next version, with a smaller part of the error budget.

    Nights refit their models, and the watch holds on to the claim as it was: a model that learns from a break would hide it. Renew
    when the plan rests on the new model. The evidence against the old claim is kept.

    \b
    Example:
      hustings watch renew base-comes-home --who "Ann Lee" --why "plan rebuilt on the model of October 17"
    """
    from hustings.night.steps.watch import morning_of
    from hustings.store.lock import locked
    from hustings.watch.catalogue import assumptions_of
    from hustings.watch.registry import claims_of, renew, write_claim

    if not who.strip() or not why.strip():
        raise ConfigError("a renewal says who and why")
    night = night_of(campaign, last_night(campaign, as_of))
    known = {one.name: one for one in assumptions_of(night.campaign)}
    if name not in known:
        raise ConfigError(f"there is no assumption {name!r}", hint=f"one of: {', '.join(sorted(known))}")
    with locked(night.place, what="watch renew"):
        claims = claims_of(night.campaign.folder, dt.date.max)
        claim = renew(known[name], morning_of(night), claims, f"{who}: {why}")
        write_claim(night.campaign.folder, claim)
    if not quiet:
        print(f"{name}: version {claim.version}, from what was known on {claim.from_day}")
        print(f"claim: {claim.foreseen.said}")
