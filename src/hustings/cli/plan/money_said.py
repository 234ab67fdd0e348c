"""What `hustings plan money` says: what the plan adds, the plans side by side, where the money goes, what may not hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hustings.cli.campaign import aligned
from hustings.cli.plan.shared import WIDTH, Counted, counted, short, title_lines, wrapped

if TYPE_CHECKING:
    import polars as pl

    from hustings.cli.plan.money import Made
    from hustings.plan.money.regret import LeastRegret

MOST_SHOWN = 14
WORLDS_SHOWN = 6
NEAR = 0.01
"""Places that get less of the budget than this, together, are told in one line."""


def money_lines(made: Made, by: str, plans: pl.DataFrame, regrets: pl.DataFrame) -> list[str]:
    """What was found, for people: the most important line first.

    Parameters
    ----------
    made : Made
    by : str
        Lines by ``state`` or by ``channel``.
    plans, regrets : pl.DataFrame
        ``hustings.tables.spending.PLANS`` and ``REGRETS``.
    """
    form = counted(made.goal)
    # Where votes decide, the cheapest votes are the plan for the win: there is nothing to set side by side.
    parts = any(float(form.number(value).replace(",", "")) for value in plans["behind"])
    beside = ["", *_worlds(regrets, made.least, made.race.label, form, parts=parts)] if made.goal != "votes" else []
    one = "The cheapest votes are this plan: there is no better place for them here."
    return [
        *title_lines(made.found, made.goal, made.best.base, made.race),
        *wrapped(*_faced(made), _adds(made, plans, form)),
        *([""] if parts else []),
        *(_side_by_side(plans, form) if parts else wrapped(one) if made.goal != "votes" else []),
        "",
        *_places(made, by, form),
        *_starved(made),
        *beside,
        "",
        *wrapped(made.certificate(), *made.said, *_exhausted(made)),
    ]


def _faced(made: Made) -> list[str]:
    """That a rival has spent, where one does."""
    from hustings.plan.goals import goal_of

    if made.race is made.found.race:
        return []
    before = goal_of(made.found.race, made.goal).base
    still = f"{before:.1%}" if made.goal in {"win", "popular"} else counted(made.goal).number(before)
    return [f"That is after what the rival spends (below); without it {still}."]


def _adds(made: Made, plans: pl.DataFrame, form: Counted) -> str:
    """What the money adds."""
    first = plans.row(0, named=True)
    span = form.span(first["gain_low"], first["gain_high"])
    return f"${made.best.spent_dollars:,.0f} adds {form.number(first['gain'])} {form.unit} (90% interval {span})."


def _side_by_side(plans: pl.DataFrame, form: Counted) -> list[str]:
    rows = [["plan", "net votes", f"adds, {form.unit}", "90% interval", "less than this plan"]]
    for row in plans.iter_rows(named=True):
        less = f"{form.number(row['behind'])} ({form.span(row['behind_low'], row['behind_high'])})"
        rows.append(
            [
                row["plan"],
                f"{row['net_votes']:,.0f}",
                form.number(row["gain"]),
                form.span(row["gain_low"], row["gain_high"]),
                "" if row["plan"] == plans["plan"][0] else less,
            ]
        )
    return aligned(rows, right=(1, 2, 3, 4))


def _places(made: Made, by: str, form: Counted) -> list[str]:
    """Where the money goes, most gain first."""
    from hustings.plan.money.tables import by_place

    table = by_place(made.best, made.spreads["this plan"][1], "channel" if by == "channel" else "unit")
    table = table.filter(table["dollars"] >= 1.0)
    # A tail of crumbs is one line; what is capped or wanted stands by itself.
    small = table["dollars"].reverse().cum_sum().reverse() < NEAR * made.best.spent_dollars
    shown = min(MOST_SHOWN, int((~small).sum()))
    lines = _fitting([_place_rows(table.head(shown), form, parts) for parts in (2, 1, 0)])
    rest = table.slice(shown)
    if rest.height:
        dollars, gain = sum(rest["dollars"].to_list()), sum(rest["gain"].to_list())
        lines.append(f"and {rest.height} more: {short(dollars)}, {form.number(gain)} {form.unit}")
    return lines


def _place_rows(table: pl.DataFrame, form: Counted, n_parts: int) -> list[list[str]]:
    """One row a place, with its so many largest parts."""
    rows = [["to", "dollars", "net votes", f"adds, {form.unit}", "90% interval", "of which" if n_parts else ""]]
    for row in table.iter_rows(named=True):
        parts = [f"{part['name']} {short(part['dollars'])}" for part in row["parts"][:n_parts]]
        more = len(row["parts"]) - n_parts
        rows.append(
            [
                row["place"],
                short(row["dollars"]),
                f"{row['net_votes']:,.0f}",
                form.number(row["gain"]),
                form.span(row["gain_low"], row["gain_high"]),
                ", ".join(parts) + (f" +{more}" if n_parts and more > 0 else ""),
            ]
        )
    return rows


def _fitting(tables: list[list[list[str]]]) -> list[str]:
    """The first of some tables that fits the screen; else the last."""
    for rows in tables:
        lines = aligned(rows, right=(1, 2, 3, 4))
        if max(map(len, lines)) <= WIDTH:
            break
    return lines


def _starved(made: Made) -> list[str]:
    """Where the two plans part."""
    from hustings.plan.money.planning import starved

    found = starved(made.best, made.cheapest)[:4]
    if made.goal == "votes" or not found:
        return []
    parts = [f"{unit} {short(theirs)} instead of {short(own)}" for unit, own, theirs in found]
    return wrapped(f"Cheapest votes would give {'; '.join(parts)}.")


def _worlds(regrets: pl.DataFrame, least: LeastRegret, label: str, form: Counted, *, parts: bool) -> list[str]:
    """What each plan adds in worlds in which something does not hold: where the first regrets most."""
    import polars as pl

    worst = regrets.slice(1).sort(pl.col("best") - pl.col("plan"), descending=True).head(WORLDS_SHOWN)
    names = ("best", "plan", "cheapest", "least_regret") if parts else ("plan",)
    heads = ["best", "this plan", "cheapest", "least regret"] if parts else ["this plan"]
    seen = list(pl.concat([regrets.head(1), worst]).iter_rows(named=True))
    cells = [[form.number(row[name]) for name in names] for row in seen]
    largest = (least.others[0].max(), least.others[1].max(), least.regret.max())
    if parts:
        cells.append(["", *(form.number(float(value)) for value in largest)])
    room = WIDTH - sum(2 + max(map(len, column)) for column in zip(heads, *cells, strict=True))
    said = [_shortened(row["world"], label, room) for row in seen]
    said += ["most that it loses in any world"] if parts else []
    rows = [[name, *row] for name, row in zip(said, cells, strict=True)]
    return aligned([[f"what may not hold: adds, {form.unit}", *heads], *rows], right=(1, 2, 3, 4))


def _shortened(world: str, label: str, room: int) -> str:
    """A world, short enough for a column: for whom it is stays."""
    text = world.replace(" the same way", "").replace(" until the election", "").replace(" alone", "")
    text = text.replace(f", against {label}", ", against us").replace(f", for {label}", ", for us")
    if len(text) <= room:
        return text
    what, comma, whom = text.rpartition(", ")
    tail = f"{comma}{whom}" if whom in {"for us", "against us"} else ""
    return f"{(what if tail else text)[: room - len(tail) - 1].rstrip()}…{tail}"


def _exhausted(made: Made) -> list[str]:
    """Money that is not spent, or earns next to nothing."""
    from hustings.plan.money.planning import EXHAUSTED

    said, last = [], made.best.last_dollar
    if made.left_dollars > 1.0:
        said.append(f"${made.left_dollars:,.0f} is not spent: nothing that it could buy adds anything.")
    if last < EXHAUSTED:
        said.append(
            f"The next dollar earns {last:.0%} of what one did on average: returns are nearly exhausted, a smaller budget "
            "would do almost as well."
        )
    return said
