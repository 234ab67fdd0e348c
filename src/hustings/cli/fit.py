"""`hustings fit`: models of turnout, support and persuasion, each with its card."""

from __future__ import annotations

import importlib
import json
from typing import TYPE_CHECKING

import typer

from hustings.cli.campaign import CampaignDir, telling
from hustings.cli.inputs import Json, Quiet, Seed
from hustings.cli.nights import NightDay, Wait, night_of

if TYPE_CHECKING:
    from pathlib import Path

    from hustings.night import Step

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Fit a model and write its card: `hustings fit turnout`. `hustings run` does it each night where it is needed.",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _add(model: str, module: str, step: str, text: str) -> None:
    """Make the command that fits one model: a step of the night by itself."""

    def command(
        as_of: NightDay = None,
        seed: Seed = 1,
        wait: Wait = 0,
        campaign: CampaignDir = None,
        quiet: Quiet = False,
        as_json: Json = False,
    ) -> None:
        found = getattr(importlib.import_module(f"hustings.night.steps.{module}"), step)
        _fit(found, model, as_of, seed, wait, campaign, quiet=quiet, as_json=as_json)

    example = f"hustings fit {model} --as-of 2016-11-07"
    app.command(model, help=f"{text}\n\n\b\nExample:\n  {example}")(command)


_add("turnout", "fit", "FIT_TURNOUT", "Who votes: learned from past elections as they looked from the same distance.")
_add(
    "support",
    "support",
    "FIT_SUPPORT",
    "Whom voters support: multilevel regression on the interviews, summed over the expected electorate.",
)
_add(
    "persuasion",
    "fit",
    "FIT_PERSUASION",
    "What contact changes, in votes and in turnout: from randomised tests only.",
)


def _fit(
    step: Step,
    model: str,
    as_of: str | None,
    seed: int,
    wait: float,
    campaign: Path | None,
    *,
    quiet: bool,
    as_json: bool,
) -> None:
    """Do the step of the night, and show the card."""
    from hustings.night import do_step
    from hustings.scores.cards import card_text
    from hustings.scores.fitted import model_folder, read_fitted
    from hustings.store import write_text

    night = night_of(campaign, as_of, seed=seed)
    with telling(f"fitting {model}", quiet=quiet or as_json) as progress:
        night.progress = progress
        do_step(night, step, wait_seconds=wait)
    folder = model_folder(night.campaign.folder, model, night.as_of)
    card = read_fitted(folder).card
    text = card_text(card)
    write_text(text, folder / "card.md")
    if as_json:
        said = {"model": model, "folder": str(folder), "data": list(card.data), "measures": dict(card.measures)}
        print(json.dumps(said, indent=2, ensure_ascii=False))
    elif not quiet:
        print(text)
        print(f"written: {folder}")
