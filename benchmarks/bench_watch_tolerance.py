"""How wide the tolerance of `support-as-modelled` must be for a model's own error to be no alarm: quiet and broken seasons.

``python benchmarks/bench_watch_tolerance.py`` prints, for models of 500 and of 2,000 interviews, how many of 150 quiet seasons
of 60 nights with 100 interviews raise a false alarm, and how many of 60 that are 6 points off from the start are found.
"""

from __future__ import annotations

import numpy as np
from scipy.special import expit

from hustings.maths.eprocesses.detector import log_evidence
from hustings.maths.eprocesses.shares import share_log_bets, sided_prior
from hustings.watch.streams.interviews import BASE_TOLERANCE, SEGMENT_SD, SUPPORT_AS_MODELLED

LEVELS, SPREADS = (2, 2, 6, 3), (0.3, 0.3, 0.3, 0.9)
"""Levels of state, race, age and party, and how far they lie apart, in logits."""
SEGMENTS = 1 + sum(LEVELS)
NIGHTS, PER_NIGHT, QUIET, BROKEN, GAP = 60, 100, 150, 60, 0.06
ALARM = 0.05 * SUPPORT_AS_MODELLED.share
RULES = {"one error everywhere, 6 points at most": (1.0, 0.06), "one and a half in segments, 8 at most": (1.5, 0.08)}


def design(people: list[np.ndarray]) -> np.ndarray:
    """Intercept and one column a level."""
    return np.hstack([np.ones((len(people[0]), 1)), *(np.eye(n)[one] for n, one in zip(LEVELS, people, strict=True))])


def fitted(x: np.ndarray, y: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Weighted ridge logistic regression with the true spreads as its prior."""
    penalty = np.concatenate([[1e-3], *(np.full(n, sd**-2) for n, sd in zip(LEVELS, SPREADS, strict=True))])
    b = np.zeros(x.shape[1])
    for _ in range(15):
        q = expit(x @ b)
        slope = x.T @ (weight * (y - q)) - penalty * b
        b += np.linalg.solve((x * (weight * q * (1 - q))[:, None]).T @ x + np.diag(penalty), slope)
    return b


def season(rng: np.random.Generator, n_fit: int, times: float, most: float, gap: float) -> bool:
    """Whether a season raises an alarm anywhere."""
    effects = [rng.normal(0, sd, n) for n, sd in zip(LEVELS, SPREADS, strict=True)]

    def interviews(n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        people = [rng.integers(0, levels, n) for levels in LEVELS]
        chance = expit(np.sum([effect[one] for effect, one in zip(effects, people, strict=True)], axis=0))
        offsets = np.cumsum([1, *LEVELS[:-1]])
        segment = np.concatenate([np.zeros(n, int), *(at + one for at, one in zip(offsets, people, strict=True))])
        return design(people), chance, rng.gamma(4, 0.25, n), np.tile(np.arange(n), 1 + len(LEVELS)), segment

    x, chance, weight, who, segment = interviews(n_fit)
    b = fitted(x, (rng.random(n_fit) < chance).astype(float), weight)
    total, squares = (np.bincount(segment, weight[who] ** k, SEGMENTS) for k in (1, 2))
    error = (4 * total**2 / squares + SEGMENT_SD**-2) ** -0.5
    tolerance = np.minimum(BASE_TOLERANCE + times * error, most)
    tolerance[0] = min(BASE_TOLERANCE + error[0], 0.06)
    bets = np.zeros((SEGMENTS, NIGHTS, len(sided_prior("either"))))
    for night in range(NIGHTS):
        x, chance, weight, who, segment = interviews(PER_NIGHT)
        y, p = (rng.random(PER_NIGHT) < chance - gap).astype(float), expit(x @ b)
        bets[:, night] = share_log_bets(
            y[who], p[who], weight[who], who, segment, SEGMENTS, tolerance=tolerance, typical_weight=1.0
        )
    log_e = log_evidence(bets, sided_prior("either"), np.full(NIGHTS, 1 / NIGHTS))
    return bool((log_e >= np.log(SEGMENTS / ALARM)).any())


def main() -> None:
    """Print the table."""
    for n_fit in (500, 2000):
        for name, (times, most) in RULES.items():
            rng = np.random.default_rng(1)
            false = sum(season(rng, n_fit, times, most, 0.0) for _ in range(QUIET))
            found = sum(season(rng, n_fit, times, most, GAP) for _ in range(BROKEN))
            print(f"{n_fit:5,} interviews, {name}: {false} of {QUIET} quiet seasons, {found} of {BROKEN} broken ones")


if __name__ == "__main__":
    main()
