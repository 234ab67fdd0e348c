"""Message tests of a campaign's own surveys: splits with the vote asked after them; and votes told in any interview."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from hustings.electorate.query import Electorate
from hustings.errors import InputError
from hustings.scores.features import Target
from hustings.scores.persuasion.data import FEWEST, Experiment
from hustings.scores.persuasion.describing import FEATURES, describe, electorate_then
from hustings.scores.persuasion.lists import before, enough, measurable
from hustings.scores.persuasion.sources import from_survey
from hustings.survey.codebook import Item
from hustings.survey.interviews import Interviews, read_interviews
from hustings.survey.questionnaire import Question, Questionnaire, Split, read_questionnaire
from hustings.survey.sample.earlier import is_real
from hustings.survey.waves import Survey, Wave, open_survey

CONTROLS = ("control", "none", "placebo")
"""Names of arms without a message; where none is called so, the first arm is the control."""
LINKED = 0.9
"""Least chance that a respondent is the voter: a wrong one would carry another's arm."""
SINGLE = ("single", "scale")


def surveys_of(campaign: Path) -> list[Survey]:
    """The campaign's surveys, by name."""
    return [open_survey(campaign, folder.name) for folder in sorted((campaign / "surveys").glob("*/"))]


def waves_until(survey: Survey, as_of: dt.date) -> list[Wave]:
    """Waves with interviews that had begun on a day; those of a rehearsal are of nobody."""
    known = [wave for wave in survey.waves() if is_real(wave) and wave.path("respondents.parquet").is_file()]
    return [wave for wave in known if wave_day(wave) <= as_of]


def wave_day(wave: Wave) -> dt.date:
    """The day a wave is named by, or of which its file is; long ago where neither says."""
    return wave.day or dt.date(1900, 1, 1)


def is_split(wave: Wave) -> bool:
    """Whether respondents of a wave were assigned to anything."""
    file = wave.path("splits.parquet")
    return file.is_file() and bool(pl.scan_parquet(file).select(pl.len()).collect().item())


def asked_after(questionnaire: Questionnaire, split: Split, option: str) -> Question | None:
    """The first vote question that everybody is asked after a message of the split; None where there is none."""
    name, told = f"split.{split.name}", False
    for page in questionnaire.pages:
        for element in page.elements:
            if name in element.depends_on:
                told = True
            elif told and isinstance(element, Question) and _is_vote(element, option):
                return element
    return None


def _is_vote(item: Question | Item, option: str) -> bool:
    return item.role == "vote" and item.kind in SINGLE and any(choice.option == option for choice in item.choices)


def message_tests(
    survey: Survey, electorate: Electorate | None, target: Target, option: str
) -> tuple[list[Experiment], list[str]]:
    """Message tests of a survey, its waves together, and sentences on what waits or is none.

    Parameters
    ----------
    survey : Survey
    electorate : Electorate or None
        Describes the respondents.
    target : Target
        The election, and the day: interviews of later days are not looked at.
    option : str
        Preferring it is the outcome.
    """
    waves = split_waves(survey, target.as_of)
    found, notes = [], []
    for split, vote in _splits(survey, option) if waves else []:
        name = f"{survey.name}, split {split.name}"
        if vote is None:
            notes.append(f"{name}: nobody is asked for the vote after it; no test of persuasion.")
        elif not measurable(_answered(waves, split, vote), control_of(split)):
            notes.append(f"{name}: waits for interviews, {FEWEST} in the control and in a message.")
        else:
            together = _together(waves, electorate, target, vote.name)
            found.append(enough(_test(name, survey.name, together, split, vote, option)))
    return found, notes


def split_waves(survey: Survey, as_of: dt.date) -> list[Wave]:
    """Waves until a day whose respondents were assigned to something."""
    return [wave for wave in waves_until(survey, as_of) if is_split(wave)]


def has_messages(survey: Survey, as_of: dt.date, option: str) -> bool:
    """Whether enough people were asked for the vote after a message of a survey, cheaply; also where nobody can tell."""
    waves = split_waves(survey, as_of)
    try:
        splits = _splits(survey, option) if waves else []
    except InputError:
        return True
    return any(
        vote is not None and measurable(_answered(waves, split, vote), control_of(split)) for split, vote in splits
    )


def control_of(split: Split) -> str:
    """The arm without a message."""
    return next((arm for arm in split.arms if arm.casefold() in CONTROLS), split.arms[0])


def _splits(survey: Survey, option: str) -> list[tuple[Split, Question | None]]:
    """Splits of a survey's questionnaire, each with the vote asked after it."""
    if not survey.questionnaire.is_file():
        return []
    questionnaire = read_questionnaire(survey.questionnaire)
    return [(split, asked_after(questionnaire, split, option)) for split in questionnaire.splits]


def _answered(waves: Sequence[Wave], split: Split, vote: Question) -> pl.Series:
    """Arms of those who told their vote."""
    found = []
    for wave in waves:
        told = pl.scan_parquet(wave.path("answers.parquet")).filter(
            pl.col("question") == vote.name, pl.col("code").is_not_null()
        )
        arms = pl.scan_parquet(wave.path("splits.parquet")).filter(pl.col("split") == split.name)
        found.append(arms.join(told, on="respondent_id", how="semi").select("arm").collect()["arm"])
    return pl.concat(found)


