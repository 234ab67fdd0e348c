"""What a unit is worth against what others have published: Strömberg (2008), Gelman, Silver & Edlin (2012).

``python benchmarks/bench_plan_published.py --write`` writes ``docs/plan-published.md`` in about half a minute. The polls of 2008 are
read from ``../shared/data`` beside the repository.
"""

from __future__ import annotations

import argparse
import datetime as dt
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.contests import load_contest
from hustings.maths.threads import one_thread
from hustings.plan.goals import goal_of
from hustings.plan.race import Race, race_of
from hustings.polls.clean import clean_polls
from hustings.polls.readers import read_polls
from hustings.projection import project

ROOT = Path(__file__).resolve().parents[1]
POLLS = ROOT.parent / "shared" / "data" / "us_polls_2008_2012_2016.csv"
PUBLISHED = ROOT / "tests" / "fixtures" / "plan" / "stromberg_2008.csv"
PAGE, TEMPLATE = ROOT / "docs" / "plan-published.md", ROOT / "benchmarks" / "published_page.md"
DAYS = [dt.date(2008, 9, 1), *(dt.date(2008, 9, 8) + dt.timedelta(days=7 * k) for k in range(9))]
PROBIT_TO_LOGIT = 1.6
STATE_SD, NATION_SD = 0.077 * PROBIT_TO_LOGIT, 0.033 * PROBIT_TO_LOGIT
"""Strömberg's estimates of a state's and the nation's surprises after the polls of September, on his probit scale."""
HIS_DRAWS = 400_000
"""In late October next to nobody decides under his errors: few draws would be mostly noise."""
LISTED = ("VA", "NH", "CO")


def on_day(day: dt.date) -> Race:
    """2008 as the polls of a day show it, seen from the contest's first option (the chances of both sum to nearly 1)."""
    contest = load_contest("us-president-2008")
    polls = clean_polls(read_polls(POLLS, contest), contest, as_of=day)
    return race_of(project(contest, polls, as_of=day))


def with_his_errors(race: Race, rng: np.random.Generator, n_draws: int = HIS_DRAWS) -> Race:
    """The same means, with the errors that Strömberg assumes: a state's own and the nation's."""
    n = len(race.units)
    mean = np.einsum("n,nu->u", race.weights, race.means[:, :, 0])
    covariance = STATE_SD**2 * np.eye(n) + NATION_SD**2
    draws = mean + rng.multivariate_normal(np.zeros(n), covariance, size=n_draws)
    return replace(
        race,
        weights=np.ones(1),
        means=mean[None, :, None],
        covariances=covariance[None],
        draws=draws[:, :, None].astype(np.float32),
        node=np.zeros(len(draws), dtype=np.int64),
    )


def slopes(race: Race) -> NDArray[np.float64]:
    """Chance to win per margin of each unit, (unit,)."""
    return goal_of(race).slope(np.zeros(len(race.units)))


def agreement(race: Race) -> float:
    """Correlation of our shares of effort with the published ones, over the states that the table lists."""
    his = pl.read_csv(PUBLISHED)
    ours = dict(zip(race.units, slopes(race), strict=True))
    return float(np.corrcoef(his["share_percent"], [ours[unit] for unit in his["unit"]])[0, 1])


def one_in_millions(race: Race) -> dict[str, float]:
    """The average voter, and those of some states, decide with a chance of 1 in so many millions."""
    decides = 2.0 * slopes(race) / race.votes
    mean = float(decides @ race.whole / race.whole.sum())
    return {"all": 1e-6 / mean, **{unit: 1e-6 / float(decides[race.units.index(unit)]) for unit in LISTED}}


@one_thread
def table() -> list[str]:
    """One row a day."""
    rows = []
    for day in DAYS:
        race = on_day(day)
        millions = one_in_millions(race)
        row = [
            f"{day}",
            f"{goal_of(race).base:.3f}",
            f"{agreement(with_his_errors(race, np.random.default_rng(1))):.2f}",
            f"{agreement(race):.2f}",
            *(f"{millions[key]:.0f}" for key in ("all", *LISTED)),
        ]
        rows.append("| " + " | ".join(row) + " |")
    return rows


def main() -> None:
    """Print the table, or write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write docs/plan-published.md")
    rows = table()
    if parser.parse_args().write:
        PAGE.write_text(TEMPLATE.read_text(encoding="utf-8").replace("{{rows}}", "\n".join(rows)), encoding="utf-8")
    print("\n".join(rows))


if __name__ == "__main__":
    main()
