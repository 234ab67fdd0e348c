"""What earlier waves teach the next draw: who was interviewed lately, who answers, where opinions differ."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from hustings.survey.interviews import INTERVIEWED, Interviews, read_interviews
from hustings.survey.sample.draw import STRATUM_MARK
from hustings.survey.waves import Survey, Wave

PRIOR_CASES = 100
"""A stratum's own record counts like so many cases of the whole survey's."""


def rested(campaign: Path, day: dt.date, days: int, *, rehearsed: bool = False) -> pl.Series:
    """Pseudonyms of voters interviewed by any survey of the campaign in so many days before a day.

    Nobody was interviewed in a wave that was rehearsed; `rehearsed` takes its interviews for real, to rehearse several waves.
    """
    found = [pl.Series("voter_id", [], dtype=pl.Int64)]
    for wave in all_waves(campaign):
        path = wave.path("respondents.parquet")
        if not path.is_file() or not (rehearsed or is_real(wave)):
            continue
        rows = pl.scan_parquet(path).filter(
            pl.col("disposition").is_in(INTERVIEWED)
            & pl.col("voter_id").is_not_null()
            & pl.col("field_date").is_between(day - dt.timedelta(days=days), day)
        )
        found.append(rows.select("voter_id").collect()["voter_id"])
    return pl.concat(found).unique()


def all_waves(campaign: Path) -> list[Wave]:
    """Waves of all surveys of a campaign."""
    return [wave for folder in sorted((campaign / "surveys").glob("*/")) for wave in Survey(folder).waves()]


def is_real(wave: Wave) -> bool:
    """Whether a wave's interviews are of people; those of a rehearsal are not."""
    return not wave.about().get("rehearsal")


def learned(
    survey: Survey, strata: Sequence[str], *, rehearsed: bool = False
) -> tuple[dict[str, float], dict[str, float]]:
    """Learn from a survey's earlier waves, by stratum: the standard deviation of the vote, and the chance to answer.

    Each stratum's rate leans on the whole's by :data:`PRIOR_CASES` cases. The vote is the share of the option that leads;
    its deviation is sqrt(p(1-p)), never below .1: a stratum that looks unanimous is still asked. A rehearsal teaches nothing,
    unless `rehearsed` takes it for real.

    Returns
    -------
    tuple of dict
        Stratum -> standard deviation, stratum -> chance (0-1); both empty before anybody said whom he will vote for.
    """
    asked, answered = [], []
    for wave in survey.waves():
        whole = wave.path("sample.parquet").is_file() and wave.path("respondents.parquet").is_file()
        if whole and (rehearsed or is_real(wave)):
            asked.append(_labelled(pl.read_parquet(wave.path("sample.parquet")), strata).select("stratum"))
            answered.append(_labelled(_votes(wave), strata).select("stratum", "leads"))
    cases = pl.concat([pl.DataFrame(schema={"stratum": pl.String}), *asked])
    votes = pl.concat([pl.DataFrame(schema={"stratum": pl.String, "leads": pl.Boolean}), *answered]).drop_nulls()
    # Nobody answered, or nobody was asked whom he will vote for: nothing to learn from.
    if votes.is_empty() or not votes["leads"].any():
        return {}, {}
    rate = votes.height / cases.height
    share = int(votes["leads"].sum()) / votes.height
    table = (
        cases.group_by("stratum")
        .len("cases")
        .join(votes.group_by("stratum").agg(pl.len().alias("answers"), pl.col("leads").sum()), on="stratum", how="left")
        .fill_null(0)
        .sort("stratum")
    )
    p = (pl.col("leads") + PRIOR_CASES * rate * share) / (pl.col("answers") + PRIOR_CASES * rate)
    chance = (pl.col("answers") + PRIOR_CASES * rate) / (pl.col("cases") + PRIOR_CASES)
    rows = table.select(
        "stratum", (p * (1 - p)).sqrt().clip(0.1).alias("sd"), chance.clip(upper_bound=1.0).alias("rate")
    )
    return dict(rows.select("stratum", "sd").iter_rows()), dict(rows.select("stratum", "rate").iter_rows())


def _labelled(rows: pl.DataFrame, strata: Sequence[str]) -> pl.DataFrame:
    columns = [pl.col("file_state"), *(pl.col(f"file_{name.removeprefix('file_')}") for name in strata)]
    return rows.with_columns(pl.concat_str(columns, separator=STRATUM_MARK).alias("stratum"))


def _votes(wave: Wave) -> pl.DataFrame:
    """Interviewed voters, and whether they chose the option that leads the wave."""
    interviews: Interviews = read_interviews(wave.folder).interviewed()
    vote = next(iter(interviews.codebook.with_role("vote")), None)
    if vote is None:
        return interviews.respondents.with_columns(pl.lit(value=False).alias("leads"))
    rows = interviews.wide(vote.name)
    options = [choice.code for choice in vote.choices if choice.option]
    counts = rows.filter(pl.col(vote.name).is_in(options))[vote.name].value_counts(sort=True)
    first = counts[vote.name][0] if counts.height else ""
    return rows.with_columns((pl.col(vote.name) == first).fill_null(value=False).alias("leads"))
