"""What a support model is made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from hustings.errors import ConfigError

DEFAULT_TERMS = (
    ("region",),
    ("race",),
    ("ethnicity",),
    ("age",),
    ("sex",),
    ("education",),
    ("college",),
    ("party",),
    ("race", "UNIT"),
    ("party", "UNIT"),
    ("education", "UNIT"),
    ("college", "UNIT"),
    ("race", "education"),
    ("race", "college"),
    ("race", "age"),
    ("party", "race"),
    ("age", "education"),
    ("age", "college"),
)
"""Terms that are taken where the interviews have their columns; UNIT stands for the unit's column."""
DEFAULT_CUTS = {"age": (30.0, 40.0, 50.0, 60.0, 70.0)}
"""Bands of numbers where the spec says nothing."""


@dataclass(frozen=True)
class SupportSpec:
    """A support model.

    Parameters
    ----------
    unit : str
        Column of the units whose votes are counted; always a term.
    terms : tuple of tuples of str
        Random terms: one column, or columns crossed. The unit's own is added where it is not named.
    predictors : tuple of str
        Numbers known of each unit before the contest (columns of the frame of unit predictors), with slopes.
    cuts : mapping
        Bands of columns that hold numbers. Numbers of at most :data:`FEW_VALUES` values need none.
    scale_prior_sd : float
        Half-normal prior of each term's standard deviation, logits.
    slope_prior_sd : float
        Normal prior of the intercept and the slopes of standardised predictors, logits.

    Raises
    ------
    ConfigError
        A term stands twice, names a column twice or none; a prior is not positive.
    """

    unit: str = "state"
    terms: tuple[tuple[str, ...], ...] = (("race",), ("age",), ("education",), ("race", "state"))
    predictors: tuple[str, ...] = ()
    cuts: dict[str, tuple[float, ...]] = field(default_factory=lambda: dict(DEFAULT_CUTS))
    scale_prior_sd: float = 1.0
    slope_prior_sd: float = 2.5

    def __post_init__(self) -> None:
        seen: set[frozenset[str]] = set()
        for term in self.terms:
            if not term or len(set(term)) != len(term):
                raise ConfigError(f"the term {term!r} names no column, or one twice")
            if frozenset(term) in seen:
                raise ConfigError(f"the term {' x '.join(term)} stands twice", hint="name each term once")
            seen.add(frozenset(term))
        if min(self.scale_prior_sd, self.slope_prior_sd) <= 0.0:
            raise ConfigError("a prior's standard deviation is not above 0")
        if (self.unit,) not in self.terms:
            object.__setattr__(self, "terms", ((self.unit,), *self.terms))

    @property
    def features(self) -> tuple[str, ...]:
        """Every column that a term names, once."""
        return tuple(dict.fromkeys(name for term in self.terms for name in term))


def default_spec(
    columns: Iterable[str], *, unit: str = "state", predictors: Iterable[str] = (), constant: Iterable[str] = ()
) -> SupportSpec:
    """A sensible spec of the columns at hand.

    Parameters
    ----------
    columns : iterable of str
        Columns of the interviews.
    unit : str
    predictors : iterable of str
        Numbers known of each unit.
    constant : iterable of str
        Columns that are the same for everybody in a unit (a region): they are not crossed with it.

    Raises
    ------
    ConfigError
        The unit's column is not there.
    """
    there = set(columns)
    if unit not in there:
        raise ConfigError(f"the interviews have no column {unit!r}", hint=f"at hand: {', '.join(sorted(there))}")
    named = [tuple(unit if name == "UNIT" else name for name in term) for term in DEFAULT_TERMS]
    fixed = set(constant) | {"region"}
    terms = [
        term
        for term in named
        if set(term) <= there and len(set(term)) == len(term) and not (unit in term and set(term) & fixed)
    ]
    return SupportSpec(unit=unit, terms=((unit,), *(t for t in terms if t != (unit,))), predictors=tuple(predictors))
