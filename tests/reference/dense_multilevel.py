"""Slow twin of the multilevel regression: the design written out, one option at a time, straight from the equations."""

from __future__ import annotations

import numpy as np

from hustings.maths.multilevel_cells import Cells


def design(cells: Cells) -> np.ndarray:
    """``Z``: fixed columns and indicators."""
    parts = [cells.fixed, *(np.eye(n)[index] for index, n in zip(cells.index, cells.levels, strict=True))]
    return np.concatenate(parts, axis=1)


def log_posterior(cells: Cells, scales: np.ndarray, fixed_sd: np.ndarray, flat: np.ndarray) -> float:
    """Log likelihood plus the normal prior's exponent; the contrast runs fastest in `flat`."""
    m = cells.counts.shape[1] - 1
    eta = design(cells) @ flat.reshape(-1, m)
    total = 0.0
    for counts, row in zip(cells.counts, eta, strict=True):
        full = np.append(row, 0.0)
        total += counts @ (full - np.log(np.exp(full).sum()))
    return total - 0.5 * flat @ prior_precision(cells, scales, fixed_sd) @ flat


def prior_precision(cells: Cells, scales: np.ndarray, fixed_sd: np.ndarray) -> np.ndarray:
    """Of all coefficients: each column's log-ratios have the covariance of equal errors on every option."""
    m = cells.counts.shape[1] - 1
    sds = np.concatenate([fixed_sd, *(np.full(n, s) for n, s in zip(cells.levels, scales, strict=True))])
    between = 0.5 * (np.eye(m) + 1.0)
    return np.kron(np.diag(sds**-2.0), np.linalg.inv(between))


def laplace(cells: Cells, scales: np.ndarray, fixed_sd: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """Mode, its negative Hessian, and the log density of the answers by Laplace."""
    Z, m = design(cells), cells.counts.shape[1] - 1
    P = prior_precision(cells, scales, fixed_sd)
    flat = np.zeros(Z.shape[1] * m)
    for _ in range(200):
        gradient, H = -P @ flat, P.copy()
        for z, counts in zip(Z, cells.counts, strict=True):
            full = np.append(flat.reshape(-1, m).T @ z, 0.0)
            share = np.exp(full) / np.exp(full).sum()
            gradient += np.kron(z, (counts - counts.sum() * share)[:m])
            W = counts.sum() * (np.diag(share[:m]) - np.outer(share[:m], share[:m]))
            H += np.kron(np.outer(z, z), W)
        step = np.linalg.solve(H, gradient)
        flat = flat + step * min(1.0, 2.0 / np.abs(step).max())
        if np.abs(step).max() < 1e-11:
            break
    value = log_posterior(cells, scales, fixed_sd, flat)
    value += 0.5 * np.linalg.slogdet(P)[1] - 0.5 * np.linalg.slogdet(H)[1]
    return flat, H, float(value)
