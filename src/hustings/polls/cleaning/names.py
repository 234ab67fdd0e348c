"""Places, populations, modes and pollsters, from the file's words to the contest's and our own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

import polars as pl

from hustings.contests.contest import Contest
from hustings.polls.readers.matching import Matcher, key

POPULATION_RANK = {"lv": 0, "rv": 1, "v": 2, "a": 3}
"""Best first: who will vote is asked of likely voters; adults include people who cannot vote."""

_POPULATIONS = {
    "lv": ("lv", "likely", "likelyvoters", "likelyvoter"),
    "rv": ("rv", "registered", "registeredvoters", "registeredvoter"),
    "v": ("v", "voters", "voter", ""),
    "a": ("a", "adults", "adult", "alladults", "all", "generalpopulation"),
}
_POPULATION_BY_KEY = {text: code for code, texts in _POPULATIONS.items() for text in texts}

_NATIONAL = ("national", "nation", "nationwide")
_AMERICAN = ("us", "usa", "unitedstates", "unitedstatesofamerica")
"""Ways to write one nation; in a contest of another place, or of one state, they name nothing."""

_MODES = (
    ("text", r"text|\bsms\b"),
    ("live phone", r"live|telephone|(?<!automated )phone|\bcati\b"),
    ("ivr", r"\bivr\b|automated|robo"),
    ("online", r"online|internet|\bweb\b|\bapp\b|panel|\be-?mail"),
    ("mail", r"(?<!e-)\bmail\b|postal"),
)
_UNSAID_MODES = ("", "unknown", "na", "n/a", "nan", "none", "null", "other")


def translate(column: str, table: pl.DataFrame, say: Callable[[str], str | None]) -> pl.Series:
    """Apply `say` to a text column, once for each different text."""
    texts = table[column].unique().to_list()
    return table[column].replace_strict(texts, [say(text) for text in texts], return_dtype=pl.String)


def unit_names(contest: Contest) -> dict[str, str]:
    """Every way a poll file may write a unit -> its id."""
    units = {unit.id: unit for unit in contest.units}
    american = _AMERICAN if key(contest.nation) in _AMERICAN else ()
    names = dict.fromkeys((*_NATIONAL, *american), contest.nation)
    for unit in contest.units:
        for text in _written(unit.id, unit.name):
            names[text] = unit.id
        if unit.parent is not None and unit.parent in units:
            # Districts: "Maine CD-2", "ME-02", "Maine 2nd district".
            part = unit.id.removeprefix(unit.parent)
            digits = re.sub(r"\D", "", part)
            for parent in (unit.parent, units[unit.parent].name):
                for tail in (
                    (f"CD{digits}", f"CD{digits.zfill(2)}", digits.zfill(2), f"district{digits}", digits)
                    if digits
                    else (part,)
                ):
                    names.setdefault(key(parent + tail), unit.id)
    names[key(contest.nation)] = contest.nation
    return names


def _written(*texts: str) -> Iterable[str]:
    return (key(text) for text in texts if key(text))


def unit_of(contest: Contest) -> Callable[[str], str | None]:
    """Give the function from a place's text to the unit's id (None: no such unit)."""
    names = unit_names(contest)
    return lambda text: contest.nation if text == "--" else names.get(key(text))


def population_of(text: str) -> str | None:
    """`lv`, `rv`, `v` or `a`; None when the text is none of them."""
    return _POPULATION_BY_KEY.get(key(text))


def is_subgroup(text: str) -> bool:
    """Whether the text is a known population and something more: "LV-D", "Registered Voters - Democrat"."""
    head = re.split(r"[-–—:/(,]", text, maxsplit=1)[0]
    return population_of(text) is None and bool(key(head)) and population_of(head) is not None


def mode_of(text: str) -> str:
    """`live phone`, `ivr`, `online`, `text`, `mail`, `mixed` or `unknown`."""
    plain = " ".join(text.casefold().split())
    if plain in _UNSAID_MODES:
        return "unknown"
    # A text message that links to a web form is one mode, the invitation's.
    plain = re.sub(r"text[- ]to[- ]web", "text", plain)
    found = [name for name, pattern in _MODES if re.search(pattern, plain)]
    if len(found) > 1 or "mixed" in plain:
        return "mixed"
    return found[0] if found else "unknown"


def side_of(contest: Contest) -> Callable[[str], str | None]:
    """Give the function from a sponsor's side to the option's id (None: nobody's, or the file does not say whose)."""
    matcher = Matcher(contest)
    return lambda text: matcher.code(text, by_prefix=True)


def side_in_name(contest: Contest) -> Callable[[str], str | None]:
    """Give the function from a pollster's name to the option whose side paid: "PPP (D-Americans for Change)".

    A bare "(D)" says where a firm comes from, not who paid: it names no side.
    """
    matcher = Matcher(contest)

    def side(name: str) -> str | None:
        found = re.search(r"\((\w{1,3})\s*[-–—]", name)
        return matcher.code(found.group(1)) if found else None

    return side


def usual_spelling(names: pl.Series) -> pl.Series:
    """Pollsters' names with one space between words and one spelling for each: the commonest in the file."""
    tidy = names.str.replace_all(r"\s+", " ").str.strip_chars().alias("name")
    frame = pl.DataFrame({"name": tidy, "folded": tidy.str.to_lowercase()})
    usual = (
        frame.group_by("folded", "name")
        .len()
        .sort("folded", "len", "name", descending=[False, True, False])
        .unique("folded", keep="first", maintain_order=True)
        .select("folded", pl.col("name").alias("usual"))
    )
    return frame.join(usual, on="folded", how="left", maintain_order="left")["usual"].alias(names.name)
