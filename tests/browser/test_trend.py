"""The trend's page in a real Chromium: narrow, by day and by night, for ears."""

from __future__ import annotations

import datetime as dt
import shutil

import polars as pl
import pytest

from hustings.survey.trend import trend_table
from hustings.survey.trend.lines import SCHEMA
from hustings.survey.trend.page import trend_page

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium (Debian: apt-get install chromium)"),
]


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    rows = [
        ("wave", measure, "US", dt.date(2016, 10, 1 + k), 0.4, 0.02, 0.36, 0.44, 500.0, 1)
        for measure in (
            "vote:dem",
            "vote:rep",
            "issue:a_code_without_a_blank_that_goes_on_and_on_and_on",
            "enthusiastic",
        )
        for k in range(5)
    ]
    table = trend_table(pl.DataFrame(rows, schema=SCHEMA, orient="row"))
    file = tmp_path_factory.mktemp("trend") / "trend.html"
    file.write_text(trend_page(table, title="tracker", unit="US"), encoding="utf-8")
    with sync_api.sync_playwright() as play:
        chromium = play.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        opened = chromium.new_page()
        opened.goto(file.as_uri())
        yield opened
        chromium.close()


def test_nothing_sticks_out(page):
    for width in (320, 768, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_charts_have_names(page):
    names = [page.get_by_role("img").nth(k).get_attribute("aria-label") for k in range(page.get_by_role("img").count())]
    assert len(names) == page.locator("svg").count() == 4
    assert names[0].startswith("Vote: dem, 40.0 ± ")
    assert page.get_by_role("heading", level=1).count() == 1


def test_day_and_night_differ(page):
    grounds = set()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        grounds.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert len(grounds) == 2
