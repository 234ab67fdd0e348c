"""Where randomised tests come from: the splits of a survey's wave, and lists that were cut with a hold-out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import polars as pl

from hustings.errors import InputError
from hustings.scores.persuasion.data import Experiment, Kind
from hustings.scores.persuasion.holdout import HELD_OUT, CutList
from hustings.survey.interviews import Interviews


def from_survey(
    interviews: Interviews,
    split: str,
    *,
    control: str,
    question: str,
    yes: Collection[str],
    shares: Mapping[str, float],
    features: Sequence[str],
    kind: Kind = "persuasion",
    costs: Mapping[str, float] | None = None,
) -> Experiment:
    """A message test: arms of a split sample, and an answer given after it.

    Parameters
    ----------
    interviews : Interviews
        Of one wave; everybody who was assigned counts, also those who broke off.
    split : str
        Name of the split.
    control : str
        Its arm without a message.
    question : str
        Asked after the message; its outcome is 1 for the codes in ``yes``, 0 for other answers, unknown without one.
    yes : collection of str
    shares : mapping of str to float
        The questionnaire's shares of the arms.
    features : sequence of str
        Columns of the respondents, known before: of the voter file, for the scores shall be of everybody in it.
    kind : {"persuasion", "mobilisation"}
    costs : mapping of str to float, or None
        Of a contact with the message.

    Raises
    ------
    InputError
        The wave has no such split or question, or a respondent was not assigned once.
    """
    arms = interviews.splits.filter(pl.col("split") == split)
    if arms.is_empty():
        names = ", ".join(interviews.splits["split"].unique().sort())
        raise InputError(f"the wave has no split {split!r}", hint=f"at hand: {names or 'none'}")
    if arms["respondent_id"].is_duplicated().any():
        n = arms.filter(pl.col("respondent_id").is_duplicated())["respondent_id"].n_unique()
        raise InputError(f"{n:,} respondents stand twice in the split {split!r}", hint="each has one arm")
    wide = interviews.wide(question).join(
        arms.select("respondent_id", "arm"), on="respondent_id", how="inner", maintain_order="left"
    )
    lacking = [name for name in features if name not in wide.columns]
    if lacking:
        raise InputError(f"respondents have no {', '.join(lacking)}", hint=f"at hand: {', '.join(wide.columns)}")
    outcome = pl.col(question).is_in(list(yes)).cast(pl.Float64)
    rows = wide.select("respondent_id", "voter_id", "arm", *features, outcome=outcome)
    # Imported interviews know no voter; they are their own.
    rows = rows.with_columns(voter=pl.coalesce(pl.col("voter_id").cast(pl.String), pl.col("respondent_id")))
    return Experiment(
        name=f"split {split}",
        kind=kind,
        rows=rows,
        treatment="arm",
        control=control,
        outcome="outcome",
        features=tuple(features),
        probs=shares,
        voter="voter",
        costs=costs or {},
    )


def from_list(
    cut: CutList,
    outcomes: pl.DataFrame,
    features: pl.DataFrame,
    *,
    outcome: str,
    kind: Kind = "mobilisation",
    costs: Mapping[str, float] | None = None,
) -> Experiment:
    """A contact experiment: a locked list and what became of everybody on it, reached or not.

    Parameters
    ----------
    cut : CutList
        As :func:`hustings.scores.persuasion.holdout.check_lock` gives it.
    outcomes : pl.DataFrame
        ``voter_id`` and ``outcome`` (0-1): whether a vote is in the file, or an answer of a later interview. Voters of the
        list without a row have no known outcome; others are of no matter.
    features : pl.DataFrame
        ``voter_id`` and what was known before the list was cut.
    outcome : str
        Column of ``outcomes``.
    kind : {"persuasion", "mobilisation"}
    costs : mapping of str to float, or None
        Of a contact, by arm.

    Raises
    ------
    InputError
        A voter has two outcomes or two rows of features, a column is missing, or a voter of the list has no features.
    """
    for table, what, needed in ((outcomes, "outcomes", outcome), (features, "features", "voter_id")):
        lacking = [name for name in ("voter_id", needed) if name not in table.columns]
        if lacking:
            raise InputError(f"the {what} of the list {cut.name} lack {', '.join(lacking)}")
        if table["voter_id"].is_duplicated().any():
            raise InputError(f"the {what} of the list {cut.name} have a voter twice", hint="one row a voter")
    names = [name for name in features.columns if name != "voter_id"]
    rows = cut.rows.join(features, on="voter_id", how="left", maintain_order="left")
    unknown = cut.rows.join(features, on="voter_id", how="anti").height
    if unknown:
        raise InputError(
            f"{unknown:,} of {cut.rows.height:,} voters of the list {cut.name} have no features",
            hint="take the features of the snapshot that the list was cut from: leaving voters out undoes the lot",
        )
    rows = rows.join(outcomes.select("voter_id", outcome=outcome), on="voter_id", how="left", maintain_order="left")
    return Experiment(
        name=f"list {cut.name}",
        kind=kind,
        rows=rows,
        treatment="arm",
        control=HELD_OUT,
        outcome="outcome",
        features=tuple(names),
        probs=cut.shares,
        cluster="household",
        voter="voter_id",
        costs=costs or {},
        drawn_on=cut.day,
    )
