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

from hustings.errors import ConfigError, InputError
from hustings.facts.effort import visit_effects
from hustings.plan.race import Race
from hustings.tables.visits import VISIT_EFFECTS

Array = NDArray[np.float64]

_NUMBERS = ("first_margin", "margin_se", "repeat_factor")


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
    try:
        table = pl.read_csv(path, infer_schema_length=None)
    except (OSError, pl.exceptions.PolarsError) as err:
        raise InputError(f"cannot be read: {err}", file=path, hint="a CSV with a header line") from err
    missing = [name for name in VISIT_EFFECTS.column_names if name not in table.columns]
    if missing or table.is_empty():
        what = f"no column {missing[0]!r}" if missing else "no candidates"
        raise InputError(what, file=path, hint="columns: " + ", ".join(VISIT_EFFECTS.column_names))
    return _effects(table, path)


def _effects(table: pl.DataFrame, path: Path | None) -> VisitEffects:
    """Hold rows to what they may say."""
    numbers = table.select(pl.col(name).cast(pl.Float64, strict=False) for name in _NUMBERS)
    for row, values in enumerate(numbers.iter_rows(named=True), start=2):
        for name, low, high in (("first_margin", 0.0, 0.5), ("margin_se", 0.0, 0.5), ("repeat_factor", 0.0, 1.0)):
            value = values[name]
            if value is None or not low < value <= high:
                said = "is no number" if value is None else f"is {value:g}, expected above {low:g}, at most {high:g}"
                hint = (
                    "no effect is known without error"
                    if name == "margin_se"
                    else "margins are shares: .002 is .2 points"
                )
                raise InputError(f"{name} {said}", file=path, row=row, column=name, hint=hint)
        if values["repeat_factor"] != numbers["repeat_factor"][0]:
            raise InputError(
                "repeat_factor differs from the first candidate's",
                file=path,
                row=row,
                column="repeat_factor",
                hint="stops of all candidates wear off together: write one number",
            )
    names = table["candidate"].cast(pl.String)
    if names.null_count() or names.is_duplicated().any():
        raise InputError("candidates need names, each once", file=path, column="candidate")
    return VisitEffects(
        tuple(names),
        numbers["first_margin"].to_numpy(),
        numbers["margin_se"].to_numpy(),
        float(numbers["repeat_factor"][0]),
        tuple(table["source"].cast(pl.String).fill_null("not said")),
    )


def visit_margin(race: Race, effects: VisitEffects | None = None) -> Array:
    """Margin that the next stop of the first candidate makes in each unit, (unit,); 0 where nobody votes."""
    found = effects or read_visit_effects()
    return np.where(race.votes > 0, found.first_margin[0], 0.0)
