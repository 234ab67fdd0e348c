"""Hold-outs: drawn by lot when a list is cut, and locked, so that what the contact did can be learned later."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from hustings.errors import InputError, StoreError
from hustings.store import check_table, run_folder, write_json, write_parquet
from hustings.tables import LISTS

HELD_OUT = "held out"
LOCK, ROWS = "lock.json", "list.parquet"


@dataclass(frozen=True)
class CutList:
    """A list, each voter with an arm.

    Parameters
    ----------
    name : str
    day : date
        When it was cut.
    seed : int
        Of the draw: the same voters, strata, shares and seed give the same arms.
    shares : mapping of str to float
        Share of each arm, ``held out`` among them; they sum to 1.
    rows : pl.DataFrame
        ``tables.LISTS``, in the order of the ids.
    costs : mapping of str to float
        Cost of one contact, by arm, in money; empty where unknown.
    election : date or None
        Whose turnout the contact is to raise, said before it is known; None: the first one after the day.
    states : tuple of str
        Where its voters are; empty where that was not said.
    """

    name: str
    day: dt.date
    seed: int
    shares: Mapping[str, float]
    rows: pl.DataFrame
    costs: Mapping[str, float] = field(default_factory=dict)
    election: dt.date | None = None
    states: tuple[str, ...] = ()

    @property
    def contacted(self) -> pl.DataFrame:
        """The rows to contact."""
        return self.rows.filter(pl.col("arm") != HELD_OUT)


def cut_list(
    voters: pl.DataFrame,
    share_held_out: float,
    rng: np.random.Generator,
    strata: Sequence[str] = (),
    *,
    name: str,
    day: dt.date,
    contacts: Mapping[str, float] | None = None,
    household: str | None = None,
    costs: Mapping[str, float] | None = None,
    election: dt.date | None = None,
) -> CutList:
    """Draw who of a list is held out.

    Whole households are drawn, in each stratum as near to the shares as whole households allow; what is left over is drawn
    so that each household's chance is exactly its share.

    Parameters
    ----------
    voters : pl.DataFrame
        ``voter_id``, the strata's columns and the household's; ``state`` is noted where it is there.
    share_held_out : float
        Above 0, below 1.
    rng : Generator
        Draws the seed that is recorded.
    strata : sequence of str
        Columns; a household stands where its member of the lowest id stands, people without a value by themselves.
    name : str
        Of the list.
    day : date
    contacts : mapping of str to float, or None
        Contacts and how the rest is shared among them; one, ``contact``, where None.
    household : str or None
        Column; people without one are each their own.
    costs, election
        As in :class:`CutList`.

    Raises
    ------
    InputError
        A column is missing, a voter stands there twice, a share or a cost is out of range, the election is not after the
        day, or there are fewer households than arms.
    """
    arms = _shares(share_held_out, contacts or {"contact": 1.0})
    _check_plan(arms, costs or {}, day, election)
    _check_voters(voters, [*strata, *([household] if household else [])], name)
    seed = int(rng.integers(2**62))
    parts = [pl.col(column).cast(pl.String).fill_null("not known") for column in strata]
    home = pl.col(household).cast(pl.String) if household else pl.lit(None, dtype=pl.String)
    rows = voters.sort("voter_id").select(
        pl.col("voter_id").cast(pl.Int64),
        stratum=pl.concat_str(parts, separator=" x ") if parts else pl.lit(""),
        household=pl.coalesce(pl.lit("h") + home, pl.lit("v") + pl.col("voter_id").cast(pl.String)),
    )
    # The row of its member of the lowest id stands for a household.
    rows = rows.with_row_index("row").with_columns(first=pl.col("row").min().over("household"))
    rows = rows.select(
        "voter_id",
        stratum=pl.col("stratum").gather("first"),
        household=(pl.col("first").rank("dense") - 1).cast(pl.Int64),
    )
    drawn = check_table(_draw(rows, arms, seed, name), LISTS)
    states = tuple(voters["state"].drop_nulls().unique().sort()) if "state" in voters.columns else ()
    return CutList(name, day, seed, arms, drawn, dict(costs or {}), election, states)


def home_of() -> pl.Expr:
    """Household of a voter, by ``state`` and ``household_id``: its number is keyed within a state's load; null where none is."""
    number = pl.col("household_id")
    text = pl.concat_str(pl.col("state").cast(pl.String), number.cast(pl.String), separator=" ")
    return pl.when(number.is_not_null()).then(text)


