r"""Bets on bounded answers against predicted chances: weights, tolerance and clusters included.

**Question.** Do answers of a segment agree with what was predicted for these very people, on average, within a tolerance?

**Model.** Answer ``y_i`` in [0, 1], predicted ``p_i``, weight ``w_i >= 0`` known before the answer. Clusters `c` (a
respondent, or all interviews of an interviewer on a day) are independent given the past; inside a cluster anything goes.
With ``x_c = sum_i w_i (y_i - p_i - tol)`` the bet "above" of fraction `g` makes

    1 + lambda_c x_c,   lambda_c = g min(1/W_typ, 1/W_c) / (1 + tol),   W_c = sum_i w_i,

of mean at most 1 as long as the claim holds, and at least ``1 - g > 0``. "Below" mirrors it.

**Sources.** Waudby-Smith & Ramdas (2024), JRSS-B 86(1), betting for bounded means. Docs: ``docs/maths/bets-on-shares.md``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hustings.errors import InputError
from hustings.maths.eprocesses.sides import Side, frozen, side_prior, watched

Array = NDArray[np.float64]
Codes = NDArray[np.integer]

FRACTIONS = frozen([0.03, 0.07, 0.15, 0.35, 0.8])
"""Part of the stake that a cluster of typical weight may lose at most. Steps of 2.3: of two neighbours one has at least 84 % of the best
growth. Single answers near one half take a shift of 2 points at 0.08, of 8 at 0.32; clusters of eight take 4 points at 0.9."""
SHARE_BETS = frozen(np.concatenate([FRACTIONS, -FRACTIONS]))
"""(bet,) fraction with its side as its sign: first those above the prediction, then those below."""
SHARE_PRIOR = frozen(np.full(len(SHARE_BETS), 1.0 / len(SHARE_BETS)))


def sided_prior(side: Side) -> Array:
    """(bet,) prior over `SHARE_BETS` for one side or either."""
    return side_prior(SHARE_PRIOR, SHARE_BETS, side)


def share_log_bets(
    y: Array,
    p: Array,
    weight: Array,
    cluster: Codes,
    segment: Codes,
    n_segments: int,
    *,
    tolerance: Array | float,
    typical_weight: Array | float,
    sides: Side = "either",
) -> Array:
    """Log growth of every bet over one batch of answers, as a day's.

    Parameters
    ----------
    y, p : (answer,) arrays
        Answers and predicted chances, in [0, 1]; exactly 0 and 1 are allowed.
    weight : (answer,) array
        Weights, >= 0, that do not depend on the answers given the prediction.
    cluster, segment : (answer,) integer arrays
        Codes; segments in [0, n_segments). A cluster in several segments is one cluster in each.
    tolerance : (segment,) array or float
        How far the mean residual may be from 0 under the claim, >= 0, in shares.
    typical_weight : (segment,) array or float
        Sum of weights that hardly a cluster of the segment exceeds, > 0, fixed before the data; a heavier one counts as this heavy.
    sides : 'either', 'above' or 'below'
        Bets of an unwatched side have growth 0: give them no prior (`sided_prior`).

    Returns
    -------
    (segment, bet) array

    Raises
    ------
    InputError
        If an answer, a prediction or a weight is out of its range or not a number: the bets would be void.
    """
    _check(y, p, weight, typical_weight)
    of, total, residual = _clusters(y - p, weight, cluster, segment)
    return cluster_log_bets(
        of, total, residual, n_segments, tolerance=tolerance, typical_weight=typical_weight, sides=sides
    )


def cluster_log_bets(
    segment: Codes,
    total: Array,
    residual: Array,
    n_segments: int,
    *,
    tolerance: Array | float,
    typical_weight: Array | float,
    sides: Side = "either",
) -> Array:
    """`share_log_bets` for clusters that are summed already.

    Parameters
    ----------
    segment, total, residual : (cluster,) arrays
        Segment, sum of weights, sum of weighted residuals ``w (y - p)`` of every cluster.

    Returns
    -------
    (segment, bet) array
    """
    tol = np.broadcast_to(np.asarray(tolerance, np.float64), (n_segments,))[segment]
    typical = np.broadcast_to(np.asarray(typical_weight, np.float64), (n_segments,))[segment]
    lam = np.minimum(1.0 / typical, 1.0 / np.maximum(total, np.finfo(np.float64).tiny)) / (1.0 + tol)
    gain, slack = lam * residual, lam * tol * total
    grown = np.zeros((n_segments, len(SHARE_BETS)))
    for k in np.flatnonzero(watched(SHARE_BETS, sides)):
        growth = np.log1p(SHARE_BETS[k] * gain - abs(SHARE_BETS[k]) * slack)
        grown[:, k] = _sums(segment, growth, n_segments)
    return grown


def share_sums(y: Array, p: Array, weight: Array, cluster: Codes, segment: Codes, n_segments: int) -> Array:
    """What the size of a break needs of a batch; sums of batches add up.

    Returns
    -------
    (segment, 4) array
        Number of clusters, sum of weights, sum of weighted residuals ``w (y - p)``, sum of the squares of the clusters' sums.
    """
    of, total, residual = _clusters(y - p, weight, cluster, segment)
    parts = (None, total, residual, residual**2)
    return np.stack([_sums(of, part, n_segments) for part in parts], axis=1)


def _check(y: Array, p: Array, weight: Array, typical_weight: Array | float) -> None:
    """Refuse what no bet can be made on."""
    for name, values, top in (
        ("answer", y, 1.0),
        ("predicted chance", p, 1.0),
        ("weight", weight, np.finfo(float).max),
    ):
        if not np.all((values >= 0.0) & (values <= top)):
            k = int(np.argmin((values >= 0.0) & (values <= top)))
            limit = "0 to 1" if top == 1.0 else "0 or more, and finite"
            raise InputError(
                f"{name} {k} of the batch is {values[k]}, expected {limit}", hint="leave out what is unknown"
            )
    typical = np.asarray(typical_weight, np.float64)
    if not np.all((typical > 0.0) & np.isfinite(typical)):
        raise InputError(f"the typical weight of a cluster is {typical_weight}, expected more than 0")


def _clusters(residual: Array, weight: Array, cluster: Codes, segment: Codes) -> tuple[Codes, Array, Array]:
    """Segment, sum of weights and weighted sum of residuals of every cluster within a segment."""
    codes, cluster = np.unique(cluster, return_inverse=True)
    pairs, where = np.unique(segment.astype(np.int64) * max(len(codes), 1) + cluster, return_inverse=True)
    total, summed = (_sums(where, part, len(pairs)) for part in (weight, weight * residual))
    return pairs // max(len(codes), 1), total, summed


def _sums(where: Codes, values: Array | None, n: int) -> Array:
    """Sum of values, or number of rows, by code."""
    return np.bincount(where, values, minlength=n).astype(np.float64)
