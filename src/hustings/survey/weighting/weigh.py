"""Weigh interviews: base weight, non-response, calibration, trimming, in this order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_array

from hustings.errors import ConfigError, InputError
from hustings.maths.linearised import Linearisation, linearise, pool_lonely
from hustings.survey.weighting.calibration import Cells, Met, make_cells, meet
from hustings.survey.weighting.margins import Matched, contradiction, match_margin
from hustings.survey.weighting.nonresponse import Nonresponse, fit_nonresponse
from hustings.survey.weighting.replicates import replicate_weights
from hustings.survey.weighting.report import WeightingReport, moved_table, steps_table, targets_table
from hustings.survey.weighting.spec import WeightingSpec

Array = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True)
class Weighting:
    """Weights, and what their errors follow from.

    Parameters
    ----------
    spec : WeightingSpec
        What was asked for.
    weights : pl.DataFrame
        As declared in ``tables.WEIGHTS``; one row an interview, in the order of the table that was weighed.
    replicates : (row, replicate) array or None
        Bootstrap weights, mean 1.
    linearisation : Linearisation
        How estimates vary: strata, calibration, non-response.
    report : WeightingReport
        What was done.
    """

    spec: WeightingSpec
    weights: pl.DataFrame
    replicates: Array | None
    linearisation: Linearisation
    report: WeightingReport


def weigh(
    table: pl.DataFrame,
    spec: WeightingSpec,
    *,
    asked: pl.DataFrame | None = None,
    rng: np.random.Generator | None = None,
    outcomes: Sequence[str] = (),
) -> Weighting:
    """Weigh interviews.

    Parameters
    ----------
    table : pl.DataFrame
        One row an interview that counts: ``respondent_id, base_weight, stratum`` (null: none), the variables of the
        margins as text, and ``case_id`` where ``asked`` is given.
    spec : WeightingSpec
        What to do.
    asked : pl.DataFrame or None
        Everybody asked so far (the released part of the sample): ``case_id, stratum`` and the columns of the
        non-response model. Whoever is not in ``table`` did not answer.
    rng : numpy Generator or None
        Draws the replicates; needed where there are any.
    outcomes : sequence of str
        Columns of answers whose shares the report follows through the steps.

    Raises
    ------
    ConfigError
        The specification cannot be carried out on these tables, or margins contradict each other.
    InputError
        A weight, a margin or a category that cannot be; margins that no weights meet.
    """
    base = _base_weights(table)
    if spec.nonresponse and asked is None:
        raise ConfigError(
            f"weighting {spec.name}: the non-response adjustment needs everybody who was asked",
            hint="give the sample, or leave nonresponse empty for an imported file",
        )
    if spec.replicates and rng is None:
        raise ConfigError(f"weighting {spec.name}: replicates need a random generator", hint="give rng")
    nonresponse = fit_nonresponse(table, asked, spec.nonresponse) if asked is not None and spec.nonresponse else None
    factors = np.ones(len(base)) if nonresponse is None else nonresponse.factors
    strata = pool_lonely(_strata(table if asked is None or nonresponse is None else asked))
    matched = [match_margin(table, margin) for margin in spec.margins]
    contradiction(spec.margins, max(spec.tolerance, 1e-7))
    cells = make_cells(matched) if matched else None
    met = meet(base * factors, matched, cells, spec)
    replicates = None
    if spec.replicates:
        assert rng is not None
        replicates = replicate_weights(base, strata, nonresponse, cells, spec, rng)
    steps = {"base": base, "nonresponse": base * factors, "calibration": met.calibrated, "trimming": met.weights}
    report = WeightingReport(
        name=spec.name,
        population=spec.population,
        method=_method(spec),
        interviews=len(base),
        asked=None if asked is None else asked.height,
        targets=targets_table(matched, cells, base * factors, met.weights),
        empty={margin.name: margin.empty for margin in matched if margin.empty},
        steps=steps_table(steps),
        moved=moved_table(table, outcomes, steps),
        response=_response(nonresponse),
        iterations=met.iterations,
        trimmed=met.trimmed if spec.trim else 0,
        floored=0 if nonresponse is None else nonresponse.floored,
        notes=_notes(spec, matched, met, cells, everybody=bool(spec.nonresponse) and nonresponse is None),
    )
    weights = pl.DataFrame(
        {
            "respondent_id": table["respondent_id"],
            "base_weight": base,
            "nonresponse_factor": factors,
            "calibration_factor": met.weights * (base * factors).mean() / (base * factors),
            "weight": met.weights,
        }
    )
    return Weighting(spec, weights, replicates, _linearisation(met, strata, nonresponse, cells), report)


def unweighted(table: pl.DataFrame) -> Weighting:
    """The weighting named ``unweighted``: everybody counts 1, in one stratum."""
    ones = pl.lit(1.0).alias("base_weight")
    return weigh(table.select("respondent_id", ones), WeightingSpec(name="unweighted", population="a"))


def _base_weights(table: pl.DataFrame) -> Array:
    absent = [name for name in ("respondent_id", "base_weight") if name not in table.columns]
    if absent:
        raise ConfigError(f"the interviews have no column {absent[0]!r}", hint=f"columns: {', '.join(table.columns)}")
    if table.height < 2:
        raise InputError(f"{table.height} interviews to weigh, expected at least 2")
    ids = table["respondent_id"]
    if ids.n_unique() < len(ids):
        raise InputError(f"respondent {ids.filter(ids.is_duplicated())[0]!r} is there twice", hint="keep one interview")
    base = table["base_weight"].cast(pl.Float64).to_numpy()
    bad = np.flatnonzero(~((base > 0) & (base < np.inf)))
    if len(bad):
        raise InputError(
            f"{len(bad):,} of {len(base):,} interviews have no base weight above 0, the first {ids[int(bad[0])]!r}: "
            f"{table['base_weight'][int(bad[0])]}",
            column="base_weight",
            hint="it is the inverse chance to be drawn; 1 where nobody drew the sample",
        )
    return base


def _strata(units: pl.DataFrame) -> Codes:
    if "stratum" not in units.columns:
        return np.zeros(units.height, dtype=np.int64)
    ranks = units["stratum"].cast(pl.String).fill_null("").rank("dense")
    return ranks.to_numpy().astype(np.int64) - 1


def _linearisation(met: Met, strata: Codes, nonresponse: Nonresponse | None, cells: Cells | None) -> Linearisation:
    calibration = None if cells is None else (cells.of_interviews(), met.slopes)
    if nonresponse is None:
        return linearise(met.weights, strata, calibration=calibration)
    rows, of = nonresponse.rows, nonresponse.cells
    chances = nonresponse.fit.chances[of]
    answered = np.zeros(len(of))
    answered[rows] = 1.0
    free = (chances[rows] >= nonresponse.floor) & (met.slopes > 0)
    moving = np.where(free, met.weights * (1.0 - chances[rows]), 0.0)
    return linearise(
        met.weights,
        strata,
        rows=rows,
        calibration=calibration,
        nonresponse=(csr_array(nonresponse.Z)[of], answered - chances, nonresponse.fit.information, moving),
    )


def _method(spec: WeightingSpec) -> str:
    if not spec.margins:
        return "none"
    if spec.method == "raking":
        return "raking"
    return f"logit calibration, factors {spec.bounds[0]} to {spec.bounds[1]}" if spec.bounds else "linear calibration"


def _response(nonresponse: Nonresponse | None) -> pl.DataFrame:
    if nonresponse is None:
        schema = {
            "term": pl.String,
            "asked": pl.Int64,
            "answered": pl.Int64,
            "rate": pl.Float64,
            "log_odds": pl.Float64,
        }
        return pl.DataFrame(schema=schema)
    n_cells = len(nonresponse.Z)
    asked, answered = (
        np.bincount(of, minlength=n_cells) @ nonresponse.Z
        for of in (nonresponse.cells, nonresponse.cells[nonresponse.rows])
    )
    return pl.DataFrame(
        {
            "term": nonresponse.terms,
            "asked": asked.astype(np.int64),
            "answered": answered.astype(np.int64),
            "rate": answered / asked,
            "log_odds": nonresponse.fit.coefficients,
        }
    )


def _notes(
    spec: WeightingSpec, matched: Sequence[Matched], met: Met, cells: Cells | None, *, everybody: bool
) -> tuple[str, ...]:
    notes = []
    if everybody:
        notes.append("everybody who was asked answered: there is no non-response to adjust for")
    wholes = {margin.name: margin.whole for margin in matched}
    if wholes and max(wholes.values()) > min(wholes.values()) * (1 + 1e-9):
        said = ", ".join(f"{name} {whole:,.6g}" for name, whole in wholes.items())
        notes.append(f"margins sum to different wholes and were taken as shares: {said}")
    notes += [
        f"margin {margin.name}: {len(margin.empty)} categories with a target of 0 were left out"
        for margin in matched
        if margin.empty
    ]
    if cells is not None and spec.trim is not None:
        gaps = [float(np.abs(gap).max()) for gap in cells.gaps(met.weights)]
        worst = int(np.argmax(gaps))
        if gaps[worst] > spec.tolerance:
            notes.append(f"trimming leaves margin {matched[worst].name} off its target by up to {gaps[worst]:.4f}")
    return tuple(notes)
