"""The interviews of the CCES 2016 in random order against a model of 2012, night by night; ``bench_watch_cces.py`` tells of it.

Nothing of 2016 is in the predictions: voters of the ANES of 2012, the certified results of 2012 by state, the turnout of 2012 and the
population of the American Community Survey.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import expit, logit

import bench_support
from hustings.maths.eprocesses.board import weighted_e_bh
from hustings.maths.eprocesses.detector import log_evidence
from hustings.maths.eprocesses.shares import cluster_log_bets, sided_prior
from hustings.scores.support import SupportSpec, fit_support, logit_shift
from hustings.scores.support.fit import Design
from hustings.watch.assumption import Claim, Foreseen, Seen
from hustings.watch.board import Weighed, shares_of, weigh
from hustings.watch.monitors import start_mass
from hustings.watch.nightly import FALSE_ALARM_PROB
from hustings.watch.observations import nothing_kept
from hustings.watch.streams.interviewed import segment_of, segments_of
from hustings.watch.streams.interviews import SEGMENT_SD, SUPPORT_AS_MODELLED, shift_of, tolerance_of
from hustings.watch.streams.rows import TYPICAL, nothing, share_rows

Array = NDArray[np.float64]
DATA = bench_support.DATA
CCES = DATA / "survey_cces2016_individual.parquet"
CELL = ("state", "race", "age", "sex", "college")
RACES = ("White", "Black", "Hispanic")
PER_DAY, DAYS, LEARNED = 400, 60, 5
"""Interviews a day, days, and days from which the level is learned where it is."""
EVE = dt.date(2016, 11, 7)
START = EVE - dt.timedelta(days=DAYS)
ORDERS, QUIET = 10, 100
STAKE = 0.99
"""Part of the weights that a bet does not cut: of heavier answers it stakes as much as of one of this weight."""
Z = 1.96
FEWEST = 50
"""Interviews of an ANES below which its own error says it all."""
CLOSE = 0.05
"""Two-party share of 2012 within so much of a half: a close state."""
DIMENSIONS = (
    "education",
    "region",
    "race",
    "states",
    "region, education",
    "race, education",
    "race, region, education",
    "state",
)


def anes(year: int) -> pl.DataFrame:
    """Voters of an ANES for one of two candidates, as the support model wants them."""
    raw = pl.read_parquet(DATA / "survey_anes_1952_2016.parquet").filter(
        pl.col("year") == year, pl.col("pres_vote").is_in(["Democrat", "Republican"])
    )
    college = pl.col("education").is_in(["College", "Adv. Degree"])
    return (
        raw.drop_nulls(["education", "race", "age", "sex", "state"])
        .select(
            "state",
            race=pl.when(pl.col("race").is_in(RACES)).then("race").otherwise(pl.lit("Other")),
            sex=pl.when(pl.col("sex") == "Female").then(pl.lit("F")).otherwise(pl.lit("M")),
            age=(pl.col("age") // 10)
            .cast(pl.Int64)
            .clip(2, 7)
            .replace_strict(range(2, 8), list(bench_support.BANDS), return_dtype=pl.String),
            college=pl.when(college).then(pl.lit("yes")).otherwise(pl.lit("no")),
            y=(pl.col("pres_vote") == "Democrat").cast(pl.Float64),
            option=pl.when(pl.col("pres_vote") == "Democrat")
            .then(pl.lit(bench_support.OPTIONS[0]))
            .otherwise(pl.lit(bench_support.OPTIONS[1])),
        )
        .join(bench_support.regions(), on="state", how="left")
        .with_row_index("respondent")
        .with_columns(pl.col("respondent").cast(pl.String))
    )


def predicted_2012() -> pl.DataFrame:
    """Chance of every kind of voter to have voted for the first party in 2012: ``p`` and expected ``votes`` by cell.

    A multilevel regression of the ANES of 2012, each state then moved in logits until its cells, weighted by 2012's
    turnout, sum to the certified result.
    """
    cells = bench_support.likely_cells()
    past = bench_support.two_party(2012)
    lean = past.select("state", lean=(pl.col("share") / (1.0 - pl.col("share"))).log())
    spec = SupportSpec(terms=bench_support.TERMS, predictors=("lean",))
    fit = fit_support(anes(2012), bench_support.OPTIONS, spec, lean)
    eta = Design(fit, cells).mean()
    states = past["state"].sort().to_list()
    place = cells["state"].cast(pl.Enum(states)).to_physical().to_numpy().astype(np.int64)
    target = logit(past.sort("state")["share"].to_numpy())[:, None]
    eta = eta + logit_shift(eta, cells["votes"].to_numpy(), place, target)[place]
    return cells.select(*CELL, "region", "votes", p=pl.Series(expit(eta[:, 0])))


def interviews(cells: pl.DataFrame) -> pl.DataFrame:
    """Intentions before the election, with prediction, weight and segments.

    Weights bring the file to the likely electorate of 2012's turnout by race, region, age, sex and college: they know no answer.
    The file's own weights do: they are made to agree with the results of 2016.
    """
    rows = bench_support.cces().rows
    rows = rows.join(cells.select(*CELL, "p"), on=list(CELL), how="left")
    by = ["race", "region", "age", "sex", "college"]
    target = cells.group_by(by).agg(pl.col("votes").sum())
    rows = rows.join(target, on=by, how="left").with_columns(
        weight=(pl.col("votes") / pl.len().over(by)), y=(pl.col("option") == bench_support.OPTIONS[0]).cast(pl.Float64)
    )
    weight = pl.col("weight") / pl.col("weight").mean()
    rows = with_segments(rows.with_columns(weight=weight.clip(upper_bound=5.0)))
    recalled = rows["weight"].to_numpy() * tilt(rows)
    return rows.with_columns(recalled=pl.Series(recalled / recalled.mean()))


def tilt(rows: pl.DataFrame) -> Array:
    """Factor of the weights, ``exp(a past)``, that makes the implied past vote agree with what the model says of these people."""
    past, p, weight = (rows[name].to_numpy() for name in ("past", "p", "weight"))
    said = np.average(p, weights=weight)
    a = brentq(lambda a: np.average(past, weights=weight * np.exp(a * past)) - said, -5.0, 5.0)
    return np.asarray(np.exp(a * past))


def with_segments(rows: pl.DataFrame) -> pl.DataFrame:
    """With a column for each dimension of segments; states that were not close are not watched alone."""
    share = bench_support.two_party(2012).select("state", past12="share")
    close = (pl.col("past12") - 0.5).abs() < CLOSE
    return rows.join(share, on="state", how="left").with_columns(
        in_education=pl.when(pl.col("college") == "yes").then(pl.lit("college")).otherwise(pl.lit("no college")),
        in_region="region",
        in_race="race",
        in_states=pl.when(close)
        .then(pl.lit("close"))
        .when(pl.col("past12") > 0.5)
        .then(pl.lit("safe dem"))
        .otherwise(pl.lit("safe rep")),
        in_state=pl.when(close).then("state"),
    )


def moved_before() -> float:
    """How far states moved against the nation from 2008 to 2012, standard deviation in shares."""
    before, after = (bench_support.two_party(year).sort("state") for year in (2008, 2012))
    moved = (after["share"] - before["share"]).to_numpy()
    return float(np.sqrt(np.average((moved - np.average(moved, weights=after["votes"])) ** 2)))


def registered(rows: pl.DataFrame, *, level_learned: bool = False, stake: float | None = None) -> Claim:
    """The claim `support-as-modelled` of the model of 2012, with the room's tolerances.

    A segment's comes of the interviews that the model was fitted to. A state's own does not: its sum is the certified result, and what
    may be wrong is how far states move against the nation. Stakes are cut at `stake`, or at the quantile `STAKE` of the weights: these
    are known of the population and its file, not of the answers.
    """
    typical = float(rows["weight"].quantile(STAKE) or 1.0) if stake is None else stake
    fitted_to, states = with_segments(anes(2012)), moved_before()
    found = segments_of(rows, DIMENSIONS, fewest=100, most=len(rows))
    segments = tuple(name for name in found if name.count(",") < 2 or "race=White" in name)
    tolerance = []
    for name in segments:
        lone = name.startswith("state=")
        n = 0 if lone else fitted_to.filter(segment_of(name)).height
        tolerance.append(tolerance_of(name, np.ones(n), states if lone else SEGMENT_SD))
    return Claim(
        assumption=SUPPORT_AS_MODELLED.name,
        version=2 if level_learned else 1,
        kind="shares",
        side="either",
        share=SUPPORT_AS_MODELLED.share,
        from_day=START + dt.timedelta(days=LEARNED if level_learned else 0),
        until=EVE,
        foreseen=Foreseen(segments, {"tolerance": tuple(tolerance)}, "", {TYPICAL: typical}),
    )


def in_order(rows: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """A season: some of the interviews in random order, so many a day."""
    chosen = rows.gather(rng.permutation(rows.height)[: PER_DAY * DAYS])
    day = pl.int_range(pl.len()) // PER_DAY + 1
    return chosen.with_columns(day=pl.lit(START) + pl.duration(days=day), cluster="respondent")


def with_level(season: pl.DataFrame, first: int) -> pl.DataFrame:
    """Predictions moved by what the first interviews say of all together; those are not compared."""
    learned, rest = season.head(first), season.slice(first)
    moved = shift_of(*(learned[name].to_numpy() for name in ("y", "p", "weight")))
    return rest.with_columns(p=pl.Series(expit(logit(rest["p"].to_numpy()) + moved)))


def membership(rows: pl.DataFrame, claim: Claim) -> NDArray[np.bool_]:
    """Who belongs to which segment, (segment, row)."""
    return np.array([rows.with_columns(here=segment_of(name))["here"].to_numpy() for name in claim.foreseen.segments])


def weighed(season: pl.DataFrame, claim: Claim) -> Weighed:
    """The board over a season's nights, by the room's own path."""
    place, person = np.nonzero(membership(season, claim))
    names = pl.Series("segment", list(claim.foreseen.segments)).gather(place)
    answers = season.select("day", "y", "p", "weight", "cluster").gather(person).with_columns(names)
    kept = nothing_kept().with_seen(claim, Seen(share_rows(answers, claim), nothing().settled), EVE)
    observations = kept.observations.with_columns(settled="day")
    return weigh([claim], replace(kept, observations=observations), FALSE_ALARM_PROB)


class Order(NamedTuple):
    """What one order of the interviews came to; one row a segment.

    `night` counts from the first day that was compared, -1 where the claim did not break; `own` are the segment's interviews until then;
    `gap`, `low`, `high` are of the last night; `loud` says whether |z| > 1.96 beyond the tolerance on any night.
    """

    night: NDArray[np.int64]
    own: Array
    gap: Array
    low: Array
    high: Array
    loud: NDArray[np.bool_]


def judged(season: pl.DataFrame, claim: Claim) -> Order:
    """Weigh a season and look at it as a daily |z| would."""
    found = weighed(season, claim)
    evidence, inside = found.evidence[0], membership(season, claim)
    night = np.where(found.broken.any(axis=1), found.broken.argmax(axis=1), -1)
    until = (np.arange(season.height) // PER_DAY)[None, :] <= night[:, None]
    own = (inside & until).sum(axis=1).astype(float)
    tolerance = np.array(claim.foreseen.scales["tolerance"])
    loud = np.asarray((z_by_day(season, inside, tolerance) > Z).any(axis=1))
    return Order(night, own, evidence.gap, evidence.gap_low, evidence.gap_high, loud)


def z_by_day(season: pl.DataFrame, inside: NDArray[np.bool_], tolerance: Array) -> Array:
    """|z| of all answers so far beyond a tolerance, (segment, day); 0 while there are fewer than 30."""
    y, p, weight = (season[name].to_numpy() for name in ("y", "p", "weight"))
    columns = (np.ones(len(y)), weight, weight * (y - p), weight**2 * p * (1 - p))
    by_day = [np.add.reduceat(inside * one, np.arange(0, len(y), PER_DAY), axis=1).cumsum(axis=1) for one in columns]
    n, total, residual, variance = by_day
    z = (np.abs(residual) - tolerance[:, None] * total) / np.sqrt(np.maximum(variance, 1e-9))
    return np.where(n >= 30, z, 0.0)


class Way(NamedTuple):
    """A way to compare the interviews: its claim, the gap of each segment in the whole file so compared, what each order came to."""

    name: str
    claim: Claim
    gap: Array
    orders: list[Order]


def ways(rows: pl.DataFrame) -> list[Way]:
    """As interviewed; after the level was learned; with weights by the past vote, and those with stakes cut at the mean weight."""
    recalled = rows.with_columns(weight="recalled")
    learned = registered(rows, level_learned=True)
    whole = with_level(pl.concat([rows, rows]), rows.height)
    return [
        way("as interviewed", registered(rows), rows),
        Way("level learned", learned, gaps(whole, learned), orders_of(rows, learned)),
        way("past vote in the weights", registered(recalled), recalled),
        way("the same, stakes cut at the mean weight", registered(recalled, stake=1.0), recalled),
    ]


def way(name: str, claim: Claim, rows: pl.DataFrame) -> Way:
    """One way, with the predictions as they are."""
    return Way(name, claim, gaps(rows, claim), orders_of(rows, claim))


def orders_of(rows: pl.DataFrame, claim: Claim) -> list[Order]:
    """What each order comes to."""
    return [judged(season_of(rows, claim, seed), claim) for seed in range(ORDERS)]


def season_of(rows: pl.DataFrame, claim: Claim, seed: int) -> pl.DataFrame:
    """Interviews of one order as they are compared."""
    season = in_order(rows, np.random.default_rng(seed))
    return with_level(season, PER_DAY * LEARNED) if claim.version > 1 else season


def gaps(rows: pl.DataFrame, claim: Claim) -> Array:
    """Weighted mean residual of every segment."""
    inside, weight = membership(rows, claim), rows["weight"].to_numpy()
    residual = (rows["y"] - rows["p"]).to_numpy()
    return np.asarray((inside * weight * residual).sum(axis=1) / (inside * weight).sum(axis=1))


def quiet_seasons(rows: pl.DataFrame, claim: Claim) -> dict[str, tuple[int, int]]:
    """Seasons with a false alarm of the watch, and of a daily |z|: answers drawn from the model of 2012, and on the edge of the claim."""
    tolerance = np.array(claim.foreseen.scales["tolerance"])
    nights = [START + dt.timedelta(days=k + 1) for k in range(DAYS)]
    mass, share = start_mass(claim, nights), shares_of(claim)
    typical = float(claim.foreseen.prediction[TYPICAL])
    found = {}
    for name, edge in (("as the model says", 0.0), ("off by the tolerance of all", float(tolerance[0]))):
        alarms, loud = 0, 0
        for seed in range(QUIET):
            rng = np.random.default_rng((2016, seed))
            season = in_order(rows, rng)
            chance = np.clip(season["p"].to_numpy() - edge, 0.0, 1.0)
            season = season.with_columns(y=pl.Series((rng.random(season.height) < chance).astype(float)))
            inside = membership(season, claim)
            log_e = log_evidence(day_bets(season, inside, tolerance, typical), sided_prior("either"), mass)
            alarms += bool(weighted_e_bh(log_e, share, FALSE_ALARM_PROB).any())
            loud += bool((z_by_day(season, inside, tolerance if edge else 0.0 * tolerance) > Z).any())
        found[name] = alarms, loud
    return found


def day_bets(season: pl.DataFrame, inside: NDArray[np.bool_], tolerance: Array, typical: float) -> Array:
    """Growth of every bet by segment and day, without the tables: for many seasons."""
    place, person = np.nonzero(inside)
    y, p, weight = (season[name].to_numpy()[person] for name in ("y", "p", "weight"))
    group = place * DAYS + person // PER_DAY
    grown = cluster_log_bets(
        group,
        weight,
        weight * (y - p),
        len(inside) * DAYS,
        tolerance=np.repeat(tolerance, DAYS),
        typical_weight=typical,
    )
    return grown.reshape(len(inside), DAYS, -1)


class Apart(NamedTuple):
    """How far interviews lie from the predictions, by segment: how many there are, the gap, and its variance."""

    n: Array
    gap: Array
    variance: Array


def anes_gaps(cells: pl.DataFrame, year: int, claim: Claim) -> Apart:
    """The voters of an ANES against the predictions."""
    rows = with_segments(anes(year).join(cells.select(*CELL, "p"), on=list(CELL), how="inner"))
    y, p, inside = rows["y"].to_numpy(), rows["p"].to_numpy(), membership(rows, claim)
    n = np.maximum(inside.sum(axis=1), 1).astype(float)
    return Apart(n, (inside * (y - p)).sum(axis=1) / n, (inside * p * (1 - p)).sum(axis=1) / n**2)


def elsewhere(cells: pl.DataFrame, claim: Claim) -> list[str]:
    """How far each segment moved from 2012 to 2016 by other sources, points: certified results of places, else the ANES.

    Of the ANES: how far its voters of 2016 lie from the predictions, less how far those of 2012 did; with 1.96 standard errors.
    """
    before, after = (anes_gaps(cells, year, claim) for year in (2012, 2016))
    moved, error = after.gap - before.gap, Z * np.sqrt(before.variance + after.variance)
    votes = results_by_segment(claim)
    found = []
    for s, name in enumerate(claim.foreseen.segments):
        if name in votes:
            found.append(points(votes[name]))
        elif min(before.n[s], after.n[s]) < FEWEST:
            found.append("too few")
        else:
            found.append(f"{points(moved[s])} ± {100 * error[s]:.1f}")
    return found


def results_by_segment(claim: Claim) -> dict[str, float]:
    """Two-party share of 2016 less that of 2012, of segments that are places."""
    before, after = (bench_support.two_party(year) for year in (2012, 2016))
    rows = before.join(after, on="state", suffix="_after").join(bench_support.regions(), on="state")
    rows = with_segments(rows.with_columns(college=pl.lit(None, pl.String), race=pl.lit(None, pl.String)))
    found = {}
    for name in claim.foreseen.segments:
        if "race=" in name or "education=" in name:
            continue
        here = rows.filter(segment_of(name))
        shares = [
            np.average(here[f"share{suffix}"].to_numpy(), weights=here[f"votes{suffix}"].to_numpy())
            for suffix in ("_after", "")
        ]
        found[name] = float(shares[0] - shares[1])
    return found


def points(share: float) -> str:
    """Points with a sign."""
    return f"{100 * share:+.1f}".replace("-", "−")
