"""What a rule is, and all of them run over the interviews of a wave."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

import polars as pl

from hustings.errors import ConfigError
from hustings.survey.interviews import Interviews
from hustings.survey.quality import clusters, contradiction, duplicates, impossible, speeding, straight_lining
from hustings.tables import QUALITY


@dataclass(frozen=True)
class Rule:
    """One rule.

    Parameters
    ----------
    name : str
    what : str
        What it looks for, in a sentence.
    sets_aside : bool
        Whether interviews it finds do not count; otherwise they are marked only.
    find : callable
        Interviews -> ``respondent_id``, ``found`` (what, in words).
    """

    name: str
    what: str
    sets_aside: bool
    find: Callable[[Interviews], pl.DataFrame]


RULES: dict[str, Rule] = {
    module.NAME: Rule(module.NAME, module.WHAT, module.SETS_ASIDE, module.find)
    for module in (speeding, straight_lining, duplicates, impossible, contradiction, clusters)
}
"""Rules by name, in the order they are printed."""


def check_quality(interviews: Interviews, *, keep: Collection[str] = (), drop: Collection[str] = ()) -> pl.DataFrame:
    """Run every rule over complete and partial interviews.

    Parameters
    ----------
    interviews : Interviews
    keep, drop : collection of str
        Rules that are to mark only, and rules that are to set aside, whatever they do by themselves.

    Returns
    -------
    pl.DataFrame
        As declared in ``tables.QUALITY``; an interview may be found by several rules.

    Raises
    ------
    ConfigError
        A rule is named that does not exist, or is named in both.
    """
    for name in (*keep, *drop):
        if name not in RULES:
            raise ConfigError(f"there is no rule {name!r}", hint=f"rules: {', '.join(RULES)}")
    both = set(keep) & set(drop)
    if both:
        raise ConfigError(f"rule {min(both)!r} is both kept and set aside", hint="name it once")
    asked = interviews.interviewed()
    parts = []
    for rule in RULES.values():
        aside = (rule.sets_aside or rule.name in drop) and rule.name not in keep
        found = rule.find(asked).select("respondent_id", "found")
        parts.append(
            found.select(
                "respondent_id",
                pl.lit(rule.name).alias("rule"),
                "found",
                pl.lit(aside).alias("set_aside"),
            )
        )
    return pl.concat(parts).unique(list(QUALITY.key), keep="first", maintain_order=True).select(QUALITY.column_names)


def set_aside(interviews: Interviews, quality: pl.DataFrame) -> Interviews:
    """Complete and partial interviews that no rule set aside."""
    out = quality.filter(pl.col("set_aside"))["respondent_id"].unique()
    asked = interviews.interviewed()
    kept = asked.respondents.filter(~pl.col("respondent_id").is_in(out.implode()))
    return asked.only(kept["respondent_id"])
