"""Polls alone, voters alone, both: side by side, unit by unit."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.contests import Contest
from hustings.maths.logratio import softmax
from hustings.polls.tracker import Outlook, TrackerFit
from hustings.projection.marginals import Marginals
from hustings.projection.voters import SurveyError, VotersView, foresee, mixed_moments, own_bias
from hustings.tables import SOURCES

Array = NDArray[np.float64]

_DRAWS = 20_000


def sources_table(
    contest: Contest,
    fit: TrackerFit,
    polls: tuple[Outlook, Marginals],
    both: Marginals,
    view: VotersView,
    error: SurveyError,
    tipping_prob: Array,
    rng: np.random.Generator,
) -> pl.DataFrame:
    """Say where polls and voters part (``hustings.tables.SOURCES``).

    Parameters
    ----------
    contest : Contest
    fit : TrackerFit
        Of the polls.
    polls : (Outlook, Marginals)
        Polls alone.
    both : Marginals
        Polls and voters.
    view, error
        What the sum over voters says, and how far it can be off.
    tipping_prob : (unit, option) array
        By both.
    rng : numpy.random.Generator
        For the voters' own shares, which are drawn.
    """
    outlook, alone = polls
    voters_share, voters_sd, voters_win = _voters_alone(fit, view, error, rng)
    z = _gap_z(fit, outlook, view, error)
    rows = []
    for i, u in enumerate(view.units):
        for k, option in enumerate(contest.option_ids):
            rows.append(
                {
                    "unit": contest.unit_ids[u],
                    "option": option,
                    "polls_share": alone.mean[u, k],
                    "polls_share_sd": alone.sd[u, k],
                    "voters_share": voters_share[i, k],
                    "voters_share_sd": voters_sd[i, k],
                    "both_share": both.mean[u, k],
                    "both_share_sd": both.sd[u, k],
                    "gap_share": voters_share[i, k] - alone.mean[u, k],
                    "gap_z": z[i, k],
                    "polls_win_prob": alone.win_prob[u, k],
                    "voters_win_prob": voters_win[i, k],
                    "both_win_prob": both.win_prob[u, k],
                    "tipping_prob": tipping_prob[u, k],
                }
            )
    return pl.DataFrame(rows, infer_schema_length=None).select(SOURCES.column_names)


def _voters_alone(
    fit: TrackerFit, view: VotersView, error: SurveyError, rng: np.random.Generator
) -> tuple[Array, Array, Array]:
    """Means, sds and winning chances by the voters alone: (known, option) each."""
    spread = view.covariance + own_bias(fit, view.units, error)
    values, vectors = np.linalg.eigh(spread)
    # The symmetric root: eigenvectors have no sign that rounding could change.
    root = (vectors * np.sqrt(np.clip(values, 0.0, None))) @ vectors.T
    eta = view.mean.ravel() + rng.standard_normal((_DRAWS, len(root))) @ root
    shares = softmax(eta.reshape(_DRAWS, *view.mean.shape))
    leads = shares == shares.max(axis=2, keepdims=True)
    return shares.mean(axis=0), shares.std(axis=0), leads.mean(axis=0)


def _gap_z(fit: TrackerFit, found: Outlook, view: VotersView, error: SurveyError) -> Array:
    """How many sds voters and polls are apart in each option's share: (known, option)."""
    mean, spread = mixed_moments(found.weights, foresee(fit, view.units, error))
    spread = spread + view.covariance + (1.0 - error.with_polls**2) * own_bias(fit, view.units, error)
    difference = (view.mean.ravel() - mean).reshape(view.mean.shape)
    n_contrasts = view.mean.shape[1]
    z = np.zeros((len(view.units), n_contrasts + 1))
    for i, share in enumerate(softmax((view.mean + mean.reshape(view.mean.shape)) / 2.0)):
        here = slice(i * n_contrasts, (i + 1) * n_contrasts)
        # d log share_k / d log-ratio_m = 1{k = m} - share_m.
        slopes = np.vstack([np.eye(n_contrasts), np.zeros(n_contrasts)]) - share[:-1]
        sds = np.sqrt(np.einsum("km,mn,kn->k", slopes, spread[here, here], slopes))
        z[i] = slopes @ difference[i] / sds
    return z
