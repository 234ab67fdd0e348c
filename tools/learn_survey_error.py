"""Learn how far surveys lie from results beyond sampling error, from the American National Election Studies.

Run from the repository, with the folder that holds ``survey_anes_1952_2016.parquet`` and
``us_president_state_1976_2024.csv``::

    python tools/learn_survey_error.py ../shared/data

prints the constants of ``hustings/scores/support/error.py``. A row of year Y has seen no contest later than Y, and nothing
of the surveys that the constants are used for. ``docs/maths/poststratification.md`` explains each step.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl
from scipy.optimize import minimize
from scipy.special import logit

FIRST, LAST = 1980, 2016
PARTY = {
    "Strong Democrat": 1,
    "Weak Democrat": 2,
    "Independent - Democrat": 3,
    "Independent - Independent": 4,
    "Independent - Republican": 5,
    "Weak Republican": 6,
    "Strong Republican": 7,
}
FEWEST = 20
"""Voters of a state that are looked at."""
PRIOR_SD = 0.2
"""Half-normal prior of both scales, logits: ten surveys do not settle the nation's."""


class Contest(NamedTuple):
    """Errors of one survey, logits: states' known minus surveyed, with the variance of sampling."""

    year: int
    gap: np.ndarray
    variance: np.ndarray


def voters(folder: Path) -> pl.DataFrame:
    """Voters for one of two parties: year, state, race (white or not), party identification, vote."""
    raw = pl.read_parquet(folder / "survey_anes_1952_2016.parquet")
    return raw.filter(pl.col("pres_vote").is_in(["Democrat", "Republican"]), pl.col("state").is_not_null()).select(
        "year",
        "state",
        white=(pl.col("race") == "White").fill_null(value=False),
        party=pl.col("ideology").replace_strict(PARTY, default=4, return_dtype=pl.Int64),
        vote=(pl.col("pres_vote") == "Democrat").cast(pl.Float64),
    )


def results(folder: Path) -> pl.DataFrame:
    """Two-party shares and votes of states."""
    return pl.read_csv(folder / "us_president_state_1976_2024.csv").select(
        "year",
        "state",
        votes=pl.col("dem_votes") + pl.col("rep_votes"),
        share=pl.col("dem_votes") / (pl.col("dem_votes") + pl.col("rep_votes")),
    )


def implied(people: pl.DataFrame, year: int) -> pl.DataFrame:
    """Voters of a year with the vote in the contest before that their party identification stands for."""
    before = people.filter(pl.col("year") == year - 4)
    table = before.group_by("white", "party").agg(past=(pl.col("vote").sum() + 1.0) / (pl.len() + 2.0))
    overall = before["vote"].mean()
    now = people.filter(pl.col("year") == year)
    return now.join(table, on=["white", "party"], how="left").with_columns(pl.col("past").fill_null(overall))


def contest(people: pl.DataFrame, known: pl.DataFrame, year: int, *, past_vote: bool) -> Contest:
    """Errors of a year's survey by state, raw or adjusted by the nation's implied past vote."""
    now = implied(people, year) if past_vote else people.filter(pl.col("year") == year)
    mean = [pl.col("vote").mean(), pl.len(), *([pl.col("past").mean()] if past_vote else [])]
    states = now.group_by("state").agg(mean).filter(pl.col("len") >= FEWEST)
    states = states.join(known.filter(pl.col("year") == year), on="state").sort("state")
    # Half an answer of each kind keeps small states finite.
    n = states["len"].to_numpy()
    share = (states["vote"].to_numpy() * n + 0.5) / (n + 1.0)
    gap = logit(states["share"].to_numpy()) - logit(share)
    variance = 1.0 / ((n + 1.0) * share * (1.0 - share))
    if past_vote:
        past = states.join(known.filter(pl.col("year") == year - 4), on="state", suffix="_before").sort("state")
        bias = logit(past["share_before"].to_numpy()) - logit(past["past"].to_numpy())
        # The nation's bias is carried over; single states' are noise in samples as small as these.
        gap = gap - np.average(bias, weights=n)
    return Contest(year, gap, variance)


def learn(contests: list[Contest]) -> tuple[float, float]:
    """Posterior mode of the two scales: gap ~ N(0, nation^2 + diag(unit^2 + sampling))."""

    def loss(log_scales: np.ndarray) -> float:
        nation, unit = np.exp(log_scales)
        total = 0.5 * (nation**2 + unit**2) / PRIOR_SD**2 - log_scales.sum()
        for one in contests:
            V = np.diag(unit**2 + one.variance) + nation**2
            total += 0.5 * (np.linalg.slogdet(V)[1] + one.gap @ np.linalg.solve(V, one.gap))
        return float(total)

    best = minimize(loss, np.log([0.1, 0.1]), method="Nelder-Mead")
    nation, unit = np.exp(best.x)
    return round(float(nation), 3), round(float(unit), 3)


def main() -> None:
    """Print the constants."""
    folder = Path(sys.argv[1])
    people, known = voters(folder), results(folder)
    years = [year for year in range(FIRST, LAST + 1, 4) if people.filter(pl.col("year") == year).height]
    raw = {year: contest(people, known, year, past_vote=False) for year in years}
    adjusted = {year: contest(people, known, year, past_vote=True) for year in years}
    for year in years:
        print(f"# {year}: mean gap {raw[year].gap.mean():+.3f}, adjusted {adjusted[year].gap.mean():+.3f}")
    for through in years[5:]:
        found = [learn([part[year] for year in years if year <= through]) for part in (raw, adjusted)]
        print(f"    {through}: ({found[0]}, {found[1]}),")


if __name__ == "__main__":
    main()
