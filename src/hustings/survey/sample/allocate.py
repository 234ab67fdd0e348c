"""How many voters of each stratum are drawn.

*Proportional*: as many as its voters, or its expected votes, are (Cochran 1977, section 5.4). *Neyman*: in proportion to
size times standard deviation, which for one total sample size gives the smallest variance of the nation's share (Neyman 1934;
Cochran 1977, equation 5.26); where answering is rare and differs between strata, each is divided by the square root of
the chance to answer, which stands for what an interview costs (equation 5.23). *A floor for each state*: enough voters that
the expected effective interviews reach it; what remains is spread as above.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hustings.errors import ConfigError

METHODS = ("proportional", "neyman")
_NO_PULL = 1e-12
"""A stratum that pulls less than this share of the strongest gives only what the others cannot."""


@dataclass(frozen=True)
class Allocation:
    """How to spread a sample.

    Parameters
    ----------
    n : int
        Voters to draw.
    method : str
        One of :data:`METHODS`.
    per_state : int
        Effective interviews that every state must reach in expectation; 0 for no floor.
    response_rate : float
        Share of drawn voters expected to answer (0-1), where a stratum has none of its own.
    design_effect : float
        Expected interviews per effective interview (>= 1).
    """

    n: int
    method: str = "proportional"
    per_state: int = 0
    response_rate: float = 0.02
    design_effect: float = 1.5


def allocate(
    plan: Allocation,
    *,
    states: list[str],
    sizes: NDArray[np.int64],
    measures: NDArray[np.float64],
    deviations: NDArray[np.float64] | None = None,
    response_rates: NDArray[np.float64] | None = None,
) -> NDArray[np.int64]:
    """Allocate a sample to strata.

    Parameters
    ----------
    plan : Allocation
    states : list of str
        State of each stratum.
    sizes : (stratum,) int
        Voters who may be asked: no stratum gives more.
    measures : (stratum,) float
        Size of what is estimated: voters, or expected votes.
    deviations : (stratum,) float, optional
        Standard deviation of the answer within each stratum, for Neyman; .5 without.
    response_rates : (stratum,) float, optional
        Chance to answer (0-1).

    Returns
    -------
    (stratum,) int
        Voters to draw; they sum to ``plan.n``.

    Raises
    ------
    ConfigError
        The sample is larger than the frame, or too small for the floor of the states.
    """
    _check(plan, sizes)
    rates = np.full(len(sizes), plan.response_rate) if response_rates is None else response_rates
    pull = measures.astype(np.float64).copy()
    if plan.method == "neyman":
        pull *= (np.full(len(sizes), 0.5) if deviations is None else deviations) / np.sqrt(rates)
    floor = np.zeros(len(sizes))
    if plan.per_state:
        floor = _floors(plan, states, sizes, pull, rates)
    drawn = _fill(plan.n, pull, floor, sizes.astype(np.float64))
    return _whole(drawn, plan.n, sizes)


def _check(plan: Allocation, sizes: NDArray[np.int64]) -> None:
    if plan.method not in METHODS:
        raise ConfigError(f"allocation {plan.method!r} is unknown", hint=f"one of {', '.join(METHODS)}")
    if plan.n < 1:
        raise ConfigError(f"--n is {plan.n}, expected at least 1")
    if plan.n > sizes.sum():
        raise ConfigError(
            f"a sample of {plan.n:,} is larger than the frame: {sizes.sum():,} voters may be asked",
            hint="ask for fewer, or widen --where; `hustings survey draw` says who was left out and why",
        )
    if not 0 < plan.response_rate <= 1:
        raise ConfigError(f"--response-rate is {plan.response_rate}, expected a share between 0 and 1, like 0.02")
    if plan.per_state < 0:
        raise ConfigError(f"--per-state is {plan.per_state}, expected 0 or more")
    if not plan.design_effect >= 1:
        raise ConfigError(f"--design-effect is {plan.design_effect}, expected at least 1")


def _floors(
    plan: Allocation,
    states: list[str],
    sizes: NDArray[np.int64],
    pull: NDArray[np.float64],
    rates: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Voters that each stratum must give at least so that its state reaches the floor."""
    floor = np.zeros(len(sizes))
    of = np.asarray(states)
    for state in dict.fromkeys(states):
        here = np.flatnonzero(of == state)
        spread = pull[here] / pull[here].sum() if pull[here].sum() > 0 else np.full(len(here), 1 / len(here))
        needed = np.ceil(plan.per_state * plan.design_effect / float(spread @ rates[here]))
        if needed > sizes[here].sum():
            raise ConfigError(
                f"{state} has {sizes[here].sum():,} voters who may be asked, and {plan.per_state} effective interviews "
                f"need {needed:,.0f} at the expected response",
                hint="lower --per-state, or expect another --response-rate or --design-effect",
            )
        # Whole voters already here: rounding the whole sample must not take a state below its floor.
        spread_out = _fill(int(needed), pull[here], np.zeros(len(here)), sizes[here].astype(np.float64))
        floor[here] = _whole(spread_out, int(needed), sizes[here])
    if floor.sum() > plan.n + 1e-6:
        raise ConfigError(
            f"--per-state {plan.per_state} needs {np.ceil(floor.sum()):,.0f} voters in {len(set(states))} states, "
            f"--n is {plan.n:,}",
            hint=f"draw at least {np.ceil(floor.sum()):,.0f}, or lower --per-state",
        )
    return floor


def _fill(
    n: float, pull: NDArray[np.float64], floor: NDArray[np.float64], cap: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Find c so that sum(clip(c * pull, floor, cap)) = n: the constrained optimum keeps its shape where nothing binds."""
    pull = cap if pull.max(initial=0.0) <= 0 else pull / pull.max()
    pull = np.where(pull < _NO_PULL, 0.0, pull)
    ratio = cap[pull > 0] / pull[pull > 0]
    low, high = 0.0, float(ratio.max(initial=1.0)) * 2
    for _ in range(200):
        middle = (low + high) / 2
        if np.clip(middle * pull, floor, cap).sum() < n:
            low = middle
        else:
            high = middle
    found: NDArray[np.float64] = np.clip(high * pull, floor, cap)
    return found


def _whole(drawn: NDArray[np.float64], n: int, sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Round to whole voters by largest remainder; ties go to the first."""
    whole = np.minimum(np.floor(drawn + 1e-9).astype(np.int64), sizes)
    order = np.argsort(-(drawn - whole), kind="stable")
    missing = n - int(whole.sum())
    while missing > 0:
        for k in order:
            if missing and whole[k] < sizes[k]:
                whole[k] += 1
                missing -= 1
    return whole
