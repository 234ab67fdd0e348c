"""The quantities followed from wave to wave: votes, definition, engagement, with their errors, by state and nation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.survey.codebook import Codebook, Item
from hustings.survey.estimates import crosstab, difference, make_rows, prepare
from hustings.survey.estimates.differences import Measure
from hustings.survey.estimates.intervals import share_intervals
from hustings.survey.trend.definition import definition_measures
from hustings.survey.trend.lines import SCHEMA
from hustings.survey.weighting import Weighting

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

FEWEST = 30
"""A unit with fewer interviews has no line."""


SINGLE_ROLES = ("vote", "track", "issue", "people_like_you")
"""Roles of which each answer is a measure."""
EVERYBODY = "everybody"
COVERED = 0.95
"""A wave speaks for the nation when its states hold this share of the votes expected."""


def wave_measures(
    table: pl.DataFrame,
    book: Codebook,
    weighting: Weighting,
    *,
    day: dt.date,
    nation: str,
    expected: Mapping[str, float],
) -> pl.DataFrame:
    """Measure a wave.

    Parameters
    ----------
    table : pl.DataFrame
        One row a respondent, in the order of the weights (:meth:`Interviews.wide`).
    book : Codebook
    weighting : Weighting
    day : date
        Last day of the wave.
    nation : str
        Id of the nation in the contest: the name of the line of everybody together, where their states hold most of it.
    expected : mapping
        Votes expected in each state of the contest.

    Returns
    -------
    pl.DataFrame
        As declared in ``tables.TREND``, of kind ``wave``.
    """
    units, groups = unit_groups(table, book)
    units = [nation if covers(units, expected) else EVERYBODY, *units[1:]]
    found = [*_answers(table, book), *definition_measures(table, book)]
    rows = [_gaps(table, book, weighting, units, groups, day)]
    if found:
        names, outcomes, bases = zip(*found, strict=True)
        stub = make_rows(np.stack(outcomes, axis=1), np.stack(bases, axis=1) > 0, np.arange(len(names)))
        result = crosstab(stub, groups, prepare(weighting.linearisation))
        low, high = share_intervals(
            result.shares, result.se, result.n_effective, result.n_unweighted.astype(np.float64)
        )
        grid = np.indices(result.shares.shape)
        kept = result.n_unweighted >= FEWEST
        rows.insert(
            0,
            _rows(
                [names[k] for k in grid[0][kept]],
                [units[k] for k in grid[1][kept]],
                day,
                np.stack([result.shares[kept], result.se[kept], low[kept], high[kept], result.n_effective[kept]]),
            ),
        )
    return pl.concat(rows)


def unit_groups(table: pl.DataFrame, book: Codebook) -> tuple[list[str], Flags]:
    """Everybody, and the states people live in by the voter file or by their answer: names and who is in which."""
    column = state_column(table, book)
    everybody = np.ones((table.height, 1), dtype=np.bool_)
    if column is None:
        return [EVERYBODY], everybody
    values = table[column].cast(pl.String)
    states = values.drop_nulls().unique().sort().to_list()
    inside = [(values == state).fill_null(value=False).to_numpy() for state in states]
    return [EVERYBODY, *states], np.hstack([everybody, np.stack(inside, axis=1)]) if inside else everybody


def too_few(table: pl.DataFrame, book: Codebook) -> list[str]:
    """States with interviews, but fewer than make a point or a poll; for saying so."""
    units, groups = unit_groups(table, book)
    return [unit for unit, n in zip(units[1:], groups[:, 1:].sum(axis=0), strict=True) if 0 < n < FEWEST]


def covers(units: Sequence[str], expected: Mapping[str, float]) -> bool:
    """Whether states hold nearly all of the votes expected, so that everybody in them is the nation."""
    whole = sum(expected.values())
    return whole > 0 and sum(expected.get(unit, 0.0) for unit in set(units)) >= COVERED * whole


def option_codes(item: Item) -> dict[str, list[str]]:
    """Codes of each option of the contest; several choices may stand for one ("Ames", "leaning to Ames")."""
    found: dict[str, list[str]] = {}
    for choice in item.choices:
        if choice.option:
            found.setdefault(choice.option, []).append(choice.code)
    return found


def state_column(table: pl.DataFrame, book: Codebook) -> str | None:
    """Where the state of a respondent stands: by the voter file where it is known of all, else by their answer."""
    known = table.height - table["file_state"].null_count() if "file_state" in table.columns else 0
    asked = next((item.name for item in book.with_role("state") if item.kind == "single"), None)
    return "file_state" if known == table.height or (known and asked is None) else asked


def measure_labels(book: Codebook) -> dict[str, str]:
    """Words for measures of single answers: ``issue:jobs`` -> "Jobs and the economy"."""
    found: dict[str, str] = {}
    for role in SINGLE_ROLES:
        item = _first(book, role)
        if item is not None:
            found |= {f"{role}:{choice.code}": choice.label for choice in item.choices if not choice.option}
    return found


def _first(book: Codebook, role: str) -> Item | None:
    return next((item for item in book.with_role(role) if item.kind in {"single", "scale"}), None)


def _flags(values: pl.Series) -> Array:
    return values.fill_null(value=False).to_numpy().astype(np.float64)


def _answers(table: pl.DataFrame, book: Codebook) -> list[tuple[str, Array, Array]]:
    """Votes, undecided, track, issues, favourable opinion, enthusiasm, who is on one's side: shares of those asked."""
    found = []
    for role in SINGLE_ROLES:
        item = _first(book, role)
        if item is not None:
            asked = _flags(table[f"asked_{item.name}"])
            by_name: dict[str, list[str]] = {}
            for choice in item.choices:
                by_name.setdefault(f"{role}:{choice.option or choice.code}", []).append(choice.code)
            found += [(name, _flags(table[item.name].is_in(codes)), asked) for name, codes in by_name.items()]
    for item in book.with_role("favourability"):
        nets = dict.fromkeys(choice.net for choice in item.choices if choice.net)
        for net in nets if item.option else ():
            codes = [choice.code for choice in item.choices if choice.net == net]
            asked = _flags(table[f"asked_{item.name}"])
            found.append((f"{net}:{item.option}", _flags(table[item.name].is_in(codes)), asked))
    enthusiasm = _first(book, "enthusiasm")
    if enthusiasm is not None:
        asked = _flags(table[f"asked_{enthusiasm.name}"])
        found.append(("enthusiastic", _flags(table[enthusiasm.name].is_in(top_codes(enthusiasm))), asked))
    return found


