"""One self-contained HTML page: no network, no framework, the same bytes from the same folder."""

from __future__ import annotations

import json
from importlib.resources import files
from itertools import accumulate
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from hustings.brief import alarms, figures, nights, rows, sentences, worth
from hustings.brief.charts.palette import DARK, LEVELS, LIGHT, colour, mark
from hustings.brief.charts.svg import picture
from hustings.brief.gather import STALE_DAYS, Brief, Unit
from hustings.brief.numbers import day, in_100, percent, short_chance, whole


def render(brief: Brief) -> str:
    """Write the page."""
    environment = Environment(
        loader=PackageLoader("hustings.brief"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(percent=percent, whole=whole, day=day, in_100=in_100, chance=short_chance)
    environment.globals.update(colour=colour, key=_key)
    return environment.get_template("page.html.jinja").render(_context(brief))


def asset(name: str) -> str:
    """Read one of the page's own files."""
    return files("hustings.brief").joinpath("templates", name).read_text(encoding="utf-8")


def variables(palette: dict[str, str]) -> str:
    """Write a palette as style-sheet variables."""
    return "".join(f"--{name}:{value};" for name, value in palette.items())


def _context(brief: Brief) -> dict[str, Any]:
    """All the templates use."""
    return {
        "brief": brief,
        "say": {
            "verdict": sentences.verdict(brief),
            "others": sentences.others(brief),
            "popular": sentences.popular(brief),
            "blind": sentences.blind_spots(brief),
            "flip": sentences.flip(brief),
            "majority": sentences.majority(brief),
            "time_left": sentences.time_left(brief),
        },
        "night": {
            "gaps": nights.gaps(brief),
            "sources": nights.sources_said(brief),
            "failures": nights.failures(brief),
            "outdated": nights.outdated(brief),
            "ages": nights.ages(brief),
            "stale": nights.stale_said(brief),
            "models": nights.models(brief),
            "since": nights.since_said(brief),
        },
        "watch": {
            "alarms": alarms.alarms(brief),
            "broken": alarms.broken_said(brief),
            "others": alarms.others_said(brief),
        },
        "worth": {
            "rows": worth.worth_rows(brief),
            "said": worth.worth_said(brief),
            "label": worth.own_label(brief),
        },
        "map": figures.tiles(brief),
        "chances": figures.chances(brief),
        "histograms": figures.histograms(brief),
        "vote": figures.vote(brief),
        "tipping": figures.tipping(brief),
        "paths": figures.paths(brief),
        "moved": figures.moved(brief),
        "movement": _movement(brief),
        "road": _road(brief),
        "units": rows.unit_rows(brief),
        "polls": rows.poll_rows(brief),
        "reasons": rows.reasons(brief),
        "levels": LEVELS,
        "stale_days": STALE_DAYS,
        "config": json.dumps(brief.info.get("config") or {}, indent=2, ensure_ascii=False),
        "diagnostics": json.dumps(brief.info.get("diagnostics") or {}, indent=2, ensure_ascii=False),
        # Ours, from the package: nothing in them comes from outside.
        "css": Markup(asset("page.css") + asset("charts.css")),  # noqa: S704
        "js": Markup(asset("page.js")),  # noqa: S704
        "light": Markup(variables(LIGHT)),  # noqa: S704
        "dark": Markup(variables(DARK)),  # noqa: S704
    }


def _key(index: int) -> Markup:
    """Draw an option's mark for a legend or a cell."""
    drawn = picture(12, 12, "", [mark(index, 6, 6, 4.4, fill=colour(index))], "key")
    # A mark beside its option's name says nothing more to a screen reader.
    return Markup(str(drawn).replace(' role="img" aria-label=""', ' aria-hidden="true"'))  # noqa: S704


def _road(brief: Brief) -> list[dict[str, Any]]:
    """Put the units in a row from the safest for the first option to the safest for the last.

    Each knows whether the seat that makes a majority, counted from the left, is among its own.
    """
    if not brief.counts_seats or len(brief.options) != 2:
        return []
    awarding = [unit for unit in brief.units if unit.seats > 0]

    def lead(unit: Unit) -> float:
        return unit.standings[0].mean - unit.standings[1].mean

    ordered = sorted(awarding, key=lead, reverse=True)
    sums = list(accumulate(unit.seats for unit in ordered))
    return [
        {
            "id": unit.id,
            "seats": unit.seats,
            "sum": total,
            "leader": unit.leader,
            "prob": unit.standings[unit.leader].win_prob,
            "decides": total - unit.seats < brief.seats_to_win <= total,
            "title": figures.describe(brief, unit),
        }
        for unit, total in zip(ordered, sums, strict=True)
    ]


def _movement(brief: Brief) -> dict[str, Any] | None:
    """Sum what moved."""
    if brief.influence is None or brief.influence.is_empty():
        return None
    asked = brief.info.get("explain") or {}
    return {
        "share": float(brief.influence["delta_share"].sum()),
        "prob": float(brief.influence["delta_win_prob"].sum()),
        "since": asked.get("from"),
        "unit": brief.names.get(asked.get("unit", ""), asked.get("unit")),
        "n": brief.influence.height,
    }
