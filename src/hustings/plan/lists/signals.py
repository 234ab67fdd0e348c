"""What the campaign's logs say of whom to leave in peace: contacts, ballots that are in, locked lists, opt-outs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from hustings.electorate.query import Electorate
from hustings.electorate.state import StateReader
from hustings.scores.persuasion.holdout import HELD_OUT, CutList, check_lock
from hustings.scores.persuasion.lists import list_folders
from hustings.store.columns import polars_schema
from hustings.survey.fieldwork.optouts import OptOuts
from hustings.tables import CONTACTS, EARLY_VOTES, PERSONS

SURVEYS = "surveys"
SEASON = dt.timedelta(days=120)
"""A ballot whose file names no election counts for one within so many days. Chosen."""
REFUSALS = {
    "door": ("do not walk", "do not knock", "do not canvass"),
    "leaflet": ("do not walk", "do not knock", "do not canvass"),
    "phone": ("do not call",),
    "phone_paid": ("do not call",),
    "text": ("do not text",),
    "mail": ("do not mail",),
}
"""What somebody said who does not want a channel, as field tools write it, in small letters."""
ALWAYS_REFUSED = ("do not contact", "hostile")
TYPES = {"door": "door", "leaflet": "door", "phone": "phone", "phone_paid": "phone", "text": "text", "mail": "mail"}
"""The contact type under which a channel's bad addresses and numbers are reported."""
_NOT_COUNTED = ("rejected", "spoiled", "cancelled", "denied", "requested", "sent")


def _none() -> pl.Series:
    return pl.Series(dtype=pl.Int64)


@dataclass(frozen=True)
class Signals:
    """Voters by what is known of them; each a series of pseudonyms."""

    deceased: pl.Series = field(default_factory=_none)
    moved: pl.Series = field(default_factory=_none)
    refused: pl.Series = field(default_factory=_none)
    unreachable: pl.Series = field(default_factory=_none)
    voted: pl.Series = field(default_factory=_none)
    recent: pl.Series = field(default_factory=_none)
    held_out: pl.Series = field(default_factory=_none)
    listed: pl.Series = field(default_factory=_none)
    held_homes: pl.Series = field(default_factory=lambda: pl.Series(dtype=pl.String))
    """Households of those held out, for contacts that reach all of one."""
    kept: pl.Series = field(default_factory=_none)
    """Members of the list itself, where it is locked already: lists cut after it take nobody off it."""


def read_contacts(electorate: Electorate) -> pl.DataFrame:
    """Every contact known on the electorate's day.

    Returns
    -------
    pl.DataFrame
        ``voter_id``, ``contacted_on``, and in words, in small letters, ``contact_type``, ``result``, ``result_reported``.
    """
    words = electorate.words
    files = [words.snapshots.path(file) for file in words.manifest.logs.get(CONTACTS.name, ())]
    names = ("contact_type", "result", "result_reported")
    if not files:
        types = polars_schema(CONTACTS.columns)
        empty = pl.DataFrame(schema={name: types[name] for name in ("voter_id", "contacted_on")})
        return empty.with_columns(pl.lit("").alias(name) for name in names)
    log = pl.scan_parquet(files).filter(pl.col("contacted_on") <= electorate.as_of)
    rows = log.select("voter_id", "contacted_on", *names).unique().collect()
    decoded = []
    for name in names:
        book = words.books.frame(name).unique("code", keep="last")
        value = pl.col(name).cast(pl.Int32).replace_strict(book["code"], book["value"], default="")
        decoded.append(value.cast(pl.String).str.to_lowercase())
    return rows.with_columns(decoded)


def of_contacts(contacts: pl.DataFrame, channel: str, as_of: dt.date, rest_days: int) -> dict[str, pl.Series]:
    """Whom contacts say to leave in peace.

    Parameters
    ----------
    contacts : pl.DataFrame
        As :func:`read_contacts` gives them.
    channel : str
    as_of : date
    rest_days : int
        Days within which a contact is recent; 0: none is.
    """
    said, gone = pl.col("result_reported"), pl.col("result") == "deceased_moved"
    dead = gone & said.str.contains("deceas|dead|died")

    def voters(test: pl.Expr) -> pl.Series:
        return contacts.filter(test)["voter_id"].unique()

    return {
        "deceased": voters(dead),
        "moved": voters(gone & ~dead),
        "refused": voters(said.is_in([*REFUSALS.get(channel, ()), *ALWAYS_REFUSED])),
        "unreachable": voters((pl.col("result") == "bad_contact") & (pl.col("contact_type") == TYPES.get(channel, ""))),
        "recent": voters(pl.col("contacted_on") > as_of - dt.timedelta(days=rest_days)),
    }


def voted(electorate: Electorate, election: dt.date) -> pl.Series:
    """Voters whose ballot is in and was not refused, on the electorate's day."""
    words = electorate.words
    states = [f"/{state}/" for state in words.manifest.states]
    logs = words.manifest.logs.get(EARLY_VOTES.name, ())
    # The day's file of a state holds all of the days before.
    last = [[file for file in logs if state in file.path][-1:] for state in states]
    files = [words.snapshots.path(file) for found in last for file in found]
    if not files:
        return _none()
    bad = [code for word in _NOT_COUNTED for code in words.books.codes("ballot_status", word)]
    day = pl.col("election_on")
    season = pl.col("returned_on").is_between(election - SEASON, election)
    ours = pl.when(day.is_null()).then(season).otherwise(day == election)
    rows = pl.scan_parquet(files).filter(
        ours & (pl.col("returned_on") <= electorate.as_of) & ~pl.col("ballot_status").is_in(bad)
    )
    return rows.select("voter_id").unique().collect()["voter_id"]


