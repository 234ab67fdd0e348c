"""A whole season of a state that is not real, file by file as it comes: voters, ballots, interviews, polls; in some worlds something breaks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.electorate.synthetic.early_votes import ballot_days, ballot_table
from hustings.electorate.synthetic.elections import next_general, past_elections
from hustings.electorate.synthetic.formats import FORMATS
from hustings.electorate.synthetic.formats.block import Block, Part
from hustings.electorate.synthetic.history import METHODS, draw_history, draw_method, early_logit
from hustings.electorate.synthetic.interviews import InterviewSpec, draw_interviews, interview_codebook
from hustings.electorate.synthetic.levels import Levels, calibrate
from hustings.electorate.synthetic.people import first_block
from hustings.electorate.synthetic.plan import BLOCK_VOTERS, Plan, make_plan
from hustings.electorate.synthetic.run import in_file
from hustings.electorate.synthetic.settings import model
from hustings.electorate.synthetic.spec import Arrays, ElectorateSpec, day_number, stream
from hustings.electorate.synthetic.text import record_texts
from hustings.electorate.synthetic.truth import latent, truth_table
from hustings.electorate.synthetic.weeks import add_week
from hustings.electorate.synthetic.worlds import (
    HANGING_UP,
    STALE,
    TURNOUT,
    World,
    broken_truth,
    new_factor,
    who_answers,
)
from hustings.electorate.synthetic.writing import Files
from hustings.errors import ConfigError
from hustings.store.writing import write_json, write_text

Flags = NDArray[np.bool_]

LAYOUT, STATE, OPTIONS = "nc-2022", "NC", ("alder", "birch")
BEFORE_DAYS = 21
"""Interviews begin, and the first voter file is, so many days before the first night."""
POLLS_BEFORE_DAYS = 60
DAILY_BALLOTS_DAYS = 19
"""So many days before the election voting in person begins, and the file of ballots comes every day, not every week."""
EXTRA_DAYS = 10
"""Those who vote although nobody thought so ask for their ballots within so many days of the break."""
USUAL_WEEKS = 8
"""As many register in a week as did in so many weeks before the first file."""
POLLSTERS = ("Northgate", "Public Ear", "Harbour", "Lowland")
POLL_EVERY_DAYS, POLL_SIZE, POLL_UNDECIDED, POLLSTER_SD = 4, 800, 0.06, 0.012


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
            _extend_ballots(spec, state)
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
        if not (day - spec.start).days % POLL_EVERY_DAYS:
            polls.append(_poll(spec, truth, state.people["present"], day))
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
    _extend_ballots(spec, state)
    return state


def _extend_ballots(spec: SeasonSpec, state: _State) -> None:
    """Say of new records how they would vote, and when they would ask for a ballot, send it and so on."""
    before = len(state.ballots.get("mail", ()))
    new = {name: column[before:] for name, column in state.people.items()}
    rng = stream(state.plan.spec, "season ballots", before)
    method = draw_method(rng, early_logit(new), next_general(spec.first))
    mail, early = method == METHODS.index("mail"), method == METHODS.index("early")
    election = day_number(spec.election)
    dates = ballot_days(rng, mail, election, election)
    more = {"mail": mail, "ahead": mail | early, **dates, "fate": rng.random(len(mail)), "late": rng.random(len(mail))}
    state.ballots = {
        name: np.concatenate([state.ballots[name], column]) if before else column for name, column in more.items()
    }


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
    ballots = _ballots(spec, state, {name: column[present] for name, column in truth.items()}, block, present)
    if ballots.is_empty():
        return 0
    with Files(folder, separator=",", quote=True, header=True, encoding="latin-1") as files:
        stem = f"absentee_{day:%Y%m%d}"
        files.add(Part(f"{stem}.zip", f"{stem}.csv", ballots))
    return ballots.height


def _ballots(spec: SeasonSpec, state: _State, truth: Arrays, block: Block, present: Flags) -> pl.DataFrame:
    """Ballots as they are known on the block's day."""
    ballots = {name: column[present] for name, column in state.ballots.items()}
    today = day_number(block.day)
    asked, sent, returned = (ballots[name].copy() for name in ("asked", "sent", "returned"))
    if spec.world.size_of(TURNOUT, block.day):
        usual = latent(state.plan, block.people, state.levels)["will_vote"]
        # Who comes although nobody thought so had not asked before the break.
        late = day_number(spec.world.day) + (ballots["late"] * EXTRA_DAYS).astype(np.int64)
        wait = np.where(truth["will_vote"] & ~usual, np.maximum(late - asked, 0), 0)
        asked, sent, returned = (np.minimum(one + wait, day_number(spec.election)) for one in (asked, sent, returned))
    may = truth["will_vote"] & (block.people["status"] == 0) & ~block.people["confidential"]
    rows = np.flatnonzero(may & ballots["ahead"] & (asked <= today))
    at = {
        "asked": asked[rows],
        "sent": np.where(sent <= today, sent, 0)[rows],
        "returned": np.where(returned <= today, returned, 0)[rows],
    }
    return ballot_table(block, rows, ballots["mail"][rows], at, ballots["fate"][rows])


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
    here = state.people["present"]
    return [_poll(spec, truth, here, day) for day in days if not (day - spec.start).days % POLL_EVERY_DAYS]


def _poll(spec: SeasonSpec, truth: Arrays, here: Flags, day: dt.date) -> dict[str, object]:
    """A published poll that ends on a day: likely voters, a pollster's own lean, and chance."""
    number = (day - spec.start).days // POLL_EVERY_DAYS
    pollster = number % len(POLLSTERS)
    lean = np.random.default_rng([spec.seed, 31, pollster]).normal(0.0, POLLSTER_SD)
    rng = np.random.default_rng([spec.seed, 37, day_number(day)])
    votes = truth["turnout_prob"][here].astype(float)
    share = float(votes @ truth["support_prob"][here].astype(float) / votes.sum()) + lean
    parts = np.array([share, 1 - share, 0.0]) * (1 - POLL_UNDECIDED) + np.array([0.0, 0.0, POLL_UNDECIDED])
    said = rng.multinomial(POLL_SIZE, np.clip(parts, 0, 1)) / POLL_SIZE * 100
    return {
        "pollster": POLLSTERS[pollster],
        "unit": STATE,
        "start_date": (day - dt.timedelta(days=2)).isoformat(),
        "end_date": day.isoformat(),
        "sample_size": POLL_SIZE,
        "population": "LV",
        **{option: round(float(one), 1) for option, one in zip(OPTIONS, said, strict=False)},
    }
