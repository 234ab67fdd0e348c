"""The model's numbers and the files' columns, read from ``data`` once."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Party:
    """One party of the registration: its code, and what being in it says about support and turnout (logits)."""

    code: str
    name: str
    option: int | None
    support: float
    turnout: float
    share: float | None
    written: dict[str, str]
    """Layout -> how that layout writes it, where it differs from the code."""


@cache
def model() -> dict[str, Any]:
    """Everything in ``data/model.toml``; do not write into it."""
    text = (files("hustings.electorate.synthetic") / "data" / "model.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def columns(layout: str) -> tuple[str, ...]:
    """Columns of a raw file, in order, from ``data/columns.toml``."""
    text = (files("hustings.electorate.synthetic") / "data" / "columns.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text)[layout].split())


@cache
def parties() -> tuple[Party, ...]:
    """Parties in the order of their codes in a block."""
    return tuple(
        Party(p["code"], p["name"], p.get("option"), p["support"], p["turnout"], p.get("share"), p["written"])
        for p in model()["party"]
    )


def party_words(layout: str) -> dict[str, str]:
    """Code of each party -> how a layout writes it."""
    return {p.code: p.written.get(layout, p.code) for p in parties()}


def state_settings(state: str) -> dict[str, Any]:
    """Settings of one state: what is said of it over what is said of any."""
    table = model()["state"]
    return {**table["any"], **table.get(state, {})}


def numbers(*path: str) -> NDArray[np.float64]:
    """List of numbers at a path of the settings, as an array."""
    found: Any = model()
    for key in path:
        found = found[key]
    return np.asarray(found, dtype=float)
