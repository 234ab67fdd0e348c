"""What became of the night: where polls and voters part, how old each source is, what failed, how models did."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import polars as pl

from hustings.brief.gather import Brief
from hustings.brief.numbers import day, in_100, listed, points, short_chance, short_day

SURPRISING = 1.64
"""Sds from which polls and voters are said to disagree: one gap in ten is as large by chance."""
MOST_GAPS = 12
_VOTERS_OF = "voters of "
MEASURES = {
    "log_loss": "log loss",
    "calibration_slope": "calibration slope",
    "auc": "area under the curve",
    "policy_value": "value of the policy",
}
"""Measures of a model that the page shows, where it has them."""


@dataclass(frozen=True)
class Gap:
    """One place where both sources speak, for the first option."""

    unit: str
    name: str
    polls: str
    voters: str
    both: str
    gap: str
    gap_sort: float
    z: float
    z_said: str
    decides: str
    parts: bool


def gaps(brief: Brief) -> list[Gap]:
    """Make the table of places, those that matter most first: likely to decide, far apart."""
    if brief.sources is None or brief.sources.is_empty():
        return []
    first = brief.sources.filter(pl.col("option") == brief.options[0].id)
    tipping = brief.sources.group_by("unit").agg(pl.col("tipping_prob").sum().alias("decides"))
    rows = first.join(tipping, on="unit").sort("decides", pl.col("gap_z").abs(), descending=True)
    parting = _parting(brief.sources)
    return [_gap(brief, row, parts=row["unit"] in parting) for row in rows.head(MOST_GAPS).iter_rows(named=True)]


def _gap(brief: Brief, row: dict[str, Any], *, parts: bool) -> Gap:
    z = abs(row["gap_z"])
    return Gap(
        unit=row["unit"],
        name=brief.names.get(row["unit"], row["unit"]),
        polls=_with_error(row["polls_share"], row["polls_share_sd"]),
        voters=_with_error(row["voters_share"], row["voters_share_sd"]),
        both=_with_error(row["both_share"], row["both_share_sd"]),
        gap=points(row["gap_share"]),
        gap_sort=row["gap_share"],
        z=z,
        z_said="disagree" if z >= SURPRISING else "within their errors",
        decides=short_chance(row["decides"]) if row["decides"] > 0 else "–",
        parts=parts,
    )


def _with_error(share: float, sd: float) -> str:
    return f"{100 * share:.1f} ± {100 * sd:.1f}"


def sources_said(brief: Brief) -> list[str]:
    """Say where polls and voters part, by how much, and what that decides."""
    if brief.sources is None or brief.sources.is_empty():
        return []
    first = brief.options[0]
    alone, both = brief.polls_alone_prob, first.win_prob
    said = []
    if alone is not None:
        said.append(
            f"By published polls alone {first.label} wins in {in_100(alone)}; with the campaign’s own voters in "
            f"{in_100(both)}."
        )
    rows = brief.sources.filter(pl.col("option") == first.id)
    far = rows.filter(pl.col("gap_z").abs() >= SURPRISING).sort(pl.col("gap_z").abs(), descending=True)
    if far.is_empty():
        widest = rows.sort(pl.col("gap_share").abs(), descending=True).row(0, named=True)
        said.append(
            f"They part most in {_name(brief, widest)} ({_apart(widest['gap_share'])}): no more than their errors allow."
        )
    else:
        places = [f"{_name(brief, row)} ({_apart(row['gap_share'])})" for row in far.head(5).iter_rows(named=True)]
        said.append(f"They disagree by more than their errors allow in {listed(places)}.")
    parting = _parting(brief.sources)
    if parting:
        decide = float(brief.sources.filter(pl.col("unit").is_in(parting))["tipping_prob"].sum())
        names = listed([brief.names.get(unit, unit) for unit in parting[:5]])
        more = f", which {_verb(len(parting))} the contest in {in_100(decide)}" if brief.counts_seats else ""
        said.append(f"They name different leaders in {names}{more}.")
    return said


def _parting(sources: pl.DataFrame) -> list[str]:
    """Units in which polls and voters give different options the best chance, those that decide most first."""
    best = [
        pl.col("option").get(pl.col(f"{source}_win_prob").arg_max()).alias(source) for source in ("polls", "voters")
    ]
    leaders = sources.group_by("unit", maintain_order=True).agg(*best, pl.col("tipping_prob").sum())
    apart = leaders.filter(pl.col("polls") != pl.col("voters"))
    return [str(unit) for unit in apart.sort("tipping_prob", descending=True, maintain_order=True)["unit"]]


def _verb(places: int) -> str:
    return "decides" if places == 1 else "together decide"


def _name(brief: Brief, row: dict[str, Any]) -> str:
    return str(brief.names.get(row["unit"], row["unit"]))


def _apart(gap_share: float) -> str:
    """Who stands where: a sign alone would not say."""
    return f"voters {100 * abs(gap_share):.1f} points {'above' if gap_share > 0 else 'below'} polls"


def failures(brief: Brief) -> list[str]:
    """Say which steps failed, why, and what stands instead."""
    said = []
    for step in brief.night.get("steps", ()):
        if step["status"] == "failed":
            stands = f" Meanwhile {step['instead']}." if step["instead"] else ""
            said.append(f"{step['name'].capitalize()}: {step['said'].rstrip('.')}.{stands}")
    return said


def outdated(brief: Brief) -> str:
    """Say that the projection is of an earlier day; empty where it is of the night's own."""
    night, of = brief.night.get("as_of"), brief.night.get("projection_of")
    if not night or not of or night == of:
        return ""
    return f"Tonight’s projection could not be made. Every number here is of {day(dt.date.fromisoformat(of))}."


