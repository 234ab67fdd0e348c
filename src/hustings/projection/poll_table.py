"""Polls used, as the model sees each of them."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.contests import Contest
from hustings.maths.threads import one_thread
from hustings.polls.tracker import TrackerFit
from hustings.polls.tracker.checking import fitted_log_ratios, house_log_shares
from hustings.tables import POLLS_USED


@one_thread
def polls_used(contest: Contest, fit: TrackerFit) -> pl.DataFrame:
    """One row for each poll and each option it offered (``hustings.tables.POLLS_USED``)."""
    n_polls, n_options = fit.data.counts.shape
    kept = fit.polls.select(
        "poll_id",
        "row",
        "pollster",
        "unit",
        "start_date",
        "end_date",
        "sample_size",
        "sample_size_filled",
        "population",
        "mode",
    )
    offered = ~np.isnan(fit.data.counts)
    observed = fit.data.counts / np.nansum(fit.data.counts, axis=1, keepdims=True) if n_polls else fit.data.counts
    fitted = _fitted_shares(fit, offered) if n_polls else fit.data.counts
    # At even odds a shift c of the log-share moves the share by c / number of options.
    houses = house_log_shares(fit) / n_options
    lean = houses[fit.data.house] if n_polls else np.zeros((0, n_options))
    parts = [
        kept.with_columns(
            pl.lit(option_id).alias("option"),
            pl.Series("observed_share", observed[:, k]),
            pl.Series("fitted_share", fitted[:, k]),
            pl.Series("residual_share", observed[:, k] - fitted[:, k]),
            pl.Series("weight", fit.omega),
            pl.Series("house_effect_share", lean[:, k]),
        ).filter(pl.Series(offered[:, k], dtype=pl.Boolean))
        for k, option_id in enumerate(contest.option_ids)
    ]
    order = {option_id: k for k, option_id in enumerate(contest.option_ids)}
    table = pl.concat(parts).with_columns(pl.col("option").replace_strict(order, return_dtype=pl.Int64).alias("_k"))
    return table.sort("end_date", "row", "_k").select(POLLS_USED.column_names)


def _fitted_shares(fit: TrackerFit, offered: NDArray[np.bool_]) -> NDArray[np.float64]:
    """What the model expects of each poll, among the options it offered: (poll, option), NaN where not offered."""
    logits = np.concatenate([fitted_log_ratios(fit), np.zeros((len(offered), 1))], axis=1)
    fitted = np.where(offered, np.exp(logits), np.nan)
    return np.asarray(fitted / np.nansum(fitted, axis=1, keepdims=True))
