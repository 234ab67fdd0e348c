"""One voter: all that is known."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import polars as pl

from hustings.electorate.identities import voter_ids
from hustings.electorate.query.decode import decode_rows
from hustings.electorate.query.electorate import Electorate
from hustings.electorate.query.vocabulary import HIDDEN
from hustings.electorate.state import StateReader
from hustings.errors import InputError
from hustings.store.vault import Vault
from hustings.tables import VOTERS

LOGS = {"contacts": "contacted_on", "early_votes": "requested_on"}


def show_voter(electorate: Electorate, name: str, *, vault: Vault) -> dict[str, Any]:
    """Give all that is known of one voter.

    Parameters
    ----------
    electorate : Electorate
        The electorate as of a day.
    name : str
        ``STATE-ID``, the id as the state writes it, or a pseudonym (a number).
    vault : Vault
        The opened vault.

    Returns
    -------
    dict
        ``voter`` (columns of the voters table), ``identity``, ``elections``, ``contacts``, ``early_votes``, ``household``
        (pseudonyms of others at the address), ``provenance`` (of vendors' attributes: observed or modelled).

    Raises
    ------
    InputError
        No such voter is stored.
    """
    words = electorate.words
    states = words.manifest.states
    match = re.fullmatch(r"([A-Z]{2})-(.+)", name)
    if match is None and not name.isdigit():
        raise InputError(f"{name!r} names no voter", hint="STATE-ID, for example NC-BY123456, or a voter_id")
    asked = (
        {match[1]: voter_ids(vault, match[1], pl.Series([match[2]]))[0]} if match else dict.fromkeys(states, int(name))
    )
    for state, voter_id in asked.items():
        if state not in states:
            raise InputError(f"no voters of {state} are stored", hint="stored: " + ", ".join(states))
        reader = StateReader(words.snapshots, states[state])
        found = reader.lazy().filter(pl.col("voter_id") == voter_id).collect(engine="streaming")
        if found.height:
            return _all_of(electorate, reader, found, vault)
    raise InputError(f"{name} is not stored as of {electorate.as_of}", hint="is the id complete, with leading zeros?")


def _all_of(electorate: Electorate, reader: StateReader, row: pl.DataFrame, vault: Vault) -> dict[str, Any]:
    """Collect everything about a row."""
    words, voter_id, slot = electorate.words, row["voter_id"][0], row["slot"][0]
    shown = [name for name in VOTERS.column_names if name not in HIDDEN]
    voter = decode_rows(row.select(shown), words).row(0, named=True)
    for name in reader.files.sidecars:
        if name != "ballots":
            beside = pl.scan_parquet(reader.path(reader.files.sidecars[name])).slice(slot, 1).collect()
            voter |= decode_rows(beside, words).row(0, named=True) if beside.height else {}
    identity = reader.identities(vault, np.array([row["vault_row"][0]], dtype=np.int64)).row(0, named=True)
    return {
        "voter": voter,
        "identity": {key: value for key, value in identity.items() if value},
        "elections": _elections(electorate, reader, voter_id),
        **{name: _logged(electorate, name, day, voter_id) for name, day in LOGS.items()},
        "household": _household(reader, row),
        "provenance": {key: value for key, value in words.manifest.provenance.items() if key in voter},
    }


def _elections(electorate: Electorate, reader: StateReader, voter_id: int) -> list[dict[str, Any]]:
    """Ballots of a voter, latest first."""
    if reader.files.history is None:
        return []
    rows = pl.scan_parquet(reader.path(reader.files.history)).filter(pl.col("voter_id") == voter_id).collect()
    rows = decode_rows(rows.rename({"ballot_party": "party"}), electorate.words).rename({"party": "ballot_party"})
    known = reader.files.elections
    found = [
        {"date": known[one["election"]].date, "kind": known[one["election"]].kind}
        | {key: one[key] for key in ("method", "counted", "ballot_party")}
        for one in rows.iter_rows(named=True)
    ]
    today = electorate.as_of.isoformat()
    return sorted((one for one in found if one["date"] <= today), key=lambda one: one["date"], reverse=True)


def _logged(electorate: Electorate, name: str, day: str, voter_id: int) -> list[dict[str, Any]]:
    """Rows of a log about a voter, latest first."""
    words = electorate.words
    paths = [words.snapshots.path(file) for file in words.manifest.logs.get(name, ())]
    if not paths:
        return []
    rows = pl.scan_parquet(paths).filter(pl.col("voter_id") == voter_id).collect().drop("voter_id")
    return decode_rows(rows.sort(day, descending=True, nulls_last=True), words).to_dicts()


def _household(reader: StateReader, row: pl.DataFrame) -> list[int]:
    """Others at the address."""
    home = row["household_id"][0]
    if home is None:
        return []
    here = (pl.col("household_id") == home) & (pl.col("precinct") == row["precinct"][0]) & pl.col("last_seen").is_null()
    ids = reader.lazy().filter(here).select("voter_id").collect(engine="streaming")["voter_id"]
    return sorted(set(ids.to_list()) - {row["voter_id"][0]})
