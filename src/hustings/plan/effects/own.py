"""A campaign's own experiments beside published effects: each counts by its precision.

What is published stands for a campaign like those that were measured, ``N(carry * mean, (carry * se)^2 + between_sd^2)``; the own
finding, ``N(m, s^2)``, is of this one. Joined by inverse variances (normal and normal).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from hustings.errors import InputError
from hustings.plan.effects.making import ANY
from hustings.plan.effects.response import joined_sd
from hustings.store.reading import empty_table
from hustings.tables import OWN_EFFECTS
from hustings.tables.effects import CHANNELS

MODEL = "persuasion"
_WORDS = {"call": "phone", "calls": "phone", "canvass": "door", "doors": "door", "letter": "mail", "sms": "text"}


def with_own(effects: pl.DataFrame, own: pl.DataFrame) -> pl.DataFrame:
    """Join own findings with the effects of their channel and kind.

    Parameters
    ----------
    effects : pl.DataFrame
        ``hustings.tables.EFFECTS``.
    own : pl.DataFrame
        ``hustings.tables.OWN_EFFECTS``, in the units of the effects' rows.

    Returns
    -------
    pl.DataFrame
        Where there is a finding: ``own`` names it, ``mean`` and ``se`` are of both together, ``own_*`` and ``published_*`` keep
        each alone. A finding that a row has been joined with already is not joined again.

    Raises
    ------
    InputError
        A finding has no row of its channel and kind, or no error.
    """
    rows = effects.to_dicts()
    known = [(row["channel"], row["kind"]) for row in rows if row["used"]]
    groups: dict[int, list[Mapping[str, Any]]] = {}
    for one in own.iter_rows(named=True):
        if one["se"] is None or one["se"] <= 0:
            raise InputError(
                f"the finding of {one['source']!r} has no error", hint="own findings need one as others do"
            )
        asked = (one["channel"], one["kind"])
        places = [k for k, row in enumerate(rows) if (row["channel"], row["kind"]) == asked]
        if not places:
            raise InputError(
                f"no effect of {asked[0]}, {asked[1]} for the finding of {one['source']!r}",
                hint=f"add a row to the effects; at hand: {'; '.join(', '.join(pair) for pair in known)}",
            )
        place = next((k for k in places if rows[k]["used"]), places[0])
        if one["source"] not in (rows[place]["own"] or "").split(" + "):
            groups.setdefault(place, []).append(one)
    for place, found in groups.items():
        rows[place] = _joined(rows[place], found)
    return pl.DataFrame(rows, schema=effects.schema)


def _joined(row: dict[str, Any], found: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """One effect with all the findings that are new to it."""
    mean, sd = row["mean"] * row["carry_share"], joined_sd(row)
    means, ses = [one["mean"] for one in found], [one["se"] for one in found]
    own_mean, own_se = _by_precision(means, ses)
    after, after_se = _by_precision([mean, own_mean], [sd, own_se])
    names = [row["own"]] if row["own"] else []
    if row["own"]:
        # What was joined before is kept as the finding that it was.
        own_mean, own_se = _by_precision([row["own_mean"], own_mean], [row["own_se"], own_se])
    return row | {
        "mean": after,
        "se": after_se,
        "between_sd": 0.0,
        "carry_share": 1.0,
        "mean_basis": "own",
        "se_basis": "own",
        "own": " + ".join([*names, *(one["source"] for one in found)]),
        "own_mean": own_mean,
        "own_se": own_se,
        "published_mean": mean if row["published_mean"] is None else row["published_mean"],
        "published_se": sd if row["published_se"] is None else row["published_se"],
    }


def _by_precision(means: Sequence[float], ses: Sequence[float]) -> tuple[float, float]:
    weights = np.asarray(ses, dtype=float) ** -2.0
    return float(weights @ np.asarray(means) / weights.sum()), float(weights.sum() ** -0.5)


def own_findings(
    campaign_folder: Path, as_of: dt.date, costs: pl.DataFrame, *, first_option: bool = True
) -> tuple[pl.DataFrame, list[str]]:
    """What the campaign's own locked lists have found, by the last persuasion model of a day or before.

    A list tells what being *assigned* a contact does. A plan pays for contacts, so that the effect is divided by the share of
    attempts that reach the voter: what a dollar does is then as the list found it.

    Parameters
    ----------
    campaign_folder : Path
    as_of : date
    costs : pl.DataFrame
        ``hustings.tables.COSTS``: of its rows for any unit the share that is reached.
    first_option : bool
        Whether the plan is for the contest's first option, whose support the tests measured.

    Returns
    -------
    pl.DataFrame
        ``hustings.tables.OWN_EFFECTS``.
    list of str
        Sentences: findings that no effect can take, and why.
    """
    from hustings.scores.fitted import latest_fitted, read_fitted

    folder = latest_fitted(campaign_folder, MODEL, as_of)
    reached = dict(costs.filter(pl.col("unit") == ANY).select("channel", "contact_share").iter_rows())
    rows, said = [], []
    for one in read_fitted(folder).extra.get("effects", []) if folder else []:
        name, treatment = str(one["experiment"]), str(one["treatment"])
        if name.startswith("split "):
            continue  # a message read out in an interview is no contact of a campaign
        channel = channel_of(treatment) or channel_of(name.removeprefix("list "))
        if channel is None:
            said.append(f"{name}: which channel is {treatment!r}? Put its finding into plan/own.csv.")
        elif one["kind"] == "persuasion" and not first_option:
            said.append(f"{name}: measured support of the contest's first option, not of this plan's.")
        elif not one["effect_se"] or not np.isfinite(one["effect_se"]):
            said.append(f"{name}: has no error, and is not used.")
        else:
            share = reached.get(channel, 1.0)
            source = f"{name}, {treatment}" if treatment != "contact" else name
            rows.append((channel, one["kind"], one["effect"] / share, one["effect_se"] / share, source))
    names = OWN_EFFECTS.column_names
    found = pl.DataFrame(rows, schema=names, orient="row") if rows else empty_table(OWN_EFFECTS)
    return found, said


def channel_of(text: str) -> str | None:
    """The channel that a list's contact or name begins with: ``mail A``, ``door-october``, ``phone_paid``."""
    word = text.strip().lower().replace("-", " ")
    for channel in sorted(CHANNELS, key=len, reverse=True):
        if word == channel or word.startswith((f"{channel} ", f"{channel}_")):
            return channel
    return _WORDS.get(word.replace("_", " ").split(" ")[0]) if word else None