def _test(name: str, survey: str, interviews: Interviews, split: Split, vote: Question, option: str) -> Experiment:
    control = control_of(split)
    test = from_survey(
        interviews,
        split.name,
        control=control,
        question=vote.name,
        yes=[choice.code for choice in vote.choices if choice.option == option],
        shares=dict(zip(split.arms, split.shares, strict=True)),
        features=FEATURES,
    )
    # An arm's name says what was heard: the same in every wave of a survey, and in no other survey.
    heard = {arm: arm if arm == control else f"{survey} {split.name} {arm}" for arm in split.arms}
    strange = set(test.rows["arm"].unique()) - set(heard)
    if strange:
        raise InputError(
            f"{name}: an arm is {strange.pop()!r}, which the questionnaire does not have",
            hint="a questionnaire that was changed between waves is another: begin another survey",
        )
    days = interviews.respondents["field_date"]
    first, last = days.min(), days.max()
    said = [] if control.casefold() in CONTROLS else [f"{name}: no arm is called control; {control!r}, the first, is."]
    # Waves stand in the order of their days.
    once = test.rows.unique("voter", keep="first", maintain_order=True)
    if once.height < test.rows.height:
        said.append(f"{name}: {test.rows.height - once.height:,} later interviews of the same voters are left out.")
    return replace(
        test,
        name=name,
        rows=once.with_columns(pl.col("arm").replace_strict(heard, return_dtype=pl.String)),
        probs={heard[arm]: share for arm, share in (test.probs or {}).items()},
        drawn_on=first if isinstance(first, dt.date) else None,
        measured_on=last if isinstance(last, dt.date) else None,
        notes=tuple(said),
    )


def _together(waves: Sequence[Wave], electorate: Electorate | None, target: Target, vote: str) -> Interviews:
    """Interviews of some waves until the day, described as of their waves."""
    parts: list[Interviews] = []
    for wave in waves:
        interviews = read_interviews(wave.folder)
        if vote not in interviews.codebook.by_name:
            continue
        day = wave_day(wave)
        respondents = interviews.respondents.with_columns(pl.col("field_date").fill_null(day))
        respondents = respondents.filter(pl.col("field_date") <= target.as_of)
        parts.append(_own(_described(interviews, respondents, electorate, before(target, day)), wave.name))
    return replace(
        parts[0],
        respondents=pl.concat([one.respondents for one in parts], how="vertical_relaxed"),
        answers=pl.concat([one.answers for one in parts], how="vertical_relaxed"),
        splits=pl.concat([one.splits for one in parts], how="vertical_relaxed"),
    )


def _described(
    interviews: Interviews, respondents: pl.DataFrame, electorate: Electorate | None, target: Target
) -> Interviews:
    plain = respondents.drop(name for name in FEATURES if name in respondents.columns)
    if electorate is None:
        lacking = [pl.lit(None, pl.String).alias(name) for name in FEATURES]
        return replace(interviews.only(plain["respondent_id"]), respondents=plain.with_columns(lacking))
    then, _ = electorate_then(electorate, target.as_of)
    features = describe(then, plain["voter_id"], dict.fromkeys(then.words.manifest.states, target))
    joined = plain.join(features, on="voter_id", how="left", maintain_order="left")
    return replace(interviews.only(plain["respondent_id"]), respondents=joined)


def _own(interviews: Interviews, wave: str) -> Interviews:
    """Respondents' ids that no other wave has."""
    own = pl.concat_str(pl.lit(f"{wave}/"), pl.col("respondent_id")).alias("respondent_id")
    return replace(
        interviews,
        respondents=interviews.respondents.with_columns(own),
        answers=interviews.answers.with_columns(own),
        splits=interviews.splits.with_columns(own),
    )


def vote_answers(surveys: Iterable[Survey], as_of: dt.date, option: str) -> pl.DataFrame:
    """Votes told in interviews of known voters until a day: ``voter_id``, ``day``, ``outcome`` (1: the option)."""
    found = [pl.DataFrame(schema={"voter_id": pl.Int64, "day": pl.Date, "outcome": pl.Float64})]
    for survey in surveys:
        for wave in waves_until(survey, as_of):
            interviews = read_interviews(wave.folder)
            vote = next((item for item in interviews.codebook.items if _is_vote(item, option)), None)
            if vote is None:
                continue
            yes = [choice.code for choice in vote.choices if choice.option == option]
            told = interviews.interviewed().wide(vote.name).filter(pl.col("match_prob").fill_null(1.0) >= LINKED)
            rows = told.select(
                pl.col("voter_id").cast(pl.Int64),
                day=pl.col("field_date").fill_null(wave_day(wave)),
                outcome=pl.when(pl.col(vote.name).is_not_null()).then(pl.col(vote.name).is_in(yes).cast(pl.Float64)),
            )
            found.append(rows.drop_nulls().filter(pl.col("day") <= as_of))
    return pl.concat(found)
