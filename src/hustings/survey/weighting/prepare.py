"""From a wave's files to what is weighed: interviews that count, everybody asked, the population they stand for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from hustings.errors import ConfigError, InputError
from hustings.survey.interviews import Interviews
from hustings.survey.quality import set_aside
from hustings.survey.waves import Wave
from hustings.survey.weighting.margins import UNKNOWN, variables_of

FILE = "file_"
NONRESPONSE = ("party", "age_band", "history", "tenure", "race", "sex")
"""What the chance to answer is learned from unless told otherwise, where the file has it."""
MARGINS = ("state", "party", "age_band", "sex", "race", "history")
"""Margins of the voter file that are met unless told otherwise."""
SMALL = "others"
COLLAPSE = 10
"""A category of an automatic margin with fewer interviews than this is merged with the other small ones."""


@dataclass(frozen=True)
class Prepared:
    """What is weighed.

    Parameters
    ----------
    table : pl.DataFrame
        Interviews that count, one row each: respondents' columns and single answers as text, numbers left out.
    asked : pl.DataFrame or None
        The released part of the sample; None for an imported file.
    cells : pl.DataFrame or None
        The frame; None for an imported file.
    merged : mapping
        Column -> categories that were merged into ``others``.
    """

    table: pl.DataFrame
    asked: pl.DataFrame | None
    cells: pl.DataFrame | None
    merged: Mapping[str, Sequence[str]] = field(default_factory=dict)


def prepare_wave(wave: Wave, interviews: Interviews, *, everybody: bool = False) -> Prepared:
    """Put together what is weighed.

    Parameters
    ----------
    wave : Wave
    interviews : Interviews
    everybody : bool
        Count the interviews too that quality rules set aside.

    Raises
    ------
    InputError
        No interview counts, or those of a drawn sample are of nobody in it.
    """
    checked = wave.path("quality.parquet")
    kept = interviews.interviewed()
    if checked.is_file() and not everybody:
        kept = set_aside(interviews, pl.read_parquet(checked))
    if kept.respondents.is_empty():
        raise InputError(f"wave {wave.name} has no interview that counts", hint="hustings survey status says why")
    single = [item.name for item in kept.codebook.items if item.kind in {"single", "scale"}]
    table = kept.wide(*single) if single else kept.respondents
    drawn = wave.path("sample.parquet")
    if not drawn.is_file():
        return Prepared(table, None, None)
    sample = pl.read_parquet(drawn)
    asked = released(sample, interviews.respondents, wave)
    strangers = table.join(asked, on="case_id", how="anti")
    if strangers.height:
        raise InputError(
            f"{strangers.height:,} interviews are of nobody who was asked, the first is {strangers['respondent_id'][0]!r}",
            hint='match them by case in the codebook ([voter] system = "case"), or load them as a wave of their own',
        )
    parts = _released_parts(sample, asked)
    asked, table = _weighed_up(asked, parts), _weighed_up(table, parts)
    return Prepared(table, asked, pl.read_parquet(wave.path("frame.parquet")))


def released(sample: pl.DataFrame, respondents: pl.DataFrame, wave: Wave) -> pl.DataFrame:
    """The part of a sample that was asked: replicates up to the last of which anybody was tried or answered."""
    tried = [respondents.select(pl.col("case_id").drop_nulls())]
    if wave.path("attempts.parquet").is_file():
        tried.append(pl.read_parquet(wave.path("attempts.parquet"), columns=["case_id"]))
    cases = pl.concat(tried)["case_id"].unique()
    last = sample.filter(pl.col("case_id").is_in(cases.implode()))["replicate"].max()
    return sample if last is None else sample.filter(pl.col("replicate") <= last)


def _released_parts(sample: pl.DataFrame, asked: pl.DataFrame) -> pl.DataFrame:
    """By stratum, how many cases were drawn for each that was released: ``stratum``, ``part``."""
    drawn = sample.group_by("stratum").agg(pl.len().alias("drawn"))
    tried = asked.group_by("stratum").agg(pl.len().alias("released"))
    return drawn.join(tried, on="stratum").select("stratum", (pl.col("drawn") / pl.col("released")).alias("part"))


def _weighed_up(rows: pl.DataFrame, parts: pl.DataFrame) -> pl.DataFrame:
    """Let the cases released stand for those that were not: base weights times ``part``."""
    weighed = (pl.col("base_weight") * pl.col("part")).alias("base_weight")
    return rows.join(parts, on="stratum", how="left", maintain_order="left").with_columns(weighed).drop("part")


def file_margins(prepared: Prepared, margins: Sequence[str]) -> list[str]:
    """Margins of the frame as its columns are named: ``party`` is ``file_party``.

    Raises
    ------
    ConfigError
        The wave has no frame, or the frame no such column.
    """
    if prepared.cells is None:
        raise ConfigError(
            "the wave was not drawn from the voter file: nothing says what to weigh it to",
            hint="give --targets FILE, a table of the population",
        )
    specs = []
    for margin in margins:
        names = [f"{FILE}{name.removeprefix(FILE)}" for name in variables_of(margin)]
        for name in names:
            if name not in prepared.cells.columns:
                known = ", ".join(c.removeprefix(FILE) for c in prepared.cells.columns if c.startswith(FILE))
                raise ConfigError(f"the frame has no {name.removeprefix(FILE)!r} to weigh to", hint=f"it has {known}")
        specs.append("*".join(names))
    return specs


def automatic(prepared: Prepared) -> tuple[Prepared, tuple[str, ...], list[str]]:
    """Choose what the chance to answer depends on and which margins are met, small categories merged.

    Returns
    -------
    tuple
        What is weighed with small categories merged, columns of the non-response model, margins.
    """
    if prepared.asked is None or prepared.cells is None:
        raise ConfigError(
            "the wave was not drawn from the voter file: nothing says what to weigh it to",
            hint="give --targets FILE, a table of the population, or --margins with one",
        )
    columns = [f"{FILE}{name}" for name in dict.fromkeys([*MARGINS, *NONRESPONSE])]
    merged = collapse(prepared, columns, COLLAPSE)
    assert merged.cells is not None
    several = {name for name in columns if merged.cells[name].n_unique() > 1 and merged.table[name].n_unique() > 1}
    nonresponse = tuple(f"{FILE}{name}" for name in ("state", *NONRESPONSE) if f"{FILE}{name}" in several)
    return merged, nonresponse, [f"{FILE}{name}" for name in MARGINS if f"{FILE}{name}" in several]


def collapse(prepared: Prepared, columns: Sequence[str], fewest: int) -> Prepared:
    """Merge categories with few interviews, in the interviews, the sample and the population alike.

    The smallest join until what they make together has enough; a column then has a category ``others``.
    """
    assert prepared.cells is not None
    merged = {}
    for name in columns:
        # Who has no value is a category as any other: it too may have nobody who answered.
        counts = dict(prepared.table[name].fill_null(UNKNOWN).value_counts().iter_rows())
        known = {value: counts.get(value, 0) for value in prepared.cells[name].fill_null(UNKNOWN).unique().to_list()}
        small = _smallest(known, fewest)
        if small:
            merged[name] = small
    return merge(prepared, merged)


def merge(prepared: Prepared, merged: Mapping[str, Sequence[str]]) -> Prepared:
    """Merge categories of columns into ``others``."""

    def put_together(rows: pl.DataFrame) -> pl.DataFrame:
        return rows.with_columns(
            pl.when(pl.col(name).fill_null(UNKNOWN).is_in(values))
            .then(pl.lit(SMALL))
            .otherwise(pl.col(name))
            .alias(name)
            for name, values in merged.items()
            if name in rows.columns
        )

    parts = (prepared.table, prepared.asked, prepared.cells)
    table, asked, cells = (None if rows is None else put_together(rows) for rows in parts)
    assert table is not None
    return Prepared(table, asked, cells, merged)


def _smallest(counts: dict[str, int], fewest: int) -> list[str]:
    """Categories to merge: all that have too few, and the next smallest until they have enough together."""
    order = sorted(counts, key=lambda value: (counts[value], value))
    small = [value for value in order if counts[value] < fewest]
    while small and len(small) < len(order) and (sum(counts[value] for value in small) < fewest):
        small.append(order[len(small)])
    # One alone is merged with nobody: its neighbour comes along.
    if len(small) == 1 and len(order) > 1:
        small.append(order[1])
    return small
