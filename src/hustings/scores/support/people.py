"""Interviews of the campaign's own waves as rows of a support model: whom people prefer, and what the voter file sees of them.

What a model may use of a voter is what will be known of every voter. A respondent who is linked to the voter file is
described by it, exactly as voters are when they are scored. An imported interview that is not linked is described by its own answers
(state, age, sex, race); what the file of its state does not know is left out of it, so that nothing is learned that cannot be applied.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from hustings.electorate.query import Electorate
from hustings.errors import InputError
from hustings.scores.features import Target, catalogue, voter_pieces
from hustings.survey.codebook import Codebook, Item
from hustings.survey.interviews import Interviews, read_interviews
from hustings.survey.sample.earlier import all_waves, is_real
from hustings.survey.waves import Wave

PEOPLE = ("state", "age", "sex", "race_group", "party", "times_voted_share")
"""What support models use of a voter, where it is known."""
CUTS = {"age": (25.0, 35.0, 45.0, 55.0, 65.0, 75.0), "times_voted_share": (0.01, 0.5, 0.99)}
RACES = {
    "white": "white",
    "w": "white",
    "black": "black",
    "b": "black",
    "african american": "black",
    "hispanic": "hispanic",
    "latino": "hispanic",
    "hl": "hispanic",
}
"""How surveys write the groups; what else they write is "other"."""
_SEXES = {"m": "M", "male": "M", "men": "M", "man": "M", "f": "F", "female": "F", "women": "F", "woman": "F"}


@dataclass(frozen=True)
class People:
    """Interviews for a support model.

    Parameters
    ----------
    rows : pl.DataFrame
        :data:`PEOPLE`, ``option`` (null: none of the contest's), ``past_option`` (recalled last vote), ``weight``, ``link_prob``, ``respondent``, ``voter_id``,
        ``day`` and ``wave``.
    waves : tuple of str
        Waves they come from.
    notes : tuple of str
        What a reader should know.
    """

    rows: pl.DataFrame
    waves: tuple[str, ...]
    notes: tuple[str, ...]


def waves_of(campaign: Path, *, as_of: dt.date, days: int) -> list[Wave]:
    """Waves with interviews of people, not of a rehearsal, that are of the last so many days, or of none that is said."""
    return [
        wave
        for wave in all_waves(campaign)
        if is_real(wave)
        and wave.path("respondents.parquet").is_file()
        and ((day := wave.day) is None or as_of - dt.timedelta(days=days) < day <= as_of)
    ]


def interviewed_people(
    waves: Sequence[Wave], electorate: Electorate | None, target: Target, options: Sequence[str], *, days: int
) -> People:
    """Gather the interviews of some waves.

    Parameters
    ----------
    waves : sequence of Wave
    electorate : Electorate or None
        Describes respondents who are linked to it; None where the campaign has no voters.
    target : Target
        The election, and the day: interviews of later days are left out.
    options : sequence of str
        Options of the contest.
    days : int
        Interviews older than so many days are left out.

    Raises
    ------
    InputError
        There is no interview with a vote question.
    """
    parts, names, notes = [], [], []
    for wave in waves:
        interviews = read_interviews(wave.folder)
        vote = next((item for item in interviews.codebook.with_role("vote") if item.kind in {"single", "scale"}), None)
        if vote is None:
            notes.append(f"{wave.survey.name} {wave.name} asks for no vote: not used")
            continue
        rows = _wave_rows(wave, interviews, vote, options)
        late = (pl.col("day") > target.as_of) | (pl.col("day") <= target.as_of - dt.timedelta(days=days))
        timely = rows.filter(~late.fill_null(value=False))
        if timely.height < rows.height:
            notes.append(
                f"{rows.height - timely.height:,} interviews of {wave.survey.name} {wave.name} are not of the last {days} days: "
                "not used."
            )
        rows, shared = _one_voter_each(timely)
        notes += shared
        parts.append(rows)
        names.append(f"{wave.survey.name} {wave.name}")
    if not parts:
        raise InputError(
            f"no interviews of the last {days} days ask for the vote",
            hint="field a wave (hustings survey field) or load one (hustings survey load)",
        )
    together = pl.concat(parts)
    if electorate is not None:
        together = _described(together, electorate, target)
    return People(together, tuple(names), tuple(notes))


def _wave_rows(wave: Wave, interviews: Interviews, vote: Item, options: Sequence[str]) -> pl.DataFrame:
    """One wave's interviews, described by their own answers."""
    table = interviews.interviewed().wide()
    of_code = {choice.code: choice.option for choice in vote.choices if choice.option in set(options)}
    weights = wave.path("weights/main/weights.parquet")
    if weights.is_file():
        weighed = pl.read_parquet(weights).select("respondent_id", "weight")
        table = table.join(weighed, on="respondent_id", how="inner", maintain_order="left")
    else:
        table = table.with_columns(weight=pl.col("base_weight") / pl.col("base_weight").mean())
    day = wave.day or dt.date.min
    book = interviews.codebook
    return table.select(
        _answer(table, book, "state").str.to_uppercase().alias("state"),
        _age(book).alias("age"),
        _known(_answer(table, book, "sex"), _SEXES, None).alias("sex"),
        _known(_answer(table, book, "race"), RACES, "other").alias("race_group"),
        pl.lit(None, pl.String).alias("party"),
        pl.lit(None, pl.Float32).alias("times_voted_share"),
        pl.col(vote.name).replace_strict(of_code, default=None, return_dtype=pl.String).alias("option"),
        _past_option(table, book, options).alias("past_option"),
        pl.col("weight").cast(pl.Float64),
        pl.col("match_prob").fill_null(1.0).cast(pl.Float64).alias("link_prob"),
        pl.concat_str(pl.lit(f"{wave.survey.name}/{wave.name}/"), pl.col("respondent_id")).alias("respondent"),
        "voter_id",
        pl.col("field_date").fill_null(day).alias("day"),
        pl.lit(f"{wave.survey.name} {wave.name}").alias("wave"),
    )


def _one_voter_each(rows: pl.DataFrame) -> tuple[pl.DataFrame, list[str]]:
    """Share a voter among those of one wave who are linked to it: at most one of them is that voter, and nobody knows who."""
    sharing = pl.when(pl.col("voter_id").is_not_null()).then(pl.len().over("voter_id")).otherwise(1)
    counted = rows.with_columns(sharing=sharing)
    several = counted.filter(pl.col("sharing") > 1)
    if several.is_empty():
        return rows, []
    voters = several["voter_id"].n_unique()
    said = (
        f"{several.height} interviews of {several['wave'][0]} are linked to {voters} voter{'s' if voters > 1 else ''}: those of "
        "one voter count as one interview together."
    )
    shared = counted.with_columns(pl.col("link_prob") / pl.col("sharing"))
    return shared.drop("sharing"), [said]


def _answer(table: pl.DataFrame, book: Codebook, role: str) -> pl.Expr:
    """What a respondent said, or the voter file where nobody asked."""
    item = next((one for one in book.with_role(role) if one.kind in {"single", "scale"}), None)
    filed = pl.col(f"file_{role}") if f"file_{role}" in table.columns else pl.lit(None, pl.String)
    filed = pl.when(filed != "unknown").then(filed)
    return filed if item is None else pl.coalesce(filed, pl.col(item.name))


def _past_option(table: pl.DataFrame, book: Codebook, options: Sequence[str]) -> pl.Expr:
    """The option that a respondent recalls to have voted for in the last contest."""
    item = next((one for one in book.with_role("past_vote") if one.kind in {"single", "scale"}), None)
    if item is None or item.name not in table.columns:
        return pl.lit(None, pl.String)
    of_code = {choice.code: choice.option for choice in item.choices if choice.option in set(options)}
    return pl.col(item.name).replace_strict(of_code, default=None, return_dtype=pl.String)


def _known(text: pl.Expr, words: dict[str, str], other: str | None) -> pl.Expr:
    """A text in the words that voters are described with."""
    plain = text.str.to_lowercase()
    found = plain.replace_strict(words, default=None, return_dtype=pl.String)
    return found if other is None else pl.when(plain.is_not_null()).then(found.fill_null(other))


def _age(book: Codebook) -> pl.Expr:
    """Years; of a band the youngest."""
    item = next(iter(book.with_role("age")), None)
    filed = pl.col("file_age").cast(pl.Int16)
    if item is None:
        return filed
    said = pl.col(item.name) if item.kind == "numeric" else pl.col(item.name).str.extract(r"(\d+)")
    return pl.coalesce(filed, said.cast(pl.Int16, strict=False))


def _described(rows: pl.DataFrame, electorate: Electorate, target: Target) -> pl.DataFrame:
    """Describe linked respondents by the voter file; leave out of others what their state's file does not know."""
    asked = [name for name in PEOPLE if name in catalogue(electorate, target)]
    linked = rows["voter_id"].drop_nulls().unique().implode()
    found, knows = [], []
    for state in electorate.words.manifest.states:
        known = pl.Series("known", [False] * len(asked))
        for piece in voter_pieces(electorate, state, target, asked, also=("voter_id",)):
            known = known | pl.Series("known", [piece[name].null_count() < piece.height for name in asked])
            here = piece.filter(pl.col("voter_id").is_in(linked))
            found.append(here.select("voter_id", *(pl.col(name).cast(rows.schema[name]) for name in asked)))
        knows.append({"state": state, **{f"knows_{name}": flag for name, flag in zip(asked, known, strict=True)}})
    filed = pl.concat(found).unique("voter_id", keep="first", maintain_order=True)
    joined = rows.join(filed, on="voter_id", how="left", maintain_order="left", suffix="_filed")
    joined = joined.with_columns(is_filed=pl.col("state_filed").is_not_null())
    described = joined.with_columns(
        pl.when("is_filed").then(pl.col(f"{name}_filed")).otherwise(pl.col(name)).alias(name) for name in asked
    )
    masked = described.join(pl.DataFrame(knows), on="state", how="left", maintain_order="left")
    return masked.with_columns(
        pl.when(pl.col(f"knows_{name}").fill_null(value=True)).then(pl.col(name)).alias(name)
        for name in asked
        if name != "state"
    ).select(rows.columns)