def ages(brief: Brief) -> list[dict[str, Any]]:
    """List sources with their ages, the stale first."""
    rows = [
        {
            "name": source["name"],
            "newest": short_day(dt.date.fromisoformat(source["newest"])) if source["newest"] else "nothing yet",
            "year": source["newest"][:4] if source["newest"] else "",
            "age": _age(source["age_days"]),
            "days": source["age_days"] if source["age_days"] is not None else 99_999,
            "stale": source["is_stale"],
        }
        for source in brief.night.get("sources", ())
    ]
    return sorted(rows, key=lambda row: (not row["stale"], row["days"]))


def _age(days: int | None) -> str:
    if days is None:
        return "–"
    return "today" if days == 0 else f"{days:,} {'day' if days == 1 else 'days'}"


def stale_said(brief: Brief) -> str:
    """Say in one sentence what is stale."""
    found = [str(row["name"]) for row in ages(brief) if row["stale"]]
    if not found:
        return "Every source is as fresh as the campaign asks for."
    places = [name.removeprefix(_VOTERS_OF) for name in found if name.startswith(_VOTERS_OF)]
    voters = [f"{_VOTERS_OF}{listed(places)}"] if places else []
    return f"Older than the campaign allows: {listed([*voters, *(n for n in found if not n.startswith(_VOTERS_OF))])}."


def models(brief: Brief) -> list[dict[str, str]]:
    """List the models in use, with what their cards measured."""
    rows = []
    for model in brief.night.get("models", ()):
        known = [
            f"{said} {model['measures'][name]:.3f}" for name, said in MEASURES.items() if name in model["measures"]
        ]
        rows.append(
            {
                "name": model["model"],
                "of": day(dt.date.fromisoformat(model["as_of"])),
                "measures": ", ".join(known) or "see its card",
                "card": f"models/{model['model']}.md",
            }
        )
    return rows


def since_said(brief: Brief) -> list[str]:
    """Say how the last night's models did on what has become known since."""
    return [str(one) for one in brief.night.get("since", ())]
