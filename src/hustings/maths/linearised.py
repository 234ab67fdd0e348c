"""Variance of weighted estimates by linearisation, with what was estimated on the way taken into account.

An estimate moves with each person asked by an *influence*. For an estimate that is linear in the respondents' own
influences ``a`` (row,), the influence of everybody asked is ``E(w a) - P Q'a``: the weighted one, and corrections of
low rank for the calibration (its residuals count, not the answers) and for the fitted chance to answer (those who did
not answer move it too). See docs/maths/survey-variance.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True)
class Linearisation:
    """How the influence of everybody asked follows from that of the respondents.

    Parameters
    ----------
    weights : (row,) array
        Final weights of the respondents.
    strata : (asked,) int array
        Stratum of everybody asked, from 0; none has a single unit (:func:`pool_lonely`).
    rows : (row,) int array
        Where the respondents are among those asked.
    left : (asked, k) array
        ``P``.
    right : (row, k) array
        ``Q``.
    """

    weights: Array
    strata: Codes
    rows: Codes
    left: Array
    right: Array

    @cached_property
    def _per_stratum(self) -> tuple[Array, Array]:
        size = np.bincount(self.strata).astype(float)
        return size, size / np.maximum(size - 1.0, 1.0)

    def centred(self, values: Array) -> Array:
        """``G values`` (asked, q): deviations from the mean of the stratum times ``n / (n - 1)``."""
        size, factor = self._per_stratum
        sums = np.zeros((len(size), values.shape[1]))
        for at, column in enumerate(values.T):
            sums[:, at] = np.bincount(self.strata, column, len(size))
        return (values - (sums / size[:, None])[self.strata]) * factor[self.strata, None]

    def influence(self, a: Array) -> Array:
        """Influence of everybody asked, (asked, q), from the respondents' (row, q)."""
        spread = np.zeros((len(self.strata), a.shape[1]))
        np.add.at(spread, self.rows, self.weights[:, None] * a)
        return spread - self.left @ (self.right.T @ a)

    def covariance(self, a: Array) -> Array:
        """Covariance (q, q) of estimates with influences ``a`` (row, q): strata, units drawn with replacement."""
        moves = self.influence(a)
        return np.asarray(moves.T @ self.centred(moves))


def linearise(
    weights: Array,
    strata: Codes,
    *,
    rows: Codes | None = None,
    calibration: tuple[Array, Array] | None = None,
    nonresponse: tuple[Array, Array, Array, Array] | None = None,
) -> Linearisation:
    """Put the corrections together.

    Parameters
    ----------
    weights : (row,) array
        Final weights.
    strata : (asked,) int array
        Stratum of everybody asked.
    rows : (row,) int array or None
        Where the respondents are among them; None: nobody else is known.
    calibration : (X, slopes) or None
        Calibrated columns (row, column), and the weights of the regression whose residuals count: how each weight moves
        with the multipliers.
    nonresponse : (Z, surprise, information, moving) or None
        Of everybody asked, what the chance to answer depends on (asked, column) and answered minus chance (asked,); the
        information of the fit; and how a respondent's weight moves with the log-odds, ``-w (1 - p)``, 0 where it is at a
        bound, given without its sign (row,).
    """
    at = np.arange(len(weights)) if rows is None else rows
    left: list[Array] = [np.zeros((len(strata), 0))]
    right: list[Array] = [np.zeros((len(weights), 0))]
    if calibration is not None:
        X, slopes = calibration
        inverse = np.linalg.pinv(X.T @ (slopes[:, None] * X), rcond=1e-11, hermitian=True)
        spread = np.zeros((len(strata), X.shape[1]))
        spread[at] = weights[:, None] * X
        left.append(spread)
        right.append(slopes[:, None] * (X @ inverse))
    if nonresponse is not None:
        Z, surprise, information, moving = nonresponse
        own = moving[:, None] * Z[at]
        if calibration is not None:
            own = own - right[-1] @ (calibration[0].T @ own)
        left.append(surprise[:, None] * Z)
        right.append(np.asarray(np.linalg.solve(information, own.T).T, dtype=np.float64))
    return Linearisation(weights, strata, at, np.hstack(left), np.hstack(right))


def pool_lonely(strata: Codes) -> Codes:
    """Put strata of one unit together, since one unit shows no variance; a last one joins the smallest other."""
    size = np.bincount(strata)
    lonely = np.flatnonzero(size == 1)
    if len(lonely) == 0 or len(strata) == 1:
        return strata
    onto = lonely[0]
    others = np.flatnonzero(size > 1)
    if len(lonely) == 1 and len(others):
        onto = others[np.argmin(size[others])]
    pooled = np.where(size[strata] == 1, onto, strata)
    return np.unique(pooled, return_inverse=True)[1].astype(np.int64)
