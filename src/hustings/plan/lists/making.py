"""A list from what was asked to its files: nothing is locked before all that can be refused has been looked at."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl

from hustings.electorate.query import Electorate
from hustings.errors import ConfigError, HustingsError
from hustings.plan.lists.accounting import Listed, describe, write_expectation
from hustings.plan.lists.asking import Asked
from hustings.plan.lists.cutting import Drafted, draft, draw_within, nothing_expected
from hustings.plan.lists.expecting import draw_errors
from hustings.plan.lists.files import write_files
from hustings.plan.lists.funnel import sift
from hustings.plan.lists.order import Order, order_of, reminding, turnout_sds
from hustings.plan.lists.people import People, homes_of, read_people, suppressions, unit_margins, units_on_file
from hustings.plan.lists.reaching import NUMBERED, read_crosswalks, without_number
from hustings.plan.lists.signals import gather
from hustings.plan.race import Race
from hustings.scores.persuasion import lock_list
from hustings.scores.persuasion.lists import LISTS_FOLDER
from hustings.store.vault import Vault

POST_DAYS = 4
"""Days that letters take, printing and all, at the least. Chosen."""


@dataclass(frozen=True)
class Made:
    """A list that was cut.

    Attributes
    ----------
    listed : Listed
    order : Order
    files : tuple of Path
    notes : tuple of str
        What must be said.
    confidential : int
        Records of the voter files that never came in.
    kept : bool
        Whether it was locked before.
    """

    listed: Listed
    order: Order
    files: tuple[Path, ...]
    notes: tuple[str, ...]
    confidential: int
    kept: bool


def make_list(
    asked: Asked, race: Race, electorate: Electorate, folder: Path, vault: Vault | None, out: Path | None = None
) -> Made:
    """Cut a list, draw and lock its hold-out, write down what is expected, and write whom to contact.

    Parameters
    ----------
    asked : Asked
        As ``plan.lists.asking.checked`` gives it.
    race : Race
    electorate : Electorate
    folder : Path
        The campaign's.
    vault : Vault or None
        Needed by forms and channels with names or numbers.
    out : Path, optional
        Files go to a folder of the list's name in it; beside the lock without.

    Raises
    ------
    HustingsError
        As the steps say. What is refused before the lock leaves no trace.
    """
    units = units_on_file(electorate, race.contest, asked.states)
    people = read_people(electorate, race, units, asked.universe, asked.where)
    order = order_of(asked, race, units, folder, own_effects=people.own_effects)
    reasons = reasons_of(asked, race, electorate, people, folder, vault, units)
    if not order.own_effects and order.effect.mean <= 0.0:
        other = reminding(asked, order, race, folder)
        raise nothing_expected(order, _draft_or_none(people, other, reasons))
    drafted, drawn = draw_within(people.rows, order, reasons, gone=people.gone)
    crosswalks = None if vault is None else read_crosswalks(asked.crosswalks or {}, vault)
    home = folder / LISTS_FOLDER / asked.name
    place = home if out is None else _place(out / asked.name)
    cut = lock_list(drawn, home)
    sds = turnout_sds(folder, race.as_of)
    errors = draw_errors(unit_margins(race, units), *sds, np.random.default_rng(cut.seed))
    listed = describe(drafted, order, cut, errors)
    new = write_expectation(listed, home)
    files, notes = write_files(asked, listed, electorate, vault, race, place, crosswalks=crosswalks)
    said = (*people.notes, *notes, *_channel_notes(order))
    return Made(listed, order, tuple(files), said, people.confidential, kept=not new)


def _draft_or_none(people: People, order: Order | None, reasons: dict[str, pl.Expr]) -> Drafted | None:
    if order is None:
        return None
    try:
        return draft(people.rows, order, reasons, gone=people.gone)
    except HustingsError:
        return None


def _place(place: Path) -> Path:
    """Make the folder of the files before anything is locked."""
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as err:
        raise ConfigError(
            f"--out: the folder {place} cannot be made: {err.strerror}", hint="name a folder that can be written"
        ) from err
    return place


def _channel_notes(order: Order) -> list[str]:
    days = (order.election - order.day).days
    notes = []
    if order.channel == "text":
        notes.append("who agreed to texts is in no file here: send to nobody else")
    if order.channel == "mail" and days < POST_DAYS:
        notes.append(f"letters take about {POST_DAYS} days, and the election is in {days}")
    return notes


def reasons_of(
    asked: Asked,
    race: Race,
    electorate: Electorate,
    people: People,
    folder: Path,
    vault: Vault | None,
    units: list[str],
) -> dict[str, pl.Expr]:
    """Whom to leave in peace; numbers are looked up of those alone whom nothing else keeps off the list."""
    election = race.contest.date
    signals = gather(electorate, folder, asked.channel, election, rest_days=asked.rest_days, name=asked.name)
    if asked.per_household and len(signals.held_out):
        # A knock or a letter reaches all who live there.
        rows = people.rows if asked.where is None else homes_of(electorate, units)
        held, kept = (
            rows.filter(pl.col("voter_id").is_in(voters.implode()))["home"].drop_nulls().unique()
            for voters in (signals.held_out, signals.kept)
        )
        signals = replace(signals, held_homes=held.filter(~held.is_in(kept.implode())))

    def reasons() -> dict[str, pl.Expr]:
        return suppressions(signals, asked.channel, election.year, rest_days=asked.rest_days, again=asked.again)

    if asked.channel in NUMBERED and vault is not None:
        free, _ = sift(people.rows, reasons())
        none, barred = without_number(electorate, free["voter_id"], vault, units, asked.channel, folder)
        signals = replace(
            signals,
            unreachable=pl.concat([signals.unreachable, none]),
            refused=pl.concat([signals.refused, barred]),
        )
    return reasons()
