"""The campaign's interviews as known on a morning, and which of them no night has compared yet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import polars as pl

from hustings.errors import HustingsError, InputError
from hustings.scores.features import Target
from hustings.scores.support.people import CUTS, interviewed_people, waves_of
from hustings.survey.bands import banded
from hustings.survey.codebook import Codebook
from hustings.survey.interviews import read_interviews
from hustings.survey.waves import Wave
from hustings.watch.assumption import Claim, Idle
from hustings.watch.morning import Morning

SEASON_DAYS = 400
"""Interviews of the last so many days are looked at."""
INTERVIEWER = "interviewer"
"""A question or column of this name says who asked."""
AGE_LABELS = ("18-24", "25-34", "35-44", "45-54", "55-64", "65-74", "75+")
_EXTRA = {"education": pl.String, INTERVIEWER: pl.String}


class Table(NamedTuple):
    """One wave's interviews: ``respondent``, ``day``, ``weight``, one column a question, and what the questions mean."""

    wave: Wave
    rows: pl.DataFrame
    book: Codebook


def wave_tables(morning: Morning) -> list[Table]:
    """Every real wave's interviews until the morning, read once; waves with weights: those who have one."""
    if "waves" not in morning.memo:
        found = []
        if morning.campaign is not None:
            waves = waves_of(morning.campaign.folder, as_of=morning.as_of, days=SEASON_DAYS)
            found = _once(_table(wave, morning.as_of) for wave in waves)
        morning.memo["waves"] = found
    tables: list[Table] = morning.memo["waves"]
    return tables


def _table(wave: Wave, as_of: dt.date) -> Table:
    interviews = read_interviews(wave.folder).interviewed()
    rows = interviews.wide()
    weights = wave.path("weights/main/weights.parquet")
    if weights.is_file():
        weighed = pl.read_parquet(weights).select("respondent_id", "weight")
        rows = rows.join(weighed, on="respondent_id", how="inner", maintain_order="left")
    else:
        rows = rows.with_columns(weight=pl.col("base_weight") / pl.col("base_weight").mean())
    name = f"{wave.survey.name}/{wave.name}/"
    rows = rows.with_columns(
        pl.concat_str(pl.lit(name), pl.col("respondent_id")).alias("respondent"),
        pl.coalesce("field_date", pl.lit(wave.day, pl.Date)).alias("day"),
        pl.col("weight").cast(pl.Float64),
    )
    return Table(wave, rows.filter(pl.col("day") <= as_of), interviews.codebook)


def _once(tables: Iterable[Table]) -> list[Table]:
    """Leave out interviews that stand in an earlier wave of the same survey, word for word: a file that was loaded twice."""
    seen: dict[str, set[int]] = {}
    kept = []
    for table in tables:
        asked = [item.name for item in table.book.items if table.rows.schema[item.name] != pl.List(pl.String)]
        marks = table.rows.select("respondent_id", "day", "voter_id", *asked).hash_rows()
        known = seen.setdefault(table.wave.survey.name, set())
        kept.append(table._replace(rows=table.rows.filter(~marks.is_in(list(known)))))
        known.update(marks.to_list())
    return kept


def interviewed(morning: Morning) -> pl.DataFrame | Idle:
    """Everybody interviewed until the morning whom a support model could describe.

    Returns
    -------
    pl.DataFrame or Idle
        The rows of :func:`hustings.scores.support.people.interviewed_people`, weights multiplied with the chance that the
        link is right; ``education``, ``interviewer``, ``is_new`` (registered since ``[watch] new_since``; null where nobody
        knows), and the segments' columns ``in_state``, ``in_age``, ...; :class:`Idle` where there are none.
    """
    if "interviewed" not in morning.memo:
        morning.memo["interviewed"] = _interviewed(morning)
    found: pl.DataFrame | Idle = morning.memo["interviewed"]
    return found


def _interviewed(morning: Morning) -> pl.DataFrame | Idle:
    if morning.campaign is None:
        return Idle("public polls alone have no interviews")
    waves = waves_of(morning.campaign.folder, as_of=morning.as_of, days=SEASON_DAYS)
    target = Target(morning.contest.date, "general", morning.as_of)
    try:
        people = interviewed_people(waves, morning.electorate, target, morning.contest.option_ids, days=SEASON_DAYS)
    except InputError as err:
        return Idle(err.message, err.hint)
    rows = people.rows.join(_extra(morning), on="respondent", how="inner", maintain_order="left")
    rows = rows.with_columns((pl.col("weight") * pl.col("link_prob")).alias("weight"), _is_new(morning).alias("is_new"))
    return rows.with_columns(
        pl.col("state").alias("in_state"),
        banded(pl.col("age"), CUTS["age"], AGE_LABELS).cast(pl.String).alias("in_age"),
        pl.col("race_group").cast(pl.String).alias("in_race"),
        pl.col("party").cast(pl.String).alias("in_party"),
        pl.col("sex").cast(pl.String).alias("in_sex"),
        pl.col("education").alias("in_education"),
        pl.when("is_new").then(pl.lit("new")).alias("in_registered"),
    )


