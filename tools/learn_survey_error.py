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
SOUTH = ["AL", "AR", "DC", "DE", "FL", "GA", "KY", "LA", "MD", "MS", "NC", "OK", "SC", "TN", "TX", "VA", "WV"]
"""The census region: the same party identification votes otherwise there."""
FEWEST = 20
"""Voters of a state that are looked at."""
PRIOR_SD = 0.2
"""Half-normal prior of both scales, logits: ten surveys do not settle the nation's."""


class Contest(NamedTuple):
    """One survey against results, logits; one number a state.

    ``gap`` is known minus surveyed, ``past`` the same for the vote in the contest before as the party identification
    implies it. ``answers`` holds each voter's part of the state's surveyed logit, now and past: their spread is sampling.
    """

    year: int
    gap: np.ndarray
    past: np.ndarray
    size: np.ndarray
    answers: list[np.ndarray]


def voters(folder: Path) -> pl.DataFrame:
    """Voters for one of two parties: year, state, South or not, white or not, party identification, vote."""
    raw = pl.read_parquet(folder / "survey_anes_1952_2016.parquet")
    return raw.filter(pl.col("pres_vote").is_in(["Democrat", "Republican"]), pl.col("state").is_not_null()).select(
        "year",
        "state",
        south=pl.col("state").is_in(SOUTH),
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
    table = before.group_by("south", "white", "party").agg(past=(pl.col("vote").sum() + 1.0) / (pl.len() + 2.0))
    overall = before["vote"].mean()
    now = people.filter(pl.col("year") == year)
    return now.join(table, on=["south", "white", "party"], how="left").with_columns(pl.col("past").fill_null(overall))


def contest(people: pl.DataFrame, known: pl.DataFrame, year: int) -> Contest:
    """A year's survey by state."""
    now = implied(people, year)
    then = known.filter(pl.col("year") == year - 4).select("state", before="share")
    states = now.group_by("state").agg("vote", "past", pl.len()).filter(pl.col("len") >= FEWEST)
    states = states.join(known.filter(pl.col("year") == year), on="state").join(then, on="state").sort("state")
    gap, past, answers = [], [], []
    for row in states.iter_rows(named=True):
        vote, before = np.array(row["vote"]), np.array(row["past"])
        n = len(vote)
        # Half an answer of each kind keeps small states finite.
        share, old = (vote.sum() + 0.5) / (n + 1.0), before.mean()
        gap.append(logit(row["share"]) - logit(share))
        past.append(logit(row["before"]) - logit(old))
        parts = (vote - share) / (share * (1.0 - share)), (before - old) / (old * (1.0 - old))
        answers.append(np.stack(parts))
    return Contest(year, np.array(gap), np.array(past), states["len"].to_numpy(), answers)


def learn(contests: list[Contest], *, past_vote: bool) -> tuple[float, float, float]:
    """Posterior mode of the nation's sd, the units' sd, and the part of a unit's past gap that carries over.

    ``gap = past_nation + carry (past - past_nation) + e``, ``e ~ N(0, nation^2 + diag(unit^2 + sampling))``, or the gap
    alone where the past vote is not used. `nation` takes the past gap of the nation whole.
    """

    def loss(theta: np.ndarray) -> float:
        nation, unit = np.exp(theta[:2])
        carry = theta[2] if past_vote else 0.0
        total = 0.5 * (nation**2 + unit**2) / PRIOR_SD**2 - theta[:2].sum()
        for one in contests:
            middle = np.average(one.past, weights=one.size)
            off = one.gap - past_vote * (middle + carry * (one.past - middle))
            noise = [(now - carry * before).var(ddof=1) / len(now) for now, before in one.answers]
            V = np.diag(unit**2 + np.array(noise)) + nation**2
            total += 0.5 * (np.linalg.slogdet(V)[1] + off @ np.linalg.solve(V, off))
        return float(total)

    best = minimize(loss, [np.log(0.1), np.log(0.1), 0.9], method="Nelder-Mead")
    nation, unit = np.exp(best.x[:2])
    carry = float(best.x[2]) if past_vote else 0.0
    return round(float(nation), 3), round(float(unit), 3), round(carry, 2)


def main() -> None:
    """Print the constants."""
    folder = Path(sys.argv[1])
    people, known = voters(folder), results(folder)
    years = [year for year in range(FIRST, LAST + 1, 4) if people.filter(pl.col("year") == year).height]
    surveys = {year: contest(people, known, year) for year in years}
    for year, one in surveys.items():
        gap, past = (np.average(part, weights=one.size) for part in (one.gap, one.past))
        print(f"# {year}: {len(one.gap)} states, mean gap {gap:+.3f}, of the past vote {past:+.3f}")
    for through in years[5:]:
        found = [learn([surveys[year] for year in years if year <= through], past_vote=past) for past in (False, True)]
        print(f"    {through}: ({found[0]}, {found[1]}),")


if __name__ == "__main__":
    main()
