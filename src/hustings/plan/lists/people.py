"""The voters of some units as a list sees them: household, scores as the own option's, and what may keep them off it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from hustings.contests import Contest
from hustings.electorate.query import Electorate
from hustings.electorate.query.where import parse
from hustings.errors import InputError, StoreError
from hustings.plan.lists.funnel import is_in
from hustings.plan.lists.signals import Signals
from hustings.plan.race import Race
from hustings.scores.persuasion.holdout import home_of

NOT_VOTERS = ("removed", "denied", "pending", "cancelled")
ADULT = 18
EFFECT_OF = {"persuasion": "persuasion_effect", "gotv": "mobilisation_effect"}
COLUMNS = ("state", "household_id", "birth_year", "status", "county", "precinct", "party", "sex", "source")
ON_ANOTHER = "on another locked list"
CONFIDENTIAL = ("confidential", "exempt")


@dataclass(frozen=True)
class People:
    """Voters on file.

    Attributes
    ----------
    rows : pl.DataFrame
        ``voter_id``, ``unit``, ``state``, ``home`` (null: no address), the columns of :data:`COLUMNS`, ``turnout_prob``,
        ``support_prob`` (own option), ``lead``, and ``own_effect`` where the campaign has effects by voter.
    gone : int
        Voters who were in an earlier file and are not in the last.
    confidential : int
        Confidential records of the last files: never stored.
    own_effects : bool
        Whether there are effects by voter.
    notes : tuple of str
    """

    rows: pl.DataFrame
    gone: int
    confidential: int
    own_effects: bool
    notes: tuple[str, ...] = ()


def units_on_file(electorate: Electorate, contest: Contest, asked: Sequence[str]) -> list[str]:
    """Units to cut a list in: those asked for, or all with voters on file.

    Raises
    ------
    InputError
        A unit is none of the contest's, or has no voters on file.
    """
    stored = electorate.words.manifest.states
    known = [unit for unit in contest.unit_ids if unit in stored]
    for unit in asked:
        if unit not in contest.unit_ids:
            near = ", ".join(known) or ", ".join(contest.unit_ids[:8])
            raise InputError(f"{unit!r} is no unit of {contest.title}", hint=f"units with voters on file: {near}")
        if unit not in stored:
            raise InputError(
                f"no voters of {unit} are on file",
                hint=f"on file: {', '.join(known) or 'none'}; load its voter file: hustings load voters FILE",
            )
    if not known:
        raise InputError(
            f"no voters of a unit of {contest.title} are on file",
            hint=f"on file: {', '.join(stored) or 'nobody'}; hustings load voters FILE",
        )
    return list(dict.fromkeys(asked)) or known


def read_people(electorate: Electorate, race: Race, units: Sequence[str], universe: str, where: str | None) -> People:
    """Read the voters of some units, with their scores.

    Parameters
    ----------
    electorate : Electorate
    race : Race
        Whose own option it is.
    units : sequence of str
        With voters on file.
    universe : str
        As in ``plan.lists.gains.UNIVERSES``.
    where : str, optional
        A condition.

    Raises
    ------
    InputError
        The condition cannot be read.
    StoreError
        Voters have no scores of turnout or support, or older ones than the voters.
    """
    words = electorate.words
    supports = support_columns(race.contest)
    lacking = [name for name in ("turnout_prob", *supports.values()) if name and name not in words.sidecar_columns]
    if lacking:
        raise StoreError(
            f"voters have no {lacking[0]}: nobody knows whom to choose",
            hint="hustings fit turnout, hustings fit support, hustings score; or the night: hustings run",
        )
    effect = EFFECT_OF[universe]
    own = effect in words.sidecar_columns
    parse(where, words)
    scores = [name for name in ("turnout_prob", *supports.values(), *([effect] if own else [])) if name]
    condition = in_units(units, where)
    rows = electorate.attributes([*COLUMNS, *scores], condition)
    everybody = electorate.count([], condition, gone=True)["voters"][0]
    notes: tuple[str, ...] = ()
    rows = rows.with_columns(home_of().alias("home"), unit=pl.col("state").cast(pl.String)).with_columns(
        of_option(race, supports)
    )
    if own:
        sign = effect_sign(race, universe)
        own = sign is not None
        if sign is None:
            notes = (f"The scores' {effect} is of the option {race.contest.option_ids[0]}, not ours: left aside.",)
        else:
            rows = rows.with_columns(own_effect=sign * pl.col(effect).cast(pl.Float64))
    return People(rows, int(everybody) - rows.height, confidential(electorate, units), own, notes)


def homes_of(electorate: Electorate, units: Sequence[str]) -> pl.DataFrame:
    """Everybody's household: ``voter_id``, ``home``."""
    rows = electorate.attributes(["state", "household_id"], in_units(units, None))
    return rows.select("voter_id", home=home_of())


