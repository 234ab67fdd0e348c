"""One question per poll, and no interview counted twice in a tracking poll."""

from __future__ import annotations

import polars as pl

from hustings.polls.cleaning.names import POPULATION_RANK

_POPULATION_WORDS = {"lv": "likely-voter", "rv": "registered-voter", "v": "voter", "a": "adult"}
_POLL = ("pollster_key", "sponsor_key", "unit", "start_date", "end_date")
_LARGEST_FIRST, _SMALLEST_FIRST = True, False
_SERIES = ("pollster_key", "sponsor_key", "unit")


def best_first(polls: pl.DataFrame, share_columns: list[str]) -> pl.DataFrame:
    """Sort the questions of every poll, the one to use first, by what they say and never by where they stand.

    Likely voters before registered before voters before adults; then the question that offers more of the contest's
    options, then the one that names more answers, then the one in which more people chose an answer outside the contest
    (all three look more like the ballot), then the one with fewer undecided, then the larger sample. None of these
    favours an option. What is left are questions of the same kind: their ids decide.
    """
    ranked = polls.with_columns(
        pl.col("population").replace_strict(POPULATION_RANK, return_dtype=pl.Int64).alias("population_rank"),
        # An id made from the row number would let the order of the rows decide.
        pl.when(pl.col("poll_id").str.starts_with("row-"))
        .then(pl.lit(""))
        .otherwise(pl.col("poll_id"))
        .alias("given_id"),
    )
    order = {
        "end_date": _LARGEST_FIRST,
        "population_rank": _SMALLEST_FIRST,
        "n_offered": _LARGEST_FIRST,
        "n_answers": _LARGEST_FIRST,
        "elsewhere_share": _LARGEST_FIRST,
        "options_share": _LARGEST_FIRST,
        "sample_size_number": _LARGEST_FIRST,
        "start_date": _LARGEST_FIRST,
        "given_id": _SMALLEST_FIRST,
        **dict.fromkeys(share_columns, _SMALLEST_FIRST),
        "row": _SMALLEST_FIRST,
    }
    return ranked.sort(list(order), descending=list(order.values()), nulls_last=True)


def one_question_per_poll(polls: pl.DataFrame, share_columns: list[str]) -> pl.DataFrame:
    """Set aside all but the best question of every poll.

    A poll is one pollster's fieldwork for one sponsor in one unit over the same days.
    `polls` comes sorted by `best_first`; ``reason`` is filled for the rows set aside.
    """
    same = ["population", "sample_size_number", "n_answers", "elsewhere_share", *share_columns]
    first = {name: pl.col(name).first().over(_POLL) for name in (*same, "row", "n_offered")}
    is_first = pl.int_range(pl.len()).over(_POLL) == 0
    is_copy = pl.all_horizontal(pl.col(name).eq_missing(first[name]) for name in same)
    kept = first["row"]
    population = first["population"].replace_strict(_POPULATION_WORDS, return_dtype=pl.String)
    fewer = pl.any_horizontal(pl.col(name) < first[name] for name in ("n_offered", "n_answers", "elsewhere_share"))
    reason = (
        pl.when(is_first)
        .then(None)
        .when(is_copy)
        .then(pl.format("duplicate of row {}", kept))
        .when(pl.col("population") != first["population"])
        .then(pl.format("the same poll's {} question is used (row {})", population, kept))
        .when(fewer)
        .then(pl.format("the same poll's question with more answers is used (row {})", kept))
        .otherwise(pl.format("another question of the same poll is used (row {})", kept))
    )
    return polls.with_columns(reason.alias("reason"))


def one_wave_at_a_time(polls: pl.DataFrame) -> pl.DataFrame:
    """Set aside waves whose fieldwork shares a day with a newer wave of the same series that is kept.

    Going back from the newest wave, so that the latest news is never the one thinned out.
    `polls` comes sorted by `best_first`, newest end first.
    """
    reasons: list[str | None] = []
    oldest_kept: dict[tuple[object, ...], tuple[object, object]] = {}
    for *series, start, end in polls.select(*_SERIES, "start_date", "end_date").iter_rows():
        kept = oldest_kept.get(tuple(series))
        if kept is not None and end >= kept[0]:
            reasons.append(f"overlaps wave ending {kept[1]} of the same tracking poll")
        else:
            reasons.append(None)
            oldest_kept[tuple(series)] = (start, end)
    return polls.with_columns(pl.Series("reason", reasons, dtype=pl.String))
