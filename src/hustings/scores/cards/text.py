"""The whole card as a page: Markdown that reads well in a terminal of 80 columns and on GitHub."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from hustings.scores.fitted import ModelCard

WIDTH = 80
MOST_GROUPS = 12
"""Groups shown of each grouping: those farthest off, in standard errors; the rest are in the tables beside the card."""
FEWEST_VOTERS = 20
"""A smaller group is not shown: what came true in it says nothing."""
MOST_TERMS = 15


def card_text(card: ModelCard) -> str:
    """A model's card as Markdown.

    Parameters
    ----------
    card : ModelCard

    Returns
    -------
    str
        Lines of at most 80 characters (but for names longer than that), ends with a line break.
    """
    parts = [
        f"# The {card.model} model as of {card.as_of:%Y-%m-%d}",
        *_section("Data", _points(card.data)),
        *_section("How it did on voters that its fit did not see", _measures(card)),
        *(
            part
            for name in _scores(card.deciles)
            for part in _deciles(card.deciles.filter(pl.col("score") == name), name)
        ),
        *(part for name in _scores(card.calibration) for part in _calibration(card.calibration, name)),
        *_section("Features", _features(card.importance)),
        *_section("Assumptions", _points(card.assumptions)),
        *_section("What it cannot see", _points(card.cannot_see)),
    ]
    return "\n\n".join(parts) + "\n"


def _section(title: str, body: str) -> list[str]:
    return [f"## {title}", body or "Nothing is said of this."]


def _scores(table: pl.DataFrame) -> list[str]:
    return table["score"].unique(maintain_order=True).to_list()


def _points(sentences: Iterable[str]) -> str:
    """Sentences as a list, wrapped."""
    return "\n".join(
        textwrap.fill(
            sentence,
            WIDTH,
            initial_indent="- ",
            subsequent_indent="  ",
            break_long_words=False,
            break_on_hyphens=False,
        )
        for sentence in sentences
    )


def _measures(card: ModelCard) -> str:
    rows = [(name.replace("_", " "), _number(value)) for name, value in card.measures.items()]
    return _table(("measure", "value"), rows) if rows else ""


def _deciles(rows: pl.DataFrame, name: str) -> list[str]:
    effect = name.endswith("_effect")
    lines = [
        (
            str(row["decile"]),
            f"{row['voters']:,}",
            _share(row["score_mean"], signed=effect),
            _share(row["outcome_share"], signed=effect),
            f"{100 * row['outcome_se']:.2f}",
            _share(row["gain_share"]),
            "" if row["lift"] is None else f"{row['lift']:.2f}",
        )
        for row in rows.iter_rows(named=True)
    ]
    found = "measured" if effect else "came true"
    head = ("decile", "voters", "mean score", found, "s.e.", "gain", "lift")
    return _section(f"Gains: `{name}`, highest scores first (percent)", _table(head, lines))


def _calibration(table: pl.DataFrame, name: str) -> list[str]:
    """Of each grouping the groups that are farthest off."""
    effect, found = name.endswith("_effect"), []
    for (group,), rows in table.filter(pl.col("score") == name).group_by("group", maintain_order=True):
        gap = pl.col("outcome_share") - pl.col("score_mean")
        # A handful in whom all came true has no error of its own: that which the score says then counts.
        mean = pl.col("score_mean").clip(0.0, 1.0)
        error = pl.max_horizontal("outcome_se", (mean * (1.0 - mean) / pl.col("voters")).sqrt()).clip(1e-9)
        off = (gap / error).abs()
        large = rows.filter(pl.col("voters") >= FEWEST_VOTERS)
        worst = large.with_columns(gap=gap).sort(off, descending=True, maintain_order=True)
        lines = [
            (
                _short(row["value"]),
                f"{row['voters']:,}",
                _share(row["score_mean"], signed=effect),
                _share(row["outcome_share"], signed=effect),
                f"{100 * row['gap']:+.1f}",
                f"{100 * row['outcome_se']:.2f}",
            )
            for row in worst.head(MOST_GROUPS).iter_rows(named=True)
        ]
        left = rows.height - len(lines)
        more = f"\n\n{left:,} more, or smaller, in `calibration.csv`." if left > 0 else ""
        head = (_short(str(group)), "voters", "mean score", "measured" if effect else "came true", "gap", "s.e.")
        if lines:
            found.append(_table(head, lines) + more)
    body = "\n\n".join(found) or "No group is large enough to say anything: see `calibration.csv`."
    return _section(f"Calibration: `{name}`, groups farthest off first (percent)", body)


def _features(importance: pl.DataFrame) -> str:
    if importance.is_empty():
        return "None: everybody has the same score."
    rows = importance.sort("mean_abs", descending=True, maintain_order=True)
    lines = [
        (_short(row["score"]), _short(row["term"]), f"{row['mean_abs']:.4f}")
        for row in rows.head(MOST_TERMS).iter_rows(named=True)
    ]
    left = rows.height - len(lines)
    more = f"\n\n{left:,} more in `importance.csv`." if left > 0 else ""
    return _table(("score", "term", "mean size"), lines) + more


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table with its columns aligned: the first to the left, numbers to the right."""
    widths = [max(3, *(len(line[i]) for line in (head, *rows))) for i in range(len(head))]
    left = [all(not _is_number(row[i]) for row in rows) for i in range(len(head))]

    def line(cells: Sequence[str]) -> str:
        placed = (
            cell.ljust(width) if at_left else cell.rjust(width)
            for cell, width, at_left in zip(cells, widths, left, strict=True)
        )
        return f"| {' | '.join(placed)} |"

    rule = "|".join(
        f" {'-' * width} " if at_left else f" {'-' * (width - 1)}: "
        for width, at_left in zip(widths, left, strict=True)
    )
    return "\n".join([line(head), f"|{rule}|", *(line(row) for row in rows)])


def _is_number(cell: str) -> bool:
    return cell.lstrip("+-").replace(",", "").replace(".", "", 1).isdigit()


def _number(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() and abs(value) >= 2 else f"{value:.4f}"


def _share(value: float | None, *, signed: bool = False) -> str:
    if value is None:
        return ""
    return f"{100 * value:+.1f}" if signed else f"{100 * value:.1f}"


def _short(text: str, most: int = 24) -> str:
    return (text if len(text) <= most else f"{text[: most - 1]}…").replace("|", "/")