def _extra(morning: Morning) -> pl.DataFrame:
    """What a wave knows of a respondent beside what support models use."""
    parts = [pl.DataFrame(schema={"respondent": pl.String, **_EXTRA})]
    for table in wave_tables(morning):
        education = next((one.name for one in table.book.with_role("education") if one.kind == "single"), None)
        asked = {"education": education, INTERVIEWER: INTERVIEWER if INTERVIEWER in table.rows.columns else None}
        columns = [pl.lit(None, pl.String) if one is None else pl.col(one).cast(pl.String) for one in asked.values()]
        parts.append(
            table.rows.select("respondent", *(one.alias(name) for name, one in zip(asked, columns, strict=True)))
        )
    return pl.concat(parts).unique("respondent", keep="first", maintain_order=True)


def new_since(morning: Morning) -> dt.date:
    """From when on a registration is a new one."""
    said = morning.campaign.watch.new_since if morning.campaign is not None else ""
    return dt.date.fromisoformat(said) if said else dt.date(morning.contest.date.year, 1, 1)


def _is_new(morning: Morning) -> pl.Expr:
    """Whether a respondent is linked to a voter who registered lately."""
    if morning.electorate is None:
        return pl.lit(None, pl.Boolean)
    try:
        new = morning.electorate.attributes(["registered_on"], f"registered_on >= '{new_since(morning)}'")
    except HustingsError:
        return pl.lit(None, pl.Boolean)
    return pl.when(pl.col("voter_id").is_not_null()).then(pl.col("voter_id").is_in(new["voter_id"].implode()))


def segment_of(name: str) -> pl.Expr:
    """Who belongs to a segment: ``all``, or ``state=NC, race=black``."""
    if name == "all":
        return pl.lit(value=True)
    pairs = [part.partition("=") for part in name.split(", ")]
    return pl.all_horizontal([(pl.col(f"in_{key}") == value).fill_null(value=False) for key, _, value in pairs])


def segments_of(rows: pl.DataFrame, dimensions: Sequence[str], *, fewest: int, most: int) -> tuple[str, ...]:
    """Segments with enough people, ``all`` first.

    Parameters
    ----------
    rows : pl.DataFrame
        With an ``in_...`` column for each dimension.
    dimensions : sequence of str
        ``age``, or crossed: ``state, race``. Where there are too many segments those of earlier dimensions go first, then
        the largest.
    fewest, most : int
    """
    found = ["all"]
    for dimension in dimensions:
        keys = dimension.split(", ")
        columns = [f"in_{key}" for key in keys]
        if not set(columns) <= set(rows.columns):
            continue
        counted = rows.drop_nulls(columns).group_by(columns).len().filter(pl.col("len") >= fewest)
        counted = counted.sort("len", *columns, descending=[True, *(False for _ in columns)])
        # A dimension of which only one value is known says nothing that the whole does not.
        if counted.height > 1 or (counted.height and rows.select(columns).null_count().sum_horizontal().item()):
            found += [
                ", ".join(f"{key}={value}" for key, value in zip(keys, values, strict=True))
                for values in counted.select(columns).iter_rows()
            ]
    return tuple(found[:most])


def cluster_of() -> pl.Expr:
    """Whose answers may hang together: those of one interviewer on one day where it is known who asked, else each alone."""
    together = pl.concat_str(pl.lit("interviewer "), INTERVIEWER, pl.lit(" "), pl.col("day").cast(pl.String))
    return pl.coalesce(together, "respondent")


def in_segments(rows: pl.DataFrame, segments: Sequence[str]) -> pl.DataFrame:
    """Each row once for every segment it belongs to, with ``segment``."""
    parts = [rows.filter(segment_of(name)).with_columns(pl.lit(name).alias("segment")) for name in segments]
    return pl.concat(parts) if parts else rows.clear().with_columns(pl.lit("").alias("segment"))


class Fresh(NamedTuple):
    """Interviews that no night has compared yet, what to settle, and what to say."""

    rows: pl.DataFrame
    settled: pl.DataFrame
    notes: tuple[str, ...]


def not_compared(rows: pl.DataFrame, claim: Claim, settled: pl.DataFrame) -> Fresh:
    """Interviews after a claim's day that no night has compared.

    Late ones are compared in the night in which they come. Those of the day of the claim and before are what it was made
    of, or might have been: they are left out.

    Parameters
    ----------
    rows : pl.DataFrame
        With ``respondent`` and ``day``.
    claim : Claim
    settled : pl.DataFrame
        ``tables.SETTLED`` of the assumption.
    """
    new = rows.filter((pl.col("day") > claim.from_day) & ~pl.col("respondent").is_in(settled["key"].implode())).unique(
        "respondent", keep="first", maintain_order=True
    )
    nights: list[dt.date] = settled["settled"].to_list()
    late = new.filter(pl.col("day") < max(nights)).height if nights else 0
    notes = (f"interviews of days before {max(nights)} that came late and are compared now: {late:,}",) if late else ()
    keys = new.select(pl.col("respondent").alias("key"), pl.lit(1.0).alias("amount"))
    return Fresh(new, keys, notes)
