from __future__ import annotations

import datetime as dt
import re

import polars as pl
import pytest

from hustings.survey.trend import trend_table
from hustings.survey.trend.lines import SCHEMA
from hustings.survey.trend.page import HEIGHT, TOP, trend_page

DAY = dt.date(2016, 10, 1)


def ends(level):
    return (level - 0.04, level + 0.04) if level < 0 else (max(level - 0.04, 0.0), min(level + 0.04, 1.0))


def table(measures, n=4):
    rows = [
        ("wave", measure, "US", DAY + dt.timedelta(days=2 * k), level, 0.02, *ends(level), 500.0, 1)
        for measure, level in measures.items()
        for k in range(n)
    ]
    return trend_table(pl.DataFrame(rows, schema=SCHEMA, orient="row"), window_days=2)


def test_one_chart_a_measure_in_the_order_of_the_headings():
    measures = {
        "enthusiasm_gap:dem": -0.1,
        "heard:dem": 0.5,
        "vote:dem": 0.45,
        "vote:none_of_them": 0.01,
        "new_one": 0.3,
    }
    page = trend_page(table(measures), title="A & B", unit="US", labels={"dem": "Ada <Ames>"})
    assert re.findall("<h2>(.*?)</h2>", page) == ["Vote", "Heard something about", "Enthusiasm gap", "New one"]
    assert page.count("<svg") == 5
    assert re.findall('aria-label="(.*?), ', page)[:3] == [
        "Vote: Ada &lt;Ames&gt;",
        "Vote: none of them",
        "Heard something about: Ada &lt;Ames&gt;",
    ]
    assert "<h1>A &amp; B, US</h1>" in page
    assert "4 waves, 2016-10-01 to 2016-10-07" in page
    assert "45.0 ±" in page
    assert "http" not in page.replace("http-equiv", ""), "nothing is fetched"


def test_dots_are_where_the_axis_says():
    """Waves of 45 % lie between the lines of 40 and 50, as far from each."""
    page = trend_page(table({"vote:dem": 0.45, "vote:rep": 0.40}), title="t", unit="US")
    chart = page.split("<figure>")[1]
    lines = {
        text: float(y) - 4 for y, text in re.findall(r'<text x="36" y="([\d.]+)" text-anchor="end">(\d+)</text>', chart)
    }
    dots = {float(y) for y in re.findall(r'<circle cx="[\d.]+" cy="([\d.]+)"', chart)}
    assert len(dots) == 1
    assert dots.pop() == pytest.approx(lines["44"] + (lines["46"] - lines["44"]) / 2, abs=0.2)


def test_nothing_leaves_the_chart():
    page = trend_page(table({"vote:dem": 0.0, "vote:rep": 1.0, "enthusiasm_gap:dem": -0.9}), title="t", unit="US")
    heights = [float(y) for y in re.findall(r'cy="(-?[\d.]+)"', page)]
    assert all(TOP <= y <= HEIGHT for y in heights)
    shares = page.split("<h2>Enthusiasm gap")[0]
    assert not re.search(r'text-anchor="end">(-\d+|1[1-9]\d)<', shares), "a share has no axis below 0 or above 100"


def test_one_wave_is_a_page_too():
    page = trend_page(table({"vote:dem": 0.45}, n=1), title="t", unit="US")
    assert "one wave, 2016-10-01" in page
    assert "<polyline" not in page
