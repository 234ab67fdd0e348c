"""What breaks in a made-up season, from which day on and how much; models never see it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import expit, logit

from hustings.electorate.synthetic.plan import Plan
from hustings.electorate.synthetic.settings import model, parties
from hustings.electorate.synthetic.spec import Arrays, day_number
from hustings.electorate.synthetic.truth import chance
from hustings.errors import ConfigError

Flags = NDArray[np.bool_]

NEW, EROSION, HANGING_UP, STALE, TURNOUT = "new-registrants", "base-erosion", "hanging-up", "stale", "turnout"
SIZES = {NEW: 0.06, EROSION: 0.4, HANGING_UP: 0.4, STALE: 40.0, TURNOUT: 0.05}
"""How much breaks where nobody says: new-registrants, the part of the roll that registers beside those who would have;
base-erosion, the part of the class's supporters who leave; hanging-up, by how much less the first option's supporters
answer; stale, the age under which nobody answers any more; turnout, the part of the roll that votes beside those who would have."""
WORLDS = {
    "quiet": (),
    NEW: (NEW,),
    EROSION: (EROSION,),
    HANGING_UP: (HANGING_UP,),
    STALE: (STALE,),
    TURNOUT: (TURNOUT,),
    "two-at-once": (NEW, EROSION),
}
"""Worlds, and what breaks in each."""
AGAINST = 0.6
"""Part of the surge who would have preferred the first option, and do not."""
LOW_TURNOUT = 0.6
"""Chance to vote below which more come than a model could know."""
CLASS = ("high school or less", "some college")
"""Whose support erodes: the party's own white voters without a degree."""


@dataclass(frozen=True)
class World:
    """A world.

    Parameters
    ----------
    name : str
        One of `WORLDS`.
    day : date
        First day on which what was so is so no more.
    size : float, optional
        How much; `SIZES` where it is left out. Of several breaks it is that of each.

    Raises
    ------
    ConfigError
        There is no such world, or the size cannot be.
    """

    name: str
    day: dt.date
    size: float | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        if self.name not in WORLDS:
            raise ConfigError(f"unknown world {self.name!r}", hint=f"choose one of {', '.join(WORLDS)}")
        if self.size is None:
            return
        if not WORLDS[self.name]:
            raise ConfigError(f"nothing breaks in the world {self.name!r}, and its size is {self.size}")
        most = 120.0 if self.name == STALE else 1.0
        if not 0 < self.size <= most:
            raise ConfigError(f"the size of {self.name!r} is {self.size}, expected more than 0, and {most:g} at most")

    def size_of(self, kind: str, day: dt.date | None = None) -> float:
        """How much of a kind is broken on a day (None: once it is); 0 where it is not."""
        if kind not in WORLDS[self.name] or (day is not None and day < self.day):
            return 0.0
        return SIZES[kind] if self.size is None else self.size

    def about(self) -> dict[str, object]:
        """What is planted, as plain JSON."""
        kinds = {kind: self.size_of(kind) for kind in WORLDS[self.name]}
        return {"world": self.name, "break_day": self.day.isoformat(), "breaks": kinds}


def own_party() -> str:
    """Code of the party that counts on the first option."""
    return next(party.code for party in parties() if party.option == 0)


def new_factor(world: World, usual: float, day: dt.date, election: dt.date) -> float:
    """How many times the model's weekly registrations there are in the week until a day, `usual` times where nothing breaks."""
    weeks = max((election - world.day).days / 7, 1.0)
    share: float = model()["week"]["new_share"]
    return usual + world.size_of(NEW, day) / weeks / share


def broken_truth(
    world: World, plan: Plan, people: Arrays, hidden: Arrays, day: dt.date, *, surge_part: float = 0.0
) -> Arrays:
    """The truth about a block on a day: what :func:`hustings.electorate.synthetic.truth.latent` says, and what has broken.

    Parameters
    ----------
    world : World
    plan : Plan
    people : dict of str to numpy.ndarray
        A block, every record that ever was, with ``first_seen``.
    hidden : dict of str to numpy.ndarray
        What `latent` says of it.
    day : date
    surge_part : float
        Part of those registered since the break who would not have registered without it.
    """
    found = dict(hidden)
    breaks = [(EROSION, world.size_of(EROSION, day), _class(people))] if world.size_of(EROSION, day) else []
    if world.size_of(NEW, day):
        breaks.append((NEW, AGAINST, _surge(world, plan, people, surge_part)))
    for kind, part, there in breaks:
        leaves = there & (chance(plan, kind, people["person"]) < part)
        found["support_prob"] = np.where(there, found["support_prob"] * (1 - part), found["support_prob"])
        found["supports_first"] = found["supports_first"] & ~leaves
    if more := world.size_of(TURNOUT, day):
        turnout = raised(found["turnout_prob"], more)
        found["turnout_prob"] = turnout
        found["will_vote"] = chance(plan, "votes", people["person"]) < turnout
    return found


def _class(people: Arrays) -> Flags:
    codes = [party.code for party in parties()]
    low = [model()["educations"].index(name) for name in CLASS]
    own = people["party"] == codes.index(own_party())
    white = people["race"] == model()["races"].index("white")
    return np.asarray(own & white & np.isin(people["education"], low))


def _surge(world: World, plan: Plan, people: Arrays, part: float) -> Flags:
    """Of those who have registered since, as many as would not have."""
    late = people["first_seen"] >= day_number(world.day)
    return np.asarray(late & (chance(plan, "surge", people["person"]) < part))


def raised(turnout: NDArray[np.float64], more: float) -> NDArray[np.float64]:
    """Chances to vote, those of the unlikely raised until so many more of all vote."""
    low = turnout < LOW_TURNOUT
    bottom, top = 0.0, 12.0
    logits = logit(np.clip(turnout, 1e-9, 1 - 1e-9))
    for _ in range(50):
        middle = (bottom + top) / 2
        gained = np.where(low, expit(logits + middle), turnout).mean() - turnout.mean()
        bottom, top = (middle, top) if gained < more else (bottom, middle)
    return np.where(low, expit(logits + bottom), turnout)


def who_answers(world: World, truth: pl.DataFrame, day: dt.date) -> pl.DataFrame:
    """Of the truth about voters, those who may answer on a day."""
    age = world.size_of(STALE, day)
    return truth.filter(day.year - pl.col("birth_date").dt.year() >= age) if age else truth
