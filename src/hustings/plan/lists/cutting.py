"""From voters on file to a locked list: sifted, chosen, its hold-out drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from hustings.errors import InputError
from hustings.plan.lists.choose import Chosen, choose
from hustings.plan.lists.funnel import sift
from hustings.plan.lists.gains import described, left_alone, with_gains
from hustings.plan.lists.order import Order
from hustings.plan.lists.people import ON_ANOTHER
from hustings.scores.persuasion import CutList, cut_list
from hustings.scores.persuasion.holdout import HELD_OUT, lot_of


@dataclass(frozen=True)
class Drafted:
    """A list before its lot is drawn.

    Attributes
    ----------
    chosen : Chosen
    steps : tuple of (step, reason, voters)
        The funnel so far.
    """

    chosen: Chosen
    steps: tuple[tuple[str, str, int], ...]


def draft(
    people: pl.DataFrame,
    order: Order,
    reasons: Mapping[str, pl.Expr],
    *,
    gone: int = 0,
    reserve_dollars: float = 0.0,
) -> Drafted:
    """Sift voters and choose whom the money reaches.

    Parameters
    ----------
    people : pl.DataFrame
        As :class:`hustings.plan.lists.people.People` has them.
    order : Order
    reasons : mapping of str to expression
        Whom to leave in peace, in order.
    gone : int
        Voters of earlier files.
    reserve_dollars : float
        Kept back, for a lot that falls on few of a list's people.

    Raises
    ------
    ConfigError, InputError
        Nobody is left who may be contacted, or as :func:`hustings.plan.lists.choose.choose`.
    """
    on_file = [("on file", "in the last file or an earlier one", people.height + gone)]
    if gone:
        on_file.append(("suppressed", "no longer in the file", gone))
    free, suppressed = sift(people, reasons)
    if free.is_empty():
        raise nobody_left(people.height, suppressed)
    ranked = with_gains(
        free.join(_by_unit(order), on="unit", how="left", maintain_order="left"),
        order.universe,
        order.effect,
        "own_effect" if order.own_effects else None,
    )
    worthy, alone = sift(ranked, left_alone(order.universe))
    if worthy.is_empty():
        why = ", ".join(f"{reason} {n:,}" for reason, n in alone.items() if n)
        raise InputError(
            f"of {free.height:,} voters who may be contacted none has an expected gain above 0: {why}",
            hint="another universe, channel or condition",
        )
    # Shares of a lot come out to within one household in each unit: where all is not reached, that one is paid for.
    most = max(price.dollars for price in order.prices.values()) * len(order.units)
    reserve = min(most, 0.1 * order.budget_dollars) + reserve_dollars
    chosen = choose(
        worthy, order.budget_dollars, order.hold_out, per_household=order.per_household, reserve_dollars=reserve
    )
    _, beyond = sift(chosen.beyond, described(order.universe))
    steps = [
        *on_file,
        *(("suppressed", why, n) for why, n in suppressed.items()),
        *(("left alone", why, n) for why, n in alone.items()),
        *(("beyond the money", why, n) for why, n in beyond.items() if n),
    ]
    return Drafted(chosen, tuple(steps))


def _by_unit(order: Order) -> pl.DataFrame:
    """Price and worth of each unit."""
    units = pl.DataFrame(
        {
            "unit": order.units,
            "dollars": [price.dollars for price in order.prices.values()],
            "reached_share": [price.reached_share for price in order.prices.values()],
            "worth": [order.worth[unit] for unit in order.units],
        },
        schema={"unit": pl.String, "dollars": pl.Float64, "reached_share": pl.Float64, "worth": pl.Float64},
    )
    if max(order.worth.values(), default=0.0) <= 0.0:
        # Nothing is decided here any more: votes are then all alike.
        return units.with_columns(worth=pl.lit(1.0))
    return units


def nobody_left(people: int, suppressed: Mapping[str, int]) -> InputError:
    """Say why nobody may be contacted."""
    if people == 0:
        return InputError("no voter on file meets the condition", hint="see: hustings voters count --where ...")
    why = ", ".join(f"{reason} {n:,}" for reason, n in suppressed.items() if n)
    hint = "another condition, state or channel"
    if suppressed.get(ON_ANOTHER, 0) == max(suppressed.values()):
        hint = "--again also contacts those of other lists, never whom one holds out"
    return InputError(f"all {people:,} voters are left in peace: {why}", hint=hint)


def nothing_expected(order: Order, instead: Drafted | None) -> InputError:
    """Say that published tests promise nothing, what a belief would be, and what reminding would give.

    Parameters
    ----------
    order : Order
    instead : Drafted or None
        The same money spent on reminding supporters, where there is something to be had.
    """
    effect, points = order.effect, f"{100 * order.effect.mean + 0.0:.1f} ± {100 * order.effect.sd:.1f}"
    ways = (
        "to test whether yours does more, say what you believe: --effect 0.02 is that 2 of 100 undecided people who are "
        "reached come over; the list is ranked by that, and what the tests expect stands beside it"
    )
    if instead is not None:
        votes = float(instead.chosen.people["net_votes"].sum()) * (1.0 - instead.chosen.share_held_out)
        ways = (
            f"for votes, remind supporters instead: --universe gotv, about {votes:,.0f} net votes for "
            f"${instead.chosen.dollars:,.0f}; {ways}"
        )
    return InputError(
        f"tests of persuasion by {order.channel} find {points} points a contact ({effect.row}: {effect.source}): nothing is "
        f"expected of a list of yours, and none was cut",
        hint=ways,
    )


def draw_within(
    people: pl.DataFrame, order: Order, reasons: Mapping[str, pl.Expr], *, gone: int = 0
) -> tuple[Drafted, CutList]:
    """Draft a list and draw its hold-out so that the contacts cost no more than the budget.

    The lot falls on whole households: where it falls on small ones, more people are left to be contacted than was paid for,
    and the list is made shorter.

    Parameters
    ----------
    people, order, reasons, gone
        As for :func:`draft`.

    Raises
    ------
    ConfigError, InputError
        As :func:`draft` and :func:`draw`.
    """
    reserve = 0.0
    while True:
        drafted = draft(people, order, reasons, gone=gone, reserve_dollars=reserve)
        drawn = draw(drafted, order)
        over = spent_dollars(drafted.chosen.people, drawn, order) - order.budget_dollars
        if over <= 1e-9 * order.budget_dollars:
            return drafted, drawn
        # Grows with each round: it ends, at the latest with an error that the budget pays for nobody.
        reserve += over + min(price.dollars for price in order.prices.values())


def spent_dollars(people: pl.DataFrame, drawn: CutList, order: Order) -> float:
    """Dollars that contacting all who are not held out costs."""
    rows = people.select("voter_id", "dollars").join(drawn.contacted.select("voter_id", "household"), on="voter_id")
    if order.per_household:
        rows = rows.group_by("household").agg(pl.col("dollars").max())
    return float(rows["dollars"].sum())


def draw(drafted: Drafted, order: Order) -> CutList:
    """Draw a list's hold-out, whole households in each unit.

    Raises
    ------
    InputError
        There are too few households, or by the lot nobody is held out, or everybody.
    """
    chosen = drafted.chosen
    drawn = cut_list(
        chosen.people.select("voter_id", "home", "state"),
        chosen.share_held_out,
        lot_of(order.seed, order.name),
        ["state"] if len(order.units) > 1 else [],
        name=order.name,
        day=order.day,
        contacts={order.channel: 1.0},
        household="home",
        costs={order.channel: max(price.dollars for price in order.prices.values())},
        election=order.election if order.election > order.day else None,
    )
    _check_both(drawn)
    return drawn


def _check_both(drawn: CutList) -> None:
    """Refuse a lot by which all are held out, or nobody."""
    voters, contacted = drawn.rows.height, drawn.contacted.height
    if 0 < contacted < voters:
        return
    who = "holds out nobody" if contacted else "leaves nobody to be contacted"
    raise InputError(
        f"a hold-out of {drawn.shares[HELD_OUT] * voters:,.1f} of {voters:,} voters {who}: whole households are drawn",
        hint="a tenth is a good start",
    )
