"""A projection's folder as the brief sees it: options, units, polls, in memory and checked."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from hustings.errors import StoreError
from hustings.maths.intervals import Z90
from hustings.store import Run, read_run
from hustings.tables import BOARD, EVIDENCE, INFLUENCE, POLLS_REJECTED, POLLS_USED, SOURCES, TRACK, UNITS, WORTH

STALE_DAYS = 14
"""A unit that could decide and was last polled this long ago is a blind spot."""

_UNSAID: dict[str, Any] = {
    "notes": [],
    "inputs": [],
    "config": {},
    "diagnostics": {},
    "draws": None,
    "seed": "not recorded",
    "code_version": "not recorded",
}
"""What a run without these keys is taken to say."""

_COULD_TIP = 0.01
_OPEN = (0.05, 0.95)


@dataclass(frozen=True)
class Option:
    """One option and its verdict; `index` is its place in the contest and chooses its colour and mark."""

    id: str
    label: str
    index: int
    win_prob: float
    seats_mean: float
    seats_q05: float
    seats_q95: float
    popular_share_mean: float
    popular_share_sd: float
    popular_win_prob: float
    popular_win_but_lose_prob: float
    seats_histogram: tuple[tuple[int, float], ...]


@dataclass(frozen=True)
class Standing:
    """One option in one unit."""

    mean: float
    q05: float
    q25: float
    q75: float
    q95: float
    win_prob: float


@dataclass(frozen=True)
class Unit:
    """One unit, or the nation, with its options' standings in the contest's order."""

    id: str
    name: str
    seats: int
    parent: str | None
    tile: tuple[int, int] | None
    last_poll: dt.date | None
    n_polls: int
    tipping_prob: float
    standings: tuple[Standing, ...]

    @property
    def leader(self) -> int:
        """Index of the option that is likelier to win the unit; between equals, the one with more votes."""
        return max(range(len(self.standings)), key=lambda o: (self.standings[o].win_prob, self.standings[o].mean))

    @property
    def lead(self) -> float:
        """Expected share of the option with most votes minus that of the next."""
        shares = sorted((s.mean for s in self.standings), reverse=True)
        return shares[0] - shares[1] if len(shares) > 1 else shares[0]


@dataclass(frozen=True)
class Brief:
    """All the page says, before it is said."""

    contest: str
    title: str
    rule: str
    as_of: dt.date
    election: dt.date
    seats_total: int
    seats_to_win: int
    threshold: float | None
    options: tuple[Option, ...]
    nobody_prob: float
    nation: Unit | None
    units: tuple[Unit, ...]
    tipping: tuple[tuple[str, float], ...]
    flip: dict[str, Any] | None
    polls: pl.DataFrame
    rejected: pl.DataFrame
    track: pl.DataFrame | None
    influence: pl.DataFrame | None
    info: dict[str, Any]
    names: dict[str, str] = field(default_factory=dict)
    sources: pl.DataFrame | None = None
    polls_alone_prob: float | None = None
    board: pl.DataFrame | None = None
    evidence: pl.DataFrame | None = None
    worth: pl.DataFrame | None = None

    @property
    def night(self) -> dict[str, Any]:
        """What became of the night that made the run; empty where none did."""
        found = self.info.get("night")
        return found if isinstance(found, dict) else {}

    @property
    def days_left(self) -> int:
        """Days from the as-of day to the election; negative after it."""
        return (self.election - self.as_of).days

    @property
    def counts_seats(self) -> bool:
        """Whether more than one unit awards something: seats are then the verdict, and not votes."""
        return sum(unit.seats > 0 for unit in self.units) > 1

    @property
    def noun(self) -> str:
        """What the units award."""
        return "electors" if "elector" in self.rule else "seats"

    def popular_range(self, option: Option) -> tuple[float, float]:
        """90 in 100 of the option's share of all votes."""
        if self.nation is not None:
            return self.nation.standings[option.index].q05, self.nation.standings[option.index].q95
        # A run whose table has no row for the nation.
        half = Z90 * option.popular_share_sd
        return max(0.0, option.popular_share_mean - half), min(1.0, option.popular_share_mean + half)

    @property
    def n_polls(self) -> int:
        """Poll questions used."""
        return self.polls["poll_id"].n_unique()

    def days_since_poll(self, unit: Unit) -> int | None:
        """Days from the unit's last poll to the as-of day; None without any."""
        return (self.as_of - unit.last_poll).days if unit.last_poll else None

    @property
    def blind_spots(self) -> tuple[Unit, ...]:
        """Units that could decide and have not been polled of late, the likeliest to decide first."""
        found = [unit for unit in self.units if self._could_decide(unit) and self._is_stale(unit)]
        return tuple(sorted(found, key=lambda unit: -unit.tipping_prob))

    def _could_decide(self, unit: Unit) -> bool:
        is_open = _OPEN[0] < unit.standings[unit.leader].win_prob < _OPEN[1]
        return unit.seats > 0 and (unit.tipping_prob >= _COULD_TIP or (is_open and not self.counts_seats))

    def _is_stale(self, unit: Unit) -> bool:
        days = self.days_since_poll(unit)
        return days is None or days >= STALE_DAYS


