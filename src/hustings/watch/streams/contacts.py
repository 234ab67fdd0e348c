"""What canvassers hear against the support model, and whether canvassers were there at all.

People are kinder at the door than in a booth, and lists are cut to be kind: how far all answers lie off the model until the
claim is registered is part of it. A place is watched for what it differs by from then on, beyond 8 points. Answers are read
as they are usually coded: ``1 -`` and ``2 -`` (strong, lean) for us, ``4 -`` and ``5 -`` against; else by the options' names,
``support`` and ``oppose``. Undecided answers, and those that say neither, are left out.
"""

from __future__ import annotations

import datetime as dt
import math
import re

import polars as pl

from hustings.contests import Contest
from hustings.errors import HustingsError
from hustings.scores.features import Target, catalogue, voter_pieces
from hustings.scores.support.people import PEOPLE
from hustings.watch.assumption import Assumption, Claim, Foreseen, Idle, Seen
from hustings.watch.morning import Morning
from hustings.watch.streams.interviewed import in_segments, not_compared, segment_of, segments_of
from hustings.watch.streams.interviews import own_chance, pinned, shift_of, shifted
from hustings.watch.streams.rows import TYPICAL, nothing, rule_rows, share_rows, typical_size

TOLERANCE = 0.08
FEWEST, MOST_SEGMENTS = 30, 40
RECENT_DAYS = 14
LIMITS = {"door": 60, "phone": 150}
"""Conversations that one person can have in a day: eight hours of eight minutes, or of three."""
SAME_PROB = 1e-4
"""Chance, over all canvassers, that somebody honest hears one answer alone so often."""
FEWEST_SAME = 10
SAID = 5
_FOR, _AGAINST = (
    re.compile(r"^\s*[12]\s*[-–.:)]|\bsupport", re.IGNORECASE),
    re.compile(r"^\s*[45]\s*[-–.:)]|\boppos|\bagainst", re.IGNORECASE),
)


def leaning(answer: str, contest: Contest, own: str) -> float | None:
    """Whether an answer is for us (1) or against (0); None where it says neither, or both."""
    if re.match(r"^\s*3\s*[-–.:)]", answer):
        return None
    if _AGAINST.search(answer):
        return 0.0
    # A code goes before names: "5 - Strong Birch" is against Alder whoever is named.
    coded = re.match(r"^\s*[12]\s*[-–.:)]", answer)
    named = {option.id for option in contest.options if _names(answer, option.id, option.label)}
    if not coded and named:
        return None if len(named) > 1 else float(named == {own})
    return 1.0 if _FOR.search(answer) else None


def _names(answer: str, *words: str) -> bool:
    parts = {part for word in words for part in (word, word.split()[-1])}
    return any(re.search(rf"\b{re.escape(part)}\b", answer, re.IGNORECASE) for part in parts)


def answers(morning: Morning, since: dt.date) -> pl.DataFrame | Idle:
    """Answers to canvassers after a day: ``respondent``, ``voter_id``, ``day``, ``y``, ``cluster``."""
    if morning.electorate is None:
        return Idle("no voters are stored", "hustings load voters")
    try:
        found = morning.electorate.sql(
            "SELECT voter_id, contacted_on, canvasser_id, question, answer FROM contacts "  # noqa: S608 (days)
            f"WHERE answer IS NOT NULL AND contacted_on > DATE '{since}' AND contacted_on <= DATE '{morning.as_of}'"
        )
    except HustingsError as err:
        return Idle(err.message, err.hint or "hustings load contacts")
    known = {one: leaning(one, morning.contest, morning.own_option) for one in found["answer"].unique().drop_nulls()}
    read = pl.col("answer").replace_strict(known, default=None, return_dtype=pl.Float64)
    rows = found.with_columns(read.alias("y"), pl.col("contacted_on").alias("day")).drop_nulls("y")
    who = pl.concat_str("canvasser_id", "day", separator=" ")
    key = pl.concat_str("voter_id", "day", "question", separator=" ")
    return rows.select(
        key.alias("respondent"),
        "voter_id",
        "day",
        "y",
        pl.coalesce(who, key).alias("cluster"),
        pl.lit(1.0).alias("weight"),
    ).unique("respondent", keep="first", maintain_order=True)