def registered_elsewhere(electorate: Electorate) -> pl.Series:
    """Voters who are linked to a later registration in another state (`hustings link`): they moved there."""
    words = electorate.words
    logs = words.manifest.logs.get(PERSONS.name, ())
    if not logs:
        return _none()
    # Each run of the links writes all of them.
    persons = pl.read_parquet(words.snapshots.path(logs[-1])).select("voter_id", "person_id")
    persons = persons.filter(pl.len().over("person_id") > 1)
    found = [pl.DataFrame(schema={"voter_id": pl.Int64, "registered_on": pl.Date, "state": pl.String})]
    for state, files in words.manifest.states.items():
        rows = StateReader(words.snapshots, files).lazy(["voter_id", "registered_on", "last_seen"])
        here = rows.filter(pl.col("last_seen").is_null())
        known = here.join(persons.lazy().select("voter_id"), on="voter_id", how="semi").collect(engine="streaming")
        found.append(known.select("voter_id", "registered_on", state=pl.lit(state)))
    every = persons.join(pl.concat(found), on="voter_id").drop_nulls("registered_on")
    last = every.sort("registered_on", "voter_id").unique("person_id", keep="last", maintain_order=True)
    both = every.join(last, on="person_id", suffix="_last")
    older = (pl.col("registered_on") < pl.col("registered_on_last")) & (pl.col("state") != pl.col("state_last"))
    return both.filter(older)["voter_id"].unique()


def locked_lists(campaign: Path, as_of: dt.date | None = None) -> list[CutList]:
    """Locked lists of a campaign, each held to its lock.

    Raises
    ------
    StoreError
        A list is not what was locked: nobody knows whom it holds out.
    """
    return [check_lock(folder) for folder in list_folders(campaign, as_of=as_of)]


def of_lists(lists: Sequence[CutList]) -> dict[str, pl.Series]:
    """Whom other lists hold out, and whom they contact."""
    rows = pl.concat(
        [pl.DataFrame(schema={"voter_id": pl.Int64, "arm": pl.String})]
        + [one.rows.select("voter_id", "arm") for one in lists]
    )
    held = rows.filter(pl.col("arm") == HELD_OUT)["voter_id"].unique()
    return {"held_out": held, "listed": rows.filter(pl.col("arm") != HELD_OUT)["voter_id"].unique()}


def gather(
    electorate: Electorate, campaign: Path, channel: str, election: dt.date, *, rest_days: int, name: str
) -> Signals:
    """All of a campaign's signals on the electorate's day.

    Parameters
    ----------
    electorate : Electorate
    campaign : Path
        The campaign's folder.
    channel : str
    election : date
    rest_days : int
    name : str
        Of the list that is being cut: its own lock is none of the others'.
    """
    contacts = of_contacts(read_contacts(electorate), channel, electorate.as_of, rest_days)
    locked = locked_lists(campaign, electorate.as_of)
    own = next((one.rows["voter_id"] for one in locked if one.name == name), _none())
    others = of_lists([one for one in locked if one.name != name])
    lists = {key: voters.filter(~voters.is_in(own.implode())) for key, voters in others.items()}
    out = OptOuts(campaign / SURVEYS).voters()
    refused = pl.concat([contacts.pop("refused"), out]).unique()
    moved = pl.concat([contacts.pop("moved"), registered_elsewhere(electorate)]).unique()
    gone = {"moved": moved, "refused": refused, "voted": voted(electorate, election)}
    return Signals(**contacts, **lists, **gone, kept=own)


def contamination(lists: Mapping[str, CutList] | Sequence[CutList], contacts: pl.DataFrame) -> pl.DataFrame:
    """Held-out voters who were contacted after their list was cut (``hustings.tables.plan_lists.CONTAMINATION``).

    Parameters
    ----------
    lists : sequence of CutList
    contacts : pl.DataFrame
        As :func:`read_contacts` gives them. A contact of the day of the cut may have come before it and is not counted.
    """
    found = []
    for one in lists.values() if isinstance(lists, Mapping) else lists:
        held = one.rows.filter(pl.col("arm") == HELD_OUT).select("voter_id")
        touched = contacts.filter(pl.col("contacted_on") > one.day).join(held, on="voter_id", how="semi")
        kinds = ", ".join(sorted(touched["contact_type"].unique()))
        row = {
            "list": one.name,
            "cut_on": one.day,
            "held_out": held.height,
            "touched": touched["voter_id"].n_unique() if touched.height else 0,
            "first_on": touched["contacted_on"].min(),
            "last_on": touched["contacted_on"].max(),
            "channels": kinds,
        }
        found.append(row)
    types = {
        "list": pl.String,
        "cut_on": pl.Date,
        "held_out": pl.Int64,
        "touched": pl.Int64,
        "first_on": pl.Date,
        "last_on": pl.Date,
        "channels": pl.String,
    }
    return pl.DataFrame(found, schema=types, orient="row")
