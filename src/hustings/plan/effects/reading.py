"""The tables of effects, costs, markets and own findings: those that ship, or files, checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from hustings.errors import InputError
from hustings.facts.effects import campaign_effects, contact_costs
from hustings.plan.effects.making import ANY
from hustings.store.edited import HEADER_ROWS, nearest, read_edited, refuse_row
from hustings.store.reading import empty_table
from hustings.tables import COSTS, EFFECTS, MARKETS, OWN_EFFECTS
from hustings.tables.contract import Table
from hustings.tables.effects import BASES, CHANNELS, KINDS, PERS

_WROTE = "hustings plan effects writes one to edit"
_WHOLE = 1.0 + 1e-9
_ERROR_HINT = "a plan that took it for certain would put all on it; of a 95 % interval, se = (high - low) / 3.92"


def read_effects(path: Path | None = None) -> pl.DataFrame:
    """The table of effects (``hustings.tables.EFFECTS``); the published one where no file is named.

    Raises
    ------
    InputError
        The file has a mistake; an effect without an error is one.
    """
    if path is None:
        return _shipped(campaign_effects(), EFFECTS)
    found = read_edited(path, EFFECTS, ("se", "between_sd", "carry_share"), hint=_WROTE)
    found = found.with_columns(pl.col("between_sd").fill_null(0.0), pl.col("carry_share").fill_null(1.0))
    check_effects(found, path)
    return found


def check_effects(effects: pl.DataFrame, path: Path | None = None) -> None:
    """Hold effects to what levers need.

    Raises
    ------
    InputError
        An effect has no error, a word is unknown, what its kind needs is missing, or a channel has two rows in use.
    """
    no_error = pl.col("se").is_null() | (pl.col("se") <= 0)
    refuse_row(path, effects, no_error, "se", "the effect {effect!r} has no error", _ERROR_HINT)
    words = {"channel": CHANNELS, "kind": KINDS, "per": PERS, "mean_basis": BASES, "se_basis": BASES}
    for column, known in words.items():
        _known(path, effects, column, known)
    contact, sd = pl.col("per") == "contact", pl.col("per") == "sd"
    people = contact & (pl.col("kind") == "mobilisation")
    need = "the effect {effect!r} needs a "
    rules: list[tuple[pl.Expr, str, str, str]] = [
        (
            people & pl.col("supporters_share").is_null(),
            "supporters_share",
            need + "share of supporters",
            "0.8: 4 in 5",
        ),
        (contact & ~(pl.col("pool_share") > 0).fill_null(value=False), "pool_share", need + "pool above 0", "0.15"),
        (sd & ~(pl.col("ceiling_sds") > 0).fill_null(value=False), "ceiling_sds", need + "ceiling above 0", "2"),
        (
            sd & (pl.col("kind") == "mobilisation"),
            "kind",
            "the effect {effect!r} counts votes by sd of advertising",
            "advertising moves the margin: persuasion",
        ),
        (pl.col("half_life_days") <= 0, "half_life_days", "the effect {effect!r} fades at once", "empty: it stays"),
        (pl.col("spent_days") < 1, "spent_days", "the effect {effect!r} has no day to spend on", "1 or more"),
        (pl.col("measured_days") < 1, "measured_days", "the effect {effect!r} was measured in no time", "or empty"),
    ]
    for bad, column, message, hint in rules:
        refuse_row(path, effects, bad, column, message, hint)
    second = pl.col("used") & (pl.struct("channel", "kind").cum_count().over("used", "channel", "kind") > 1)
    message = "a second row in use for {channel}, {kind}: {effect!r}"
    refuse_row(path, effects, second, "used", message, "they are the same people: set used to false in all but one")


def read_costs(path: Path | None = None, units: Sequence[str] | None = None) -> pl.DataFrame:
    """The table of costs (``hustings.tables.COSTS``); the shipped one where no file is named.

    Parameters
    ----------
    path : Path, optional
    units : sequence of str, optional
        Ids of the contest's units; without them ids are not checked.

    Raises
    ------
    InputError
        The file has a mistake.
    """
    if path is None:
        return _shipped(contact_costs(), COSTS)
    found = read_edited(path, COSTS, ("dollars", "unit", "year"), hint=_WROTE)
    found = found.with_columns(pl.col("unit").fill_null(ANY))
    for column, known in {"channel": CHANNELS, "per": PERS, "basis": BASES}.items():
        _known(path, found, column, known)
    if units is not None:
        _known(path, found, "unit", [ANY, *units])
    no_price = ~(pl.col("dollars") > 0).fill_null(value=False)
    message, hint = "{channel} in {unit} has no price", "dollars above 0: what volunteers do costs time and staff"
    refuse_row(path, found, no_price, "dollars", message, hint)
    for column in ("contact_share", "reachable_share"):
        refuse_row(path, found, pl.col(column) <= 0, column, "{channel} in {unit} reaches nobody", "drop the row")
    return found


def read_markets(
    path: Path | None, units: Sequence[str], parents: Mapping[str, str] | None = None
) -> pl.DataFrame | None:
    """Media markets (``hustings.tables.MARKETS``); None where no file is named: none ship.

    Parameters
    ----------
    path : Path or None
    units : sequence of str
        Ids of the contest's units.
    parents : mapping of str to str, optional
        Unit -> unit that it lies in.

    Raises
    ------
    InputError
        A market has no price or two, a unit is unknown, or more than all of its voters live in markets.
    """
    if path is None:
        return None
    found = read_edited(path, MARKETS, ("dollars",), hint=_WROTE)
    no_price = ~(pl.col("dollars") > 0).fill_null(value=False)
    message = "the market {market!r} has no price"
    refuse_row(
        path, found, no_price, "dollars", message, "dollars per voter of one sd of advertising, in every row of it"
    )
    two = pl.col("dollars") != pl.col("dollars").first().over("market")
    hint = "what is bought in a market is seen in all its units, at one price"
    refuse_row(path, found, two, "dollars", "the market {market!r} has two prices", hint)
    _known(path, found, "unit", units)
    refuse_row(
        path, found, pl.col("voters_share") <= 0, "voters_share", "{market!r} reaches nobody in {unit}", "drop the row"
    )
    over = pl.col("voters_share").cum_sum().over("unit") > _WHOLE
    refuse_row(
        path,
        found,
        over,
        "voters_share",
        "more than all voters of {unit} live in markets",
        "shares add up to 1 or less",
    )
    inside = [unit for unit, parent in (parents or {}).items() if parent in set(found["unit"])]
    both = pl.col("unit").is_in(inside)
    hint = "name the unit as a whole, or its districts"
    refuse_row(
        path, found, both, "unit", "{unit} lies in a unit that is in the file too: its voters are there twice", hint
    )
    return found


def read_own(path: Path) -> pl.DataFrame:
    """Findings of own experiments (``hustings.tables.OWN_EFFECTS``).

    Raises
    ------
    InputError
        The file has a mistake; a finding without an error is one.
    """
    found = read_edited(path, OWN_EFFECTS, ("se",), hint=_WROTE)
    no_error = ~(pl.col("se") > 0).fill_null(value=False)
    refuse_row(path, found, no_error, "se", "the finding of {source!r} has no error", _ERROR_HINT)
    _known(path, found, "channel", CHANNELS)
    _known(path, found, "kind", KINDS)
    return found


def _shipped(found: pl.DataFrame, table: Table) -> pl.DataFrame:
    return pl.concat([empty_table(table), found], how="diagonal_relaxed").select(table.column_names)


def _known(path: Path | None, table: pl.DataFrame, column: str, known: Sequence[str]) -> None:
    """Refuse a word that is not known, naming the nearest that is."""
    at = (~table[column].is_in(list(known))).arg_true()
    if len(at):
        row = int(at[0])
        word = table[column][row]
        where = None if path is None else row + HEADER_ROWS
        raise InputError(
            f"there is no {column} {word!r}", file=path, row=where, column=column, hint=nearest(word, list(known))
        )