def _described(morning: Morning, rows: pl.DataFrame) -> pl.DataFrame:
    """Answers with what the support model uses of their voters, and the county; voters who are gone are left out."""
    electorate = morning.electorate
    assert electorate is not None
    target = Target(morning.contest.date, "general", morning.as_of)
    asked = [name for name in PEOPLE if name in catalogue(electorate, target)]
    wanted = rows["voter_id"].unique().implode()
    parts = [
        piece.filter(pl.col("voter_id").is_in(wanted)).select("voter_id", "county", *asked)
        for state in morning.manifest.states
        for piece in voter_pieces(electorate, state, target, [*asked, "county"], also=("voter_id",))
    ]
    voters = pl.concat(parts).unique("voter_id", keep="first", maintain_order=True)
    return rows.join(voters, on="voter_id", how="inner", maintain_order="left").with_columns(
        pl.col("state").cast(pl.String).alias("in_state"), pl.col("county").cast(pl.String).alias("in_county")
    )


def _register_agrees(morning: Morning) -> Foreseen | Idle:
    model = pinned(morning)
    if isinstance(model, Idle):
        return model
    rows = answers(morning, morning.as_of - dt.timedelta(days=60))
    if isinstance(rows, Idle):
        return rows
    if rows.height < FEWEST:
        return Idle(f"{rows.height} answers to canvassers say for whom, {FEWEST} are needed", "hustings load contacts")
    rows = _described(morning, rows)
    rows = rows.with_columns(pl.Series("p", own_chance(model[1], rows, morning.own_option)))
    y, p, weight = (rows[name].to_numpy() for name in ("y", "p", "weight"))
    moved = shift_of(y, p, weight)
    segments = segments_of(rows, ("state", "county"), fewest=FEWEST, most=MOST_SEGMENTS)
    shifts = dict.fromkeys(segments, moved)
    tolerances = []
    for name in segments:
        here = rows.filter(segment_of(name))
        # A county's own level is not known better than its answers say.
        tolerances.append(TOLERANCE + 0.5 / max(here.height, 1) ** 0.5 * (name != "all"))
    typical = typical_size(rows["cluster"])
    said = f"Canvassers hear what the support model of {model[0]} says of these voters, as far off as until now, within 8 points."
    prediction = {"model": model[0], "own": morning.own_option, TYPICAL: typical, "shifts": shifts}
    return Foreseen(segments, {"tolerance": tuple(tolerances)}, said, prediction)


def _observe_agrees(morning: Morning, claim: Claim, settled: pl.DataFrame) -> Seen:
    said = claim.foreseen.prediction
    model = pinned(morning, said["model"])
    if isinstance(model, Idle):
        return nothing(f"not compared: {model.why} ({model.hint})")
    rows = answers(morning, claim.from_day)
    if isinstance(rows, Idle):
        return nothing(f"not compared: {rows.why}")
    fresh = not_compared(rows, claim, settled)
    if fresh.rows.is_empty():
        return nothing(*fresh.notes)
    known = _described(morning, fresh.rows)
    known = known.with_columns(pl.Series("p", own_chance(model[1], known, said["own"])))
    compared = shifted(in_segments(known, claim.foreseen.segments), said["shifts"])
    return Seen(share_rows(compared, claim), fresh.settled, fresh.notes)


def _register_real(morning: Morning) -> Foreseen | Idle:
    rows = answers(morning, morning.as_of - dt.timedelta(days=RECENT_DAYS))
    if isinstance(rows, Idle):
        return rows
    said = (
        f"Nobody has more than {LIMITS['door']} conversations a day at doors or {LIMITS['phone']} by telephone, or hears one "
        "answer alone more often than chance lets them."
    )
    return Foreseen(("all",), {}, said)


