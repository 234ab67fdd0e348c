"""The randomised tests of a campaign: its locked lists and its surveys' splits, as far as their outcomes are known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import polars as pl

from hustings.contests import load_contest
from hustings.electorate.query import Electorate
from hustings.errors import HustingsError
from hustings.scores.features import Target
from hustings.scores.persuasion.data import Experiment
from hustings.scores.persuasion.holdout import LOCK, ROWS, CutList, check_lock, read_lock
from hustings.scores.persuasion.lists import answer_test, list_folders, measurable, outcome_elections, turnout_test
from hustings.scores.persuasion.messages import (
    has_messages,
    is_split,
    message_tests,
    surveys_of,
    vote_answers,
    waves_until,
)
from hustings.store.campaign import open_campaign
from hustings.store.manifest import Election
from hustings.survey.waves import Survey


@dataclass
class Gathered:
    """Tests of a campaign.

    Parameters
    ----------
    experiments : list of Experiment
        Whose outcomes are known.
    waiting : list of str
        Sentences: which others there are, and what they wait for.
    refused : list of str
        Sentences: what cannot be learned from, and why.
    """

    experiments: list[Experiment] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def experiment_files(campaign_folder: Path, *, as_of: dt.date) -> list[Path]:
    """Files that record a lot: locked lists, and splits of waves; none of a later day.

    Parameters
    ----------
    campaign_folder : Path
    as_of : date
        Lists cut later, and waves begun later, are left out. A lock that cannot be read is among them.
    """
    files = [
        folder / name
        for folder in list_folders(campaign_folder, as_of=as_of)
        for name in (LOCK, ROWS)
        if (folder / name).is_file()
    ]
    waves = [wave for survey in surveys_of(campaign_folder) for wave in waves_until(survey, as_of)]
    return [*files, *(wave.path("splits.parquet") for wave in waves if is_split(wave))]


def outcome_files(campaign_folder: Path, *, as_of: dt.date) -> list[Path]:
    """Files of interviews that may tell an outcome; votes are in the store."""
    waves = [wave for survey in surveys_of(campaign_folder) for wave in waves_until(survey, as_of)]
    return [wave.path(file) for wave in waves for file in ("respondents.parquet", "answers.parquet")]


def has_outcomes(campaign_folder: Path, elections: Mapping[str, Sequence[Election]], *, as_of: dt.date) -> bool:
    """Whether there may be a test to learn from: cheap, and true where something needs a person's eye.

    Parameters
    ----------
    campaign_folder : Path
    elections : mapping of str to sequence of Election
        State -> elections in its history.
    as_of : date
    """
    folders = list_folders(campaign_folder, as_of=as_of)
    locks = [read_lock(folder) for folder in folders]
    if any(lock is None or outcome_elections(lock, elections, as_of) for lock in locks):
        return True
    surveys, option = surveys_of(campaign_folder), first_option(campaign_folder)
    if any(has_messages(survey, as_of, option) for survey in surveys):
        return True
    answers = vote_answers(surveys, as_of, option) if folders else None
    return answers is not None and any(
        _interviewed(folder, lock, answers) for folder, lock in zip(folders, locks, strict=True) if lock is not None
    )


def _interviewed(folder: Path, lock: CutList, answers: pl.DataFrame) -> bool:
    later = answers.filter(pl.col("day") > lock.day).select(pl.col("voter_id").unique())
    if later.is_empty() or not (folder / ROWS).is_file():
        return False
    return measurable(pl.read_parquet(folder / ROWS, columns=["voter_id", "arm"]).join(later, on="voter_id")["arm"])


def first_option(campaign_folder: Path) -> str:
    """The contest's first option: preferring it is the outcome of persuasion."""
    name = open_campaign(campaign_folder).contest
    own = campaign_folder / name
    return load_contest(str(own) if name.endswith(".toml") and own.is_file() else name).option_ids[0]


def campaign_experiments(campaign_folder: Path, electorate: Electorate, target: Target) -> list[Experiment]:
    """Tests of a campaign whose outcomes are known on the target's day; see :func:`gather_experiments`."""
    return gather_experiments(campaign_folder, electorate, target).experiments


def gather_experiments(campaign_folder: Path, electorate: Electorate, target: Target) -> Gathered:
    """Gather the tests of a campaign.

    A list is a test of mobilisation once an election after it is in the history (the one it was cut for, or the first), and
    of persuasion where enough of its members were interviewed later. A split is a test of persuasion where the vote is asked
    after it. People are described by the voter file of the day of the lot.

    Parameters
    ----------
    campaign_folder : Path
    electorate : Electorate
        Its voters, with their history.
    target : Target
        The election that voters are scored for, and the day: nothing later is looked at.
    """
    found = Gathered()
    option, surveys = first_option(campaign_folder), surveys_of(campaign_folder)
    answers = vote_answers(surveys, target.as_of, option)
    for folder in list_folders(campaign_folder, as_of=target.as_of):
        _try(found, f"list {folder.name}", partial(_of_list, found, folder, answers, electorate, target))
    for survey in surveys:
        _try(found, survey.name, partial(_of_survey, found, survey, electorate, target, option))
    return found


def _of_list(found: Gathered, folder: Path, answers: pl.DataFrame, electorate: Electorate, target: Target) -> None:
    cut = check_lock(folder)
    tests = [turnout_test(cut, electorate, target)]
    if cut.day <= target.election:
        tests.append(answer_test(cut, answers, electorate, target))
    found.experiments += [test for test in tests if test is not None]
    if all(test is None for test in tests):
        waits = f"the election of {cut.election}" if cut.election else "an election after it"
        found.waiting.append(f"list {cut.name}, cut on {cut.day}, waits for {waits} in the history, or for interviews.")


def _of_survey(found: Gathered, survey: Survey, electorate: Electorate, target: Target, option: str) -> None:
    tests, notes = message_tests(survey, electorate, target, option)
    found.experiments += tests
    found.waiting += notes


def _try(found: Gathered, name: str, work: Callable[[], None]) -> None:
    """One test that cannot be used does not take the others with it."""
    try:
        work()
    except HustingsError as err:
        found.refused.append(f"{name}: {err}")
