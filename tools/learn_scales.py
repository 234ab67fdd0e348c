"""Learn what the tracker assumes before it sees a poll, from contests before the one it is used for.

Run from the repository, with the folder that holds the poll files named in ``facts/sources.toml``::

    python tools/learn_scales.py ../shared/data

writes ``tracker_scales.csv`` (a log-normal prior for each scale) and ``tracker_constants.csv`` (single numbers) of
``hustings.facts``; a row with ``through_year`` Y has seen nothing later than the contest of year Y. Running it again
gives the same bytes. ``docs/maths/constants.md`` explains each step; no step looks at the accuracy of a projection.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl
from scipy import optimize, special, stats

from hustings.polls.tracker.spec import SCALE_NAMES, ScalePrior, TrackerSpec
from learning.averages import (
    bias_draws,
    final_errors,
    nation_walk_evidence,
    read_averages,
    shared_bias_evidence,
    unit_walk_evidence,
)
from learning.hindsight import FEW_DRAWS, hindsight, read_final_polls, read_season
from learning.pooling import BETWEEN_LOG_SD, SEARCH_LOG_SD, SEARCH_MEDIAN, Array, Draws, Evidence, pool, pool_draws
from learning.swings import WEIGHT_NAMES, YEARS, lean_persistence, learn_kernel, unit_evidence

OUT = Path(__file__).resolve().parents[1] / "src" / "hustings" / "facts" / "data"
FIRST_TABLE, LAST_POLLS = 2004, 2016
FIRST_SINGLE_POLLS, FIRST_WHOLE_SEASON = 2000, 2008
SMALLEST_LOG_SD, SMALLEST_LOG_SD_FEW = 0.25, 0.3
"""No scale is known better than this, nor than the second where a contest shows only one or a few draws of it."""
FIRST_FREEDOM = 5.0
"""Degrees of freedom of the polls' own errors while no contest has taught them."""
FREEDOM_BOUNDS = (3.0, 40.0)
LIKE_HOUSES = ("mode", "population")
LIKE_HOUSES_LOG_SD = 0.5
"""Where polls say nothing of them, effects of mode and population are taken to be as large as a house's."""


def spec_through(through: int) -> TrackerSpec:
    """What results alone teach: persistence of leans, who moves together, who is volatile."""
    persistence = lean_persistence(through)
    kernel, contests = learn_kernel(through, persistence)
    return TrackerSpec({}, kernel, persistence, volatility_prior_contests=contests)


class Polls(NamedTuple):
    """What the polls of all contests so far teach."""

    evidence: dict[str, list[Evidence]]
    draws: dict[str, list[Draws]]
    undecided: list[tuple[float, float]]
    sponsor: list[tuple[float, float]]
    residuals: list[Array]


def from_averages(source: Path, spec: TrackerSpec) -> Polls:
    """Averages of polls up to the first table: walks, and the polling bias before single polls are at hand."""
    evidence: dict[str, list[Evidence]] = {name: [] for name in SCALE_NAMES}
    averages = {year: read_averages(source, year) for year in range(1968, FIRST_TABLE + 1, 4)}
    for year, season in averages.items():
        found = {"walk_nation": nation_walk_evidence(season, year)}
        if year >= YEARS[0]:
            found["walk_shared"], found["walk_own"] = unit_walk_evidence(season, year, spec)
            if year < FIRST_SINGLE_POLLS:
                found["bias_shared"] = shared_bias_evidence(final_errors(season, year), year, spec)
        for name, e in found.items():
            evidence[name] += [e] if e else []
    draws: dict[str, list[Draws]] = {name: [] for name in FEW_DRAWS}
    usual = pool(evidence["walk_nation"])[0]
    walks = {e.year: e.log_value for e in evidence["walk_nation"]}
    for year, season in averages.items():
        walk = float(np.exp(walks.get(year, usual)))
        for name, d in (bias_draws(season, year, walk) if year < FIRST_SINGLE_POLLS else {}).items():
            draws[name].append(d)
    return Polls(evidence, draws, [], [], [])


def add_season(polls: Polls, source: Path, year: int, spec: TrackerSpec) -> None:
    """Add what one contest's polls teach once its result is known."""
    walks = {}
    for name in ("walk_nation", "walk_shared", "walk_own"):
        mean, sd = pool(polls.evidence[name])
        walks[name] = ScalePrior(float(np.exp(mean)), sd)
    freedom = degrees_of_freedom(polls.residuals) if polls.residuals else FIRST_FREEDOM
    spec = replace(spec, degrees_of_freedom=freedom)
    final = hindsight(read_final_polls(source, year), year, spec, walks)
    whole = hindsight(read_season(source, year), year, spec, {}) if year >= FIRST_WHOLE_SEASON else final
    for name, e in whole.scales.items():
        polls.evidence[name].append(e)
    for name in FEW_DRAWS:
        seen = final if name == "mode" else whole
        polls.draws[name] += [seen.draws[name]] if name in seen.draws else []
    polls.undecided.extend([whole.undecided] if whole.undecided else [])
    polls.sponsor.extend([final.sponsor] if final.sponsor else [])
    polls.residuals.append(whole.residuals)


def pool_numbers(values: list[tuple[float, float]], between_sd: float, smallest_sd: float) -> tuple[float, float]:
    """Mean and sd of a number that may differ between contests (:func:`pool`, in its own unit)."""
    scale = between_sd / BETWEEN_LOG_SD
    mean, sd = pool([Evidence(0, value / scale, se / scale) for value, se in values])
    return mean * scale, max(sd * scale, smallest_sd)


