"""A whole season of a state that is not real, file by file as it comes: voters, ballots, interviews, polls; in some worlds something breaks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl

from hustings.electorate.synthetic.elections import next_general, past_elections
from hustings.electorate.synthetic.formats import FORMATS
from hustings.electorate.synthetic.formats.block import Block, Part
from hustings.electorate.synthetic.history import draw_history
from hustings.electorate.synthetic.interviews import InterviewSpec, draw_interviews, interview_codebook
from hustings.electorate.synthetic.levels import Levels, calibrate
from hustings.electorate.synthetic.people import first_block
from hustings.electorate.synthetic.plan import BLOCK_VOTERS, Plan, make_plan
from hustings.electorate.synthetic.published import is_poll_day, poll_on
from hustings.electorate.synthetic.run import in_file
from hustings.electorate.synthetic.season_ballots import known_ballots, with_ballots
from hustings.electorate.synthetic.settings import model
from hustings.electorate.synthetic.spec import Arrays, ElectorateSpec, day_number, stream
from hustings.electorate.synthetic.text import record_texts
from hustings.electorate.synthetic.truth import latent, truth_table
from hustings.electorate.synthetic.weeks import add_week
from hustings.electorate.synthetic.worlds import (
    HANGING_UP,
    STALE,
    World,
    broken_truth,
    new_factor,
    who_answers,
)
from hustings.electorate.synthetic.writing import Files
from hustings.errors import ConfigError
from hustings.store.writing import write_json, write_text

LAYOUT, STATE, OPTIONS = "nc-2022", "NC", ("alder", "birch")
BEFORE_DAYS = 21
"""Interviews begin, and the first voter file is, so many days before the first night."""
POLLS_BEFORE_DAYS = 60
DAILY_BALLOTS_DAYS = 19
"""So many days before the election voting in person begins, and the file of ballots comes every day, not every week."""
USUAL_WEEKS = 8
"""As many register in a week as did in so many weeks before the first file."""


@dataclass(frozen=True)
class SeasonSpec:
    """A season.

    Parameters
    ----------
    world : World
    first, last : date
        First and last night.
    voters : int
        Of the first voter file; 1,000 to 100,000.
    interviews : int
        Every day.
    seed : int

    Raises
    ------
    ConfigError
        The nights are no season before an election, the break is in none of them, or a number is out of range.
    """

    world: World
    first: dt.date = dt.date(2016, 9, 1)
    last: dt.date = dt.date(2016, 11, 7)
    voters: int = 20_000
    interviews: int = 60
    seed: int = 1

    def __post_init__(self) -> None:
        """Refuse what cannot be made."""
        if not 1_000 <= self.voters <= BLOCK_VOTERS:
            raise ConfigError(f"voters is {self.voters:,}, expected 1,000 to {BLOCK_VOTERS:,}")
        if not 1 <= self.interviews <= self.voters // 20:
            raise ConfigError(f"interviews a day: {self.interviews:,}, expected 1 to one voter in twenty")
        if not self.first < self.last < self.election:
            raise ConfigError(f"the nights from {self.first} to {self.last} are no season before {self.election}")
        if (self.last - self.first).days > 300:
            raise ConfigError(f"the season has {(self.last - self.first).days} days, expected 300 at most")
        if not self.first < self.world.day <= self.last:
            raise ConfigError(f"the break is on {self.world.day}, expected a night after {self.first}, to {self.last}")

    @property
    def election(self) -> dt.date:
        """Its day."""
        return next_general(self.first).date

    @property
    def start(self) -> dt.date:
        """Day of the first voter file, and of the first interviews."""
        return self.first - dt.timedelta(days=BEFORE_DAYS)


@dataclass
class _State:
    """The electorate as it stands: every record, the votes of the past, how each would vote.

    `usual` is how many times the model's weekly registrations there were in the weeks before.
    """

    plan: Plan
    levels: Levels
    people: Arrays
    votes: Arrays
    usual: float
    ballots: Arrays = field(default_factory=dict)


def write_season(spec: SeasonSpec, out: Path) -> dict[str, int]:
    """Write everything that comes in a season, each file where and when a campaign would find it.

    Parameters
    ----------
    spec : SeasonSpec
    out : Path
        A campaign's folder: ``inbox`` is filled; ``synthetic`` holds what was planted (``world.json``) and the truth
        about every voter on the last day.

    Returns
    -------
    dict of str to int
        How many ``voters`` (first file), ``voter files``, ``interviews``, ``ballots`` (last file) and ``polls``.
    """
    inbox = out / "inbox"
    inbox.mkdir(parents=True, exist_ok=True)
    write_text(contest_text(spec), out / "contest.toml")
    state = _begin(spec)
    counts = {"voters": 0, "voter files": 0, "interviews": 0, "ballots": 0, "polls": 0}
    polls = _first_polls(spec, state)
    for day in _days(spec.start, spec.last):
        weekly = not (day - spec.start).days % 7
        if weekly and day > spec.start:
            factor = new_factor(spec.world, state.usual, day, spec.election)
            state.people, _ = add_week(state.plan, 0, state.people, day, new_factor=factor)
            state.ballots = with_ballots(state.ballots, state.people, state.plan, spec.election)
        truth = broken_truth(
            spec.world,
            state.plan,
            state.people,
            latent(state.plan, state.people, state.levels),
            day,
            surge_part=1 - state.usual / new_factor(spec.world, state.usual, spec.last, spec.election),
        )
        comes = not spec.world.size_of(STALE, day)
        if comes and (weekly or (spec.election - day).days <= DAILY_BALLOTS_DAYS):
            counts["ballots"] = _write_files(spec, state, truth, day, inbox, voters=weekly)
            counts["voter files"] += weekly
        table = truth_table(state.plan, state.people, truth)
        counts["interviews"] += _write_interviews(spec, table, day, inbox)
        if is_poll_day(spec.start, day):
            polls.append(_poll(spec, truth, state, day))
    counts |= {"polls": len(polls), "voters": spec.voters}
    write_text(pl.DataFrame(polls).write_csv(), inbox / "polls.csv")
    hidden = out / "synthetic"
    hidden.mkdir(exist_ok=True)
    table.write_parquet(hidden / "truth.parquet")
    write_json({**spec.world.about(), "election": spec.election.isoformat(), "seed": spec.seed}, hidden / "world.json")
    return counts


def contest_text(spec: SeasonSpec) -> str:
    """The contest, TOML: two people who are not real, in one state."""
    return f"""name = "nc-made-up-{spec.election.year}"
