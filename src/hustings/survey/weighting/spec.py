"""What a weighting is to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hustings.errors import ConfigError
from hustings.survey.weighting.margins import Margin


@dataclass(frozen=True)
class WeightingSpec:
    """What a weighting is to do.

    Parameters
    ----------
    name : str
        Name of the weighting in the tables.
    population : str
        Who the weights stand for: lv, rv or a.
    nonresponse : tuple of str
        Columns of the voter file that the chance to answer depends on; ``a*b`` for an interaction. Empty: no adjustment.
    margins : tuple of Margin
        Totals to meet. Empty: no calibration.
    method : raking or calibration
        Raking; or calibration: logit between ``bounds``, linear (GREG) where they are None.
    bounds : (low, high) or None
        Smallest and largest factor of a calibration, against a mean of 1.
    trim : (low, high) or None
        Smallest and largest weight, against a mean of 1.
    max_iterations : int
        Most sweeps or steps.
    tolerance : float
        Largest distance from a target that is taken for meeting it, as a share of everybody.
    replicates : int
        Bootstrap replicates; 0 for none.
    """

    name: str = "main"
    population: str = "rv"
    nonresponse: tuple[str, ...] = ()
    margins: tuple[Margin, ...] = ()
    method: Literal["raking", "calibration"] = "raking"
    bounds: tuple[float, float] | None = (0.2, 5.0)
    trim: tuple[float, float] | None = None
    max_iterations: int = 500
    tolerance: float = 1e-7
    replicates: int = 0

    def __post_init__(self) -> None:
        """Refuse a specification that cannot be carried out.

        Raises
        ------
        ConfigError
            Says which setting, what was found and what was expected.
        """
        if self.method not in {"raking", "calibration"}:
            raise ConfigError(f"weighting {self.name}: method is {self.method!r}, expected raking or calibration")
        for what, pair in (("bounds", self.bounds), ("trim", self.trim)):
            if pair is not None and not 0.0 <= pair[0] < 1.0 < pair[1]:
                raise ConfigError(
                    f"weighting {self.name}: {what} are {pair[0]} and {pair[1]}, expected a number from 0 to 1 and one above 1",
                    hint="they are ratios to the mean, such as 0.2 and 5",
                )
        names = [margin.name for margin in self.margins]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ConfigError(f"weighting {self.name}: margin {twice[0]!r} is there twice", hint="leave one out")
        if self.max_iterations < 1 or self.tolerance <= 0 or self.replicates < 0 or self.replicates == 1:
            raise ConfigError(
                f"weighting {self.name}: max_iterations {self.max_iterations}, tolerance {self.tolerance}, "
                f"replicates {self.replicates}; expected at least 1, above 0, and 0 or at least 2"
            )
