"""A made-up contest and ways to write, read and clean poll files for it."""

from __future__ import annotations

import collections
import datetime as dt
from pathlib import Path

import polars as pl

from hustings.contests.contest import Candidate, Contest, Option, Unit
from hustings.polls.clean import CleanPolls, clean_polls
from hustings.polls.readers import RawPolls, read_polls

FIXTURES = Path(__file__).parent / "fixtures" / "polls"
REAL = Path(__file__).parents[2] / "shared" / "data"
ELECTION = dt.date(2024, 11, 5)
EVE = dt.date(2024, 11, 4)

GOOD = {
    "poll_id": "p1",
    "pollster": "Northwind",
    "state": "OH",
    "start_date": "2024-10-01",
    "end_date": "2024-10-04",
    "sample_size": "800",
    "population": "LV",
    "mode": "Live Phone",
    "dem_pct": "46",
    "rep_pct": "44",
    "third_pct": "",
    "undecided_pct": "6",
}


def make_contest(**changes: object) -> Contest:
    dem = Option(
        id="dem",
        label="Ada Lovelace",
        aliases=("DEM", "D", "Democrat"),
        candidates=(
            Candidate("Alan Turing", ("Turing",)),
            Candidate("Ada Lovelace", ("Lovelace", "Augusta Ada King"), since=dt.date(2024, 7, 21)),
        ),
    )
    rep = Option(
        id="rep",
        label="Charles Babbage",
        aliases=("REP", "R", "Republican"),
        candidates=(Candidate("Charles Babbage"),),
    )
    units = (
        Unit("FL", "Florida", 30),
        Unit("ME", "Maine", 2),
        Unit("ME-1", "Maine, district 1", 1, parent="ME"),
        Unit("ME-2", "Maine, district 2", 1, parent="ME"),
        Unit("OH", "Ohio", 17),
    )
    settings: dict[str, object] = {
        "name": "us-president-2024",
        "title": "US presidential election 2024",
        "date": ELECTION,
        "rule": "electors",
        "nation": "US",
        "options": (dem, rep),
        "units": units,
        "past": pl.DataFrame(),
    }
    return Contest(**(settings | changes))  # type: ignore[arg-type]


class Desk:
    """Writes rows as a file, reads it and cleans it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.contest = make_contest()

    def write(self, text: str | bytes, name: str = "polls.csv") -> Path:
        path = self.folder / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def wide(self, *rows: dict[str, str]) -> str:
        columns = list(GOOD) + sorted({name for row in rows for name in row} - set(GOOD))
        filled = [dict.fromkeys(columns, "") | GOOD | row for row in rows]
        lines = [",".join(f'"{row[name]}"' if "," in row[name] else row[name] for name in columns) for row in filled]
        return "\n".join([",".join(columns), *lines]) + "\n"

    def read(self, text: str | bytes, **options: object) -> RawPolls:
        return read_polls(self.write(text), self.contest, **options)  # type: ignore[arg-type]

    def clean(self, *rows: dict[str, str], as_of: dt.date = EVE) -> CleanPolls:
        return checked(self.read(self.wide(*rows)), self.contest, as_of)


def checked(raw: RawPolls, contest: Contest, as_of: dt.date) -> CleanPolls:
    """Clean, and hold that every question is either kept or rejected, once."""
    clean = clean_polls(raw, contest, as_of=as_of)
    kept, rejected = clean.polls["row"].to_list(), clean.rejected["row"].to_list()
    assert sorted(kept + rejected) == sorted(raw.questions["row"].to_list() + raw.rejected["row"].to_list())
    assert clean.polls["poll_id"].is_unique().all()
    return clean


def reasons(clean: CleanPolls) -> dict[str, int]:
    return dict(collections.Counter(clean.rejected["reason"].to_list()))
