"""Charts are well-formed, escaped, and draw what they are given."""

from __future__ import annotations

import datetime as dt
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hustings.brief.charts import svg
from hustings.brief.charts.bars import Bar, both_bars, side_bars
from hustings.brief.charts.chances import Chances, chance_bars
from hustings.brief.charts.histogram import binned, seat_histogram
from hustings.brief.charts.palette import DARK, LEVELS, LIGHT, N_COLOURS, mark, resolved, strength
from hustings.brief.charts.paths import Series, path_chart
from hustings.brief.charts.ranges import Range, share_ranges, small_ranges
from hustings.brief.charts.tiles import Tile, tile_map

NASTY = 'A & B <script>"'


def parse(drawn):
    return ET.fromstring(str(drawn))


def tags(drawn, name):
    return parse(drawn).findall(f".//{{http://www.w3.org/2000/svg}}{name}")


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_text_can_be_read(palette):
    for ground in ("paper", "card"):
        for ink in ("ink", "quiet", "warn"):
            assert contrast(palette[ink], palette[ground]) >= 4.5
    for index in range(N_COLOURS):
        assert contrast(palette[f"o{index}"], palette["on"]) >= 4.5
        assert contrast(palette[f"o{index}"], palette["paper"]) >= 3


def test_strength_rises_with_the_chance():
    assert [strength(p) for p in (0.5, 0.7, 0.8, 0.95)] == [opacity for _, opacity, _ in LEVELS]


def test_marks_differ():
    assert len({str(mark(i, 0, 0, 3)) for i in range(N_COLOURS)}) == N_COLOURS


def test_resolved_leaves_no_variable():
    assert "var(" not in resolved("".join(f"var(--{name})" for name in LIGHT))


def test_elements_are_escaped():
    drawn = svg.picture(10, 10, NASTY, [svg.text(0, 0, NASTY), svg.element("title", NASTY)])
    assert parse(drawn).get("aria-label") == NASTY
    assert tags(drawn, "text")[0].text == NASTY


@given(st.floats(-1e4, 1e4), st.floats(1e-3, 1e4))
def test_ticks_lie_inside(low, width):
    found = svg.ticks(low, low + width)
    assert len(found) <= 12
    assert all(low - 1e-6 * width <= tick <= low + width * (1 + 1e-6) + 1e-9 for tick in found)


def test_months():
    months = svg.month_starts(dt.date(2016, 6, 2), dt.date(2017, 1, 1))
    assert (months[0], months[-1]) == (dt.date(2016, 7, 1), dt.date(2017, 1, 1))
    assert svg.month_starts(dt.date(2016, 6, 2), dt.date(2016, 6, 9)) == []


@given(st.dictionaries(st.integers(0, 538), st.floats(1e-6, 1), min_size=1, max_size=200))
def test_bins_keep_the_chances_and_the_majority(pairs):
    width, bins = binned(list(pairs.items()), 270)
    assert sum(bins.values()) == pytest.approx(sum(pairs.values()))
    assert all((start - 270) % width == 0 for start in bins)
    won = sum(p for seats, p in pairs.items() if seats >= 270)
    assert sum(p for start, p in bins.items() if start >= 270) == pytest.approx(won)


def test_histogram_colours_what_is_won_and_lost():
    drawn = seat_histogram(
        [(268, 0.2), (269, 0.3), (270, 0.5)], NASTY, to_win=270, own=0, other=1, other_wins_at=268, width=400
    )
    assert [bar.get("fill") for bar in tags(drawn, "rect")] == ["var(--o1)", "var(--quiet)", "var(--o0)"]


def test_one_bar_is_enough():
    assert (
        len(tags(seat_histogram([(5, 1.0)], "", to_win=3, own=2, other=None, other_wins_at=None, width=300), "rect"))
        == 1
    )


def tile(**changes):
    base = {
        "code": "MI",
        "row": 2,
        "column": 3,
        "leader": 0,
        "prob": 0.7,
        "shown": "70",
        "seats": 16,
        "unseen": False,
        "title": NASTY,
    }
    return Tile(**(base | changes))


def test_tiles():
    drawn = tile_map([tile(), tile(code="WI", column=4, unseen=True, seats=1)], "map")
    assert [t.text for t in tags(drawn, "title")] == [NASTY, NASTY]
    assert [t.text for t in tags(drawn, "text")] == ["MI", "70", "WI", "70"]
    assert len([r for r in tags(drawn, "rect") if r.get("class") == "unseen"]) == 1


def test_a_strong_tile_has_light_text():
    assert 'class="tile strong"' in str(tile_map([tile(prob=0.95)], ""))


RANGE = Range(NASTY, 1, 0.5, 0.4, 0.45, 0.55, 0.6)


@pytest.mark.parametrize("goal", [None, 0.6])
def test_ranges(goal):
    drawn = share_ranges([RANGE, RANGE], "x", width=300, goal=goal, goal_name="60%")
    assert len([line for line in tags(drawn, "line") if line.get("class") == "goal"]) == (goal is not None)


def test_a_range_outside_the_axis_stands_at_its_edge():
    drawn = small_ranges([Range("a", 0, 0.95, 0.93, 0.94, 0.96, 0.97)], "x", domain=(0.3, 0.7), middle=0.5)
    assert float(tags(drawn, "circle")[0].get("cx")) == 126


def test_paths_with_one_day_and_without_polls():
    day = dt.date(2016, 11, 7)
    series = [Series(i, (day,), (m,), (m - 0.01,), (m + 0.01,), ()) for i, m in enumerate((0.5, 0.5, 0.0))]
    drawn = path_chart(series, "x", width=350, height=190, until=day)
    ends = [float(t.get("y")) for t in tags(drawn, "text") if t.get("class") == "end"]
    assert min(abs(a - b) for i, a in enumerate(ends) for b in ends[:i]) >= 13


def test_bars_of_all_kinds():
    bars = [Bar(NASTY, 0.2, "x"), Bar("b", -0.1, "y"), Bar("c", 0.0, "z")]
    assert len(tags(both_bars(bars, "x", width=300), "rect")) == 3
    assert len(tags(side_bars(bars[::2], "x", width=300), "rect")) == 2
    assert parse(side_bars([], "x", width=300)) is not None
    drawn = chance_bars([Chances("A long name of a place that does not fit", (0.5, 0.5, 0.0), NASTY)], "x", width=350)
    assert len(tags(drawn, "rect")) == 2
