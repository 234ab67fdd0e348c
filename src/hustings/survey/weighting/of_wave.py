"""Weigh a wave: from what is wished to weights and their account, and a stored weighting made again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from hustings.errors import ConfigError
from hustings.survey.interviews import Interviews, read_interviews
from hustings.survey.waves import Wave, check_name
from hustings.survey.weighting.files import read_choices, read_weighting, write_weighting
from hustings.survey.weighting.margins import Margin, margins_from_cells, variables_of
from hustings.survey.weighting.prepare import (
    FILE,
    Prepared,
    automatic,
    collapse,
    file_margins,
    merge,
    prepare_wave,
)
from hustings.survey.weighting.spec import WeightingSpec
from hustings.survey.weighting.targets import Targets
from hustings.survey.weighting.weigh import Weighting, unweighted, weigh

COUNTS = {"rv": "voters", "lv": "expected_votes"}
"""Populations of the voter file, and the frame's column that counts them."""
UNWEIGHTED = "unweighted"


@dataclass(frozen=True)
class Wish:
    """How a wave is to be weighed.

    Parameters
    ----------
    name : str
        Name of the weighting.
    population : str
        lv: the expected electorate; rv: all voters of the file. With targets the wave's own counts.
    nonresponse : sequence of str, optional
        Columns of the voter file that the chance to answer depends on, ``a*b`` for interactions; empty for no
        adjustment; None chooses.
    margins : sequence of str, optional
        Totals of the voter file to meet; None chooses, and merges small categories.
    targets : Targets, optional
        Another population; it brings its margins, and there is no adjustment for non-response.
    method, bounds, trim, replicates
        As in :class:`WeightingSpec`.
    fewest : int
        Categories of named margins with fewer interviews are merged; 0 for never.
    everybody : bool
        Count the interviews too that quality rules set aside.
    """

    name: str = "main"
    population: str = "lv"
    nonresponse: Sequence[str] | None = None
    margins: Sequence[str] | None = None
    targets: Targets | None = None
    method: str = "raking"
    bounds: tuple[float, float] | None = (0.2, 5.0)
    trim: tuple[float, float] | None = (0.1, 8.0)
    replicates: int = 0
    fewest: int = 0
    everybody: bool = False


@dataclass(frozen=True)
class WeighedWave:
    """A wave that was weighed.

    Parameters
    ----------
    wave : Wave
    weighting : Weighting
    table : pl.DataFrame
        All answers of who was weighed, one row each, in the order of the weights (:meth:`Interviews.wide`).
    merged : dict
        Column -> categories that were merged.
    choices : dict
        How the interviews were prepared: what :meth:`write` keeps.
    """

    wave: Wave
    weighting: Weighting
    table: pl.DataFrame
    merged: dict[str, Sequence[str]] = field(default_factory=dict)
    choices: dict[str, Any] = field(default_factory=dict)

    def write(self) -> Path:
        """Keep the weighting in the wave's folder."""
        return write_weighting(self.weighting, self.wave, self.choices)


def weigh_wave(
    wave: Wave,
    wish: Wish | None = None,
    *,
    interviews: Interviews | None = None,
    rng: np.random.Generator | None = None,
) -> WeighedWave:
    """Weigh a wave; nothing is written.

    Parameters
    ----------
    wave : Wave
    wish : Wish, optional
        How; without, to the expected electorate, everything chosen.
    interviews : Interviews, optional
        Of the wave; read where not given.
    rng : numpy Generator, optional
        Draws replicates.

    Raises
    ------
    ConfigError, InputError
        It cannot be weighed as wished: says what to merge or relax.
    """
    wish = wish or Wish()
    known = interviews or read_interviews(wave.folder)
    prepared = prepare_wave(wave, known, everybody=wish.everybody)
    left_out: dict[str, list[str]] = {}
    model: tuple[str, ...] = ()
    population = wish.population
    if wish.targets is not None:
        prepared, totals = _outside(prepared, wish.targets)
        left_out = {name: list(values) for name, values in wish.targets.leave_out.items()}
        population = str(wave.about().get("population", "a"))
    else:
        prepared, model, totals = _inside(prepared, wish)
    spec = WeightingSpec(
        name=check_name(wish.name, "the weighting's name"),
        population=population,
        nonresponse=model,
        margins=tuple(totals),
        method=wish.method,  # type: ignore[arg-type]
        bounds=wish.bounds,
        trim=wish.trim,
        replicates=wish.replicates,
    )
    votes = [item.name for item in known.codebook.with_role("vote") if item.kind in {"single", "scale"}]
    weighting = weigh(prepared.table, spec, asked=prepared.asked, rng=rng, outcomes=votes)
    choices = {"everybody": wish.everybody, "merged": dict(prepared.merged), "leave_out": left_out}
    return WeighedWave(wave, weighting, _answers(weighting, known), dict(prepared.merged), choices)


def weighed_wave(wave: Wave, name: str = "main", *, interviews: Interviews | None = None) -> WeighedWave:
    """Make a stored weighting again, with what its errors follow from; ``unweighted`` for none.

    Raises
    ------
    InputError
        The wave has no such weighting, or its interviews have changed since it was weighed.
    """
    known = interviews or read_interviews(wave.folder)
    if name == UNWEIGHTED:
        weighting = unweighted(prepare_wave(wave, known).table)
        return WeighedWave(wave, weighting, _answers(weighting, known))
    choices = read_choices(wave, name)
    prepared = prepare_wave(wave, known, everybody=bool(choices["everybody"]))
    for column, values in choices["leave_out"].items():
        kept = prepared.table[column].is_in(values).fill_null(value=False).not_()
        prepared = replace(prepared, table=prepared.table.filter(kept), asked=None)
    prepared = merge(prepared, choices["merged"])
    weighting = read_weighting(wave, name, prepared)
    return WeighedWave(wave, weighting, _answers(weighting, known), choices["merged"], choices)


def _answers(weighting: Weighting, interviews: Interviews) -> pl.DataFrame:
    order = weighting.weights.select("respondent_id")
    return order.join(interviews.wide(), on="respondent_id", how="left", maintain_order="left")


def _inside(prepared: Prepared, wish: Wish) -> tuple[Prepared, tuple[str, ...], list[Margin]]:
    """Weigh to the voter file's own frame."""
    if wish.population not in COUNTS:
        raise ConfigError(
            f"population {wish.population!r} is unknown", hint="lv (the expected electorate) or rv (all voters)"
        )
    specs = None if wish.margins is None else file_margins(prepared, wish.margins)
    if specs is not None and wish.fewest:
        prepared = collapse(prepared, [name for one in specs for name in variables_of(one)], wish.fewest)
    model: tuple[str, ...] = ()
    if specs is None or wish.nonresponse is None:
        merged, model, chosen = automatic(prepared)
        prepared, specs = (merged, chosen) if specs is None else (prepared, specs)
    if wish.nonresponse is not None:
        model = tuple(
            "*".join(f"{FILE}{name.removeprefix(FILE)}" for name in variables_of(one)) for one in wish.nonresponse
        )
    assert prepared.cells is not None
    return prepared, model, margins_from_cells(prepared.cells, specs, COUNTS[wish.population])


def _outside(prepared: Prepared, targets: Targets) -> tuple[Prepared, list[Margin]]:
    """Weigh to a population that somebody else counted."""
    totals = margins_from_cells(targets.cells, targets.margins, targets.count)
    return replace(prepared, table=targets.inside(prepared.table), asked=None), totals