title = "A made-up race in North Carolina, {spec.election.year}"
date = {spec.election}
rule = "plurality"

[[option]]
id = "{OPTIONS[0]}"
label = "Ada Alder"
[[option]]
id = "{OPTIONS[1]}"
label = "Ben Birch"

[[unit]]
id = "{STATE}"
name = "North Carolina"
expected_votes = 4_500_000
"""


def _days(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    return (first + dt.timedelta(days=k) for k in range((last - first).days + 1))


def _begin(spec: SeasonSpec) -> _State:
    made = ElectorateSpec(spec.voters, STATE, LAYOUT, spec.seed, spec.start)
    plan = make_plan(made)
    levels = calibrate(plan)
    people = first_block(plan, 0)
    people["present"] = np.ones(len(people["number"]), bool)
    people["first_seen"] = np.full(len(people["number"]), day_number(spec.start), np.int32)
    votes = draw_history(stream(made, "history"), plan, people, past_elections(STATE, spec.start), levels)
    late = people["registered"] >= day_number(spec.start) - 7 * USUAL_WEEKS
    usual = late.sum() / USUAL_WEEKS / (spec.voters * model()["week"]["new_share"])
    state = _State(plan, levels, people, votes, float(usual))
    state.ballots = with_ballots({}, people, plan, spec.election)
    return state


def _write_files(spec: SeasonSpec, state: _State, truth: Arrays, day: dt.date, inbox: Path, *, voters: bool) -> int:
    """Write the ballots that are known on a day and, with `voters`, the voter file; gives the number of ballots."""
    layout = FORMATS[LAYOUT]
    people, votes = in_file(state.people, state.votes)
    block = Block(
        state.plan, day, people, record_texts(people, state.plan, day), votes, past_elections(STATE, spec.start)
    )
    folder = inbox / day.isoformat()
    if voters:
        with Files(
            folder, separator=layout.SEPARATOR, quote=layout.QUOTE, header=layout.HEADER, encoding=layout.ENCODING
        ) as raw:
            for part in [*layout.voters(block), *(layout.history(block) if day == spec.start else ())]:
                raw.add(part)
    present = state.people["present"]
    will_vote = truth["will_vote"]
    extra = will_vote & ~latent(state.plan, state.people, state.levels)["will_vote"]
    ballots = known_ballots(
        {name: column[present] for name, column in state.ballots.items()},
        block,
        will_vote[present],
        extra[present],
        spec.world.day,
        spec.election,
    )
    if ballots.is_empty():
        return 0
    with Files(folder, separator=",", quote=True, header=True, encoding="latin-1") as files:
        stem = f"absentee_{day:%Y%m%d}"
        files.add(Part(f"{stem}.zip", f"{stem}.csv", ballots))
    return ballots.height


def _write_interviews(spec: SeasonSpec, truth: pl.DataFrame, day: dt.date, inbox: Path) -> int:
    """Interview voters for a day."""
    usual = InterviewSpec(spec.interviews, STATE, day, OPTIONS).first_answers_more
    asked = InterviewSpec(
        spec.interviews,
        STATE,
        day,
        OPTIONS,
        seed=spec.seed * 1_000_000 + day_number(day),
        days=1,
        first_answers_more=usual * (1 - spec.world.size_of(HANGING_UP, day)),
        asks_education=True,
    )
    book = inbox / "tracker.toml"
    if not book.is_file():
        write_text(interview_codebook(asked), book)
    rows = draw_interviews(who_answers(spec.world, truth, day), asked)
    write_text(rows.write_csv(), inbox / f"tracker-{day}.csv")
    return rows.height


def _first_polls(spec: SeasonSpec, state: _State) -> list[dict[str, object]]:
    """Polls of the weeks before the first voter file."""
    truth = latent(state.plan, state.people, state.levels)
    days = _days(spec.start - dt.timedelta(days=POLLS_BEFORE_DAYS), spec.start - dt.timedelta(days=1))
    return [_poll(spec, truth, state, day) for day in days if is_poll_day(spec.start, day)]


def _poll(spec: SeasonSpec, truth: Arrays, state: _State, day: dt.date) -> dict[str, object]:
    return poll_on(spec.seed, spec.start, truth, state.people["present"], day, STATE, OPTIONS)
