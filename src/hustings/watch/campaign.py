"""The watch of a campaign: what lies in its folder, and the night's board beside the projection."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from hustings.errors import StoreError
from hustings.store import write_csv, write_json, write_parquet
from hustings.store.campaign import Campaign
from hustings.tables import BOARD, EVIDENCE, OBSERVATIONS, SETTLED
from hustings.watch.acknowledge import Acknowledgement, acknowledgements
from hustings.watch.assumption import Assumption, Claim
from hustings.watch.board import evidence_table
from hustings.watch.boarding import board_table
from hustings.watch.catalogue import assumptions_of
from hustings.watch.morning import Morning
from hustings.watch.nightly import Watched, look_back, watch
from hustings.watch.observations import read_kept, write_kept
from hustings.watch.registry import registered, write_claim
from hustings.watch.sowhat import consequences

ABOUT = "watch.json"


@dataclass(frozen=True)
class Board:
    """A night's board.

    Parameters
    ----------
    table : pl.DataFrame
        ``tables.BOARD``.
    watched : Watched
    assumptions : tuple of Assumption
    """

    table: pl.DataFrame
    watched: Watched
    assumptions: tuple[Assumption, ...]


def watch_campaign(morning: Morning, campaign: Campaign, *, progress: Callable[[str], None] = lambda _: None) -> Board:
    """Do the night's watch and keep what it compared; of a day before the last such night the board as it was.

    Raises
    ------
    StoreError
        What earlier nights kept cannot be read, or nothing can be written.
    """
    known = registered(campaign.folder, morning.as_of)
    claims = known.claims
    assumptions = assumptions_of(campaign, claims)
    kept = read_kept(campaign.folder)
    _check_whole(campaign, claims)
    last = kept.observations["settled"].max()
    level = campaign.watch.false_alarm_prob
    if isinstance(last, dt.date) and last > morning.as_of:
        watched = look_back(claims, kept, morning.as_of, level)
    else:
        # The night again: what it compared is compared anew, with what has come in since; its predictions stand.
        earlier = kept.before(morning.as_of)
        usable = [one for one in assumptions if one.name not in known.unusable]
        watched = watch(morning, usable, claims, earlier, false_alarm_prob=level, progress=progress)
        # What is compared first: claims without it look as if it had been lost.
        write_kept(watched.kept, campaign.folder)
        for claim in watched.registered:
            write_claim(campaign.folder, claim)
    watched = replace(watched, idle={**watched.idle, **known.unusable})
    progress("what it would change")
    changes = consequences(morning, assumptions, watched)
    seen = _acknowledged(campaign, morning)
    return Board(board_table(assumptions, watched, seen, changes), watched, assumptions)


def _check_whole(campaign: Campaign, claims: Sequence[Claim]) -> None:
    """Claims that were compared have both files of it: without one, evidence would be lost or counted twice."""
    absent = [table.file for table in (OBSERVATIONS, SETTLED) if not (campaign.folder / table.file).is_file()]
    if claims and absent:
        raise StoreError(
            f"{campaign.folder / absent[0]} is gone, and claims were registered from {claims[0].from_day} on",
            hint="bring it back from a backup; or move the folder watch away, and everything begins anew",
        )


def _acknowledged(campaign: Campaign, morning: Morning) -> dict[str, Acknowledgement]:
    """Who has seen what; a record that cannot be read silences no alarm."""
    try:
        return acknowledgements(campaign.folder, morning.as_of)
    except StoreError:
        return {}


def write_board(board: Board, folder: Path) -> None:
    """Lay the board into a folder: ``board.csv``, ``evidence.parquet``, ``watch.json``."""
    folder.mkdir(parents=True, exist_ok=True)
    write_csv(board.table, folder / BOARD.file, BOARD)
    write_parquet(evidence_table(board.watched.weighed), folder / EVIDENCE.file, EVIDENCE)
    about = {
        one.name: {"watches": one.watches, "if_broken": one.if_broken, "share": one.share} for one in board.assumptions
    }
    registered = {claim.assumption: claim.from_day for claim in board.watched.claims}
    write_json({"registered": registered, "about": about}, folder / ABOUT)
