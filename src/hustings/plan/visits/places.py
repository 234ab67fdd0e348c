"""Where units lie, and the hours from one to another."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.errors import InputError
from hustings.facts.effort import unit_places
from hustings.store.edited import read_edited
from hustings.tables import PLACES

Array = NDArray[np.float64]

EARTH_KM = 6371.0
HOP_HOURS = 1.0
"""Chosen: to and from the field, whatever the distance; all there is where no places are known."""
KM_PER_HOUR = 600.0
"""Chosen: a small jet, door to door."""


@dataclass(frozen=True)
class Places:
    """Distances between units.

    Attributes
    ----------
    km : (unit, unit) array
        Great-circle distances; 0 where unknown.
    known : bool
        Whether places were known at all.
    """

    km: Array
    known: bool

    @property
    def hours(self) -> Array:
        """Travel from one unit to another, (unit, unit); 0 to itself."""
        found = HOP_HOURS + self.km / KM_PER_HOUR
        np.fill_diagonal(found, 0.0)
        return np.asarray(found)


def places_of(units: tuple[str, ...], file: Path | None = None) -> Places:
    """Distances of a contest's units, from a file of places or from those that ship.

    Parameters
    ----------
    units : tuple of str
    file : Path, optional
        CSV with ``unit``, ``latitude``, ``longitude`` in degrees, for every unit.

    Returns
    -------
    Places
        Without a file, and where a unit has no shipped place, every hop takes :data:`HOP_HOURS`.

    Raises
    ------
    InputError
        The file lacks a column or a unit, or a place is not on earth.
    """
    table = unit_places() if file is None else read_edited(file, PLACES, others=True)
    at = pl.DataFrame({"unit": list(units)}).join(table, on="unit", how="left", maintain_order="left")
    lost = at.filter(pl.col("latitude").is_null())["unit"].to_list()
    if lost and file is not None:
        raise InputError(f"no place for {', '.join(lost[:5])}", file=file, hint="one row a unit")
    if lost:
        return Places(np.zeros((len(units), len(units))), known=False)
    return Places(great_circle_km(at["latitude"].to_numpy(), at["longitude"].to_numpy()), known=True)


def great_circle_km(latitude: Array, longitude: Array) -> Array:
    """Distances by the haversine formula, (place, place)."""
    north, east = np.radians(latitude), np.radians(longitude)
    half = (
        np.sin((north[:, None] - north) / 2.0) ** 2
        + np.cos(north[:, None]) * np.cos(north) * np.sin((east[:, None] - east) / 2.0) ** 2
    )
    return np.asarray(2.0 * EARTH_KM * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0))))
