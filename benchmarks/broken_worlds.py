"""Seasons at the level of streams, drawn from the truth behind a synthetic electorate; in some of them something breaks."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import expit, logit
from scipy.stats import norm

from hustings.electorate.synthetic import ElectorateSpec
from hustings.electorate.synthetic.elections import past_elections
from hustings.electorate.synthetic.history import METHODS, draw_history
from hustings.electorate.synthetic.levels import Levels, calibrate
from hustings.electorate.synthetic.people import first_block
from hustings.electorate.synthetic.plan import Plan, make_plan
from hustings.electorate.synthetic.spec import Arrays, day_number
from hustings.electorate.synthetic.truth import latent
from hustings.electorate.synthetic.worlds import raised
from hustings.store import empty_table
from hustings.tables import OBSERVATIONS, SETTLED
from hustings.watch.assumption import Assumption, Claim, Foreseen
from hustings.watch.observations import Kept
from hustings.watch.streams.answers import ENGAGEMENT, WHAT_SHE_STANDS_FOR
from hustings.watch.streams.contacts import CANVASS_AGREES
from hustings.watch.streams.early_level import EARLY_VOTE_LEVEL
from hustings.watch.streams.early_votes import EARLY_VOTES_AS_SCORED, MOST_OF_DIMENSION, SMALLEST_PART
from hustings.watch.streams.interviews import (
    BASE_COMES_HOME,
    FEWEST,
    NEW_REGISTRANTS_PREFERENCE,
    SEGMENT_SD,
    SHIFT_SD,
    SUPPORT_AS_MODELLED,
    shift_of,
    tolerance_of,
)
from hustings.watch.streams.polls import POLLS_AS_EXPECTED
from hustings.watch.streams.registrations import NEW_REGISTRANTS_NUMBER, NEW_REGISTRANTS_PARTY
from hustings.watch.streams.response import DIMENSIONS as OF_RESPONSE
from hustings.watch.streams.response import MOST_SEGMENTS as MOST_RESPONSE
from hustings.watch.streams.response import RESPONSE_BY_SEGMENT
from hustings.watch.streams.rows import TYPICAL, filled, share_rows, typical_size, typical_weights

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Typical = float | list[float]

FIRST, DAYS, BREAK = dt.date(2016, 8, 30), 70, 40
ELECTION = FIRST + dt.timedelta(days=DAYS)
STATES = tuple("ABCDEF")
ANYBODY = ("state", "race", "age", "party", "sex", "education", "registered")
OF_BASE, OF_NEW = ("state", "race", "age"), ("state", "party", "race", "age")
"""What the watch compares apart, among everybody, the base, and new registrants."""
ERODED = 4
"""States in which the base erodes."""
VOTERS, FITTED = 60_000, 1_500
SURGE, AGAINST, TURNOUT = 0.06, 0.6, 0.05
EACH, SHARED, DRIVE = 8, 0.2, 5
"""Interviews of an interviewer on a day, and the chance that an answer is the common draw of these; registrations of one drive."""
FEWEST_A_DAY, MOST_A_DAY = 100, 300
NIGHTLY_SD, EARLY_LEVEL_SD, WEEK_SD, NUMBER_LEVEL_SD = 0.2, 0.2, 0.1, 0.15
EARLY_FROM, BY_MAIL_UNTIL = 20, 51
WORLDS = {
    "quiet": {},
    "new-registrants": {"surge": SURGE},
    "base-erosion, 40 %": {"erosion": 0.4},
    "base-erosion, 40 %, model of 6,000": {"erosion": 0.4, "fitted": 6000},
    "base-erosion, 70 %": {"erosion": 0.7},
    "hanging-up, supporters, 40 %": {"supporters": 0.4},
    "hanging-up, supporters, 60 %": {"supporters": 0.6},
    "hanging-up, registered, 40 %": {"registered": 0.4},
    "stale": {"stale": 40.0},
    "turnout": {"turnout": TURNOUT},
    "turnout, earlier scores not kept": {"turnout": TURNOUT, "no scores": 1.0},
    "two-at-once": {"surge": SURGE, "erosion": 0.7},
}
"""Worlds, and how much of what breaks. ``scores``: early ballots are also told apart by the score before they came, as the watch does not."""
LAST_GENERALS = 4
SCORE_BANDS = (0.4, 0.6, 0.8)
NEW_ONES = {"new-registrants-number", "new-registrants-preference", "new-registrants-party"}
NAMES = {
    "surge": NEW_ONES,
    "erosion": {"base-comes-home"},
    "supporters": {"response-by-segment"},
    "registered": {"response-by-segment"},
    "stale": {"response-by-segment", "sources-fresh"},
    "turnout": {"early-votes-as-scored", "early-vote-level"},
}
"""Assumptions that name what broke."""


@dataclass(frozen=True)
class Electorate:
    """Voters: columns by name, each (voter,); ``truth`` is the chance to prefer the first option."""

    columns: dict[str, NDArray]
    labels: dict[str, tuple[str, ...]]

    def __getitem__(self, name: str) -> NDArray:
        """A column."""
        return self.columns[name]


def make_electorate(seed: int = 1) -> Electorate:
    """Draw the electorate once; worlds and runs share it."""
    plan = make_plan(ElectorateSpec(VOTERS, seed=seed, as_of=FIRST))
    people = first_block(plan, 0)
    levels = calibrate(plan)
    hidden = latent(plan, people, levels)
    n = len(people["number"])
    rng = np.random.default_rng([seed, 1])
    years = (day_number(FIRST) - people["born"]) / 365.25
    race = np.array([0, 1, 2, 3, 3, 3, 3, 3, 3])[people["race"]]
    columns = {
        "state": rng.integers(0, len(STATES), n),
        "party": np.minimum(people["party"], 2),
        "race": race,
        "age": np.digitize(years, [25, 35, 45, 55, 65, 75]),
        "sex": people["woman"].astype(int),
        "education": people["education"].astype(int),
        "new": (people["registered"] >= day_number(dt.date(2016, 1, 1))).astype(int),
        "years": years,
        "truth": hidden["support_prob"].astype(float),
        "turnout": hidden["turnout_prob"].astype(float),
        "past": past_votes(plan, people, levels, np.random.default_rng([seed, 2])),
    }
    labels = {
        "state": STATES,
        "party": ("own", "other", "none"),
        "race": ("white", "black", "hispanic", "other"),
        "age": ("18-24", "25-34", "35-44", "45-54", "55-64", "65-74", "75+"),
        "sex": ("M", "F"),
        "education": ("school", "some", "college", "more"),
        "past": tuple(str(k) for k in range(LAST_GENERALS + 1)),
    }
    # Who is reached: the old, those who vote, and one party more; weights make up for what is known of it.
    reached = (0.4 + years / 100) * (0.5 + columns["turnout"]) * np.array([1.3, 0.8, 0.9])[columns["party"]]
    return Electorate({**columns, "reached": reached / reached.mean()}, labels)


def past_votes(plan: Plan, people: Arrays, levels: Levels, rng: np.random.Generator) -> Ints:
    """Ballots of everybody in the last general elections, (voter,), drawn as the synthetic history is."""
    held = tuple(one for one in past_elections(plan.spec.state, FIRST) if one.kind == "general")[-LAST_GENERALS:]
    votes = draw_history(rng, plan, people, held, levels)
    cast = votes["method"] != METHODS.index("did not vote")
    return np.bincount(votes["row"][cast], minlength=len(people["number"]))


@dataclass
class Season:
    """One season's interviews, every array (interview,), and claims with their observations."""

    day: Ints
    who: Ints
    surge: Flags
    y: Array
    p: Array
    weight: Array
    cluster: Ints
    claims: list[Claim] = field(default_factory=list)
    rows: list[pl.DataFrame] = field(default_factory=list)

    @property
    def kept(self) -> Kept:
        """The observations, as the watch keeps them."""
        return Kept(pl.concat(self.rows), empty_table(SETTLED))


