"""From a contest's TOML to a :class:`Contest`, validated once, here."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections import Counter
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from hustings.contests.contest import Candidate, Contest, Option
from hustings.contests.document import Section, nearest
from hustings.contests.history import expected_votes_of, read_past
from hustings.contests.rules import RULES
from hustings.contests.units import read_units
from hustings.errors import ContestError

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable


class ContestLine(NamedTuple):
    """One line of the list of built-in contests."""

    name: str
    title: str
    date: dt.date
    rule: str


def load_contest(name_or_path: str | Path) -> Contest:
    """Read a contest, built in or from a TOML file.

    Parameters
    ----------
    name_or_path : str or Path
        Name of a built-in contest (see :func:`list_contests`), or path of a ``.toml`` file.

    Raises
    ------
    ContestError
        Unknown name, unreadable file, or a definition that contradicts itself; says where and what to do.

    Examples
    --------
    >>> contest = load_contest("us-president-2016")
    >>> contest.option_ids, sum(unit.seats for unit in contest.units)
    (('dem', 'rep'), 538)
    """
    path = Path(name_or_path)
    if path.suffix.lower() == ".toml":
        return parse_contest(_read_file(path), file=str(path), folder=path.parent)
    name = str(name_or_path)
    return parse_contest(contest_toml(name), file=f"{name}.toml", folder=None)


def list_contests() -> list[ContestLine]:
    """Name, title, date and rule of every built-in contest, sorted by name."""
    lines = []
    for name in _builtin_names():
        head = tomllib.loads(contest_toml(name))
        lines.append(ContestLine(name, head["title"], head["date"], head["rule"]))
    return lines


def contest_toml(name: str) -> str:
    """Text of a built-in contest, to read, copy and change.

    Raises
    ------
    ContestError
        There is no built-in contest of that name.
    """
    if name not in _builtin_names():
        near = nearest(name, _builtin_names())
        # Seventeen names on one line help nobody.
        hint = "`hustings contests` lists them" if near.startswith("known") else near
        hint += "; your own contest is given as the path of its .toml file"
        message = f"there is no built-in contest {name!r}"
        raise ContestError(message, hint=hint)
    return (_builtin_folder() / f"{name}.toml").read_text(encoding="utf-8")


def parse_contest(text: str, *, file: str = "contest.toml", folder: Path | None = None) -> Contest:
    """Read a contest from the text of its TOML.

    Parameters
    ----------
    text : str
        The TOML.
    file : str
        Name of the file, for messages.
    folder : Path or None
        Where files that the contest names are; None when it may name none.
    """
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = f"{file}: not valid TOML: {error}"
        raise ContestError(message, hint="text needs quotes, a date needs none: date = 2026-11-03") from error
    return build_contest(values, file=file, folder=folder)


def build_contest(values: dict[str, Any], *, file: str = "contest.toml", folder: Path | None = None) -> Contest:
    """Make a contest of a parsed document; arguments and errors as for :func:`parse_contest`."""
    top = Section(values, file)
    name, title = top.text("name"), top.text("title")
    date = top.take("date", dt.date, required=True)
    assert date is not None
    rule = _read_rule(top)
    nation = top.take("nation", str, "ALL") or "ALL"
    settings = _read_settings(top, rule)
    options = _read_options(top)
    units = read_units(top, date, nation)
    past = read_past(top, date, tuple(option.id for option in options), units, folder)
    top.close()
    RULES[rule].check(options=len(options), settings=settings, error=top.error)
    return Contest(
        name=name,
        title=title,
        date=date,
        rule=rule,
        nation=nation,
        options=options,
        units=expected_votes_of(units, past),
        past=past,
        rule_settings=settings,
    )


def _read_rule(top: Section) -> str:
    rule = top.text("rule")
    if rule not in RULES:
        raise top.error(f"there is no rule {rule!r}", nearest(rule, RULES))
    return rule


def _read_settings(top: Section, rule: str) -> dict[str, float | int | str]:
    """The rule's own settings: given ones over the rule's defaults, each of the default's type."""
    section = Section(top.take("rule_settings", dict, {}) or {}, top.file, "[rule_settings]")
    settings: dict[str, float | int | str] = {}
    for key, default in RULES[rule].defaults.items():
        value = section.take(key, type(default), default)
        settings[key] = default if value is None else value
    section.close()
    return settings


def _read_options(top: Section) -> tuple[Option, ...]:
    options = tuple(_read_option(section) for section in top.tables("option"))
    if len(options) < 2:
        raise top.error(f"{len(options)} option(s); expected two or more", "add [[option]] tables with id and label")
    _refuse_repeats(top, "option id", [option.id for option in options])
    # A name that stands for two options would credit a poll's answer to the wrong one.
    owner: dict[str, str] = {}
    for option in options:
        names = {option.id, option.label, *option.aliases}
        names |= {name for c in option.candidates for name in (c.name, *c.aliases)}
        for name in sorted(names):
            other = owner.setdefault(name.casefold(), option.id)
            if other != option.id:
                message = f"{name!r} stands for two options, {other!r} and {option.id!r}"
                raise top.error(message, "names and aliases are compared without letter case; keep it for one of them")
    return options


def _read_option(section: Section) -> Option:
    option_id = section.text("id")
    label = section.take("label", str, option_id) or option_id
    aliases = section.texts("aliases")
    candidates = []
    for one in section.tables("candidate"):
        candidates.append(Candidate(one.text("name"), one.texts("aliases"), one.take("since", dt.date)))
        one.close()
    section.close()
    if not option_id.replace("-", "").replace("_", "").isalnum():
        raise section.error(
            f"the id {option_id!r} is not usable", "use letters, digits, - and _: ids become column names"
        )
    return Option(option_id, label, aliases, tuple(candidates))


def _refuse_repeats(section: Section, what: str, ids: list[str]) -> None:
    for found, times in Counter(ids).items():
        if times > 1:
            raise section.error(f"the {what} {found!r} is there {times} times; expected once")


def _builtin_folder() -> Traversable:
    return files("hustings.contests") / "builtin"


def _builtin_names() -> list[str]:
    return sorted(
        entry.name.removesuffix(".toml") for entry in _builtin_folder().iterdir() if entry.name.endswith(".toml")
    )


def _read_file(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        message = f"{path}: there is no such file"
        raise ContestError(message, hint="`hustings contests` lists the built-in ones") from error
    except (OSError, UnicodeDecodeError) as error:
        message = f"{path}: cannot be read: {error}"
        raise ContestError(message, hint="a contest is a text file in UTF-8") from error
