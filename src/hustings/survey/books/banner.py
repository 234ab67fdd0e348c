"""The columns of a book: groups of respondents by an answer or several, by what the voter file says, or by two of these crossed."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.errors import ConfigError
from hustings.facts import states
from hustings.survey.codebook import Codebook, Item

Flags = NDArray[np.bool_]

FILE_TITLES = {
    "file_state": "State",
    "file_congressional_district": "District",
    "file_sex": "Sex (voter file)",
    "file_age_band": "Age (voter file)",
    "file_race": "Race (voter file)",
    "file_party": "Party registration",
    "file_history": "Generals voted in, of four",
    "file_tenure": "Registered since",
    "mode": "Mode",
    "region": "Region",
    "age_group": "Age",
}
AGE_BANDS = ((0, "18-29"), (30, "30-44"), (45, "45-64"), (65, "65+"))
MOST_STATES = 12
"""With more states a book shows regions."""
MOST_COLUMNS = 60
TOTAL, FILE = "total", "file_"
TENURES = ["new", "1-4 years", "5-9 years", "10+ years"]


@dataclass(frozen=True)
class Banner:
    """One banner.

    Parameters
    ----------
    name : str
        As it was asked for: ``sex*age``.
    title : str
        For people.
    columns : tuple of (str, str)
        Code and label of each group.
    groups : (respondent, column) bool array
        Who is in which.
    """

    name: str
    title: str
    columns: tuple[tuple[str, str], ...]
    groups: Flags


@dataclass(frozen=True)
class _Variable:
    """A variable that can make columns: its groups' codes and labels, and who is in which."""

    title: str
    labels: dict[str, str]
    flags: Flags


def standard_banners(table: pl.DataFrame, book: Codebook) -> list[str]:
    """Banners of a book unless told otherwise: vote, party, sex by age, race, education, place, mode, turnout record, tenure."""
    roles = {
        role: items[0].name
        for role in ("vote", "party_id", "sex", "age", "race", "education", "state")
        if (items := _closed(book, role))
    }
    sex = roles.get("sex") or _known(table, "file_sex")
    age = _age_name(table, book)
    race = roles.get("race") or _known(table, "file_race")
    place = roles.get("state") or _known(table, "file_state")
    wanted = [
        roles.get("vote"),
        roles.get("party_id") or _known(table, "file_party"),
        sex,
        age,
        f"{sex}*{age}" if sex and age else None,
        race,
        f"{race}*{roles['education']}" if race and "education" in roles else roles.get("education"),
        "region" if place and table[place].n_unique() > MOST_STATES else place,
        "mode",
        _known(table, "file_history"),
        _known(table, "file_tenure"),
    ]
    names = [name for name in dict.fromkeys(wanted) if name]
    return [name for name in names if len(make_banner(table, book, name).columns) > 1]


def _closed(book: Codebook, role: str) -> list[Item]:
    return [item for item in book.with_role(role) if item.kind in {"single", "scale"}]


def _known(table: pl.DataFrame, name: str) -> str | None:
    """A column that says something of somebody."""
    return name if name in table.columns and table[name].null_count() < table.height else None


def _age_name(table: pl.DataFrame, book: Codebook) -> str | None:
    asked = _closed(book, "age")
    if asked:
        return asked[0].name
    numeric = [item for item in book.with_role("age") if item.kind == "numeric"]
    return "age_group" if numeric or _known(table, "file_age") else None


def make_banners(table: pl.DataFrame, book: Codebook, names: Sequence[str]) -> list[Banner]:
    """Make banners by name: a question, a column of the voter file, ``mode``, ``region``, ``age_group``, or ``a*b``.

    A question with several answers makes columns that share people. A name that comes twice makes one banner.

    Raises
    ------
    ConfigError
        There is no such variable, nobody is in any of its groups, or it would make too many columns.
    """
    banners = [make_banner(table, book, name) for name in dict.fromkeys(names)]
    for banner in banners:
        if not banner.columns:
            raise ConfigError(
                f"banner {banner.name!r} has no column: nobody is in any of its groups", hint="leave it out"
            )
    return banners


