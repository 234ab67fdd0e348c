"""What `hustings plan lists` says: the funnel, the money, what is expected, what the hold-out sees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hustings.cli.campaign import aligned
from hustings.cli.inputs import some

BELIEVED = "believed"

if TYPE_CHECKING:
    import polars as pl

    from hustings.cli.plan.shared import Planned
    from hustings.plan.lists import Asked, Made, Order

WIDTH = 80
MOST_POINTS = 50.0
"""From here on a hold-out sees nothing: no contact does as much."""
LEAST_POINTS = 0.001
"""Chance, in points, below which no number is shown."""


def list_lines(asked: Asked, found: Planned, done: Made) -> list[str]:
    """What was done, for people."""
    whole, order, listed = done.listed.whole, done.order, done.listed
    kept = f"; cut on {listed.cut.day}, and its hold-out stays" if done.kept else ""
    head = f"list {asked.name}, {asked.universe} by {asked.channel}, as of {found.as_of}{kept}"
    lines = [head, "", *_funnel_lines(done), "", *_money_lines(asked, done), ""]
    if len(order.units) > 1:
        lines += [*_unit_lines(done), ""]
    lines += [*_gain_lines(done, asked.goal), "", *_power_lines(whole, order)]
    notes = [note[0].upper() + note[1:] + ("" if note.endswith(".") else ".") for note in done.notes]
    return _wrapped([*lines, *notes, *(f"written: {file}" for file in done.files)])


def _wrapped(lines: list[str]) -> list[str]:
    """Long sentences over several lines; paths and tables stay."""
    import textwrap

    found = []
    for line in lines:
        short = len(line) <= WIDTH or line.startswith("written: ")
        found += [line] if short else textwrap.wrap(line, WIDTH, subsequent_indent="  ", break_long_words=False)
    return found


def _funnel_lines(done: Made) -> list[str]:
    """From voters on file to the list."""
    rows = []
    for step, reason, voters in done.listed.funnel.iter_rows():
        if voters or step in {"on file", "held out", "list"}:
            rows.append([step, reason, f"{voters:,}"])
    lines = aligned(rows, right=(2,))
    if done.confidential:
        lines.append(f"({some(done.confidential, 'confidential record')} of the voter files never came in)")
    return lines


def _money_lines(asked: Asked, done: Made) -> list[str]:
    """What it costs."""
    whole = done.listed.whole
    each = sorted({price.dollars for price in done.order.prices.values()})
    unit = "household" if asked.per_household else "voter"
    price = " to ".join(f"${one:,.2f}" for one in dict.fromkeys((each[0], each[-1])))
    spent = f"${whole['dollars']:,.0f} of ${asked.budget_dollars:,.0f}: {some(whole['contacts'], 'contact')}"
    return [
        f"{spent}, one a {unit}, {price} each",
        f"the last net vote bought costs ${whole['last_dollars_per_vote']:,.0f}",
    ]


def _unit_lines(done: Made) -> list[str]:
    """Where the money goes: units by what a vote there is worth, the dearest first."""
    worth = done.order.worth
    most = max(worth.values())
    rows = [["unit", "a vote is worth", "contacts", "dollars", "net votes", "80 %"]]
    units = sorted(done.listed.by_unit.iter_rows(named=True), key=lambda one: -worth[one["unit"]])
    for one in units:
        share = f"{worth[one['unit']] / most:.2f}" if most > 0 else "1.00"
        low, high = (one[name] + 0.0 for name in ("net_votes_low", "net_votes_high"))
        votes = [f"{one['net_votes']:,.1f}", f"{low:,.1f} to {high:,.1f}"] if one["contacts"] else ["", ""]
        rows.append([one["unit"], share, f"{one['contacts']:,}", f"${one['dollars']:,.0f}", *votes])
    return aligned(rows, right=(1, 2, 3, 4, 5))


def _gain_lines(done: Made, goal: str) -> list[str]:
    """What is expected."""
    whole, order = done.listed.whole, done.order
    effect = order.effect
    lines = []
    if whole["expected_by_the_table"] is not None and not order.own_effects:
        lines += [
            f"expected by published tests: {_votes(whole['expected_by_the_table'])}",
            f"if a contact moves {100 * effect.mean:.1f} points, as you believe: {_votes(whole['expected'])}",
        ]
    elif order.effect.row == BELIEVED:
        lines.append(f"if a contact moves {100 * effect.mean:.1f} points, as you believe: {_votes(whole['expected'])}")
    else:
        lines.append(f"expected: {_votes(whole['expected'])}")
    gain = whole["expected"]
    if goal in {"win", "popular"}:
        means = "to win" if goal == "win" else "to have most votes"
        lines.append(f"that adds {_points(gain)} to the chance {means}")
    used = order.published or effect
    lines.append(
        f"effect used: {used.row}, {100 * used.mean:.2f} ± {100 * used.sd:.2f} points a contact; {used.source}"
        if not order.own_effects
        else f"effects by voter, of own tests: mean {100 * whole['mean_effect_of_an_attempt']:.2f} "
        f"± {100 * effect.sd:.2f} points a contact"
    )
    return lines


def _points(gain: dict[str, float]) -> str:
    low, high = 100 * gain["gain_low"], 100 * gain["gain_high"]
    if max(abs(low), abs(high)) < LEAST_POINTS:
        return f"less than {LEAST_POINTS} points"
    # What rounds to 0 has no sign.
    mid, low, high = (round(each, 3) + 0.0 for each in (100 * gain["gain"], low, high))
    return f"{mid:.3f} points ({low:.3f} to {high:.3f})"


def _votes(expected: dict[str, float]) -> str:
    low, high = expected["net_votes_low"], expected["net_votes_high"]
    # Not -0.0.
    return f"{expected['net_votes'] + 0.0:,.1f} net votes (80 %: {low:,.1f} to {high:,.1f})"


def _power_lines(whole: dict[str, Any], order: Order) -> list[str]:
    """What the hold-out will see."""
    power, held = whole["power"], whole["held_out"]
    what = "the share that votes" if order.universe == "gotv" else "the share for us, if all are interviewed"
    small = 100 * power["smallest_effect"]
    size = f"{some(held, 'voter')} of {whole['voters']:,}"
    sees = f"it sees (80 % power) effects from {small:.1f} points on in {what}"
    if small >= MOST_POINTS:
        sees = f"TOO SMALL to see anything in {what}"
    lines = [f"hold-out: {size}, by lot, locked; {sees}"]
    ratio = power["of_expected"]
    if small >= MOST_POINTS:
        lines.append(_enough(power["share_for_expected"]))
    elif ratio is None:
        lines.append("no effect is expected, so the hold-out can only rule out large ones")
    elif ratio > 1:
        mean = 100 * whole["mean_effect_of_an_attempt"]
        lines.append(
            f"TOO SMALL: the list expects {mean:.2f} points; this hold-out sees only what is {ratio:,.1f} times as "
            f"large. {_enough(power['share_for_expected'])}"
        )
    else:
        lines.append(f"the expected effect is {1 / ratio:.1f} times as large as the smallest it sees")
    if order.wanted_effect is not None:
        share = power["share_needed"]
        lines.append(
            f"to see {100 * order.wanted_effect:.1f} points: "
            + ("no hold-out of this list is enough" if share is None else f"--holdout {share:.3f}")
        )
    return lines


def _enough(share: float | None) -> str:
    if share is None:
        return "Half of the list would not do either: only several lists together will tell."
    return f"--holdout {share:.2f} would see it."


def check_lines(table: pl.DataFrame) -> list[str]:
    """Lists and their hold-outs."""
    if table.is_empty():
        return ["no list was cut yet: hustings plan lists --help"]
    rows = [["list", "cut on", "held out", "contacted", "since", "last", "by"]]
    for one in table.iter_rows(named=True):
        first, last = (str(one[key] or "") for key in ("first_on", "last_on"))
        rows.append(
            [
                one["list"],
                str(one["cut_on"]),
                f"{one['held_out']:,}",
                f"{one['touched']:,}",
                first,
                last,
                one["channels"],
            ]
        )
    lines = aligned(rows, right=(2, 3))
    bad = table.filter(table["touched"] > 0)
    if bad.is_empty():
        return [*lines, "no hold-out was touched"]
    return [
        *lines,
        f"CONTAMINATION: {some(int(bad['touched'].sum()), 'voter')} who were to be left alone were contacted.",
        "What the contact did will look smaller than it was; tell the field director.",
    ]
