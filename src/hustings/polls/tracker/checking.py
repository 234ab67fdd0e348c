"""How good the Gaussian stand-in for the polls' likelihood is, and what each poll looks like to the model."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import linalg
from scipy.special import gammaln, logsumexp

from hustings.maths.logratio import contrast_root
from hustings.maths.threads import one_thread
from hustings.polls.tracker.design import block_slices
from hustings.polls.tracker.fit import TrackerFit, unrotate
from hustings.polls.tracker.spec import SCALE_NAMES

Array = NDArray[np.float64]

_N_SAMPLES = 64


@one_thread
def laplace_ess_share(fit: TrackerFit, rng: np.random.Generator) -> float:
    """Effective sample size of the Gaussian approximation as an importance sampler, as a share of its samples.

    Samples of everything a poll depends on are drawn from the approximation at the most probable scales and weighted
    by the exact multinomial likelihood over its second-order expansion (Kong 1992). 1 means that the expansion is
    exact; much below 0.1 that it should not be believed.
    """
    n_polls = len(fit.data.unit)
    if n_polls == 0:
        return 1.0
    found = fit.problem.posterior(fit.mode)
    own = np.exp(2.0 * fit.mode[SCALE_NAMES.index("noise")]) / fit.omega[fit.observed.poll]
    n_contrasts = fit.prior.lean.shape[1]
    log_weights = np.zeros(_N_SAMPLES)
    for sample in range(_N_SAMPLES):
        step = rng.standard_normal(len(found.mean))
        coordinates = found.mean + linalg.solve_triangular(
            found.factor, step, lower=True, trans="T", check_finite=False
        )
        residual = fit.observed.response - fit.observed.design @ coordinates
        shrink = own / (own + fit.observed.spread)
        error = shrink * residual + np.sqrt(shrink * fit.observed.spread) * rng.standard_normal(len(residual))
        eta = (fit.rows.offset + fit.rows.design @ coordinates).reshape(n_polls, n_contrasts)
        eta = eta + unrotate(fit.observed, error, n_polls, n_contrasts)
        gaussian = -0.5 * ((residual - error) ** 2 / fit.observed.spread).sum()
        log_weights[sample] = _log_likelihood(fit.data.counts, eta) - gaussian
    weights = np.exp(log_weights - logsumexp(log_weights))
    return float(1.0 / (weights**2).sum() / _N_SAMPLES)


def _log_likelihood(counts: Array, eta: Array) -> float:
    offered = ~np.isnan(counts)
    logits = np.where(offered, np.concatenate([eta, np.zeros((len(eta), 1))], axis=1), -np.inf)
    log_shares = logits - logsumexp(logits, axis=1, keepdims=True)
    seen = np.where(offered, counts, 0.0)
    size = seen.sum(axis=1)
    return float(
        (seen * np.where(offered, log_shares, 0.0)).sum() + (gammaln(size + 1) - gammaln(seen + 1).sum(axis=1)).sum()
    )


def fitted_log_ratios(fit: TrackerFit) -> Array:
    """What the model expects of each very poll, house and bias included, its own error left out: (poll, contrast)."""
    found = fit.problem.posterior(fit.mode)
    return np.asarray((fit.rows.offset + fit.rows.design @ found.mean).reshape(len(fit.data.unit), -1))


def house_log_shares(fit: TrackerFit) -> Array:
    """Each house's lean on the options' log-shares, averaging 0 over options: (house, option)."""
    n_contrasts = fit.prior.lean.shape[1]
    slices = block_slices(fit.blocks)
    if "house" not in slices:
        return np.zeros((0, n_contrasts + 1))
    coordinates = fit.problem.posterior(fit.mode).mean[slices["house"]].reshape(n_contrasts, -1)
    contrasts = (contrast_root(n_contrasts) @ coordinates).T
    full = np.concatenate([contrasts, np.zeros((len(contrasts), 1))], axis=1)
    return np.asarray(full - full.mean(axis=1, keepdims=True))