def lot_of(seed: int, name: str) -> np.random.Generator:
    """Lot of a list: two lists of the same people have lots of their own, whatever the seed."""
    return np.random.default_rng([seed, *name.encode()])


def _shares(held_out: float, contacts: Mapping[str, float]) -> dict[str, float]:
    if not 0.0 < held_out < 1.0:
        raise InputError(
            f"a share of {held_out:g} held out, expected above 0 and below 1",
            hint="without people left alone by lot nobody will know what the contact did; a tenth is a good start",
        )
    total = sum(contacts.values())
    if HELD_OUT in contacts or not contacts or min(contacts.values()) <= 0.0 or abs(total - 1.0) > 1e-9:
        raise InputError(f"contacts share {total:g} among {len(contacts)}, expected shares above 0 that sum to 1")
    return {HELD_OUT: held_out, **{arm: (1.0 - held_out) * share for arm, share in sorted(contacts.items())}}


def _check_plan(arms: Mapping[str, float], costs: Mapping[str, float], day: dt.date, election: dt.date | None) -> None:
    strange = sorted(set(costs) - (set(arms) - {HELD_OUT}))
    if strange:
        contacts = ", ".join(arm for arm in arms if arm != HELD_OUT)
        raise InputError(f"there is a cost of {strange[0]!r}, which nobody gets", hint=f"contacts: {contacts}")
    low = [arm for arm, cost in costs.items() if not 0.0 < cost < float("inf")]
    if low:
        raise InputError(f"a contact by {low[0]} costs {costs[low[0]]:g}, expected money above 0")
    if election is not None and election <= day:
        raise InputError(
            f"the election of {election} is over when the list is cut, on {day}", hint="name the one it is for"
        )


def _check_voters(voters: pl.DataFrame, columns: list[str], name: str) -> None:
    lacking = [column for column in ("voter_id", *columns) if column not in voters.columns]
    if lacking:
        raise InputError(f"the list {name} lacks {', '.join(lacking)}", hint=f"at hand: {', '.join(voters.columns)}")
    if voters["voter_id"].null_count():
        raise InputError(f"the list {name} has {voters['voter_id'].null_count()} voters without an id")
    twice = voters.filter(pl.col("voter_id").is_duplicated())["voter_id"]
    if len(twice):
        raise InputError(f"the list {name} has {twice.n_unique():,} voters twice, {twice[0]} among them")


def _draw(rows: pl.DataFrame, shares: Mapping[str, float], seed: int, name: str) -> pl.DataFrame:
    """Arms of households: a lot within each stratum, by systematic draw on a random order with a random start."""
    # Few strata, many people: as codes they sort and group quickly.
    strata = pl.Enum(rows["stratum"].unique().sort())
    homes = rows.select("household", pl.col("stratum").cast(strata)).unique().sort("household", "stratum")
    if homes["household"].is_duplicated().any():
        n = homes.filter(pl.col("household").is_duplicated())["household"].n_unique()
        raise InputError(f"the list {name} has {n:,} households in two strata, expected one")
    if homes.height < len(shares):
        raise InputError(
            f"the list {name} has {homes.height} households for {len(shares)} arms, expected at least one for each"
        )
    rng = np.random.default_rng(seed)
    homes = homes.with_columns(lot=pl.Series(rng.permutation(homes.height))).sort("stratum", "lot")
    place, size = pl.int_range(pl.len()).over("stratum"), pl.len().over("stratum")
    starts = homes.select("stratum").unique(maintain_order=True)
    starts = starts.with_columns(start=pl.Series(rng.random(starts.height)))
    homes = homes.join(starts, on="stratum", how="left", maintain_order="left")
    # Points spread evenly over the circle 0-1, turned by a random start: arc lengths are the arms' shares.
    points = homes.select(((place + pl.col("start")) / size) % 1.0).to_series().to_numpy()
    names = list(shares)
    ends = np.cumsum(list(shares.values()))
    arm = np.minimum(np.searchsorted(ends, points, side="right"), len(names) - 1)
    found = homes.select(
        "household", arm=pl.Series(np.array(names)[arm]), arm_prob=pl.Series(np.array(list(shares.values()))[arm])
    )
    return rows.join(found, on="household", how="left", maintain_order="left")


