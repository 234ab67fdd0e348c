"""Names to draw from, with how common each is, by sex, birth cohort and origin."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

COHORT_YEARS = (1956, 1986)
"""First birth years of the middle and the young cohort."""
ORIGINS = ("general", "hispanic", "asian")
ZIPF_GIVEN, ZIPF_FAMILY = 0.55, 0.75


@dataclass(frozen=True)
class Pool:
    """All names of one kind, and for each group the codes to draw and their cumulative weights."""

    names: pl.Series
    groups: dict[str, tuple[NDArray[np.int32], NDArray[np.float64]]]

    def draw(self, rng: np.random.Generator, group: NDArray[Any]) -> NDArray[np.int32]:
        """Codes of names, one for each entry of `group` (numbers into the order of `groups`)."""
        out = np.zeros(len(group), np.int32)
        u = rng.random(len(group))
        for k, (codes, cumulative) in enumerate(self.groups.values()):
            mine = group == k
            if mine.any():
                out[mine] = codes[np.searchsorted(cumulative, u[mine], side="right")]
        return out


def _lists() -> dict[str, Any]:
    """Read the lists."""
    text = (files("hustings.electorate.synthetic") / "data" / "names.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _pool(groups: dict[str, list[str]], power: float, extra: tuple[str, ...] = ()) -> Pool:
    """Number all names and weigh each group's by rank to the minus `power`."""
    names = list(dict.fromkeys([name for group in groups.values() for name in group] + list(extra)))
    place = {name: k for k, name in enumerate(names)}
    made = {}
    for key, group in groups.items():
        unique = list(dict.fromkeys(group))
        weight = np.arange(1, len(unique) + 1, dtype=float) ** -power
        cumulative = np.cumsum(weight / weight.sum())
        cumulative[-1] = 1.0
        made[key] = (np.array([place[name] for name in unique], np.int32), cumulative)
    return Pool(pl.Series("name", names), made)


@cache
def given_names() -> Pool:
    """Given names; group number = (origin * 3 + cohort) * 2 + (1 for men)."""
    given = _lists()["given"]
    groups = {
        f"{origin} {cohort} {sex}": (given[sex][cohort] if origin == "general" else given[origin][sex]).split()
        for origin in ORIGINS
        for cohort in ("old", "middle", "young")
        for sex in ("F", "M")
    }
    return _pool(groups, ZIPF_GIVEN, tuple(_lists()["nicknames"]))


@cache
def family_names() -> Pool:
    """Family names; group number = that of the origin."""
    family = _lists()["family"]
    halves = [a + b for a in family["first_half"].split() for b in family["second_half"].split()]
    general = family["general"].split() + halves
    return _pool({"general": general, **{o: family[o].split() for o in ORIGINS[1:]}}, ZIPF_FAMILY)


@cache
def nickname_of() -> NDArray[np.int32]:
    """Code of a given name -> code of a nickname of it; itself where there is none."""
    pool = given_names().names
    place = {name: k for k, name in enumerate(pool.to_list())}
    codes = np.arange(len(pool), dtype=np.int32)
    for short, long in reversed(_lists()["nicknames"].items()):
        if long in place:
            codes[place[long]] = place[short]
    return codes


@cache
def streets() -> pl.Series:
    """Street names with their types, as text: number = name * n_types + type."""
    places = _lists()["places"]
    return pl.Series([f"{n} {t}" for n in places["streets"].split() for t in places["street_types"].split()])


@cache
def towns() -> pl.Series:
    """Names of towns."""
    places = _lists()["places"]
    made = [a + b for b in places["town_second"].split() for a in places["town_first"].split()]
    # Neighbouring numbers shall not be namesakes: walk the list in large steps.
    step = 389
    return pl.Series([made[k * step % len(made)] for k in range(len(made))])
