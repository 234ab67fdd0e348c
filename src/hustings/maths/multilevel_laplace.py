"""Coefficients of a multilevel regression given its scales, and what the data say of the scales (Laplace)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.linalg.lapack import dpotri

from hustings.errors import InputError
from hustings.maths.logratio import contrast_covariance, softmax
from hustings.maths.multilevel_cells import Cells

Array = NDArray[np.float64]
MAX_STEPS = 100
MAX_HALVINGS = 30
DECREMENT = 1e-8
"""Newton stops when a full step would raise the log posterior by less."""


class Mode(NamedTuple):
    """The most probable coefficients given the scales.

    Parameters
    ----------
    coefficients : (column, contrast) array
    root : (column * contrast, column * contrast) array
        Lower Cholesky factor of the negative Hessian there; the contrast runs fastest.
    log_posterior : float
        Log likelihood plus log density of the coefficients, there.
    log_marginal : float
        Log density of the answers given the scales, by Laplace.
    steps : int
        Newton steps.
    """

    coefficients: Array
    root: Array
    log_posterior: float
    log_marginal: float
    steps: int


def precisions(cells: Cells, scales: Array, fixed_sd: Array) -> Array:
    """Inverse prior variance of each column's coefficients, (column,), before the contrasts' own covariance."""
    return np.concatenate([fixed_sd**-2.0, np.repeat(scales**-2.0, cells.levels)])


def find_mode(cells: Cells, scales: Array, fixed_sd: Array, start: Array) -> Mode:
    """Newton's method with halved steps.

    Parameters
    ----------
    cells : Cells
    scales : (term,) array
        Standard deviation of each random term's coefficients.
    fixed_sd : (fixed column,) array
        Prior standard deviation of each fixed coefficient.
    start : (column, contrast) array
        Where to begin.

    Raises
    ------
    InputError
        No maximum was found.
    """
    precision = precisions(cells, scales, fixed_sd)
    between = np.asarray(np.linalg.inv(contrast_covariance(cells.n_contrasts)), dtype=np.float64)
    here = start
    value, gradient, shares = _slope(cells, here, precision, between)
    for step in range(1, MAX_STEPS + 1):
        # Symmetric: its transpose is in the order that LAPACK wants, and need not be copied.
        root = cho_factor(_information(cells, shares, precision, between).T, lower=True, overwrite_a=True)[0]
        move = cho_solve((root, True), gradient.ravel()).reshape(here.shape)
        gain = float((move * gradient).sum())
        if gain < DECREMENT:
            # The last step is worth less than the tolerance; with it the coefficients are exact to the digits kept.
            return Mode(here + move, root, value, value + _volume(cells, precision, between, root), step)
        for halving in range(MAX_HALVINGS):
            there = here + move * 0.5**halving
            found = _slope(cells, there, precision, between)
            if found[0] >= value - 1e-12 * abs(value):
                break
        else:
            break
        here, (value, gradient, shares) = there, found
    raise InputError("the regression finds no maximum", hint="look for cells with enormous counts or predictors")


def _slope(cells: Cells, coefficients: Array, precision: Array, between: Array) -> tuple[float, Array, Array]:
    """Log posterior, its gradient (column, contrast), and the cells' shares (cell, option)."""
    shares = softmax(cells.predictor(coefficients))
    pull = precision[:, None] * (coefficients @ between)
    log_shares = np.log(np.maximum(shares, 1e-300))
    value = float((cells.counts * log_shares).sum()) - 0.5 * float((coefficients * pull).sum())
    residual = (cells.counts - cells.totals[:, None] * shares)[:, :-1]
    return value, cells.transposed(residual) - pull, shares


def _information(cells: Cells, shares: Array, precision: Array, between: Array) -> Array:
    """Negative Hessian, (column * contrast, column * contrast)."""
    n, m = cells.n_columns, cells.n_contrasts
    found = np.empty((n, m, n, m) if m > 1 else (0, m, 0, m))
    diagonal = np.arange(n)
    for k in range(m):
        for j in range(k + 1):
            weights = cells.totals * shares[:, k] * ((j == k) - shares[:, j])
            block = cells.cross(weights)
            block[diagonal, diagonal] += precision * between[k, j]
            if m == 1:
                return block
            found[:, k, :, j] = block
            found[:, j, :, k] = block
    return found.reshape(n * m, n * m)


def _volume(cells: Cells, precision: Array, between: Array, root: Array) -> float:
    """Half the log of |prior precision| over |negative Hessian|."""
    log_prior = cells.n_contrasts * np.log(precision).sum() + cells.n_columns * np.linalg.slogdet(between)[1]
    return 0.5 * float(log_prior) - float(np.log(np.diag(root)).sum())


def scale_gradient(cells: Cells, scales: Array, fixed_sd: Array, mode: Mode) -> Array:
    """Derivative of the log marginal by each log scale, (term,).

    With ``P_t`` the prior precision of term t, ``H`` the negative Hessian and ``b`` the mode:
    ``b_t'P_t b_t - levels * contrasts + tr(H^-1 P_t)``, and, because the mode moves with the scales by
    ``db/dlog(scale_t) = 2 H^-1 P_t b_t``, that times the derivative of ``-log|H| / 2`` by the coefficients.
    """
    n, m = cells.n_columns, cells.n_contrasts
    between = np.linalg.inv(contrast_covariance(m))
    pull = precisions(cells, scales, fixed_sd)[:, None] * (mode.coefficients @ between)
    inverse, failed = dpotri(mode.root, lower=True)
    assert not failed
    lower = np.tril(inverse, -1)
    inverse = lower + lower.T + np.diag(np.diag(inverse))
    blocks = inverse.reshape(n, m, n, m)
    turn = cells.transposed(_third(cells, mode.coefficients, blocks))
    moved = -0.5 * (inverse @ turn.ravel()).reshape(n, m)
    own = np.einsum("ikil->ikl", blocks)
    traces = np.einsum("ikl,lk->i", own, between)
    found = np.empty(len(cells.levels))
    for t, (start, levels) in enumerate(zip(cells.starts, cells.levels, strict=True)):
        block = slice(start, start + levels)
        explicit = (mode.coefficients[block] * pull[block]).sum() - levels * m + traces[block].sum() / scales[t] ** 2
        found[t] = explicit + 2.0 * (moved[block] * pull[block]).sum()
    return found


def _third(cells: Cells, coefficients: Array, blocks: Array) -> Array:
    """``tr(V_i dW_i / d eta_ij)`` of every cell and contrast, with ``V_i = z_i' H^-1 z_i`` and ``W_i`` its information."""
    m = cells.n_contrasts
    shares = softmax(cells.predictor(coefficients))[:, :-1]
    V = np.empty((len(shares), m, m))
    for k in range(m):
        for j in range(k + 1):
            V[:, k, j] = V[:, j, k] = cells.quadratic(blocks[:, k, :, j])
    own = np.einsum("ikk->ik", V)
    crossed = np.einsum("ikl,il->ik", V, shares)
    level = (own * shares).sum(axis=1) - 2.0 * (crossed * shares).sum(axis=1)
    return np.asarray(cells.totals[:, None] * shares * (own - 2.0 * crossed - level[:, None]))
