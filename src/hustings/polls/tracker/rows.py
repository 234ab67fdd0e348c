"""Each unit's log-ratios as linear functions of the coordinates, on any day."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hustings.maths.brownian import fieldwork_rows
from hustings.maths.logratio import contrast_root
from hustings.polls.tracker.design import Block, block_slices
from hustings.polls.tracker.prior import UnitPrior

Array = NDArray[np.float64]


def unit_rows(prior: UnitPrior, blocks: list[Block], days: Array) -> Array:
    """Deviation of every unit from its prior mean as rows of coefficients.

    Parameters
    ----------
    prior : UnitPrior
    blocks : list of Block
    days : (day,) array
        Days before the election; 0 is election day itself.

    Returns
    -------
    (day, unit * contrast, coordinate) array
        Polling bias and everything else that belongs to polls alone is left out.
    """
    n_units, n_contrasts = prior.lean.shape
    root = contrast_root(n_contrasts)
    size = sum(block.size for block in blocks)
    rows = np.zeros((len(days), n_units, n_contrasts, size))
    factors = prior.loadings
    slices = block_slices(blocks)
    for block in blocks:
        lead = block.n_groups
        steps = np.zeros((len(days), 0)) if block.knots is None else fieldwork_rows(days, days, block.knots)
        if block.name == "level":
            part = np.full((len(days), n_units, 1), prior.nation.sd)
        elif block.name == "deviation":
            part = np.broadcast_to(factors, (len(days), *factors.shape))
        elif block.name == "district":
            part = np.broadcast_to(prior.district_loadings, (len(days), *prior.district_loadings.shape))
        elif block.name == "walk_nation":
            part = np.broadcast_to(steps[:, None], (len(days), n_units, steps.shape[1]))
        elif block.name == "walk_lead":
            part = (factors[None, :, :lead, None] * steps[:, None, None]).reshape(len(days), n_units, -1)
        elif block.name == "walk_rest":
            part = (factors[None, :, -lead:, None] * steps[:, None, None]).reshape(len(days), n_units, -1)
        else:
            continue
        # (day, unit, contrast, whitened contrast, group and step) in the block's own order of coordinates.
        spread = root[None, None, :, :, None] * part[:, :, None, None, :]
        rows[..., slices[block.name]] = spread.reshape(len(days), n_units, n_contrasts, block.size)
    return rows.reshape(len(days), n_units * n_contrasts, size)


def bias_rows(prior: UnitPrior, blocks: list[Block]) -> Array:
    """How far all polls of a unit lie off together, as rows of coefficients.

    Returns
    -------
    (unit * contrast, coordinate) array
        The bias that polls of every unit share, that of units alike, and the unit's own.
    """
    n_units, n_contrasts = prior.lean.shape
    root = contrast_root(n_contrasts)
    parts = {
        "bias_nation": np.ones((n_units, 1)),
        "bias_deviation": prior.loadings,
        "bias_district": prior.district_loadings,
    }
    rows = np.zeros((n_units, n_contrasts, sum(block.size for block in blocks)))
    slices = block_slices(blocks)
    for block in blocks:
        if block.name in parts:
            spread = root[None, :, :, None] * parts[block.name][:, None, None, :]
            rows[..., slices[block.name]] = spread.reshape(n_units, n_contrasts, block.size)
    return rows.reshape(n_units * n_contrasts, -1)