def top_codes(item: Item) -> list[str]:
    """Choices of the net that holds the highest score; without nets the highest score alone."""
    scored = [choice for choice in item.choices if choice.score is not None]
    if not scored:
        return []
    top = max(scored, key=lambda choice: choice.score or 0.0)
    return [choice.code for choice in scored if (choice.net == top.net if top.net else choice is top)]


def _gaps(
    table: pl.DataFrame, book: Codebook, weighting: Weighting, units: list[str], groups: Flags, day: dt.date
) -> pl.DataFrame:
    """Enthusiasm gap: enthusiastic among one option's voters minus the same among all other options' voters."""
    vote, enthusiasm = _first(book, "vote"), _first(book, "enthusiasm")
    names: list[str] = []
    places: list[str] = []
    numbers: list[list[float]] = []
    options = option_codes(vote) if vote is not None else {}
    if vote is None or enthusiasm is None or len(options) < 2:
        return _rows([], [], day, np.zeros((5, 0)))
    keen = _flags(table[enthusiasm.name].is_in(top_codes(enthusiasm)))
    asked = _flags(table[f"asked_{enthusiasm.name}"])
    for option, codes in options.items():
        theirs = _flags(table[vote.name].is_in(codes)) * asked
        others = (
            _flags(table[vote.name].is_in([c for one, c_s in options.items() if one != option for c in c_s])) * asked
        )
        for k, unit in enumerate(units):
            here = groups[:, k].astype(np.float64)
            first, second = theirs * here, others * here
            if min(first.sum(), second.sum()) < FEWEST:
                continue
            gap = difference(Measure(keen * first, first), Measure(keen * second, second), weighting.linearisation)
            names.append(f"enthusiasm_gap:{option}")
            places.append(unit)
            weights = weighting.linearisation.weights * (first + second)
            numbers.append([gap.estimate, gap.se, gap.low, gap.high, float(weights.sum() ** 2 / (weights**2).sum())])
    return _rows(names, places, day, np.array(numbers).T if numbers else np.zeros((5, 0)))


def _rows(names: list[str], units: list[str], day: dt.date, numbers: Array) -> pl.DataFrame:
    """Declared rows; `numbers` is (5, row): estimate, se, low, high, effective interviews."""
    estimate, se, low, high, n_effective = numbers
    return pl.DataFrame(
        {
            "kind": ["wave"] * len(names),
            "measure": names,
            "unit": units,
            "date": [day] * len(names),
            "estimate": estimate,
            "se": se,
            "low": low,
            "high": high,
            "n_effective": n_effective,
            "waves": [1] * len(names),
        },
        schema=SCHEMA,
    )
