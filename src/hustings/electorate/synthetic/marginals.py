"""Who lives in which county: counts of race x party x age, from facts where there are any.

A cell is (race, party, age) with code ``(race * n_parties + party) * n_ages + age``. A state that registers no party
has one party, code 0 of the parties' list, which is nobody's: `party_registration` says so.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings import facts
from hustings.electorate.synthetic.settings import model, numbers, parties, state_settings
from hustings.electorate.synthetic.spec import ElectorateSpec, stream

NC_RACES = {
    "W": "white",
    "B": "black",
    "A": "asian",
    "I": "native",
    "P": "pacific",
    "M": "multiple",
    "O": "other",
    "U": "unknown",
}


@dataclass(frozen=True)
class Marginals:
    """Counties and the weight of every cell in them, shape (county, cell); weights need not add up to anything."""

    counties: tuple[str, ...]
    weights: NDArray[np.float64]


def cell_count() -> int:
    """How many cells there are."""
    return len(model()["races"]) * len(parties()) * len(model()["ages"])


def split_cell(cell: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Race, party and age codes of cells."""
    n_ages, n_parties = len(model()["ages"]), len(parties())
    return cell // (n_ages * n_parties), cell // n_ages % n_parties, cell % n_ages


def marginals(spec: ElectorateSpec) -> Marginals:
    """Cells of every county of a state.

    North Carolina's are its public counts. Elsewhere the state's race shares are facts, parties follow the last
    results before the day, and counties differ from each other by chance, with the state's shares as their mean.
    """
    return _north_carolina() if spec.state == "NC" else _made_up(spec)


def _north_carolina() -> Marginals:
    """Registered voters as counted."""
    table = facts.nc_registration()
    counties = table["county"].unique(maintain_order=True).to_list()
    codes = {party.code: k for k, party in enumerate(parties())}
    races = {letter: model()["races"].index(name) for letter, name in NC_RACES.items()}
    n_ages = len(model()["ages"])
    weights = np.zeros((len(counties), cell_count()))
    county = np.array([counties.index(name) for name in table["county"]])
    base = np.array(
        [(races[r] * len(codes) + codes[p]) * n_ages for r, p in table.select("race_code", "party").iter_rows()]
    )
    for age, column in enumerate(("age_18_25", "age_26_40", "age_41_65", "age_66_up")):
        np.add.at(weights, (county, base + age), table[column].to_numpy())
    return Marginals(tuple(counties), weights)


def two_option_share(spec: ElectorateSpec) -> float:
    """Two-option share of the first option at the last result before the day, in the state; a half where unknown."""
    table = facts.state_results()
    first, second = model()["options"]
    rows = [row for row in table.iter_rows(named=True) if row["state"] == spec.state and row["year"] < spec.as_of.year]
    if not rows:
        return 0.5
    last = max(rows, key=lambda row: int(row["year"]))
    return float(last[first] / (last[first] + last[second]))


def _race_shares(state: str) -> NDArray[np.float64]:
    """Shares of the races in a state, by the model's order; what the facts leave over is 'other' and 'multiple'."""
    races = model()["races"]
    shares = np.full(len(races), 1e-6)
    rows = facts.state_covariates().filter(pl.col("state") == state).to_dicts()
    found = rows[0] if rows else {}
    named = {
        name: float(found.get(f"{name}_share_2020", 0.0)) for name in ("white", "black", "hispanic", "asian", "native")
    }
    if not found:
        named["white"] = 0.8
    for name, share in named.items():
        shares[races.index(name)] = max(share, 1e-6)
    rest = max(1 - sum(named.values()), 0.01)
    for name, part in (("multiple", 0.4), ("other", 0.3), ("unknown", 0.3)):
        shares[races.index(name)] = rest * part
    normal: NDArray[np.float64] = shares / shares.sum()
    return normal


def _party_shares(spec: ElectorateSpec) -> NDArray[np.float64]:
    """Shares of the parties: the two options' share what the others leave, as the last result did."""
    if not state_settings(spec.state)["party_registration"]:
        return np.array([1.0] + [0.0] * (len(parties()) - 1))
    first = two_option_share(spec)
    others = sum(party.share or 0.0 for party in parties())
    large = {0: first * (1 - others), 1: (1 - first) * (1 - others)}
    return np.array([large[p.option] if p.option is not None else p.share or 0.0 for p in parties()])


def _made_up(spec: ElectorateSpec) -> Marginals:
    """Counties of chance around the state's shares."""
    rng = stream(spec, "marginals")
    counties = _county_labels(spec.state)
    tilt, races, ages = model()["tilt"], _race_shares(spec.state), np.array([0.12, 0.25, 0.40, 0.23])
    size = np.sort(rng.lognormal(0.0, 1.1, len(counties)))[::-1]
    rng.shuffle(size)
    race_logit = rng.normal(0.0, tilt["county_race_sd"], len(counties))[:, None] * (np.arange(len(races)) > 0)
    race = races * np.exp(race_logit)
    race /= race.sum(axis=1, keepdims=True)
    party = np.maximum(_party_shares(spec), 1e-9)
    lean = np.array([p.support for p in parties()]) * 0.5
    county = rng.normal(0.0, tilt["county_party_sd"], len(counties))
    view = numbers("support", "race")[:, None] + numbers("support", "age")[None, :]
    logit = lean[None, None, :, None] * (view[:, None, :] + county[:, None, None, None])
    given = party[None, None, :, None] * np.exp(logit)
    given /= given.sum(axis=2, keepdims=True)
    weights = size[:, None, None, None] * race[:, :, None, None] * given * ages
    return Marginals(counties, _rake(weights, races, party, ages).reshape(len(counties), -1))


def _rake(
    weights: NDArray[np.float64], races: NDArray[np.float64], party: NDArray[np.float64], ages: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Scale (county, race, party, age) until the state has these shares of each."""
    for _ in range(50):
        for axis, target in ((1, races), (2, party), (3, ages)):
            others = tuple(k for k in range(4) if k != axis)
            factor = target / target.sum() / (weights.sum(axis=others) / weights.sum())
            weights = weights * factor.reshape([-1 if k == axis else 1 for k in range(4)])
    return weights


def _county_labels(state: str) -> tuple[str, ...]:
    """Labels as the state writes them: letters, or numbers from 1."""
    settings = state_settings(state)
    named = settings.get("county_labels", "").split()
    return tuple(named) or tuple(str(k + 1) for k in range(settings["counties"]))
