"""The map: precincts of every county, who lives in each, and what is odd about it.

Precincts of a county differ by random effects, and are then raked so that together they have the county's cells.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hustings import facts
from hustings.electorate.synthetic.marginals import Marginals, cell_count, marginals, split_cell
from hustings.electorate.synthetic.settings import model, parties, state_settings
from hustings.electorate.synthetic.spec import ElectorateSpec, stream

PRECINCT_VOTERS = 1200
BLOCK_VOTERS = 100_000
RAKING_ROUNDS = 40


@dataclass(frozen=True)
class Plan:
    """Every precinct, in county order; arrays have one entry a precinct unless they say otherwise."""

    spec: ElectorateSpec
    counties: tuple[str, ...]
    county: NDArray[np.int64]
    """Index into `counties`."""
    number: NDArray[np.int64]
    """1, 2, ... within the county."""
    size: NDArray[np.int64]
    """Records in the first week."""
    cells: NDArray[np.float64]
    """(precinct, cell): shares of the cells, rows add up to 1."""
    support: NDArray[np.float64]
    """Effect on the logit of support."""
    turnout: NDArray[np.float64]
    """Effect on the logit of turnout."""
    education: NDArray[np.float64]
    """Effect on the latent education."""
    density: NDArray[np.float64]
    """0 most rural, 1 most urban."""
    town: NDArray[np.int64]
    """Town, a number of the state: every county has some."""
    congress: NDArray[np.int64]
    senate: NDArray[np.int64]
    house: NDArray[np.int64]
    """Districts from 1; 0 where the state has none."""
    zip: NDArray[np.int64]

    @property
    def blocks(self) -> list[tuple[int, int]]:
        """Runs of whole precincts, first and one past the last, of about `BLOCK_VOTERS` records."""
        edges = np.searchsorted(np.cumsum(self.size), np.arange(BLOCK_VOTERS, self.size.sum(), BLOCK_VOTERS))
        bounds = np.unique([0, *edges.tolist(), len(self.size)])
        return [(int(a), int(b)) for a, b in itertools.pairwise(bounds) if b > a]


def make_plan(spec: ElectorateSpec) -> Plan:
    """Draw the map of a state.

    Parameters
    ----------
    spec : ElectorateSpec
        What is asked for.

    Returns
    -------
    Plan
        Precincts whose sizes add up to the rows asked for.
    """
    known, rng = marginals(spec), stream(spec, "plan")
    voters = split_whole(spec.rows, known.weights.sum(axis=1))
    n_precincts = np.where(voters > 0, np.maximum(np.rint(voters / PRECINCT_VOTERS), 1), 0).astype(np.int64)
    county = np.repeat(np.arange(len(voters)), n_precincts)
    total = len(county)
    weight = rng.lognormal(0.0, 0.35, total)
    size = np.concatenate(
        [split_whole(int(voters[c]), weight[county == c]) for c in range(len(voters)) if n_precincts[c]]
    )
    effects = rng.normal(size=(5, total))
    density = 1 / (1 + np.exp(-effects[4] - 0.4 * np.log(np.maximum(voters[county] / voters.mean(), 0.05))))
    sds = {name: model()[name]["precinct_sd"] for name in ("support", "turnout", "education")}
    settings = state_settings(spec.state)
    place = (np.cumsum(size) - size / 2) / max(size.sum(), 1)
    low, high = _zips(spec.state)
    number = np.concatenate([np.arange(1, n + 1) for n in n_precincts]).astype(np.int64)
    return Plan(
        spec=spec,
        counties=known.counties,
        county=county,
        number=number,
        size=size,
        cells=_precinct_cells(known, county, size, effects, rng),
        # Precincts that lean in registration lean further than it says.
        support=sds["support"] * (0.5 * effects[0] + np.sqrt(0.75) * effects[1]),
        turnout=sds["turnout"] * effects[2],
        education=sds["education"] * effects[3],
        density=density,
        town=county * 7 + np.minimum(number - 1, 40) // 6 % 7,
        congress=_district(place, _congress_seats(spec)),
        senate=_district(place, settings["senate_seats"]),
        house=_district(place, settings["house_seats"]),
        zip=(low + (place * (high - low)).astype(np.int64)),
    )


def split_whole(total: int, weights: NDArray[np.float64]) -> NDArray[np.int64]:
    """Whole numbers in proportion to weights that add up to the total (largest remainders)."""
    exact: NDArray[np.float64] = total * weights / weights.sum()
    whole: NDArray[np.int64] = np.floor(exact).astype(np.int64)
    whole[np.argsort(whole - exact, kind="stable")[: total - int(whole.sum())]] += 1
    return whole


def _precinct_cells(
    known: Marginals,
    county: NDArray[np.int64],
    size: NDArray[np.int64],
    effects: NDArray[np.float64],
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Shares of the cells in each precinct: tilted by chance, raked to the county's."""
    tilt = model()["tilt"]
    race, party, age = split_cell(np.arange(cell_count()))
    lean = np.array([p.support for p in parties()])[party]
    lean = lean / np.abs(lean).max()
    minority, old = race > 0, age / (len(model()["ages"]) - 1) - 0.5
    other = rng.normal(size=(2, len(county)))
    shares = np.zeros((len(county), cell_count()))
    for c in np.unique(county):
        mine = np.flatnonzero(county == c)
        logit = (
            tilt["party_sd"] * effects[0][mine, None] * lean
            + tilt["race_sd"] * other[0][mine, None] * minority
            + tilt["age_sd"] * other[1][mine, None] * old
        )
        target = known.weights[c] / known.weights[c].sum()
        rows = size[mine] / max(size[mine].sum(), 1)
        rows = np.maximum(rows, 1e-12)
        table = target * np.exp(logit)
        for _ in range(RAKING_ROUNDS):
            table *= (rows / table.sum(axis=1))[:, None]
            sums = table.sum(axis=0)
            table *= np.divide(target, sums, out=np.zeros_like(sums), where=sums > 0)
        shares[mine] = table / table.sum(axis=1, keepdims=True)
    return shares


def _district(place: NDArray[np.float64], seats: int) -> NDArray[np.int64]:
    """Districts of equal voters, in the order of the map."""
    found: NDArray[np.int64] = np.minimum((place * seats).astype(np.int64), max(seats - 1, 0)) + (1 if seats else 0)
    return found


def _congress_seats(spec: ElectorateSpec) -> int:
    """Seats in the lower house: electors less two, from the facts of the last apportionment before the day."""
    table = facts.electors_all()
    rows = [
        (row["year"], row["electors"], row["unit"])
        for row in table.iter_rows(named=True)
        if row["state"] == spec.state and row["year"] <= max(spec.as_of.year, 1964)
    ]
    if not rows or spec.state == "DC":
        return 0
    last = max(row[0] for row in rows)
    return max(int(sum(row[1] for row in rows if row[0] == last)) - 2, 1)


def _zips(state: str) -> tuple[int, int]:
    """Range of the state's codes; made up, apart from each other, where none is given."""
    found = state_settings(state).get("zip")
    if found:
        return int(found[0]), int(found[1])
    names = sorted(facts.states()["state"].unique().to_list())
    place = names.index(state) if state in names else len(names)
    return 1000 + 1800 * place, 1000 + 1800 * place + 1500
