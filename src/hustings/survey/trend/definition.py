"""Who is defining the race, as measured quantities.

* ``defined:OPTION``: of those asked, the share who can say what a candidate stands for: words that are no "don't know".
* ``heard:OPTION``: the share who recall anything about a candidate.
* ``theme_owned:OPTION``: of the news recalled about a candidate, the share on a subject that the candidate has chosen: choices
  of the ``recalled_theme`` question whose ``option`` is the candidate's own. Without such choices there is no such measure.

The words themselves are kept verbatim for coding: that somebody says something does not make it right, only sayable.
"""

from __future__ import annotations

import re

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.survey.codebook import Codebook, Item

Array = NDArray[np.float64]

_NOTHING = re.compile(
    r"^(i |we )?(really |just |honestly )?"
    r"(do ?n.?t know|dunno|dont kno|idk|dk|no idea|no clue|not sure|unsure|can.?t (say|think|remember)|cannot (say|think)|"
    r"have no idea|have not heard|haven.?t heard|nothing|none|no|nada|n.?a|not much|nothing (much|really|comes to mind)|"
    r"refused?|prefer not to( say| answer)?|pass|skip|unknown|\?+|x+|-+|\.+)"
    r"( (anything|at all|really|much|yet|enough|about (him|her|it|them|this|that)))*$"
)
"""Answers in words that say nothing; anchored at both ends: "nothing but lies" says something."""


def says_something(words: str | None) -> bool:
    """Whether an open answer says anything; "don't know" in its usual spellings does not, nor do marks alone."""
    if words is None:
        return False
    plain = re.sub(r"[\s]+", " ", re.sub(r"[^\w\s'’?\-.]", " ", words.lower())).strip(" '’.!,")
    return bool(re.search(r"[^\W\d_]{2,}", plain)) and not _NOTHING.match(plain)


def definition_measures(table: pl.DataFrame, book: Codebook) -> list[tuple[str, Array, Array]]:
    """Measures of definition: name, outcome (0 or 1) and base (0 or 1) of each respondent.

    Parameters
    ----------
    table : pl.DataFrame
        As :meth:`Interviews.wide` gives it.
    book : Codebook
    """
    found = []
    for role, name in (("stands_for", "defined"), ("heard", "heard")):
        for item in book.with_role(role):
            if item.option and item.kind == "open":
                said = table[item.name].map_elements(says_something, return_dtype=pl.Boolean, skip_nulls=True)
                asked = table[f"asked_{item.name}"]
                found.append((f"{name}:{item.option}", _number(said), _number(asked)))
    for item in book.with_role("recalled_theme"):
        own = [choice.code for choice in item.choices if choice.option == item.option and item.option]
        if own and item.kind == "single":
            found.append((f"theme_owned:{item.option}", *_themes(table, item, own)))
    return found


def _themes(table: pl.DataFrame, item: Item, own: list[str]) -> tuple[Array, Array]:
    """Recalled news on a chosen subject, of all recalled news that has a subject."""
    subjects = [choice.code for choice in item.choices if choice.meaning in {"", "other"}]
    column = table[item.name]
    return _number(column.is_in(own)), _number(column.is_in(subjects))


def _number(flags: pl.Series) -> Array:
    return flags.fill_null(value=False).to_numpy().astype(np.float64)
