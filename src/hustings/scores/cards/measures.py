r"""How good the scores of held-out voters are, in a few numbers.

The calibration slope and intercept are those of ``logit P(outcome) = intercept + slope * logit(score)`` (Cox 1958): 1 and
0 where scores mean what they say; a slope below 1 says that they are too extreme.
"""

from __future__ import annotations

import numpy as np
from scipy.special import expit, logit
from scipy.stats import rankdata

from hustings.errors import InputError
from hustings.maths.scoring import SMALLEST_PROB, brier
from hustings.scores.cards.arrays import Array, checked


def measures(score: Array, outcome: Array, weight: Array | None = None) -> dict[str, float]:
    """Measures of chances against what happened.

    Parameters
    ----------
    score : (n,) array
        Chances, 0-1.
    outcome : (n,) array
        0 or 1.
    weight : (n,) array or None
        How many voters each stands for.

    Returns
    -------
    dict
        ``n``, ``mean_score``, ``outcome_share``, ``log_loss`` (nats), ``brier``, ``auc``, ``calibration_slope``,
        ``calibration_intercept`` (logit scale). Without both outcomes there is no AUC; without different scores besides,
        or where scores tell the outcomes apart fully, no calibration: these are then left out.

    Raises
    ------
    InputError
        Lengths differ, nobody, values that are not finite, a chance outside 0-1 or an outcome that is neither 0 nor 1.
    """
    score, outcome, weight = checked(score, outcome, weight)
    if not ((score >= 0.0) & (score <= 1.0)).all():
        raise InputError("a score lies outside 0-1, expected chances", column="score")
    if not np.isin(outcome, (0.0, 1.0)).all():
        raise InputError("an outcome is neither 0 nor 1", column="outcome")
    right = np.where(outcome > 0.5, score, 1.0 - score)
    found = {
        "n": float(len(score)),
        "mean_score": float(np.average(score, weights=weight)),
        "outcome_share": float(np.average(outcome, weights=weight)),
        "log_loss": float(-np.average(np.log(np.maximum(right, SMALLEST_PROB)), weights=weight)),
        "brier": brier(score, outcome, weight),
    }
    if 0.0 < found["outcome_share"] < 1.0:
        found["auc"] = auc(score, outcome, weight)
        line = calibration_line(score, outcome, weight)
        if line is not None:
            found["calibration_slope"], found["calibration_intercept"] = line
    return found


def auc(score: Array, outcome: Array, weight: Array) -> float:
    """Chance that one in whom it came true scores above one in whom it did not; a tie counts a half."""
    place = rankdata(score, method="dense").astype(np.int64) - 1
    yes = np.bincount(place, weight * outcome)
    no = np.bincount(place, weight * (1.0 - outcome))
    below = np.cumsum(no) - no
    return float((yes * (below + no / 2.0)).sum() / (yes.sum() * no.sum()))


def calibration_line(score: Array, outcome: Array, weight: Array) -> tuple[float, float] | None:
    """Slope and intercept of the outcome on the score's logit; None where no finite ones fit best."""
    x = logit(np.clip(score, SMALLEST_PROB, 1.0 - SMALLEST_PROB))
    if np.ptp(x) < 1e-9:
        return None
    X = np.column_stack([x, np.ones_like(x)])
    line = np.array([1.0, 0.0])
    for _ in range(50):
        prob = expit(X @ line)
        gram = X.T @ ((weight * prob * (1.0 - prob))[:, None] * X)
        if np.linalg.cond(gram) > 1e12:
            return None
        step = np.linalg.solve(gram, X.T @ (weight * (outcome - prob)))
        line += np.clip(step, -2.0, 2.0)
        if np.abs(step).max() < 1e-10:
            return float(line[0]), float(line[1])
    return None