def _observe_real(morning: Morning, claim: Claim, settled: pl.DataFrame) -> Seen:
    """The canvassers nearest to, or beyond, what is possible."""
    del claim, settled
    if morning.electorate is None:
        return nothing("no voters were stored on the day")
    since = morning.as_of - dt.timedelta(days=RECENT_DAYS)
    try:
        rows = morning.electorate.sql(
            "SELECT voter_id, contacted_on AS day, canvasser_id, contact_type, result, answer FROM contacts "  # noqa: S608
            f"WHERE canvasser_id IS NOT NULL AND contacted_on > DATE '{since}' AND contacted_on <= DATE '{morning.as_of}'"
        )
    except HustingsError as err:
        return nothing(f"not compared: {err}")
    found = pl.concat([_conversations(rows), _same(rows)]).sort(pl.col("seen") / pl.col("limit"), descending=True)
    if found.is_empty():
        return nothing()
    worst = found.head(SAID)
    parts = [rule_rows([name], [seen], limit, morning.as_of) for name, seen, limit in worst.iter_rows()]
    beyond = worst.filter(pl.col("seen") > pl.col("limit"))
    notes = tuple(f"{name}: {seen:.0f}, at most {limit:.0f} are possible" for name, seen, limit in beyond.iter_rows())
    return Seen(pl.concat(parts), nothing().settled, notes)


def _conversations(rows: pl.DataFrame) -> pl.DataFrame:
    """Each canvasser's busiest day: ``name``, ``seen``, ``limit``."""
    talked = rows.filter(pl.col("result").is_in(["reached", "completed"]) & pl.col("contact_type").is_in(list(LIMITS)))
    days = talked.group_by("canvasser_id", "contact_type", "day").agg(pl.col("voter_id").n_unique().alias("seen"))
    limit = pl.col("contact_type").replace_strict(LIMITS, return_dtype=pl.Float64)
    busiest = days.with_columns(limit.alias("limit")).sort("seen", "day", descending=True)
    busiest = busiest.unique(["canvasser_id", "contact_type"], keep="first", maintain_order=True)
    name = pl.format("canvasser {}, conversations by {} on {}", _short(), "contact_type", "day")
    return busiest.select(name.alias("name"), pl.col("seen").cast(pl.Float64), "limit")


def _same(rows: pl.DataFrame) -> pl.DataFrame:
    """Those who heard one answer alone: how often, and how often chance lets one of so many canvassers."""
    heard = rows.drop_nulls("answer")
    empty = pl.DataFrame(schema={"name": pl.String, "seen": pl.Float64, "limit": pl.Float64})
    if heard.is_empty():
        return empty
    parts = dict(heard["answer"].value_counts(normalize=True).iter_rows())
    each = heard.group_by("canvasser_id").agg(
        pl.col("answer").n_unique().alias("kinds"), pl.col("answer").first(), pl.len().cast(pl.Float64).alias("seen")
    )
    chance = math.log(SAME_PROB / each.height)
    limits = {answer: max(chance / math.log(min(part, 0.95)), FEWEST_SAME) for answer, part in parts.items()}
    alone = each.filter((pl.col("kinds") == 1) & (pl.col("seen") > 1))
    if alone.is_empty():
        return empty
    limit = pl.col("answer").replace_strict(limits, return_dtype=pl.Float64)
    name = pl.format("canvasser {}, nothing but {}", _short(), "answer")
    return alone.select(name.alias("name"), "seen", limit.alias("limit"))


def _short() -> pl.Expr:
    """The pseudonym, as the store has it."""
    return pl.col("canvasser_id").cast(pl.String)


CANVASS_AGREES = Assumption(
    name="canvass-agrees",
    claim="Canvassers hear what the support model says of these voters",
    kind="shares",
    register=_register_agrees,
    observe=_observe_agrees,
    share=0.03,
    watches="answers to canvassers against the pinned support model, by state and county",
    if_broken="The model is wrong about a place, or the canvass is.",
    action="Call {n} canvassed {people} again, then interview there (`hustings survey draw`).",
    owner="field director",
    bears_on="support",
)
CANVASSERS_REAL = Assumption(
    name="canvassers-real",
    claim="Canvassers were where they say",
    kind="rule",
    register=_register_real,
    observe=_observe_real,
    watches="contacts of the last two weeks, by canvasser",
    if_broken="Contacts are made up: lists are worked off that nobody worked.",
    action="Call back ten voters of {segment}, and leave the canvasser's answers out until then.",
    owner="field director",
)
CONTACTS = (CANVASS_AGREES, CANVASSERS_REAL)
