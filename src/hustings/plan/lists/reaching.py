"""What a list needs of the vault: who they are, their numbers, and their ids in the field tool."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from hustings.electorate.identities import IDENTITY_COLUMNS, voter_ids
from hustings.electorate.query import Electorate
from hustings.electorate.query.identities import identities_of
from hustings.errors import InputError
from hustings.facts import calling_hours, time_zones
from hustings.plan.lists.people import in_units
from hustings.plan.lists.signals import SURVEYS
from hustings.store.vault import Vault
from hustings.survey.fieldwork.optouts import OptOuts
from hustings.survey.fieldwork.phones import read_phones

NUMBERED = ("phone", "phone_paid", "text")
"""Channels that need a number."""
LAST_ELECTIONS = 6
"""Elections of a voter's history on paper. Chosen."""
_VAN_LAYOUT = "van-person"


def with_identities(electorate: Electorate, rows: pl.DataFrame, vault: Vault, units: Sequence[str]) -> pl.DataFrame:
    """Add who voters are, from the vault."""
    known = identities_of(electorate, rows["voter_id"], vault, states=units)
    return rows.with_columns(known.select(IDENTITY_COLUMNS))


def numbers(rows: pl.DataFrame, channel: str) -> pl.Series:
    """Numbers that a channel can use, E.164; null where there is none. Texts go to mobile phones alone."""
    mobile = read_phones(rows["cell_phone"])["e164"]
    return mobile if channel == "text" else read_phones(rows["phone"])["e164"].fill_null(mobile)


def without_number(
    electorate: Electorate, voters: pl.Series, vault: Vault, units: Sequence[str], channel: str, campaign: Path
) -> tuple[pl.Series, pl.Series]:
    """Of some voters, those whom no number of the channel reaches, and those whose number is on the do-not-call list."""
    known = identities_of(electorate, voters, vault, states=units)
    e164 = numbers(known, channel)
    out = OptOuts(campaign / SURVEYS, vault)
    blocked = out.phones()
    barred = out.phone_keys(e164).is_in(blocked.implode()) if len(blocked) else pl.repeat(False, len(e164), eager=True)  # noqa: FBT003 (polars)
    return known["voter_id"].filter(e164.is_null()), known["voter_id"].filter(barred.fill_null(value=False))


def with_votes(electorate: Electorate, rows: pl.DataFrame, units: Sequence[str]) -> pl.DataFrame:
    """Add ``voted_in``: in which of their state's last elections voters cast a ballot, latest first: ``G14 P14``; null: none.

    A letter for the kind of election, two digits for the year. That somebody voted is public; for whom is in no file.
    """
    days = last_elections(electorate, units)
    if not days:
        return rows.with_columns(voted_in=pl.lit(None, pl.String))
    asked = {day: f"voted('{day}')" for day in sorted({day for own in days.values() for day in own}, reverse=True)}
    votes = electorate.attributes(["state", *asked.values()], in_units(units, None))
    said = []
    for day, column in asked.items():
        for unit in units:
            if label := days.get(unit, {}).get(day):
                here = (pl.col("state").cast(pl.String) == unit) & pl.col(column).cast(pl.Boolean)
                said.append(pl.when(here).then(pl.lit(label)))
    text = pl.concat_str(said, separator=" ", ignore_nulls=True)
    found = votes.select("voter_id", voted_in=pl.when(text != "").then(text))
    return rows.join(found, on="voter_id", how="left", maintain_order="left")


def last_elections(
    electorate: Electorate, units: Sequence[str], most: int = LAST_ELECTIONS
) -> dict[str, dict[str, str]]:
    """State -> day -> label of the last elections in its history before the electorate's day."""
    states, found = electorate.words.manifest.states, {}
    for unit in units:
        past = {one.date: one.kind for one in states[unit].elections if one.date < electorate.as_of.isoformat()}
        if past:
            found[unit] = {day: f"{past[day][:1].upper()}{day[2:4]}" for day in sorted(past)[-most:]}
    return found


def van_ids(rows: pl.DataFrame, crosswalks: pl.DataFrame | None) -> tuple[pl.DataFrame, str]:
    """Add ``van_id``, where the campaign can know it, and say where it is from.

    The store keeps other systems' ids as keyed pseudonyms that lead back to nobody: they come from the crosswalk file that
    was loaded, or from people who were loaded from VAN itself.

    Parameters
    ----------
    rows : pl.DataFrame
        With identities, ``state`` and ``source``.
    crosswalks : pl.DataFrame or None
        As :func:`read_crosswalks`.
    """
    own = rows["source"].cast(pl.String) == _VAN_LAYOUT
    if rows.height and own.all():
        return rows.with_columns(van_id="vendor_id"), ""
    if crosswalks is None:
        return rows, "no VAN ids: the first column is the state's own id (give --crosswalk FILE for VAN's)"
    found = rows.join(crosswalks, on="voter_id", how="left", maintain_order="left")
    lacking = found["van_id"].null_count()
    found = found.filter(pl.col("van_id").is_not_null())
    return found, f"{lacking:,} voters have no VAN id in the crosswalk and are not in VAN's files" if lacking else ""


def read_crosswalks(files: Mapping[str, Path], vault: Vault) -> pl.DataFrame | None:
    """Read VAN's ids: ``voter_id``, ``van_id``; None where there is no file.

    Parameters
    ----------
    files : mapping of str to Path
        State -> file: VAN's id, the state's own.
    vault : Vault

    Raises
    ------
    InputError
        One cannot be read.
    """
    if not files:
        return None
    return pl.concat([_crosswalk(file, state, vault) for state, file in files.items()]).unique("voter_id")


def _crosswalk(file: Path, state: str, vault: Vault) -> pl.DataFrame:
    try:
        rows = pl.read_csv(file, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError) as err:
        raise InputError(
            str(err).splitlines()[0], file=file, hint="expected CSV: VAN's id, the state's own id"
        ) from err
    if rows.width != 2:
        raise InputError(f"found {rows.width} columns, expected two: VAN's id and the state's own", file=file, row=1)
    van, own = (rows[name].str.strip_chars() for name in rows.columns)
    return pl.DataFrame({"voter_id": voter_ids(vault, state, own), "van_id": van}).drop_nulls()


def hours(states: Sequence[str]) -> pl.DataFrame:
    """Local hours in which each state may be called: ``state``, ``call_from``, ``call_until``, ``time_zones``."""
    table = calling_hours()
    zones = time_zones().group_by("state").agg(time_zones=pl.col("zone").unique(maintain_order=True).str.join("; "))
    every = table.filter(pl.col("state") == "any").row(0, named=True)
    rows = pl.DataFrame({"state": list(states)}, schema={"state": pl.String})
    found = rows.join(table.select("state", call_from="first", call_until="last"), on="state", how="left")
    return found.with_columns(
        pl.col("call_from").fill_null(every["first"]), pl.col("call_until").fill_null(every["last"])
    ).join(zones, on="state", how="left", maintain_order="left")
