"""A made-up wave in the field: a short questionnaire, voters in North Carolina, a vault."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl

from hustings.store.vault import Vault, open_vault
from hustings.survey.fieldwork import Account, Asker, Field, open_field
from hustings.survey.waves import Wave, new_survey
from hustings.tables import SAMPLE

WAVE = "2016-10-01"
PUBLIC = "https://survey.example/field"
ACCOUNT = Account(sid="AC" + "0" * 32, token="the provider's secret", number="+19195550100")
ASKER = Asker("Example Research", "help@survey.example", PUBLIC, quickest_reply_seconds=0.0)

QUESTIONS = {
    "title": "A short survey",
    "splits": [{"name": "message", "arms": ["a", "b"]}],
    "pages": [
        {
            "name": "p1",
            "elements": [
                {
                    "type": "radiogroup",
                    "name": "vote",
                    "title": "If the election were today, for whom would you vote?",
                    "role": "vote",
                    "isRequired": True,
                    "choicesOrder": "random",
                    "choices": [
                        {"value": "ann", "text": "Ann Adams"},
                        {"value": "bob", "text": "Bob Brown"},
                        {"value": "dk", "text": "Not sure", "meaning": "dont_know"},
                    ],
                }
            ],
        },
        {
            "name": "p2",
            "elements": [
                {
                    "type": "radiogroup",
                    "name": "why_ann",
                    "title": "Is that certain?",
                    "visibleIf": "{vote} = 'ann'",
                    "choices": [{"value": "yes", "text": "Yes"}, {"value": "no", "text": "No"}],
                }
            ],
        },
        {
            "name": "p3",
            "elements": [
                {"type": "comment", "name": "heard", "title": "What have you heard lately?"},
            ],
        },
        {
            "name": "p4",
            "elements": [
                {
                    "type": "text",
                    "inputType": "number",
                    "name": "age",
                    "title": "How old are you?",
                    "role": "age",
                    "min": 18,
                    "max": 110,
                }
            ],
        },
    ],
}


def made_sample(n: int, *, state: str = "NC", replicates: int = 1) -> pl.DataFrame:
    """A sample of `n` cases with pseudonyms 1001, 1002, ..., as the draw writes it."""
    case = pl.int_range(1, n + 1, eager=True).alias("case_id")
    given = pl.DataFrame(case).with_columns(
        voter_id=case + 1000,
        stratum=pl.lit(state),
        selection_prob=pl.lit(0.01),
        base_weight=pl.lit(100.0),
        replicate=1 + (case - 1) % replicates,
        file_state=pl.lit(state),
        file_party=pl.when(case % 2 == 0).then(pl.lit("X")).otherwise(pl.lit("Y")),
    )
    types = {"int": pl.Int64, "text": pl.String, "float": pl.Float64}
    rest = [
        pl.lit(None, dtype=types[column.dtype]).alias(column.name)
        for column in SAMPLE.columns
        if column.name not in given.columns
    ]
    return given.with_columns(rest).select(SAMPLE.column_names)


def made_phones(n: int) -> pl.DataFrame:
    """A phone of its own for every case: (919) 555-0001, ..."""
    return pl.DataFrame(
        {"case_id": range(1, n + 1), "phone": [f"({919 + i // 10_000}) 555-{i % 10_000:04d}" for i in range(1, n + 1)]}
    )


def made_wave(root: Path, n: int = 20, *, questions: dict | None = None, state: str = "NC") -> Wave:
    """A survey with one wave of `n` cases."""
    survey = new_survey(root, "tracker")
    survey.questionnaire.write_text(json.dumps(questions or QUESTIONS), encoding="utf-8")
    wave = survey.new_wave(WAVE, {"seed": 1})
    made_sample(n, state=state).write_parquet(wave.path("sample.parquet"))
    return wave


def made_vault(root: Path) -> Vault:
    """A vault with a key that everybody knows."""
    return open_vault(root / "vault", "correct horse battery", salt=b"0123456789abcdef")


def made_field(root: Path, n: int = 20, *, asker: Asker = ASKER, contacts: pl.DataFrame | None = None) -> Field:
    """The wave of :func:`made_wave`, open; it is made when it is not there."""
    vault = made_vault(root)
    folder = root / "surveys" / "tracker"
    from hustings.survey.waves import Survey

    wave = Survey(folder).wave(WAVE) if folder.is_dir() else made_wave(root, n)
    return open_field(wave, vault, asker, contacts=made_phones(n) if contacts is None else contacts)
