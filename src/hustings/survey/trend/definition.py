"""Who is defining the race, as measured quantities.

* ``defined:OPTION``: of those asked, the share who can say what a candidate stands for: words that are no "don't know".
* ``heard:OPTION``: the share who recall anything about a candidate.
* ``theme_owned:OPTION``: of the news recalled about a candidate, the share on a subject that the candidate has chosen: choices
  of the ``recalled_theme`` question whose ``option`` is the candidate's own. Without such choices there is no such measure.

The words themselves are kept verbatim for coding: that somebody says something does not make it right, only sayable.
"""

from __future__ import annotations

import re
import unicodedata

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.survey.codebook import Codebook, Item

Array = NDArray[np.float64]

_NOTHING = re.compile(
    r"^(i |we )?(really |just |honestly )*"
    r"(do ?n.?t know|do not know|dunno|dont kno|idk|d ?k|no idea|no clue|not sure|unsure|"
    r"(can.?t|cannot|can not) (say|think|remember|recall)|have no (idea|clue)|(have not|haven.?t) heard|"
    r"nothing|none|no|nope|nada|n ?.?a|not much|nothing (much|really|comes to mind)|"
    r"refused?|prefer not to( say| answer)?|pass|skip|unknown|\?+|x+|-+|\.+)"
    r"( (of )?(anything|at all|really|much|yet|enough|lol|sorry|about (him|her|it|them|this|that)))*$"
)
"""Answers in words that say nothing; anchored at both ends: "nothing but lies" says something."""
_ELSEWHERE = frozenset(
    (
        *(
            "no sé",
            "no se",
            "no lo sé",
            "no lo se",
            "yo no sé",
            "ninguno",
            "ninguna",
            "no estoy seguro",
            "no estoy segura",
        ),
        *(
            "no recuerdo",
            "je ne sais pas",
            "weiß nicht",
            "weiss nicht",
            "non lo so",
            "não sei",
            "nie wiem",
            "не знаю",
            "ничего",
        ),
        *("不知道", "没有", "沒有", "不清楚", "わからない", "모르겠어요", "모르겠습니다", "모름", "없음", "không biết"),
        *("hindi ko alam", "ewan", "wala", "لا أعرف", "لا اعرف", "पता नहीं", "mwen pa konnen"),
    )
)
"""The same in other languages that voters answer in."""


def says_something(words: str | None) -> bool:
    """Whether an open answer says anything; "don't know" in its usual spellings does not, nor do marks alone."""
    if words is None:
        return False
    lower = unicodedata.normalize("NFKC", words).lower()
    # Marks of scripts whose vowels are marks (Devanagari) are parts of words, though no letters.
    kept = "".join(
        c if c.isalnum() or c in " '’?-._" or unicodedata.category(c).startswith("M") else " " for c in lower
    )
    plain = re.sub(r"\s+", " ", kept).strip(" '’.!,")
    return bool(re.search(r"[^\W\d_]{2,}", plain)) and plain not in _ELSEWHERE and not _NOTHING.match(plain)


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
