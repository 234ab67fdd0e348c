"""The brief in a real Chromium: silent, offline, sortable by keyboard, at any width, by day and by night."""

from __future__ import annotations

import json
import shutil

import polars as pl
import pytest

from hustings.brief import gather, render
from hustings.store import write_csv, write_json
from hustings.tables import SOURCES, WORTH

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium (Debian: apt-get install chromium)"),
]

WIDTHS = (390, 768, 1280)


@pytest.fixture(scope="module")
def browser():
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with sync_api.sync_playwright() as play:
        chromium = play.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def pages(made_runs, tmp_path_factory):
    """Kind -> file of its page."""
    folder = tmp_path_factory.mktemp("pages")
    found = {}
    for kind, run in made_runs.items():
        found[kind] = folder / f"{kind}.html"
        found[kind].write_text(render(gather(run)), encoding="utf-8")
    return found


@pytest.fixture
def show(browser, pages):
    """Open a kind's page; afterwards nothing may have been logged or fetched."""
    contexts, problems = [], []

    def opened(kind="us", **options):
        context = browser.new_context(**({"viewport": {"width": 1280, "height": 900}} | options))
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: problems.append(message.text))
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on(
            "request",
            lambda request: problems.append(request.url) if not request.url.startswith(("file:", "data:")) else None,
        )
        page.goto(pages[kind].as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()
    assert problems == []


@pytest.mark.parametrize("kind", ["us", "assembly", "measure", "no-polls"])
def test_nothing_sticks_out_at_any_width(show, kind):
    page = show(kind)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_every_unit_has_a_row_and_a_tile(show):
    page = show()
    assert page.locator("table.units tbody tr").count() == 56
    assert page.locator(".tile").count() == 56
    assert page.locator("tr.stale").count() == 2


def test_sorting_by_keyboard(show):
    page = show()
    button = page.get_by_role("button", name="Electors")
    button.focus()
    page.keyboard.press("Enter")
    assert page.locator("table.units th[aria-sort]").get_attribute("aria-sort") == "descending"
    assert page.locator("table.units tbody th").first.inner_text() == "California"
    page.keyboard.press("Space")
    assert page.locator("table.units th[aria-sort]").get_attribute("aria-sort") == "ascending"
    assert page.locator("table.units tbody tr").count() == 56
    page.get_by_role("button", name="Place").press("Enter")
    assert page.locator("table.units tbody th").first.inner_text() == "Alabama"
    assert page.locator("table.units th[aria-sort]").count() == 1


def test_places_never_polled_sort_as_longest_ago(show):
    page = show()
    page.get_by_role("button", name="Last poll").click()
    assert page.locator("table.units tbody tr").first.locator("td").last.inner_text() == "never"


def test_it_is_complete_without_script(show):
    page = show(java_script_enabled=False)
    assert page.locator("table.units tbody tr").count() == 56
    assert page.locator("table.units button").count() == 0
    page.locator("summary", has_text="Polls used").click()
    assert page.locator("#polls-used").is_visible()
    assert not page.locator(".filter").is_visible()


def test_day_and_night_differ(show):
    grounds = [
        show(color_scheme=scheme).evaluate("getComputedStyle(document.body).backgroundColor")
        for scheme in ("light", "dark")
    ]
    assert grounds[0] != grounds[1]


def test_chart_text_follows_the_night(show):
    page = show(color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.querySelector('.chart text.end')).fill") == page.evaluate(
        "getComputedStyle(document.body).color"
    )


def test_tiles_change_size_by_keyboard(show):
    page = show(reduced_motion="reduce")
    square = page.locator(".tile", has_text="WY").locator(".fill")
    before = square.bounding_box()["width"]
    page.locator("#tiles-same").focus()
    page.keyboard.press("ArrowRight")
    assert page.locator("#tiles-seats").is_checked()
    assert square.bounding_box()["width"] < 0.5 * before


def test_the_first_key_skips_to_the_verdict(show):
    page = show()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "verdict"


def test_charts_and_tables_have_names(show):
    page = show()
    assert page.locator("svg:not([role=img][aria-label]):not([aria-hidden=true])").count() == 0
    assert page.locator("svg[aria-label='']").count() == 0
    assert page.locator("th:not([scope])").count() == 0
    assert page.locator("[role=region]:not([aria-label])").count() == 0
    assert page.locator("h1").count() == 1


