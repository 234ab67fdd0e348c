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
from scipy.sparse import csr_array, hstack, issparse

Array = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True)
class Linearisation:
    """How the influence of everybody asked follows from that of the respondents.

    ``P = left`` and ``Q' = middle @ right'``: what people are (indicators of a few categories each) is sparse, however
    many categories there are, and only ``middle`` is full.

    Parameters
    ----------
    weights : (row,) array
        Final weights of the respondents.
    strata : (asked,) int array
        Stratum of everybody asked, from 0; none has a single unit (:func:`pool_lonely`).
    rows : (row,) int array
        Where the respondents are among those asked.
    left : (asked, k) sparse array
        How a person asked moves the calibration, and the fit of the chance to answer.
    right : (row, k) sparse array
        How a respondent's weight moves with the parameters of either.
    middle : (k, k) array
        The inverse of what ties them.
    """

    weights: Array
    strata: Codes
    rows: Codes
    left: csr_array
    right: csr_array
    middle: Array

    @cached_property
    def sizes(self) -> Array:
        """(stratum,) units in each."""
        return np.bincount(self.strata).astype(np.float64)

    @property
    def factors(self) -> Array:
        """(stratum,) ``n / (n - 1)``."""
        return self.sizes / np.maximum(self.sizes - 1.0, 1.0)

    def stratum_sums(self, values: Array | csr_array) -> Array:
        """Sums of (asked, q) over the strata: (stratum, q)."""
        n = len(self.strata)
        member = csr_array((np.ones(n), (self.strata, np.arange(n))), shape=(len(self.sizes), n))
        found = member @ values
        return np.asarray(found.toarray() if issparse(found) else found, dtype=np.float64)

    def influence(self, a: Array) -> Array:
        """Influence of everybody asked, (asked, q), from the respondents' (row, q)."""
        moves = -np.asarray(self.left @ (self.middle @ (self.right.T @ a)))
        moves[self.rows] += self.weights[:, None] * a
        return moves

    def covariance(self, a: Array) -> Array:
        """Covariance (q, q) of estimates with influences ``a`` (row, q): strata, units drawn with replacement."""
        moves = self.influence(a)
        centred = moves - (self.stratum_sums(moves) / self.sizes[:, None])[self.strata]
        return np.asarray(centred.T @ (self.factors[self.strata, None] * centred))


def linearise(
    weights: Array,
    strata: Codes,
    *,
    rows: Codes | None = None,
    calibration: tuple[Array | csr_array, Array] | None = None,
    nonresponse: tuple[Array | csr_array, Array, Array, Array] | None = None,
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
    n, asked = len(weights), len(strata)
    at = np.arange(n) if rows is None else rows
    left, right = [csr_array((asked, 0))], [csr_array((n, 0))]
    inverse = information = ties = np.zeros((0, 0))
    place = csr_array((np.ones(n), (at, np.arange(n))), shape=(asked, n))
    if calibration is not None:
        X, slopes = csr_array(calibration[0]), calibration[1]
        right.append(csr_array(X.multiply(slopes[:, None])))
        inverse = np.linalg.pinv((X.T @ right[-1]).toarray(), rcond=1e-11, hermitian=True)
        left.append(csr_array(place @ X.multiply(weights[:, None])))
    if nonresponse is not None:
        Z, surprise, information, moving = csr_array(nonresponse[0]), *nonresponse[1:]
        left.append(csr_array(Z.multiply(surprise[:, None])))
        right.append(csr_array(Z[at].multiply(moving[:, None])))
        if calibration is not None:
            ties = -np.linalg.solve(information, (right[-1].T @ X).toarray()) @ inverse
    first, second = len(inverse), len(information)
    middle = np.zeros((first + second, first + second))
    middle[:first, :first] = inverse
    middle[first:, first:] = np.linalg.inv(information) if second else information
    if ties.size:
        middle[first:, :first] = ties
    return Linearisation(weights, strata, at, csr_array(hstack(left)), csr_array(hstack(right)), middle)


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