def surge_share(world: str, day: Ints) -> Array:
    """Part of the roll that has registered beside those who would have."""
    grown = np.clip((day - BREAK + 1) / (DAYS - BREAK), 0.0, 1.0) * WORLDS[world].get("surge", 0.0)
    return grown / (1 + grown)


def eroded(electorate: Electorate, who: Ints) -> Flags:
    """The class whose support erodes: white voters of the own party, without a degree, in four states."""
    low = (electorate["education"][who] < 2) & (electorate["race"][who] == 0) & (electorate["party"][who] == 0)
    return low & (electorate["state"][who] < ERODED)


def chance_of(world: str, electorate: Electorate, day: Ints, who: Ints, surge: Flags) -> Array:
    """True chance of those asked to prefer the first option."""
    truth = electorate["truth"][who].copy()
    truth[(day >= BREAK) & eroded(electorate, who)] *= 1 - WORLDS[world].get("erosion", 0.0)
    truth[surge] *= 1 - AGAINST
    return truth


def answer_chance(world: str, electorate: Electorate, day: Ints, who: Ints, y: Array) -> Array:
    """Chance that who is reached answers, against before."""
    broken = WORLDS[world]
    hung = np.where(y > 0, broken.get("supporters", 0.0), 0.0)
    hung = np.where(electorate["party"][who] == 0, np.maximum(hung, broken.get("registered", 0.0)), hung)
    hung = np.where(electorate["years"][who] < broken.get("stale", 0.0), 1.0, hung)
    return np.where(day >= BREAK, 1 - hung, 1.0)


