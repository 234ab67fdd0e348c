"""Whom the money reaches: households by expected worth per dollar, until it is spent."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.errors import ConfigError, InputError

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Chosen:
    """Whom the money reaches.

    Attributes
    ----------
    people : pl.DataFrame
        Those of the list, hold-out and all, best households first.
    beyond : pl.DataFrame
        Worth a contact, and beyond the money.
    households : int
    dollars : float
        Expected to be spent on those who are not held out.
    share_held_out : float
        Of the list, by people.
    last_dollars_per_vote : float
        What a net vote costs in the last household of the list.
    """

    people: pl.DataFrame
    beyond: pl.DataFrame
    households: int
    dollars: float
    share_held_out: float
    last_dollars_per_vote: float


def choose(
    people: pl.DataFrame, budget_dollars: float, hold_out: float, *, per_household: bool, reserve_dollars: float = 0.0
) -> Chosen:
    """Choose households by worth per dollar until the money is spent.

    All of a household's members whose own expected gain is above 0 come along, and nobody else. Where all contacts cost
    the same no other choice of the same money gains more; else what is lost is less than the next household would bring.

    Parameters
    ----------
    people : pl.DataFrame
        ``voter_id``, ``home`` (text; null: lives alone), ``net_votes``, ``worth`` (of a net vote, any unit), ``dollars``
        (of one contact).
    budget_dollars : float
        Above 0. Who is held out costs nothing.
    hold_out : float
        Share of the list, or, from 1 on, voters.
    per_household : bool
        Whether one contact serves all of a household.
    reserve_dollars : float
        Kept back: a lot of whole households may fall on dear ones.

    Raises
    ------
    ConfigError
        The budget is not above 0, or does not pay for one contact; the hold-out is not above 0.
    InputError
        Nobody's expected gain is above 0, or the hold-out is no smaller than the list.
    """
    if not 0.0 < budget_dollars < np.inf:
        raise ConfigError(
            f"a budget of {budget_dollars:,.0f} dollars reaches nobody", hint="--budget takes dollars above 0: 200_000"
        )
    check_hold_out(hold_out)
    worthy = people.filter((pl.col("net_votes") > 0) & (pl.col("worth") > 0))
    if worthy.is_empty():
        raise InputError(
            f"of {people.height:,} voters who may be contacted none has an expected gain above 0",
            hint="there is nothing to buy here: another universe, channel or condition",
        )
    homes = _homes(worthy, per_household=per_household)
    voters, dollars = homes["members"].cum_sum().to_numpy(), homes["dollars"].cum_sum().to_numpy()
    held = np.minimum(hold_out, 1.0) if hold_out < 1.0 else np.minimum(hold_out / voters, 1.0)
    spent = dollars * (1.0 - held)
    fits = np.flatnonzero(spent + reserve_dollars <= budget_dollars * (1.0 + 1e-12))
    last = int(fits[-1]) if len(fits) else -1
    if last < 0 or (spent[last] <= 0.0 and last < len(spent) - 1):
        raise ConfigError(
            f"{budget_dollars:,.2f} dollars do not pay for one contact of {homes['dollars'][0]:,.2f} dollars",
            hint="give more, or choose a cheaper channel",
        )
    if hold_out >= voters[last]:
        raise InputError(
            f"a hold-out of {hold_out:,.0f} voters, and the list has {voters[last]:,}",
            hint="expected fewer: give a share of the list, such as 0.1, or more money",
        )
    share = float(held if np.ndim(held) == 0 else held[last])
    taken = homes.head(last + 1).select("key", place=pl.int_range(pl.len()))
    marked = worthy.with_columns(_key()).join(taken, on="key", how="left", maintain_order="left")
    chosen = marked.filter(pl.col("place").is_not_null()).sort("place", "voter_id").drop("key")
    final = homes.row(last, named=True)
    return Chosen(
        people=chosen.rename({"place": "rank"}),
        beyond=marked.filter(pl.col("place").is_null()).drop("key", "place"),
        households=last + 1,
        dollars=float(spent[last]),
        share_held_out=share,
        last_dollars_per_vote=final["dollars"] / final["net_votes"],
    )


def check_hold_out(hold_out: float) -> None:
    """Refuse what is no hold-out.

    Raises
    ------
    ConfigError
        It is neither a share above 0 and below 1 nor a whole number of voters.
    """
    if not 0.0 < hold_out < np.inf:
        raise ConfigError(
            f"a hold-out of {hold_out:g}",
            hint="a share above 0 and below 1, or a number of voters: without one nobody learns what the contact did",
        )
    if hold_out > 1.0 and hold_out != round(hold_out):
        raise ConfigError(
            f"a hold-out of {hold_out:g} voters", hint="below 1 it is a share (0.1), from 1 on a whole number of voters"
        )


def _key() -> pl.Expr:
    alone = pl.lit("v") + pl.col("voter_id").cast(pl.String)
    return pl.coalesce(pl.lit("h") + pl.col("home").cast(pl.String), alone).alias("key")


def _homes(worthy: pl.DataFrame, *, per_household: bool) -> pl.DataFrame:
    """Households, most worth per dollar first; of equal ones in the order of their keys."""
    cost = pl.col("dollars").max() if per_household else pl.col("dollars").sum()
    homes = (
        worthy.with_columns(_key())
        .group_by("key")
        .agg(
            cost,
            pl.col("net_votes").sum(),
            worth=(pl.col("net_votes") * pl.col("worth")).sum(),
            members=pl.len().cast(pl.Int64),
        )
    )
    # Sums over a group may differ in their last bit with the order of its rows: that bit chooses nobody.
    ratio = (pl.col("worth") / pl.col("dollars")).round_sig_figs(12)
    return homes.with_columns(ratio.alias("ratio")).sort(["ratio", "key"], descending=[True, False])