def degrees_of_freedom(seasons: list[Array]) -> float:
    """Posterior mean of the degrees of freedom of the polls' own errors, each contest with its own scale of them.

    The t is a mixture of Gaussians with variances ``noise^2 / w``, ``w ~ Gamma(nu / 2, nu / 2)``: evaluated at 40
    equally likely values of ``w``. Prior: Gamma(2, 0.1) (Juarez & Steel 2010) from 3 on: the variance exists,
    and two polls that contradict each other do not make the weights depend on where they start.
    """
    levels = (np.arange(40) + 0.5) / 40
    grid = np.exp(np.linspace(*np.log(FREEDOM_BOUNDS), 25))

    def log_likelihood(season: Array, log_noise: float, weights: Array) -> float:
        sd = np.sqrt(season[:, 1:] + np.exp(2.0 * log_noise) / weights)
        return float(np.log(stats.norm.pdf(season[:, :1], scale=sd).mean(axis=1)).sum())

    log_density = stats.gamma.logpdf(grid, 2.0, scale=10.0) + np.log(grid)
    for i, freedom in enumerate(grid):
        weights = stats.gamma.ppf(levels, freedom / 2.0, scale=2.0 / freedom)
        for season in seasons:
            best = optimize.minimize_scalar(
                lambda x, s=season, w=weights: -log_likelihood(s, x, w), bounds=(-6.0, -1.0), method="bounded"
            )
            log_density[i] -= best.fun
    return float(special.softmax(log_density) @ grid)


def scale_rows(through: int, spec: TrackerSpec, polls: Polls) -> list[dict[str, object]]:
    """A row for each scale."""
    evidence = polls.evidence | unit_evidence(through, spec)
    house = pool(evidence["house"])[0]
    late = "" if through <= LAST_POLLS else f"; no polls after {LAST_POLLS}"
    rows = []
    for name in SCALE_NAMES:
        if name in FEW_DRAWS:
            seen, smallest = polls.draws[name], SMALLEST_LOG_SD_FEW
            like_house = name in LIKE_HOUSES
            mean, sd = (
                pool_draws(seen, house, LIKE_HOUSES_LOG_SD)
                if like_house
                else pool_draws(seen, np.log(SEARCH_MEDIAN), SEARCH_LOG_SD)
            )
            method = ("draws" if seen else "none: as house") + late
        else:
            seen, smallest = evidence[name], SMALLEST_LOG_SD
            if not seen:
                raise ValueError(f"no contest through {through} says anything of {name}")
            mean, sd = pool(seen)
            method = "swings" if name.startswith("unit_") else "pooled" + late
        rows.append(
            {
                "through_year": through,
                "scale": name,
                "median": rounded(np.exp(mean)),
                "log_sd": rounded(max(sd, smallest)),
                "n_contests": len({e.year for e in seen}),
                "method": method,
            }
        )
    return rows


def constant_rows(through: int, spec: TrackerSpec, polls: Polls) -> list[dict[str, object]]:
    """A row for each single number."""
    late = "" if through <= LAST_POLLS else f"; no polls after {LAST_POLLS}"
    undecided = pool_numbers(polls.undecided, between_sd=0.5, smallest_sd=0.4)
    sponsor = pool_numbers(polls.sponsor, between_sd=0.05, smallest_sd=0.03)
    values = {
        "lean_persistence_last": (spec.lean_persistence[0], "regression"),
        "lean_persistence_before": (spec.lean_persistence[1], "regression"),
        **{f"kernel_{name}": (getattr(spec.kernel, name), "swings") for name in WEIGHT_NAMES},
        "volatility_prior_contests": (spec.volatility_prior_contests, "swings"),
        "undecided_mean": (undecided[0], "hindsight" + late),
        "undecided_sd": (undecided[1], "hindsight" + late),
        "sponsor_mean": (sponsor[0], "hindsight" + late),
        "sponsor_sd": (sponsor[1], "hindsight" + late),
        "degrees_of_freedom": (degrees_of_freedom(polls.residuals), "hindsight" + late),
    }
    return [
        {"through_year": through, "name": name, "value": rounded(value), "method": method}
        for name, (value, method) in values.items()
    ]


def rounded(value: float) -> float:
    """Three significant digits: more would differ between machines, and mean nothing."""
    return float(f"{value:.3g}")


def learn(source: Path, last: int = YEARS[-1]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Both tables: each year's rows from that year's contest and earlier ones only."""
    scales: list[dict[str, object]] = []
    constants: list[dict[str, object]] = []
    polls: Polls | None = None
    for through in range(FIRST_TABLE, last + 1, 4):
        spec = spec_through(through)
        if polls is None:
            polls = from_averages(source, spec)
            add_season(polls, source, FIRST_SINGLE_POLLS, spec)
        if through <= LAST_POLLS:
            add_season(polls, source, through, spec)
        scales += scale_rows(through, spec, polls)
        constants += constant_rows(through, spec, polls)
        print(f"through {through}: learned")
    show(polls)
    return pl.DataFrame(scales), pl.DataFrame(constants)


def show(polls: Polls | None) -> None:
    """Print what each contest said of each scale."""
    if polls is None:
        return
    for name, evidence in ((name, e) for name, e in polls.evidence.items() if e):
        said = ", ".join(f"{e.year} {np.exp(e.log_value):.4f} (x/{np.exp(e.se):.2f})" for e in evidence)
        print(f"{name}: {said}")
    for name, draws in polls.draws.items():
        said = ", ".join(f"{d.year} {np.round(np.linalg.lstsq(d.L, d.h, rcond=None)[0], 3)}" for d in draws)
        print(f"{name} draws: {said}")
    print(f"undecided: {polls.undecided}\nsponsor: {polls.sponsor}")


def main(source: Path) -> None:
    """Write both tables."""
    scales, constants = learn(source)
    scales.write_csv(OUT / "tracker_scales.csv")
    constants.write_csv(OUT / "tracker_constants.csv")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
