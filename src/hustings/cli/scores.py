"""`hustings scores`: what scores are made of."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from hustings.cli.campaign import CampaignDir, aligned, electorate_at, say_day, vault_of
from hustings.cli.inputs import Json
from hustings.cli.nights import NightDay, night_of
from hustings.errors import StoreError

if TYPE_CHECKING:
    import polars as pl

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="What scores are made of: `hustings scores explain NC-BY123456`.",
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def _scores() -> None:
    """Keep `explain` a sub-command, although it is the only one."""


@app.command("explain")
def explain(
    voter: Annotated[str, typer.Argument(metavar="VOTER", help="STATE-ID as the state writes it, or a voter_id.")],
    as_of: NightDay = None,
    terms: Annotated[int, typer.Option("--terms", min=1, help="Contributions to show of each score.")] = 8,
    campaign: CampaignDir = None,
    as_json: Json = False,
) -> None:
    r"""Show a voter's scores as sums of named contributions; needs the vault's key.

    \b
    Example:
      hustings scores explain NC-BY123456
    """
    from hustings.electorate.query import show_voter
    from hustings.night.steps.fit import fitted_model
    from hustings.night.steps.scored import MODELS
    from hustings.night.steps.shifts import shifted_support
    from hustings.scores.scoring import explain_voter

    night = night_of(campaign, as_of)
    found = [fitted for name in MODELS if (fitted := fitted_model(night, name))]
    if not found:
        raise StoreError("there is no model yet", hint="hustings fit turnout, or hustings run")
    models, _ = shifted_support(night, [model for fitted in found for model in fitted.models])
    models.sort(key=lambda model: model.only is not None)
    with electorate_at(night.campaign, as_of, queries=False) as electorate:
        known = show_voter(electorate, voter, vault=vault_of(night.campaign))["voter"]
        table = explain_voter(electorate, str(known["state"]), int(known["voter_id"]), models, night.target())
        day = say_day(electorate)
    options = night.contest.options
    base = options[-1].label if len(options) > 2 else ""
    if as_json:
        print(json.dumps(table.to_dicts(), indent=2, ensure_ascii=False))
    else:
        print("\n".join([f"{voter} {day}", *explained_lines(table, terms, base)]))


def explained_lines(table: pl.DataFrame, most: int, base: str = "") -> list[str]:
    """Lines of each score: what it is, and its largest contributions; `base` is what several options are set against."""
    lines: list[str] = []
    for (score,), rows in table.group_by(["score"], maintain_order=True):
        effect = str(score).endswith("_effect")
        result = 100 * float(rows["result"][0])
        scale = "points" if effect else "logits"
        if base and str(score).startswith("support"):
            scale = f"logits against {base}"
        lines += ["", f"{score}: {result:+.1f} points" if effect else f"{score}: {result:.1f} of 100"]
        factor = 100 if effect else 1
        cells = [
            [f"{factor * row['contribution']:+.2f}", row["term"], row["value"]]
            for row in rows.head(most + 1).iter_rows(named=True)
        ]
        rest = rows.slice(most + 1)
        if rest.height:
            cells.append([f"{factor * float(rest['contribution'].sum()):+.2f}", f"{rest.height} smaller terms", ""])
        cells.append([f"{factor * float(rows['contribution'].sum()):+.2f}", f"together, in {scale}", ""])
        lines += aligned(cells, right=(0,), indent="  ")
    return lines
