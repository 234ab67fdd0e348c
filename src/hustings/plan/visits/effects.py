r"""What a stop makes: the same margin in every unit, less at every return.

With ``E`` stops of the first candidate in a unit its margin grows by ``m (1 - r^E) / (1 - r)``: the k-th stop makes ``r`` times what
the one before did. A stop of another candidate counts as the part of one that its own first margin says.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.errors import ConfigError
from hustings.facts.effort import visit_effects
from hustings.plan.race import Race
from hustings.store.edited import read_edited, refuse_row
from hustings.tables import VISIT_EFFECTS

Array = NDArray[np.float64]


@dataclass(frozen=True)
class VisitEffects:
    """What each candidate's stops make.

    Attributes
    ----------
    candidates : (candidate,) tuple of str
    first_margin, margin_se : (candidate,) arrays
    repeat_factor : float
        What the next stop in a unit makes beside the one before; 1 where stops do not wear off.
    sources : (candidate,) tuple of str
    """

    candidates: tuple[str, ...]
    first_margin: Array
    margin_se: Array
    repeat_factor: float
    sources: tuple[str, ...]

    @property
    def weights(self) -> Array:
        """A stop of each candidate as a multiple of the first one's, (candidate,)."""
        return np.asarray(self.first_margin / self.first_margin[0])

    @property
    def relative_se(self) -> float:
        """Standard error of what all stops make, as a multiple of it: candidates' effects are wrong together."""
        return float(self.margin_se.sum() / self.first_margin.sum())

    def margin(self, stops: Array) -> Array:
        """Margin that stops, counted in the first candidate's, (...), make."""
        r = self.repeat_factor
        many = np.asarray(stops, dtype=float)
        return np.asarray(self.first_margin[0] * (many if r == 1.0 else (1.0 - r**many) / (1.0 - r)))

    def first(self, candidates: int) -> VisitEffects:
        """The first so many candidates; further ones are like the last that is named.

        Raises
        ------
        ConfigError
            Fewer than one.
        """
        if candidates < 1:
            raise ConfigError(f"{candidates} candidates cannot go anywhere", hint="--candidates 1 or more")
        at = np.minimum(np.arange(candidates), len(self.candidates) - 1)
        known = self.candidates[:candidates]
        names = (*known, *(f"candidate {k + 1}" for k in range(len(known), candidates)))
        sources = tuple(self.sources[k] for k in at)
        return VisitEffects(names, self.first_margin[at], self.margin_se[at], self.repeat_factor, sources)


def read_visit_effects(path: Path | None = None) -> VisitEffects:
    """Read an edited table, or the shipped one.

    Raises
    ------
    InputError
        A column is missing or a number cannot be: file, row and column are named.
    """
    if path is None:
        return _effects(visit_effects(), None)
    return _effects(read_edited(path, VISIT_EFFECTS, optional=("source",)), path)


def _effects(table: pl.DataFrame, path: Path | None) -> VisitEffects:
    """Hold rows to what they may say."""
    hint = "no effect is known without error: margins are shares, .002 is .2 points"
    for name, most in (("first_margin", 0.5), ("margin_se", 0.5), ("repeat_factor", 1.0)):
        beyond = ~pl.col(name).is_between(0.0, most, closed="right")
        refuse_row(path, table, beyond, name, f"found {{{name}:g}}, expected above 0, at most {most:g}", hint)
    other = pl.col("repeat_factor") != pl.col("repeat_factor").first()
    hint = "stops of all candidates wear off together: write one number"
    refuse_row(path, table, other, "repeat_factor", "repeat_factor differs from the first candidate's", hint)
    return VisitEffects(
        tuple(table["candidate"]),
        table["first_margin"].to_numpy(),
        table["margin_se"].to_numpy(),
        float(table["repeat_factor"][0]),
        tuple(table["source"].fill_null("not said")),
    )


def visit_margin(race: Race, effects: VisitEffects | None = None) -> Array:
    """Margin that the next stop of the first candidate makes in each unit, (unit,); 0 where nobody votes."""
    found = effects or read_visit_effects()
    return np.where(race.votes > 0, found.first_margin[0], 0.0)