def gather(folder: Path | str) -> Brief:
    """Read a projection's folder.

    Raises
    ------
    StoreError
        When the folder is not a finished projection.
    """
    run = read_run(folder)
    verdict = run.json("verdict.json")
    try:
        return _gathered(run, verdict)
    except (KeyError, TypeError, ValueError) as err:
        raise StoreError(
            f"{run.folder} lacks or garbles {err}", hint="written by another version of hustings? project again"
        ) from err


def _gathered(run: Run, verdict: dict[str, Any]) -> Brief:
    options = _options(verdict)
    tipping = tuple((t["unit"], float(t["prob"])) for t in verdict.get("tipping_points") or [])
    table = run.table(UNITS)
    units = _units(table, run.info.get("units") or [], options, dict(tipping))
    nation_id = verdict.get("nation", "")
    nation = next((unit for unit in units if unit.id == nation_id), None)
    alone = len(units) == 1
    return Brief(
        contest=verdict["contest"],
        title=verdict.get("contest_title") or verdict["contest"],
        rule=verdict.get("rule", ""),
        as_of=dt.date.fromisoformat(verdict["as_of"]),
        election=dt.date.fromisoformat(verdict["election_date"]),
        seats_total=int(verdict.get("seats_total") or 0),
        seats_to_win=int(verdict.get("seats_to_win") or 0),
        threshold=_threshold(verdict, run.info.get("config") or {}),
        options=options,
        nobody_prob=max(0.0, 1 - sum(option.win_prob for option in options)),
        nation=nation,
        units=tuple(unit for unit in units if alone or unit.id != nation_id),
        tipping=tipping,
        flip=verdict.get("fewest_votes_to_flip"),
        polls=run.table(POLLS_USED),
        rejected=run.table(POLLS_REJECTED),
        track=run.table(TRACK) if run.has(TRACK) else None,
        influence=run.table(INFLUENCE) if run.has(INFLUENCE) else None,
        info={**_UNSAID, **run.info},
        names={unit.id: unit.name for unit in units},
        sources=run.table(SOURCES) if run.has(SOURCES) else None,
        polls_alone_prob=next(iter(verdict["options"].values())).get("win_prob_polls_alone"),
        board=run.table(BOARD) if run.has(BOARD) else None,
        evidence=run.table(EVIDENCE) if run.has(EVIDENCE) else None,
        worth=run.table(WORTH) if run.has(WORTH) else None,
    )


def _threshold(verdict: dict[str, Any], config: dict[str, Any]) -> float | None:
    """Share of the vote that wins, where a share does and not a plurality or seats."""
    if verdict.get("rule") not in {"threshold", "majority"}:
        return None
    for place in (verdict, config, verdict.get("rule_settings"), config.get("rule_settings")):
        if isinstance(place, dict) and isinstance(place.get("threshold"), int | float):
            return float(place["threshold"])
    return 0.5


def _options(verdict: dict[str, Any]) -> tuple[Option, ...]:
    """Read the options; numbers that a contest does not have (seats of a ballot measure) become zero."""
    return tuple(
        Option(
            id=option_id,
            label=said.get("label") or option_id,
            index=index,
            seats_histogram=tuple((int(seats), float(prob)) for seats, prob in said.get("seats_histogram") or []),
            **{
                name: float(said.get(name) or 0.0)
                for name in (
                    "win_prob",
                    "seats_mean",
                    "seats_q05",
                    "seats_q95",
                    "popular_share_mean",
                    "popular_share_sd",
                    "popular_win_prob",
                    "popular_win_but_lose_prob",
                )
            },
        )
        for index, (option_id, said) in enumerate(verdict["options"].items())
    )


def _units(
    table: pl.DataFrame, described: list[dict[str, Any]], options: tuple[Option, ...], tipping: dict[str, float]
) -> list[Unit]:
    """Join the units' numbers with what the run says about each unit."""
    about = {unit["id"]: unit for unit in described}
    rows = {(row["unit"], row["option"]): row for row in table.iter_rows(named=True)}
    units = []
    for unit_id in table["unit"].unique(maintain_order=True):
        said = about.get(unit_id, {})
        ours = [rows[unit_id, option.id] for option in options]
        units.append(
            Unit(
                id=unit_id,
                name=said.get("name") or unit_id,
                seats=int(said.get("seats") or 0),
                parent=said.get("parent"),
                tile=(int(said["tile"][0]), int(said["tile"][1])) if said.get("tile") else None,
                last_poll=dt.date.fromisoformat(said["last_poll_date"]) if said.get("last_poll_date") else None,
                n_polls=int(said.get("n_polls") or 0),
                tipping_prob=tipping.get(unit_id) or max(row["tipping_prob"] or 0.0 for row in ours),
                standings=tuple(_standing(row) for row in ours),
            )
        )
    return units


def _standing(row: dict[str, Any]) -> Standing:
    return Standing(
        mean=row["share_mean"],
        q05=row["share_q05"],
        q25=row["share_q25"],
        q75=row["share_q75"],
        q95=row["share_q95"],
        win_prob=row["win_prob"],
    )
