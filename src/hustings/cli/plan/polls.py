"""`hustings plan polls`: what to ask next, where, how, how many."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hustings.cli.campaign import CampaignDir, aligned
from hustings.cli.inputs import Json, Quiet, chance, some, working
from hustings.cli.plan.shared import (
    WIDTH,
    Budget,
    CostsFile,
    EffectsFile,
    MarketsFile,
    OfContest,
    OfPolls,
    OutFolder,
    OwnOption,
    PlanDay,
    Planned,
    check_out_folder,
    keep,
    levers_for,
    planned,
    read_dollars,
    say_json,
    short,
    title_lines,
    usual_dollars,
    wrapped,
)
from hustings.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    import polars as pl

    from hustings.plan.levers import Levers
    from hustings.plan.polling.portfolio import Portfolio
    from hustings.plan.polling.value import Market

MOST_SHOWN = 12
SIZES = "400,600,800,1200,2000"
THOUSANDTHS = 1e5
"""Of a point of the chance to win."""

Spend = Annotated[
    str | None, typer.Option("--spend", metavar="DOLLARS", help="The money whose spending polls are to inform [10M].")
]
Modes = Annotated[
    str | None, typer.Option("--modes", metavar="MODE,...", help="live phone, ivr, text, online, mail [all in time].")
]
Sizes = Annotated[str, typer.Option("--sizes", metavar="N,...", help="Interviews that a poll may have.")]
Units = Annotated[str | None, typer.Option("--units", metavar="UNIT,...", help="Ask only there.")]
House = Annotated[
    str | None, typer.Option("--pollster", metavar="NAME", help="Who asks, where it has published [a new one].")
]
Prices = Annotated[Path | None, typer.Option("--prices", metavar="FILE", help="Your quotes for polls [what ships].")]
PricesOut = Annotated[
    Path | None, typer.Option("--prices-out", metavar="FILE", help="Write the prices of polls in use, to edit.")
]


def command(
    budget: Budget,
    spend: Spend = None,
    modes: Modes = None,
    sizes: Sizes = SIZES,
    units: Units = None,
    pollster: House = None,
    prices: Prices = None,
    prices_out: PricesOut = None,
    effects: EffectsFile = None,
    costs: CostsFile = None,
    markets: MarketsFile = None,
    contest: OfContest = None,
    polls: OfPolls = None,
    option: OwnOption = None,
    as_of: PlanDay = None,
    out: OutFolder = None,
    campaign: CampaignDir = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    r"""What to ask next, where, how and how many.

    What each poll adds to the chance to win, before it is bought: by moving the money of --spend to where it decides.

    \b
    Example:
      hustings plan polls --budget 300_000
      hustings plan polls --budget 300_000 --spend 10_000_000 --modes "live phone,online" --sizes 600,1200
    """
    from hustings.cli.campaign import check_out
    from hustings.plan.effects import used_lines
    from hustings.plan.polling.candidates import OWN_POLLSTER
    from hustings.plan.polling.costs import in_time, read_poll_costs, some_modes
    from hustings.plan.polling.portfolio import portfolio, portfolio_table
    from hustings.plan.polling.value import gains, market, values_table
    from hustings.store import write_csv
    from hustings.tables import INTERVIEW_COSTS, POLL_PORTFOLIO, POLL_VALUES

    dollars, counts = read_dollars(budget), read_sizes(sizes)
    about = read_dollars(spend, "--spend") if spend is not None else None
    check_out(prices_out, "--prices-out")
    asked = some_modes(read_poll_costs(prices), listed(modes, "--modes"))
    where = listed(units, "--units")
    check_affordable(asked, counts, dollars)
    check_out_folder(out, "plan polls")
    found = planned(contest, polls, option, as_of, campaign, quiet=quiet or as_json)
    quick, slow = in_time(asked, found.race.days)
    fit = found.projection.fit
    with working("valuing polls", quiet=quiet or as_json):
        levers, used = levers_for(found, effects, costs, markets)
        about = usual_dollars(levers) if about is None else about
        check_spendable(levers, about)
        offer = market(found.race, fit, levers, about, quick, counts, units=where, pollster=pollster or OWN_POLLSTER)
        gain = gains(offer)
        table = values_table(offer, gain, fit.polls)
        shape = (-1, len(counts))
        chosen = portfolio(offer, gain.win.reshape(shape), dollars)
        bought = portfolio_table(offer, chosen, gain.moved.reshape(shape), fit.polls)
    told = summary(offer, chosen, dollars)
    keep(found, out, "plan polls", {POLL_VALUES: table, POLL_PORTFOLIO: bought}, used=used, files=[prices], **told)
    if prices_out is not None:
        write_csv(asked, prices_out, INTERVIEW_COSTS)
    if as_json:
        say_json(found, used, **told, too_slow=slow, values=table, portfolio=bought)
    elif not quiet:
        voters = found.projection.sources is not None
        lines = [
            *_head(found, offer, told),
            "",
            *_portfolio(bought, chosen, dollars),
            "",
            *_values(table),
            *_unwatched(table),
        ]
        lines += ["", *_remarks(offer, table, slow, voters=voters)]
        lines += [f"prices to edit: {prices_out}"] if prices_out else []
        print("\n".join([*lines, "", *used_lines(used)]))


def read_sizes(text: str) -> list[int]:
    """Read sizes of polls, ascending, each once.

    Raises
    ------
    ConfigError
        One of them is no whole number above 0.
    """
    found = []
    for part in text.split(","):
        if not re.fullmatch(r"\s*\d+\s*", part) or int(part) == 0:
            raise ConfigError(f"--sizes: {part.strip()!r} is no number of interviews", hint=f"for example {SIZES}")
        found.append(int(part))
    return sorted(set(found))


def listed(text: str | None, option: str) -> list[str] | None:
    """Names with commas between; None where the option is not given.

    Raises
    ------
    ConfigError
        It is given and names nothing.
    """
    if text is None:
        return None
    names = [part.strip() for part in text.split(",") if part.strip()]
    if not names:
        raise ConfigError(f"{option} {text!r} names nothing", hint="names with commas between, or leave it out")
    return names


def check_spendable(levers: Levers, dollars: float) -> None:
    """Refuse to plan for money that cannot all be spent: polls would have nothing to move.

    Raises
    ------
    ConfigError
        It is above all caps together.
    """
    most = float(levers.cap_dollars.sum())
    if dollars > most:
        raise ConfigError(
            f"--spend {dollars:,.0f} is {dollars - most:,.0f} above all that contacts and ads can take",
            hint=f"they take {most:,.0f}: --spend with less",
        )


def check_affordable(prices: pl.DataFrame, sizes: list[int], dollars: float) -> None:
    """Refuse a budget that buys no poll.

    Raises
    ------
    ConfigError
        It is below the price of the cheapest.
    """
    each = prices["fixed_dollars"] + sizes[0] * prices["dollars_per_interview"]
    place = int(each.arg_min() or 0)
    if dollars < each[place]:
        raise ConfigError(
            f"--budget {dollars:,.0f} buys no poll: the cheapest, {sizes[0]:,} interviews by {prices['mode'][place]}, costs "
            f"{each[place]:,.0f} dollars",
            hint="a larger budget, or smaller --sizes",
        )


def summary(offer: Market, chosen: Portfolio, dollars: float) -> dict[str, Any]:
    """What is said beside the tables."""
    from hustings.plan.goals import goal_of

    still = offer.plan.still
    return {
        "win_prob": goal_of(offer.race).base,
        "budget_dollars": dollars,
        "spend_dollars": offer.plan.budget,
        "money_adds": float(still.value),
        "next_100k_adds": 1e5 * float(still.per_dollar),
        "polls_dollars": sum(poll.cost for poll in chosen.polls),
        "polls_add": sum(poll.gain for poll in chosen.polls),
        "same_money_as_ads_adds": sum(poll.ads for poll in chosen.polls),
        "left_dollars": chosen.left_dollars,
    }


def _head(found: Planned, offer: Market, told: Mapping[str, Any]) -> list[str]:
    """How it stands, and what a poll has to beat."""
    from hustings.contests.rules import RULES

    next_dollars = THOUSANDTHS * told["next_100k_adds"]
    counts = RULES[offer.race.contest.rule].counts_seats
    alike = "Votes decide here, and count alike everywhere: a poll tells how it stands, but moves no money to a better place."
    beat = (
        f"A poll must beat what its price adds on contacts and ads: beyond the {short(told['spend_dollars'])} of --spend, "
        f"$100,000 more would add {next_dollars:.1f} thousandths of a point to that chance."
    )
    return [*title_lines(found, "win", told["win_prob"]), *wrapped(beat if counts else alike)]


def _values(table: pl.DataFrame) -> list[str]:
    """The best poll of each place."""
    best = table.unique("unit", keep="first", maintain_order=True).head(MOST_SHOWN)
    rows = [["", "how", "asked", "price", "sd", "after", "floor", "moves", "adds", "spent", "last poll"]]
    for row in best.iter_rows(named=True):
        days = row["days_since_poll"]
        last = "none" if days is None else some(days, "day") if days else "today"
        rows.append(
            [
                row["unit"],
                row["mode"],
                f"{row['interviews']:,}",
                f"${row['cost_dollars'] / 1e3:,.1f}K",
                f"{100 * row['margin_sd']:.2f}",
                f"{100 * row['margin_sd_after']:.2f}",
                f"{100 * row['margin_sd_floor']:.2f}",
                chance(row["plan_changes_prob"]),
                f"{THOUSANDTHS * row['win_gain']:.1f}",
                f"{THOUSANDTHS * row['ads_gain']:.1f}",
                last,
            ]
        )
    return [
        "The best next poll of each place, most gain per dollar first:",
        *_fitting(rows),
        "sd, after  of the margin in points, now and with the poll; floor: if no end of",
        "           people were asked",
        "moves      chance that 5% or more of the money moves",
        "adds       thousandths of a point of the chance to win; spent: its price on",
        "           contacts and ads instead",
    ]


def _fitting(rows: list[list[str]]) -> list[str]:
    """Lines within the screen: where units have long names, the floor and then the sds are left to --out."""
    lines: list[str] = []
    for left_out in ((), ("floor",), ("floor", "sd", "after")):
        kept = [k for k, head in enumerate(rows[0]) if head not in left_out]
        lines = aligned([[row[k] for k in kept] for row in rows], right=tuple(range(2, len(kept))))
        if max(map(len, lines)) <= WIDTH:
            break
    return lines


def _unwatched(table: pl.DataFrame) -> list[str]:
    import polars as pl

    found = table.filter(pl.col("unwatched")).unique("unit", keep="first", maintain_order=True)
    if found.is_empty():
        return ["Every unit that could decide has been polled within three weeks."]
    names = [
        f"{row['unit']} ({'no poll' if row['days_since_poll'] is None else some(row['days_since_poll'], 'day') + ' ago'})"
        for row in found.sort("decides_share", descending=True).iter_rows(named=True)
    ]
    return wrapped(f"Unwatched, though they could decide: {', '.join(names)}")


def _portfolio(bought: pl.DataFrame, chosen: Portfolio, dollars: float) -> list[str]:
    """What to buy and why, and why no more."""
    if bought.is_empty():
        lines = wrapped(
            f"What to buy for ${dollars:,.0f}: nothing. No poll adds what its price adds on contacts and ads."
        )
    else:
        gain, ads = (THOUSANDTHS * sum(getattr(poll, name) for poll in chosen.polls) for name in ("gain", "ads"))
        lines = [
            f"What to buy for ${dollars:,.0f}: {some(bought.height, 'poll')} for ${bought['cost_dollars'].sum():,.0f}.",
            f"They add {gain:.1f} thousandths of a point; the same money on contacts and ads {ads:.1f}.",
        ]
    for row in bought.iter_rows(named=True):
        what = f"{row['unit']}, {row['mode']}, {row['interviews']:,} interviews, ${row['cost_dollars']:,.0f}"
        adds = f"adds {THOUSANDTHS * row['win_gain']:.1f}, spent {THOUSANDTHS * row['ads_gain']:.1f}"
        lines.append(f"{row['place']:>3}. {what}: {adds}")
        lines += textwrap.wrap(row["why"], WIDTH - 6, initial_indent="     ", subsequent_indent="     ")
    if chosen.refused is not None and not bought.is_empty():
        lines.append(f"The other ${chosen.left_dollars:,.0f} add more on contacts and ads than as another poll.")
    elif chosen.refused is None:
        lines.append(f"${chosen.left_dollars:,.0f} are left: no further poll can be had for that.")
    return lines


def _remarks(offer: Market, table: pl.DataFrame, slow: list[str], *, voters: bool) -> list[str]:
    """What to know before it is believed."""
    from hustings.plan.polling.value import prices_said

    lines = []
    first = table.row(0, named=True)
    if first["margin_sd_floor"] > 0:
        lines.append(
            f"However many are asked, what all polls get wrong together stays: in {first['unit']} the sd of the margin can fall "
            f"from {100 * first['margin_sd']:.2f} to {100 * first['margin_sd_floor']:.2f} points by one poll, no further."
        )
    if voters:
        lines.append(
            "Your own voters count as a source too; what they say of the polls' shared error is left out here."
        )
    if slow:
        lines.append(f"Too slow for the {some(offer.race.days, 'day')} left: {', '.join(slow)}.")
    lines.append(prices_said(offer.costs))
    return wrapped(*lines)
