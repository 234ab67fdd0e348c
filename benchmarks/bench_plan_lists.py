"""How long a list of a million voters takes: sifted, chosen, its hold-out drawn and locked, its expectation written.

The voters are made here, as rows of the store would come: reading them from a store and names from the vault is not in the
numbers.
"""

from __future__ import annotations

import argparse
import datetime as dt
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import polars as pl

from hustings.plan.lists import Effect, Order, describe, draw_within, write_expectation
from hustings.plan.lists.expecting import draw_errors
from hustings.plan.lists.people import suppressions
from hustings.plan.lists.resting import Price
from hustings.plan.lists.signals import Signals
from hustings.scores.persuasion import lock_list

Made = TypeVar("Made")
DAY, ELECTION = dt.date(2016, 10, 20), dt.date(2016, 11, 8)
SUPPRESSED_SHARE = 0.02


def made_people(n: int, rng: np.random.Generator) -> pl.DataFrame:
    """Voters in households of two on average, with scores."""
    turnout, support = rng.beta(4, 2, n), rng.beta(2, 2, n)
    return pl.DataFrame(
        {
            "voter_id": rng.permutation(n).astype(np.int64) * 4_099 + 17,
            "unit": pl.Series(np.full(n, "NC")),
            "state": pl.Series(np.full(n, "NC")),
            "home": pl.Series(rng.integers(0, n // 2, n)).cast(pl.String),
            "birth_year": rng.integers(1925, 2000, n),
            "status": pl.Series(rng.choice(["active", "inactive", "removed"], n, p=[0.9, 0.08, 0.02])),
            "turnout_prob": turnout,
            "support_prob": support,
            "lead": 2 * support - 1,
        }
    )


def made_signals(voters: pl.Series, rng: np.random.Generator) -> Signals:
    """A fiftieth of the voters under each signal."""
    ids = voters.to_numpy()

    def some() -> pl.Series:
        return pl.Series(rng.choice(ids, int(SUPPRESSED_SHARE * len(ids)), replace=False))

    names = ("deceased", "moved", "refused", "unreachable", "voted", "recent", "held_out", "listed")
    return Signals(**{name: some() for name in names})


def timed(what: str, work: Callable[[], Made]) -> tuple[Made, float]:
    """Run, and print how long it took."""
    start = time.perf_counter()
    found = work()
    took = time.perf_counter() - start
    print(f"  {what:<42}{took:6.2f} s")
    return found, took


def main() -> None:
    """Cut one list with each universe."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--voters", type=int, default=1_000_000)
    n = parser.parse_args().voters
    rng = np.random.default_rng(1)
    people = made_people(n, rng)
    signals = made_signals(people["voter_id"], rng)
    for universe in ("persuasion", "gotv"):
        print(f"{universe}: {n:,} voters on file (made rows, no store)")
        order = Order(
            name=universe,
            universe=universe,
            channel="door",
            day=DAY,
            election=ELECTION,
            # For everybody who is worth a contact: the longest list that there can be.
            budget_dollars=float(n),
            hold_out=0.1,
            per_household=True,
            seed=1,
            effect=Effect("made", 0.02, 0.01, "made"),
            own_effects=False,
            published=None,
            prices={"NC": Price(1.0, 0.2)},
            worth={"NC": 1e-6},
        )
        reasons = suppressions(signals, "door", ELECTION.year, rest_days=7, again=False)
        (drafted, drawn), first = timed("sifted, chosen, drawn", lambda: draw_within(people, order, reasons))  # noqa: B023 (run at once)
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place) / universe
            cut, second = timed("locked", lambda: lock_list(drawn, folder))  # noqa: B023
            margins = rng.normal(0.0, 0.04, (4000, 1))
            errors = draw_errors(margins, 0.17, 0.1, rng)
            listed, third = timed("expectation with intervals", lambda: describe(drafted, order, cut, errors))  # noqa: B023
            _, fourth = timed("written", lambda: write_expectation(listed, folder))  # noqa: B023
        print(f"  {'all (target: under 10 s)':<42}{first + second + third + fourth:6.2f} s")
        print(f"  {listed.people.height:,} on the list, {listed.power.held_out:,} of them held out")


if __name__ == "__main__":
    main()
