"""Settings of the watch: whose campaign it is, and the assumptions of its own."""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from hustings.errors import ConfigError
from hustings.store.settings import read_section

LONGEST_NAME = 60


@dataclass(frozen=True)
class OwnAssumption:
    """An assumption of the campaign's own: a question of the interviews, or a query to the store.

    Parameters
    ----------
    name, claim, owner, action : str
    column : str
        A question of the interviews; the share that gives one of ``answers`` is watched.
    query : str
        SQL over the store (as of ``hustings sql``) with columns ``observed`` and, as it likes, ``day``, ``segment``, ``n``
        and ``expected``.
    kind : str
        Of a query: ``count``, ``value`` or ``rule``.
    expect : float
        What is claimed; for a column without it what was seen until the claim was registered. Of a rule the limit.
    tolerance : float
        How far it may lie off: a share, of a count a log ratio, of a value its standard deviation.
    direction : str
        Which side breaks it: ``below``, ``above`` or ``either``.
    """

    name: str = ""
    claim: str = ""
    column: str = ""
    answers: tuple[str, ...] = ()
    query: str = ""
    kind: str = ""
    expect: float | None = None
    tolerance: float = 0.03
    direction: str = "either"
    owner: str = "data director"
    action: str = ""


@dataclass(frozen=True)
class WatchSettings:
    """What the watch must know of the campaign."""

    option: str = ""
    party: str = ""
    new_since: str = ""
    poll_days: int = 14
    false_alarm_prob: float = 0.05
    assumption: tuple[OwnAssumption, ...] = ()


def read_watch(path: Path, found: dict[str, Any]) -> WatchSettings:
    """Read what the watch must know, and the campaign's own assumptions."""
    section = found.get("watch", {})
    own = section.pop("assumption", []) if isinstance(section, dict) else []
    settings: WatchSettings = read_section(path, found, "watch", WatchSettings)
    if not isinstance(own, list):
        raise ConfigError(
            f"{path}: watch.assumption is {own!r}, expected tables",
            hint="write [[watch.assumption]], with two brackets",
        )
    read = tuple(_assumption(path, one) for one in own)
    names = [one.name for one in read]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ConfigError(f"{path}: watch.assumption: the name {twice[0]!r} is given twice")
    if settings.poll_days < 1:
        raise ConfigError(f"{path}: watch.poll_days is {settings.poll_days}, expected 1 or more days")
    if not 0 < settings.false_alarm_prob < 1:
        raise ConfigError(f"{path}: watch.false_alarm_prob is {settings.false_alarm_prob}, expected between 0 and 1")
    if settings.new_since:
        try:
            dt.date.fromisoformat(settings.new_since)
        except ValueError:
            raise ConfigError(f"{path}: watch.new_since is {settings.new_since!r}, expected YYYY-MM-DD") from None
    return replace(settings, assumption=read)


def _assumption(path: Path, found: Any) -> OwnAssumption:  # noqa: ANN401 (TOML)
    """Read one assumption of the campaign's own."""
    if not isinstance(found, dict):
        raise ConfigError(f"{path}: watch.assumption is {found!r}, expected a table")
    found = dict(found)
    expect, answers = found.pop("expect", None), found.pop("answers", [])
    one: OwnAssumption = read_section(path, {"watch.assumption": found}, "watch.assumption", OwnAssumption)
    where = f"{path}: watch.assumption {one.name!r}"
    if expect is not None and (isinstance(expect, bool) or not isinstance(expect, (int, float))):
        raise ConfigError(f"{where}: expect is {expect!r}, expected a number")
    if not math.isfinite(one.tolerance if expect is None else one.tolerance + expect):
        raise ConfigError(f"{where}: expect {expect}, tolerance {one.tolerance} cannot be", hint="give finite numbers")
    if one.kind == "count" and expect is not None and expect <= 0:
        raise ConfigError(f"{where}: expect is {expect}, expected more than 0 of a count")
    if not isinstance(answers, list) or not all(isinstance(answer, str) for answer in answers):
        raise ConfigError(f"{where}: answers is {answers!r}, expected a list of texts")
    one = replace(one, expect=None if expect is None else float(expect), answers=tuple(answers))
    _check_words(where, one)
    _check_source(where, one)
    return one


def _check_words(where: str, one: OwnAssumption) -> None:
    # The name is a folder's.
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", one.name) or len(one.name) > LONGEST_NAME:
        raise ConfigError(
            f"{where}: expected a name of small letters, digits and dashes, of {LONGEST_NAME} at most",
            hint='name = "young-voters-answer"',
        )
    if not one.claim:
        raise ConfigError(f"{where}: claim is missing", hint="say in one sentence what is assumed")
    if one.direction not in {"below", "above", "either"}:
        raise ConfigError(f"{where}: direction is {one.direction!r}, expected below, above or either")


def _check_source(where: str, one: OwnAssumption) -> None:
    if bool(one.column) == bool(one.query):
        raise ConfigError(f"{where}: expected either column (a question of the interviews) or query (SQL)")
    if one.column and not one.answers:
        raise ConfigError(f"{where}: answers is missing", hint='which answers count: answers = ["yes"]')
    if one.query and one.kind not in {"count", "value", "rule"}:
        raise ConfigError(f"{where}: kind is {one.kind!r}, expected count, value or rule")
    if one.column and one.kind not in {"", "share"}:
        raise ConfigError(f"{where}: kind is {one.kind!r}; a question of the interviews is always a share")
    if one.tolerance < 0 or (one.column and one.expect is not None and not 0 <= one.expect <= 1):
        raise ConfigError(f"{where}: expect {one.expect}, tolerance {one.tolerance} cannot be", hint="shares are 0-1")
