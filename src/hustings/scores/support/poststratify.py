"""From people to units: a support model summed over those who will vote."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import expit, logit

from hustings.errors import InputError
from hustings.maths.logratio import log_ratios, softmax
from hustings.maths.multilevel import Draws
from hustings.maths.threads import one_thread
from hustings.scores.support.fit import Design, SupportFit

Array = NDArray[np.float64]
CHUNK = 2_000_000
"""Draws times people that are held at once."""


class UnitEstimates(NamedTuple):
    """Support by unit, as a Gaussian of log-ratios.

    Parameters
    ----------
    units : tuple of str
    mean_logit : (unit, contrast) array
        Log-ratios of the options' votes against the last option.
    covariance : (unit * contrast, unit * contrast) array
        The contrast runs fastest.
    votes : (unit,) array
        Expected votes.
    """

    units: tuple[str, ...]
    mean_logit: Array
    covariance: Array
    votes: Array

    @property
    def shares(self) -> Array:
        """Shares at the mean, (unit, option), 0-1."""
        return softmax(self.mean_logit)

    @property
    def se_logit(self) -> Array:
        """Standard errors of the log-ratios, (unit, contrast)."""
        return np.asarray(np.sqrt(np.diag(self.covariance)).reshape(self.mean_logit.shape))

    def in_order(self, units: tuple[str, ...]) -> UnitEstimates:
        """The same for these units, in this order.

        Raises
        ------
        InputError
            A unit is not there.
        """
        place = {unit: i for i, unit in enumerate(self.units)}
        absent = [unit for unit in units if unit not in place]
        if absent:
            raise InputError(f"there is no estimate for {', '.join(absent[:12])}", hint="are they among the cells?")
        rows = np.array([place[unit] for unit in units])
        m = self.mean_logit.shape[1]
        wide = (rows[:, None] * m + np.arange(m)).ravel()
        return UnitEstimates(units, self.mean_logit[rows], self.covariance[np.ix_(wide, wide)], self.votes[rows])


@one_thread
def poststratify(
    fit: SupportFit,
    cells: pl.DataFrame,
    *,
    votes: str = "votes",
    turnout: str | None = None,
    turnout_shocks: Array | None = None,
    n_draws: int = 1000,
    rng: np.random.Generator,
) -> UnitEstimates:
    """Sum a support model over cells of the electorate.

    Parameters
    ----------
    fit : SupportFit
    cells : pl.DataFrame
        A row a cell (or a voter): the fit's features and its expected votes.
    votes : str
        Column of the expected votes, >= 0.
    turnout : str or None
        Column of the chance to vote, 0-1, that is in the votes; needed with shocks.
    turnout_shocks : (draw, unit) or (draw, cell) array or None
        Draws of the electorate's level on the logit scale (units in the order of their names): each draw of support
        meets one, over and over. None: the votes are taken as known.
    n_draws : int
    rng : numpy.random.Generator

    Raises
    ------
    InputError
        Columns lack or cannot be, a unit has no votes, or the shocks fit neither units nor cells.
    """
    names = cells[fit.spec.unit].cast(pl.String).fill_null("not known")
    units = tuple(names.unique().sort().to_list())
    place = names.cast(pl.Enum(list(units))).to_physical().to_numpy().astype(np.int64)
    expected = _column(cells, votes)
    total = np.bincount(place, expected, len(units)).astype(np.float64)
    if (total <= 0.0).any():
        empty = [unit for unit, one in zip(units, total, strict=True) if one <= 0.0]
        raise InputError(f"no votes are expected in {', '.join(empty[:12])}", column=votes)
    level = _turnout(cells, turnout, turnout_shocks, len(units))
    # Cells of a unit stand together, so that its sums are sums of slices.
    order = np.argsort(place, kind="stable")
    design, place, expected = Design(fit, cells[order]), place[order], expected[order]
    edges = np.searchsorted(place, np.arange(len(units)))
    draws, unseen = fit.regression.draws(n_draws, rng), rng.spawn(1)[0]
    sums = np.empty((n_draws, len(units), len(fit.options)))
    step = max(1, CHUNK // max(1, cells.height * len(fit.options)))
    for first in range(0, n_draws, step):
        part = slice(first, min(first + step, n_draws))
        eta = design.draws(Draws(draws.coefficients[part], draws.scales[part]), unseen)
        weights = expected[:, None]
        if level is not None and turnout_shocks is not None:
            shock = turnout_shocks[np.arange(part.start, part.stop) % len(turnout_shocks)].T
            shock = shock[place] if len(shock) == len(units) else shock[order]
            people = expected / level[order]
            weights = people[:, None] * expit(logit(level[order])[:, None] + shock)
        sums[part] = _unit_sums(eta, weights, edges)
    found = log_ratios(sums)
    mean = found.mean(axis=0)
    off = (found - mean).reshape(n_draws, -1)
    return UnitEstimates(units, mean, off.T @ off / (n_draws - 1), total)


def _unit_sums(eta: Array, weights: Array, edges: NDArray[np.int64]) -> Array:
    """Votes by unit and option: (cell, contrast, draw) log-ratios to (draw, unit, option)."""
    if eta.shape[1] == 1:
        first = weights * expit(eta[:, 0])
        both = [first, weights - first]
    else:
        full = np.concatenate([eta, np.zeros((len(eta), 1, eta.shape[2]))], axis=1)
        share = np.exp(full - full.max(axis=1, keepdims=True))
        share *= (weights / share.sum(axis=1))[:, None]
        both = [share[:, k] for k in range(share.shape[1])]
    return np.stack([np.add.reduceat(one, edges, axis=0).T for one in both], axis=-1)


def _column(cells: pl.DataFrame, name: str) -> Array:
    if name not in cells.columns:
        raise InputError(f"the cells have no column {name!r}", hint=f"at hand: {', '.join(cells.columns)}")
    values = cells[name].cast(pl.Float64).fill_null(float("nan")).to_numpy()
    wrong = ~(np.isfinite(values) & (values >= 0.0))
    if wrong.any():
        raise InputError(
            f"{int(wrong.sum())} cells have votes that cannot be, expected 0 or more",
            row=int(np.flatnonzero(wrong)[0]) + 1,
            column=name,
        )
    return np.asarray(values)


def _turnout(cells: pl.DataFrame, turnout: str | None, shocks: Array | None, n_units: int) -> Array | None:
    if shocks is None:
        return None
    if turnout is None:
        raise InputError(
            "shocks of the turnout need the chance to vote that they move", hint="name its column: turnout="
        )
    if shocks.ndim != 2 or shocks.shape[1] not in {n_units, cells.height}:
        raise InputError(f"the shocks are {shocks.shape}, expected (draws, {n_units}) or (draws, {cells.height})")
    return np.clip(_column(cells, turnout), 1e-9, 1.0 - 1e-9)