def in_units(units: Sequence[str], where: str | None) -> str:
    """Join a condition and some states."""
    states = ", ".join(f"'{unit}'" for unit in units)
    return f"state in ({states})" + (f" and ({where})" if where else "")


def support_columns(contest: Contest) -> dict[str, str]:
    """Option -> column of its support; empty for the second of two, who has what the first has not."""
    ids = contest.option_ids
    if len(ids) == 2:
        return {ids[0]: "support_prob", ids[1]: ""}
    return {option: f"support_{option}_prob" for option in ids}


def of_option(race: Race, supports: Mapping[str, str]) -> list[pl.Expr]:
    """Support for the own option, and its lead over the strongest rival of the voter's unit."""
    ids = race.contest.option_ids
    first = pl.col(supports[ids[0]]).cast(pl.Float64)
    columns = [first if k == 0 else 1.0 - first for k in range(2)]
    if len(ids) > 2:
        columns = [pl.col(supports[option]).cast(pl.Float64) for option in ids]
    own, rivals = columns[race.own], [column for k, column in enumerate(columns) if k != race.own]
    strongest = dict(zip(race.units, race.shares[:, 1:].argmax(axis=1).tolist(), strict=True))
    rival = rivals[0]
    for k, other in enumerate(rivals[1:], start=1):
        here = [unit for unit, place in strongest.items() if place == k]
        rival = pl.when(pl.col("unit").is_in(here)).then(other).otherwise(rival)
    return [own.alias("support_prob"), (own - rival).alias("lead"), pl.col("turnout_prob").cast(pl.Float64)]


def effect_sign(race: Race, universe: str) -> float | None:
    """What turns an effect on the contest's first option into one on ours; None where nothing does."""
    if universe == "gotv" or race.own == 0:
        return 1.0
    return -1.0 if len(race.contest.option_ids) == 2 else None


def confidential(electorate: Electorate, units: Sequence[str]) -> int:
    """Confidential records in the file from which each unit's voters were last loaded."""
    snapshots, states = electorate.words.snapshots, electorate.words.manifest.states
    last = electorate.words.manifest.number
    dates = {unit: states[unit].file_date for unit in units}
    numbers = {file.number for unit in units for file in (states[unit].base, states[unit].delta) if file is not None}
    found = 0
    for manifest in snapshots.all():
        load = manifest.load
        if manifest.number > last or manifest.number not in numbers or load.get("what") != "voters":
            continue
        if load.get("file_date") in dates.values():
            dropped = load["report"].get("dropped", {})
            found += sum(n for reason, n in dropped.items() if reason.startswith(CONFIDENTIAL))
    return found


def suppressions(
    signals: Signals, channel: str, election_year: int, *, rest_days: int, again: bool
) -> dict[str, pl.Expr]:
    """Reasons to leave a voter in peace, in the order in which they are counted.

    Parameters
    ----------
    signals : Signals
    channel : str
        For words.
    election_year : int
    rest_days : int
    again : bool
        Whether voters whom another list contacts may be contacted by this one too. Whom one holds out may never.
    """
    recent = {f"contacted in the last {rest_days} days": is_in("voter_id", signals.recent)} if rest_days else {}
    listed = {} if again else {ON_ANOTHER: is_in("voter_id", signals.listed)}
    homes = {"lives with somebody held out": is_in("home", signals.held_homes)} if len(signals.held_homes) else {}
    return {
        "no voter any more": pl.col("status").cast(pl.String).is_in(NOT_VOTERS),
        "deceased": is_in("voter_id", signals.deceased),
        "moved away": is_in("voter_id", signals.moved),
        "asked not to be contacted": is_in("voter_id", signals.refused),
        "ballot is in": is_in("voter_id", signals.voted),
        **recent,
        "held out of another list": is_in("voter_id", signals.held_out),
        **homes,
        **listed,
        "under 18 on election day": (election_year - pl.col("birth_year").cast(pl.Int32)) < ADULT,
        f"no address or number for {channel}": is_in("voter_id", signals.unreachable)
        | (pl.col("home").is_null() if channel in {"door", "mail", "leaflet"} else pl.lit(value=False)),
    }


def unit_margins(race: Race, units: Sequence[str], n_draws: int = 4000) -> np.ndarray:
    """Joint draws of the own lead over the strongest rival, (draw, unit), shares."""
    from hustings.plan.race import own_shares

    places = [race.units.index(unit) for unit in units]
    shares = own_shares(race.thinned(n_draws).draws[:, places])
    return np.asarray(shares[:, :, 0] - shares[:, :, 1:].max(axis=2), dtype=np.float64)