def lock_list(cut: CutList, folder: Path) -> CutList:
    """Write a list and its lock into ``folder``; a list that is there stays as it is.

    Returns
    -------
    CutList
        What now stands there: this list, or the one of the same name and voters that was locked before, with its own
        hold-out.

    Raises
    ------
    StoreError
        A list of that name with other voters or other shares is there, or the folder cannot be written or was changed.
    """
    if (folder / LOCK).exists() or (folder / ROWS).exists():
        old = check_lock(folder)
        if old.rows["voter_id"].equals(cut.rows["voter_id"]) and dict(old.shares) == dict(cut.shares):
            return old
        raise StoreError(
            f"{folder} holds the list {old.name} of {old.day} with {old.rows.height:,} voters; the new one has "
            f"{cut.rows.height:,} and is not the same",
            hint="its hold-out is locked: cut the new list under another name",
        )
    with run_folder(folder, command="lists cut") as out:
        write_parquet(cut.rows, out / ROWS, LISTS)
        lock = {
            "list": cut.name,
            "day": cut.day.isoformat(),
            "seed": cut.seed,
            "shares": dict(cut.shares),
            "costs": dict(cut.costs),
            "election": cut.election.isoformat() if cut.election else None,
            "states": list(cut.states),
            "voters": cut.rows.height,
            "sha256": _hash(cut.rows),
        }
        write_json({**lock, "lock_sha256": _seal(lock)}, out / LOCK)
        write_json({"command": "lists cut", "as_of": cut.day, "list": cut.name}, out / "run.json")
    return cut


def check_lock(folder: Path) -> CutList:
    """Read a locked list and hold it to its lock: the ids and arms hash as recorded, and the seed draws them again.

    Raises
    ------
    StoreError
        A file is missing or garbled, the lock was edited, or voters or arms are not those that were drawn.
    """
    try:
        lock = json.loads((folder / LOCK).read_text(encoding="utf-8"))
        rows = check_table(pl.read_parquet(folder / ROWS), LISTS)
        cut = _cut_of(lock, rows)
        recorded, voters = str(lock["sha256"]), int(lock["voters"])
        seal = str(lock.pop("lock_sha256"))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, pl.exceptions.PolarsError) as err:
        raise StoreError(
            f"the list in {folder} cannot be read: {str(err).splitlines()[0]}",
            hint="bring it back from a backup: without its lock nothing can be learned from it",
        ) from err
    if _seal(lock) != seal:
        raise StoreError(
            f"the lock in {folder} was edited since {cut.day}: its own hash is another",
            hint="bring it back from a backup: what is changed after the draw is no record of it",
        )
    again = _draw(rows.select("voter_id", "stratum", "household"), cut.shares, cut.seed, cut.name)
    if _hash(rows) != recorded or not again["arm"].equals(rows["arm"]):
        raise StoreError(
            f"the list in {folder} is not what was locked on {cut.day}: {rows.height:,} voters, {voters:,} recorded, "
            "or arms that its seed does not draw",
            hint="bring it back from a backup: a hold-out that was changed is no lot any more",
        )
    return cut


def read_lock(folder: Path) -> CutList | None:
    """What a lock says of itself, cheaply and unchecked, with no rows; None where it cannot be read."""
    try:
        lock = json.loads((folder / LOCK).read_text(encoding="utf-8"))
        return _cut_of(lock, pl.DataFrame())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _cut_of(lock: Mapping[str, Any], rows: pl.DataFrame) -> CutList:
    named = lock["election"]
    return CutList(
        name=str(lock["list"]),
        day=dt.date.fromisoformat(lock["day"]),
        seed=int(lock["seed"]),
        shares=dict(lock["shares"]),
        rows=rows,
        costs=dict(lock["costs"]),
        election=dt.date.fromisoformat(named) if named else None,
        states=tuple(lock["states"]),
    )


def _seal(lock: Mapping[str, Any]) -> str:
    """SHA-256 over the lock itself, so that its day, costs and election cannot be changed unseen."""
    return hashlib.sha256(json.dumps(lock, sort_keys=True).encode()).hexdigest()


def _hash(rows: pl.DataFrame) -> str:
    """SHA-256 over the ids and arms, in the order of the ids."""
    text = rows.sort("voter_id").select(pl.format("{}\t{}\n", "voter_id", "arm"))
    return hashlib.sha256("".join(text.to_series().to_list()).encode()).hexdigest()
