"""From the journal to the tables: interviews, attempts, and the disposition of every case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

import polars as pl

from hustings.errors import InputError
from hustings.store import empty_table
from hustings.survey.codebook import Codebook
from hustings.survey.fieldwork.dispositions import attempt_disposition, disposition
from hustings.survey.fieldwork.interview import CaseState, fold
from hustings.survey.fieldwork.journal import JOURNAL, read_events
from hustings.survey.fieldwork.optouts import OptOuts, opt_outs_folder
from hustings.survey.interviews import Interviews
from hustings.survey.questionnaire import Assignment, Questionnaire, answer_rows, on_route, read_questionnaire
from hustings.survey.waves import Wave
from hustings.tables import ANSWERS, ATTEMPTS, RESPONDENTS, SPLITS

VOTER_FILE = "voter-file"


def collect(wave: Wave, *, at: dt.datetime) -> tuple[Interviews, pl.DataFrame]:
    """Make a wave's tables from its journal, as it stood at a moment.

    Parameters
    ----------
    wave : Wave
        With its sample; its journal may be being written.
    at : datetime
        Events after it are left out.

    Returns
    -------
    Interviews
        Everybody who began, complete or not.
    pl.DataFrame
        As declared in ``tables.ATTEMPTS``.

    Raises
    ------
    InputError
        The wave has no sample, or the survey no questionnaire that can be used.
    StoreError
        The journal is damaged.
    """
    questionnaire = read_questionnaire(wave.survey.questionnaire)
    states = wave_states(wave, at=at)
    codes = _codes(states, questionnaire.codebook)
    began = [state for state in states.values() if state.started_at]
    answers, splits = _answers(began, questionnaire)
    respondents = _respondents(began, codes, _sample(wave))
    return Interviews(respondents, answers, questionnaire.codebook, splits), _attempts(states.values(), codes)


def case_dispositions(wave: Wave, *, at: dt.datetime, released: int | None = None) -> pl.DataFrame:
    """Give the disposition of every case that was released, attempted or not: what response rates are made of.

    Parameters
    ----------
    wave : Wave
        With its sample.
    at : datetime
        Events after it are left out.
    released : int, optional
        Replicates released so far; all of them when not given.

    Returns
    -------
    pl.DataFrame
        ``case_id``, ``disposition``, ``mode`` (of the interview or the last attempt; null for none), ``attempts``,
        ``began``, ``base_weight``, ``replicate``, ``stratum`` and the ``file_*`` columns.
    """
    sample = _sample(wave)
    if released is not None:
        sample = sample.filter(pl.col("replicate") <= released)
    states = wave_states(wave, at=at)
    codes = _codes(states, read_questionnaire(wave.survey.questionnaire).codebook)
    out = OptOuts(opt_outs_folder(wave)).voters().implode()
    told = pl.DataFrame(
        [(s.case_id, codes[s.case_id], _mode(s), len(s.attempts), bool(s.started_at)) for s in states.values()],
        schema={
            "case_id": pl.Int64,
            "told": pl.String,
            "mode": pl.String,
            "attempts": pl.Int64,
            "began": pl.Boolean,
        },
        orient="row",
    )
    untouched = pl.when(pl.col("voter_id").is_in(out)).then(pl.lit("2.36")).otherwise(pl.lit("3.11"))
    return (
        sample.join(told, on="case_id", how="left", maintain_order="left")
        .with_columns(
            disposition=pl.coalesce("told", untouched),
            attempts=pl.col("attempts").fill_null(0),
            began=pl.col("began").fill_null(value=False),
        )
        .drop("told", "voter_id", "selection_prob")
    )


def wave_states(wave: Wave, *, at: dt.datetime) -> dict[int, CaseState]:
    """Where every interview of a wave stood at a moment."""
    last = at.astimezone(dt.UTC).isoformat()
    return fold(event for event in read_events(wave.path(JOURNAL)) if event.at <= last)


def vote_question(book: Codebook) -> str:
    """Name of the question that a partial interview must have answered; empty when the questionnaire has none."""
    return next((item.name for item in book.with_role("vote")), "")


def _codes(states: Mapping[int, CaseState], book: Codebook) -> dict[int, str]:
    vote, questions = vote_question(book), len(book.items)
    return {key: disposition(state, vote=vote, questions=questions) for key, state in states.items()}


def _mode(state: CaseState) -> str | None:
    return state.mode or (state.attempts[-1].mode if state.attempts else None)


def _sample(wave: Wave) -> pl.DataFrame:
    path = wave.path("sample.parquet")
    if not path.is_file():
        raise InputError(f"wave {wave.name} has no sample", hint="hustings survey draw")
    return pl.read_parquet(path)


def _respondents(began: list[CaseState], codes: Mapping[int, str], sample: pl.DataFrame) -> pl.DataFrame:
    """One row for everybody who began, with what the voter file says of them."""
    rows = [(s.case_id, s.mode, codes[s.case_id], s.started_at, s.last_at, s.device or None) for s in began]
    made = pl.DataFrame(
        rows,
        schema={
            "case_id": pl.Int64,
            "mode": pl.String,
            "disposition": pl.String,
            "started_at": pl.String,
            "ended_at": pl.String,
            "device": pl.String,
        },
        orient="row",
    )
    begin, end = (pl.col(name).str.to_datetime(time_zone="UTC", strict=False) for name in ("started_at", "ended_at"))
    made = made.with_columns(
        respondent_id=pl.col("case_id").cast(pl.String),
        match_prob=pl.lit(1.0),
        sample_source=pl.lit(VOTER_FILE),
        field_date=begin.dt.date(),
        seconds=(end - begin).dt.total_microseconds() / 1e6,
    )
    joined = made.join(sample.drop("replicate", "selection_prob"), on="case_id", how="left", maintain_order="left")
    return pl.concat([empty_table(RESPONDENTS), joined.select(RESPONDENTS.column_names)], how="vertical_relaxed")


def _answers(began: list[CaseState], questionnaire: Questionnaire) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Answers that count, and assignments."""
    rows: list[tuple[str, str, str | None, float | None, str | None]] = []
    splits: list[tuple[str, str, str]] = []
    for state in began:
        who = str(state.case_id)
        assignment = Assignment.from_json(state.assignment or {"splits": {}, "orders": {}})
        splits += [(who, split, arm) for split, arm in assignment.splits.items()]
        given = state.answers
        if state.changed:
            # Who went back may have left a branch: what is no longer asked does not count.
            given = on_route(questionnaire, given, assignment)
        for name, answer in given.items():
            if name not in state.skipped and name in questionnaire.by_name:
                rows += [(who, name, *row) for row in answer_rows(questionnaire.by_name[name], answer)]
    return (
        pl.DataFrame(rows, schema=empty_table(ANSWERS).schema, orient="row"),
        pl.DataFrame(splits, schema=empty_table(SPLITS).schema, orient="row"),
    )


def _attempts(states: Iterable[CaseState], codes: Mapping[int, str]) -> pl.DataFrame:
    """One row an attempt; the one that led to the interview has the interview's disposition."""
    rows = []
    for state in states:
        led = [one.number for one in state.attempts if state.started_at and one.at <= state.last_at]
        for one in state.attempts:
            code = codes[state.case_id] if led and one.number == led[-1] else attempt_disposition(one)
            outcome = f"{one.outcome} {one.reason}".strip()
            rows.append((state.case_id, one.number, one.at, one.mode, outcome, code))
    return pl.DataFrame(rows, schema=empty_table(ATTEMPTS).schema, orient="row")