def make_banner(table: pl.DataFrame, book: Codebook, name: str) -> Banner:
    """Make one banner; groups nobody is in are left out."""
    parts = [_variable(table, book, part.strip()) for part in name.split("*")]
    codes, labels, flags = _crossed(parts, table.height)
    there = np.flatnonzero(flags.any(axis=0))
    if len(there) > MOST_COLUMNS:
        raise ConfigError(
            f"banner {name!r} would have {len(there)} columns, at most {MOST_COLUMNS} are readable",
            hint="use region for states, or age_group for ages",
        )
    twice = {label for label, n in Counter(labels).items() if n > 1}
    shown = [f"{label} ({code})" if label in twice else label for code, label in zip(codes, labels, strict=True)]
    columns = tuple((codes[k], shown[k]) for k in there)
    return Banner(name, " by ".join(part.title for part in parts), columns, flags[:, there])


def _crossed(parts: Sequence[_Variable], n: int) -> tuple[list[str], list[str], Flags]:
    """Codes, labels and members of all combinations, the first variable slowest."""
    codes, labels, flags = [""], [""], np.ones((n, 1), dtype=np.bool_)
    for k, part in enumerate(parts):
        pairs = list(part.labels.items())
        codes, labels = (
            [f"{head}{'*' if k else ''}{code}" for head in codes for code, _ in pairs],
            [f"{head}{', ' if k else ''}{label}" for head in labels for _, label in pairs],
        )
        flags = (flags[:, :, None] & part.flags[:, None, :]).reshape(n, -1)
    return codes, labels, flags


def _made(title: str, values: pl.Series, labels: dict[str, str]) -> _Variable:
    """A variable from one value a respondent, or a list of them."""
    several = isinstance(values.dtype, pl.List)
    members = [values.list.contains(code) if several else values == code for code in labels]
    flags = [one.fill_null(value=False).to_numpy() for one in members]
    return _Variable(title, labels, np.stack(flags, axis=1) if flags else np.zeros((len(values), 0), dtype=np.bool_))


def _variable(table: pl.DataFrame, book: Codebook, name: str) -> _Variable:
    """Find what makes the columns."""
    item = book.by_name.get(name)
    if item is not None and item.kind in {"single", "scale", "multiple"} and name != TOTAL:
        labels = {choice.code: choice.label for choice in item.choices}
        return _made(item.wording if len(item.wording) < 40 else name, table[name], labels)
    if name == "region":
        return _region(table, book)
    if name == "age_group":
        return _age_group(table, book)
    column = name if name in table.columns else f"{FILE}{name}"
    if column in FILE_TITLES and column in table.columns:
        values = table[column].cast(pl.String)
        found = values.drop_nulls().unique().sort().to_list()
        ordered = TENURES if column == "file_tenure" else found
        return _made(FILE_TITLES[column], values, {value: value for value in ordered if value in found})
    if item is not None:
        said = "is taken for the column of everybody" if name == TOTAL else f"is a question of kind {item.kind}"
        raise ConfigError(f"{name!r} makes no columns: it {said}", hint="for ages take age_group")
    known = [*book.by_name, *(one for one in FILE_TITLES if one in table.columns), "region", "age_group"]
    near = difflib.get_close_matches(name, known, n=1)
    raise ConfigError(
        f"there is no banner {name!r}", hint=f"did you mean {near[0]}?" if near else f"known: {', '.join(known[:20])}"
    )


def _region(table: pl.DataFrame, book: Codebook) -> _Variable:
    """Census regions of the states people live in."""
    asked = _closed(book, "state")
    place = asked[0].name if asked else "file_state"
    of = dict(states().filter(pl.col("unit") == pl.col("state")).select("state", "census_region").iter_rows())
    values = table[place].cast(pl.String).replace_strict(of, default=None, return_dtype=pl.String)
    found = values.drop_nulls().unique().sort().to_list()
    return _made(FILE_TITLES["region"], values, {value: value for value in found})


def _age_group(table: pl.DataFrame, book: Codebook) -> _Variable:
    """Age in four groups: as said, or else by the voter file."""
    numeric = [item.name for item in book.with_role("age") if item.kind == "numeric" and item.name in table.columns]
    ages = [table[name].cast(pl.Float64) for name in (*numeric, "file_age") if name in table.columns]
    if not ages:
        raise ConfigError("nobody's age is known, by answer or voter file", hint="leave age_group out")
    age = pl.coalesce(ages)
    bands = [pl.when(age >= cut).then(pl.lit(label)) for cut, label in reversed(AGE_BANDS)]
    values = pl.select(pl.coalesce(bands)).to_series()
    return _made(FILE_TITLES["age_group"], values, {label: label for _, label in AGE_BANDS})