def test_one_width_of_each_chart_is_shown(show):
    page = show()
    assert page.locator("#path .wide svg").first.is_visible()
    assert not page.locator("#path .narrow svg").first.is_visible()
    page.set_viewport_size({"width": 390, "height": 900})
    assert page.locator("#path .narrow svg").first.is_visible()


def test_finding_a_poll(show):
    page = show()
    page.locator("summary", has_text="Polls used").click()
    page.get_by_label("Find").fill("northgate")
    shown = page.locator("#polls-used tbody tr:visible")
    assert 0 < shown.count() < 200
    assert "Northgate" in shown.first.inner_text()


def test_it_prints_everything_but_the_controls(show):
    page = show()
    page.emulate_media(media="print")
    assert not page.locator("nav").is_visible()
    assert page.locator("table.units").is_visible()


@pytest.fixture(scope="module")
def night_page(made_runs, tmp_path_factory):
    """The page of a night: a place where voters say otherwise than polls, a source that is stale, a model's card."""
    run = shutil.copytree(made_runs["us"], tmp_path_factory.mktemp("night") / "run")
    shares = {"polls_share": 0.49, "voters_share": 0.537, "both_share": 0.492, "gap_share": 0.047, "gap_z": 1.9}
    sds = {f"{source}_share_sd": 0.017 for source in ("polls", "voters", "both")}
    chances = {"polls_win_prob": 0.26, "voters_win_prob": 0.85, "both_win_prob": 0.3, "tipping_prob": 0.03}
    first = {"unit": "NC", "option": "dem", **shares, **sds, **chances}
    second = {**first, "option": "rep", "gap_z": -1.9, "polls_win_prob": 0.74, "voters_win_prob": 0.15}
    write_csv(pl.DataFrame([first, second]), run / SOURCES.file, SOURCES)
    worth = {
        "seats": 15,
        "votes": 4.4e6,
        "margin_mean": -0.013,
        "margin_sd": 0.03,
        "win_prob": 0.4,
        "tipping_prob": 0.07,
    }
    adds = {"vote_decides_prob": 3.2e-7, "win_per_point": 0.0071, "win_per_10000_votes": 0.0016}
    unknown = dict.fromkeys(("seats_per_point", "dollars_per_vote", "win_per_million_dollars", "win_per_visit"))
    worth_rows = [{"unit": unit, **worth, **adds, **unknown} for unit in ("NC", "NH", "PA")]
    types = dict.fromkeys(unknown, pl.Float64)
    write_csv(pl.DataFrame(worth_rows, schema_overrides=types), run / WORTH.file, WORTH)
    night = {
        "sources": [{"name": "voters of NC", "newest": "2016-10-22", "age_days": 16, "is_stale": True}],
        "models": [
            {"model": "turnout", "as_of": "2016-11-07", "data": [], "measures": {"log_loss": 0.536, "auc": 0.68}}
        ],
    }
    info = json.loads((run / "run.json").read_text(encoding="utf-8"))
    write_json({**info, "night": night}, run / "run.json")
    (run / "models").mkdir()
    (run / "models" / "turnout.md").write_text("# The turnout model\n")
    (run / "brief.html").write_text(render(gather(run)), encoding="utf-8")
    return run / "brief.html"


def test_the_night_is_whole_on_a_phone_and_its_cards_are_there(browser, night_page):
    page = browser.new_page(viewport={"width": 390, "height": 800})
    page.goto(night_page.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    # Nothing of these tables hides behind a scroll: who disagrees, and what it decides, are their last columns.
    for section in ("#sources", "#worth", "#fresh"):
        for box in page.locator(f"{section} .scroll").all():
            assert box.evaluate("box => box.scrollWidth - box.clientWidth") <= 1
    assert "disagree" in page.locator("#sources").inner_text()
    assert "different leaders" in page.locator("#sources").inner_text()
    assert page.locator("#fresh tr.stale").count() == 1
    cards = [link.get_attribute("href") for link in page.locator("#fresh a").all()]
    assert cards == ["models/turnout.md"]
    assert all((night_page.parent / card).is_file() for card in cards)
    for link in page.locator("#verdict a[href^='#']").all():
        assert page.locator(link.get_attribute("href")).count() == 1
    page.close()