def interviews(world: str, electorate: Electorate, rng: np.random.Generator) -> Season:
    """Who answers on each day, and what: with interviewers who leave their mark."""
    wanted = rng.integers(FEWEST_A_DAY, MOST_A_DAY + 1, DAYS)
    day = np.repeat(np.arange(DAYS), wanted * 3)
    who = _draw(electorate, len(day), rng)
    surge = rng.random(len(day)) < surge_share(world, day)
    truth = chance_of(world, electorate, day, who, surge)
    # Three are tried for each who is wanted, in order, until there are enough.
    own, asked = rng.random(len(day)), rng.random(len(day))
    order = np.concatenate([np.arange(n) for n in wanted * 3])
    common = rng.random((DAYS, 3 * MOST_A_DAY // EACH + 1))
    shares = rng.random(len(day)) < SHARED
    # Everybody has an interviewer before it is known who answers.
    guess = order // EACH
    y = (np.where(shares, common[day, guess], own) < truth).astype(float)
    answers = asked < answer_chance(world, electorate, day, who, y)
    at = np.concatenate([np.flatnonzero((day == k) & answers)[: wanted[k]] for k in range(DAYS)])
    return Season(
        day[at],
        who[at],
        surge[at],
        y[at],
        np.zeros(len(at)),
        1.0 / electorate["reached"][who[at]],
        day[at] * 1000 + guess[at],
    )


def _draw(electorate: Electorate, n: int, rng: np.random.Generator) -> Ints:
    edges = np.cumsum(electorate["reached"])
    return np.searchsorted(edges, rng.random(n) * edges[-1], side="right").clip(max=len(edges) - 1)


def model_of(electorate: Electorate, fitted: int, rng: np.random.Generator) -> tuple[Array, Ints, Flags]:
    """Chance of every voter by a model of interviews before the season: logistic, ridge; whom it was fitted to, and what they said."""
    names = ("party", "race", "age", "state", "sex")
    x = np.concatenate(
        [np.eye(len(electorate.labels[name]))[electorate[name]] for name in names]
        + [np.ones((len(electorate["sex"]), 1))],
        axis=1,
    )
    who = _draw(electorate, fitted, rng)
    y = rng.random(fitted) < electorate["truth"][who]
    beta, ridge = np.zeros(x.shape[1]), np.full(x.shape[1], 1.0)
    ridge[-1] = 0.01
    for _ in range(8):
        p = expit(x[who] @ beta)
        hessian = (x[who] * (p * (1 - p))[:, None]).T @ x[who] + np.diag(ridge)
        beta += np.linalg.solve(hessian, x[who].T @ (y - p) - ridge * beta)
    return expit(x @ beta), who, y


def segments(electorate: Electorate, who: Ints, dimensions: tuple[str, ...], new: Flags) -> dict[str, Flags]:
    """Segments, as the watch names them, and who is in each; ``all`` first."""
    found = {"all": np.ones(len(who), bool)}
    for dimension in dimensions:
        if dimension == "registered":
            found["registered=new"] = new
            continue
        keys = dimension.split(", ")
        for labels in itertools.product(*(enumerate(electorate.labels[key]) for key in keys)):
            name = ", ".join(f"{key}={label}" for key, (_, label) in zip(keys, labels, strict=True))
            inside = [electorate[key][who] == k for key, (k, _) in zip(keys, labels, strict=True)]
            found[name] = np.logical_and.reduce(inside)
    return found


def claim_of(assumption: Assumption, names: list[str], scales: dict[str, Array], **prediction: Typical) -> Claim:
    """A registered claim."""
    made = Foreseen(tuple(names), {name: tuple(map(float, one)) for name, one in scales.items()}, "", prediction)
    return Claim(
        assumption.name,
        1,
        assumption.kind,
        assumption.side,
        assumption.share,
        FIRST - dt.timedelta(days=1),
        ELECTION,
        made,
    )


def settled(claim: Claim, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows as kept: each settled on its day."""
    return rows.with_columns(
        pl.lit(claim.assumption).alias("assumption"),
        pl.lit(1, pl.Int64).alias("version"),
        pl.col("day").alias("settled"),
    ).select(OBSERVATIONS.column_names)


def add_shares(
    season: Season,
    assumption: Assumption,
    inside: list[tuple[str, Flags]],
    p: Array,
    y: Array,
    w: Array,
    tolerance: Array,
    typical: Typical,
) -> None:
    """A claim about answers, and what it sees: `p` and `y` are (interview,), or (segment, interview); `w` is (interview,)."""
    parts = []
    for k, (_name, flags) in enumerate(inside):
        at = np.flatnonzero(flags)
        parts.append(
            pl.DataFrame(
                {
                    "segment": np.full(len(at), k),
                    "day": season.day[at],
                    "y": (y if y.ndim == 1 else y[k])[at],
                    "p": (p if p.ndim == 1 else p[k])[at],
                    "weight": w[at],
                    "cluster": season.cluster[at],
                }
            )
        )
    names = [name for name, _ in inside]
    rows = pl.concat(parts).with_columns(
        pl.lit(FIRST).dt.offset_by(pl.format("{}d", "day")).alias("day"),
        pl.col("segment").replace_strict(list(range(len(names))), names, return_dtype=pl.String),
    )
    claim = claim_of(assumption, names, {"tolerance": tolerance}, **{TYPICAL: typical})
    season.claims.append(claim)
    season.rows.append(settled(claim, share_rows(rows, claim)))


def typical_of(before: Season, inside: list[tuple[str, Flags]]) -> list[float]:
    """Weight of an interviewer's heavy day in each segment, by the interviews before the season: as the watch registers it."""
    parts = [
        pl.DataFrame({"cluster": before.cluster[flags], "weight": before.weight[flags]}).select(
            pl.lit(name).alias("segment"), "cluster", "weight"
        )
        for name, flags in inside
    ]
    return typical_weights(pl.concat(parts), [name for name, _ in inside])


def add_interviews(season: Season, world: str, electorate: Electorate, rng: np.random.Generator) -> None:
    """Support, base, new registrants, who answers, and what else people say."""
    n = int(WORLDS[world].get("fitted", FITTED))
    modelled, fitted, said_before = model_of(electorate, n, rng)
    who, weight = season.who, season.weight
    season.p = modelled[who]
    new = (electorate["new"][who] == 1) | season.surge
    base = electorate["party"][who] == 0
    before = Season(
        np.zeros(n, np.int64),
        fitted,
        electorate["new"][fitted] == 1,
        said_before.astype(float),
        modelled[fitted],
        1.0 / electorate["reached"][fitted],
        np.arange(n) // EACH,
    )
    for assumption, dimensions, here, then in (
        (SUPPORT_AS_MODELLED, ANYBODY, new | True, before.surge | True),
        (BASE_COMES_HOME, OF_BASE, base, electorate["party"][fitted] == 0),
        (NEW_REGISTRANTS_PREFERENCE, OF_NEW, new, before.surge),
    ):
        kept, tolerance, p = _registered(electorate, before, dimensions, then, season.p)
        typical = typical_of(before, kept)
        inside = segments(electorate, who, dimensions, new)
        named = [(name, inside[name] & here) for name, _ in kept]
        add_shares(season, assumption, named, p, season.y, weight, tolerance, typical)
    _add_response(season, electorate, before, new)
    whole = segments(electorate, who, ("state",), new)
    typical = typical_of(before, list(segments(electorate, fitted, ("state",), before.surge).items()))
    for assumption, share in ((ENGAGEMENT, 0.45), (WHAT_SHE_STANDS_FOR, 0.6), (CANVASS_AGREES, 0.5)):
        said = (rng.random(len(who)) < share).astype(float)
        tolerance = np.full(len(whole), 0.03)
        add_shares(season, assumption, list(whole.items()), np.full(len(who), share), said, weight, tolerance, typical)


def _registered(
    electorate: Electorate, before: Season, dimensions: tuple[str, ...], then: Flags, p: Array
) -> tuple[list[tuple[str, Flags]], Array, Array]:
    """Segments of a claim and who was in each before, how far each may lie off, and chances, (segment, interview)."""
    kept, tolerance, chances = [], [], []
    for name, flags in segments(electorate, before.who, dimensions, before.surge).items():
        at = flags & then
        if at.sum() < FEWEST:
            continue
        shift, prior_sd = 0.0, SEGMENT_SD
        if "education" in name:
            # The model knows nothing of it: how far it lay off until then is part of the claim.
            shift, prior_sd = shift_of(before.y[at], before.p[at], before.weight[at]), SHIFT_SD / 4
        kept.append((name, at))
        tolerance.append(tolerance_of(name, before.weight[at], prior_sd))
        chances.append(expit(logit(p) + shift) if shift else p)
    return kept, np.array(tolerance), np.stack(chances)


def _add_response(season: Season, electorate: Electorate, before: Season, new: Flags) -> None:
    """Every segment's part of those who answer, against before."""
    then = segments(electorate, before.who, OF_RESPONSE, before.surge)
    names = []
    for dimension in OF_RESPONSE:
        mine = segments(electorate, before.who, (dimension,), before.surge)
        size = {name: int(flags.sum()) for name, flags in mine.items() if name != "all"}
        names += [name for name in sorted(size, key=size.__getitem__, reverse=True) if size[name] >= FEWEST]
    names = names[:MOST_RESPONSE]
    now = segments(electorate, season.who, OF_RESPONSE, new)
    part = np.array([then[name].mean() for name in names])
    error = np.sqrt(part * (1 - part) / len(before.who))
    tolerance = np.minimum(np.minimum(0.03, 0.25 * part) + error, 0.06)
    n = len(season.who)
    said = np.stack([now[name].astype(float) for name in names])
    everybody = [(name, np.ones(n, bool)) for name in names]
    expected = np.repeat(part[:, None], n, axis=1)
    typical = typical_size(pl.Series(before.cluster))
    add_shares(season, RESPONSE_BY_SEGMENT, everybody, expected, said, np.ones(n), tolerance, typical)


def add_polls(season: Season, world: str, electorate: Electorate, rng: np.random.Generator) -> None:
    """A poll a day, by state: where it lies in what was expected of it."""
    votes = electorate["turnout"]
    everybody = np.arange(len(votes))
    late = np.full(len(votes), DAYS - 1)
    truth = chance_of(world, electorate, late, everybody, np.zeros(len(votes), bool))
    state = rng.integers(0, len(STATES), DAYS)
    shift = np.array(
        [
            np.average((truth - electorate["truth"])[mine], weights=votes[mine])
            for k in range(len(STATES))
            for mine in [electorate["state"] == k]
        ]
    )
    off = np.where(np.arange(DAYS) >= BREAK, shift[state], 0.0) / 0.03
    place = norm.cdf(rng.normal(off))
    polls = Season(
        np.arange(DAYS), state, np.zeros(DAYS, bool), place, np.full(DAYS, 0.5), np.ones(DAYS), np.arange(DAYS)
    )
    inside = [("all", np.ones(DAYS, bool)), *((f"unit={name}", state == k) for k, name in enumerate(STATES))]
    add_shares(polls, POLLS_AS_EXPECTED, inside, polls.p, polls.y, polls.weight, np.full(len(inside), 0.05), 1.0)
    season.claims += polls.claims
    season.rows += polls.rows


def add_counts(
    season: Season,
    assumption: Assumption,
    names: list[str],
    mean: Array,
    ratio: Array,
    days: Ints,
    night: float,
    level: float,
    rng: np.random.Generator,
) -> None:
    """A claim about numbers: `mean` and `ratio` (truth against it) are (segment, day of `days`)."""
    u = rng.normal(0.0, level, (len(names), 1))
    size = night**-2
    seen = rng.poisson(mean * ratio * np.exp(u) * rng.gamma(size, 1 / size, mean.shape)).astype(float)
    n = len(names)
    claim = claim_of(assumption, names, {"dispersion": np.full(n, size), "level_sd": np.full(n, level)})
    rows = filled(
        pl.DataFrame(
            {
                "segment": np.repeat(names, len(days)),
                "day": np.tile(np.datetime64(FIRST) + days, n),
                "n": seen.ravel(),
                "observed": seen.ravel(),
                "predicted": mean.ravel(),
            }
        )
    )
    season.claims.append(claim)
    season.rows.append(settled(claim, rows))


def add_rolls(season: Season, world: str, electorate: Electorate, rng: np.random.Generator) -> None:
    """Registrations by state and week, their party, and early ballots: how many, and whose."""
    weeks = np.arange(6, DAYS, 7)
    usual = 0.0045
    # A week is compared a week after its end.
    surge = WORLDS[world].get("surge", 0.0) * (weeks - 7 >= BREAK)
    more = 1 + surge / ((DAYS - BREAK) / 7) / usual
    names = [f"state={name}" for name in STATES]
    mean = np.full((len(names), len(weeks)), 1_000_000 * usual)
    add_counts(
        season,
        NEW_REGISTRANTS_NUMBER,
        names,
        mean,
        np.tile(more, (len(names), 1)),
        weeks,
        WEEK_SD,
        NUMBER_LEVEL_SD,
        rng,
    )
    n = 400
    drives = Season(
        *(np.repeat(one, n) for one in (weeks, np.zeros(len(weeks), np.int64))),
        np.zeros(n * len(weeks), bool),
        *(np.zeros(n * len(weeks)) for _ in range(2)),
        np.ones(n * len(weeks)),
        np.arange(n * len(weeks)) // DRIVE,
    )
    own = np.where(rng.random(n * len(weeks)) < np.repeat(1 - 1 / more, n), 0.28, 0.36)
    took = (rng.random(len(own)) < own).astype(float)
    state = rng.integers(0, len(STATES), len(own))
    inside = [(f"state={name}", state == k) for k, name in enumerate(STATES)]
    expected, tolerance = np.full(len(own), 0.36), np.full(len(inside), 0.045)
    add_shares(drives, NEW_REGISTRANTS_PARTY, inside, expected, took, drives.weight, tolerance, float(DRIVE))
    season.claims += drives.claims
    season.rows += drives.rows
    _add_early(season, world, electorate, rng)


def _add_early(season: Season, world: str, electorate: Electorate, rng: np.random.Generator) -> None:
    """Early ballots: whose they are, given how many, and how many."""
    nights = np.arange(EARLY_FROM, DAYS)
    usual = electorate["turnout"]
    more = WORLDS[world].get("turnout", 0.0)
    turnout = raised(usual, more) if more else usual
    late = nights >= BREAK
    ballots = np.where(nights < BY_MAIL_UNTIL, 0.008, 0.03) * 310_000
    names, part, grown = _early_segments(electorate, turnout, by_score="no scores" not in WORLDS[world])
    mean, ratio = part[:, None] * ballots, np.where(late, grown[:, None], 1.0)
    add_counts(season, EARLY_VOTES_AS_SCORED, names, mean, ratio, nights, NIGHTLY_SD, EARLY_LEVEL_SD, rng)
    levels = [f"state={state}" for state in STATES]
    mean = np.tile(ballots, (len(STATES), 1))
    ratio = np.tile(np.where(late, turnout.sum() / usual.sum(), 1.0), (len(STATES), 1))
    add_counts(season, EARLY_VOTE_LEVEL, levels, mean, ratio, nights, NIGHTLY_SD, 0.3, rng)


def _early_segments(electorate: Electorate, turnout: Array, *, by_score: bool) -> tuple[list[str], Array, Array]:
    """Segments of early ballots: expected parts of their states, (segment,), and how many times these they are in truth."""
    usual = electorate["turnout"]
    by = {"party": "party", "age": "age", "race": "race"}
    groups = [
        (f"{name}={label}", electorate[column] == k)
        for name, column in by.items()
        for k, label in enumerate(electorate.labels[column])
    ]
    groups.append(("registered=new", electorate["new"] == 1))
    bands = np.digitize(usual, SCORE_BANDS)
    scored = [(f"score={label}", bands == k) for k, label in enumerate(("low", "middling", "high", "sure"))]
    found: dict[str, list[tuple[str, float, float]]] = {}
    for k, state in enumerate(STATES):
        here = electorate["state"] == k
        whole = turnout[here].sum() / usual[here].sum()
        for name, flags in groups + (scored if by_score else []):
            mine = here & flags
            part = usual[mine].sum() / usual[here].sum()
            if SMALLEST_PART <= part <= 1 - SMALLEST_PART:
                one = (f"state={state}, {name}", part, turnout[mine].sum() / usual[mine].sum() / whole)
                found.setdefault(name.partition("=")[0], []).append(one)
    kept = [one for segments in found.values() for one in segments[:MOST_OF_DIMENSION]]
    return [one[0] for one in kept], *np.array([one[1:] for one in kept]).T


def early_ratio(electorate: Electorate, *, by_score: bool) -> float:
    """How many times as many of those who move most are among the early ballots where turnout is off: scored low, or without past votes."""
    usual = electorate["turnout"]
    turnout = raised(usual, TURNOUT)
    few = usual < SCORE_BANDS[0] if by_score else electorate["past"] == 0
    return float(turnout[few].sum() / usual[few].sum() / (turnout.sum() / usual.sum()))


def make_season(world: str, electorate: Electorate, seed: int) -> Season:
    """One season of a world."""
    rng = np.random.default_rng([seed, 23])
    season = interviews(world, electorate, rng)
    add_interviews(season, world, electorate, rng)
    add_polls(season, world, electorate, rng)
    add_rolls(season, world, electorate, rng)
    return season


def best_score(world: str, electorate: Electorate, season: Season) -> Array:
    """(day since the break,) what the best test sums that knew what breaks in the interviews, where, and when."""
    broken, late = WORLDS[world], season.day >= BREAK
    if {"supporters", "registered"} & set(broken):
        own = electorate["party"][season.who] == 0
        flags, r = late, own[~late].mean() - own
    elif "stale" in broken:
        young = electorate["years"][season.who] < broken["stale"]
        flags, r = late, young[~late].mean() - young
    else:
        flags = late & (eroded(electorate, season.who) if "erosion" in broken else season.surge)
        r = season.p - season.y
    weight = np.ones(len(r)) if {"supporters", "registered", "stale"} & set(broken) else season.weight
    return np.bincount(season.day[flags], (weight * r)[flags], DAYS)[BREAK:]
