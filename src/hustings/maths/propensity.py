"""Chance to answer, by ridge logistic regression on cells of people who are alike.

Everybody asked falls into a cell; a cell has the number asked and the number who answered. With indicators of all
categories (none left out) the ridge makes the coefficients unique, and draws a category of few people to the mean.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Propensity:
    """A fitted chance to answer.

    Parameters
    ----------
    coefficients : (column,) or (replicate, column) array
        Log-odds.
    chances : (cell,) or (replicate, cell) array
        Chance to answer, 0-1.
    information : (column, column) array
        ``Z' N p(1-p) Z`` plus the ridge, at the fit; of the first replicate where there are many.
    iterations : int
        Newton steps.
    """

    coefficients: Array
    chances: Array
    information: Array
    iterations: int


def fit_propensity(
    Z: Array, asked: Array, answered: Array, precision: Array, *, max_iterations: int = 50, tolerance: float = 1e-9
) -> Propensity:
    """Fit by Newton's method.

    Parameters
    ----------
    Z : (cell, column) array
        What is known of a cell; the first column is 1.
    asked, answered : (cell,) arrays
        People asked, and those of them who answered.
    precision : (column,) array
        Inverse prior variance of each coefficient; 0 for the first.
    max_iterations, tolerance
        Newton stops when no coefficient moves by more than the tolerance.
    """
    rate = np.clip(answered.sum() / asked.sum(), 1e-6, 1.0 - 1e-6)
    beta = np.zeros(Z.shape[1])
    beta[0] = np.log(rate / (1.0 - rate))
    steps, moved = 0, np.inf
    chances, information = _state(Z, asked, beta, precision)
    while moved > tolerance and steps < max_iterations:
        steps += 1
        step = np.linalg.solve(information, Z.T @ (answered - asked * chances) - precision * beta)
        # A long step is cut: the log-odds of one cell must not jump to where the curve is flat.
        step *= min(1.0, 5.0 / max(float(np.abs(step).max()), 1e-300))
        beta, moved = beta + step, float(np.abs(step).max())
        chances, information = _state(Z, asked, beta, precision)
    return Propensity(beta, chances, information, steps)


def refit_propensity(
    Z: Array, asked: Array, answered: Array, precision: Array, start: Propensity, *, steps: int = 3
) -> Propensity:
    """Fit many resamples at once from a fit to the whole: ``asked`` and ``answered`` are (replicate, cell).

    A few Newton steps from a near start leave less than a thousandth of a standard error.
    """
    beta = np.repeat(start.coefficients[None], len(asked), axis=0)
    for _ in range(steps):
        chances = expit(beta @ Z.T)
        gradient = (answered - asked * chances) @ Z - precision * beta
        spread = asked * chances * (1.0 - chances)
        information = np.stack([Z.T @ (one[:, None] * Z) for one in spread]) + np.diag(precision)
        beta += np.linalg.solve(information, gradient[..., None])[..., 0]
    return Propensity(beta, expit(beta @ Z.T), information[0], steps)


def _state(Z: Array, asked: Array, beta: Array, precision: Array) -> tuple[Array, Array]:
    chances = np.asarray(expit(Z @ beta))
    spread = asked * chances * (1.0 - chances)
    return chances, Z.T @ (spread[:, None] * Z) + np.diag(precision)
