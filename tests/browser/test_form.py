"""The web form in a real Chromium, without script: filled in on a phone, by keyboard, with mistakes, at 320 pixels."""

from __future__ import annotations

import shutil
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import numpy as np
import pytest

from hustings.survey.questionnaire import Ask, assign, next_step, on_route, page_at, progress, trail
from hustings.web.forms.pages import finished_html, page_html, posted, read_form, style_source
from made_questionnaires import tracker

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium (Debian: apt-get install chromium)"),
]

PHONE = {"width": 360, "height": 740}
POLICY = f"default-src 'none'; style-src {style_source()}; form-action 'self'"


class Interview:
    """One respondent's interview, as a server keeps it."""

    def __init__(self):
        self.survey = tracker()
        self.drawn = assign(self.survey, np.random.default_rng(11))
        self.answers, self.sizes = {}, []

    def show(self, step, values=None, errors=None):
        if not isinstance(step, Ask):
            return finished_html(self.survey, step)
        html = page_html(
            self.survey,
            step,
            action="/",
            values=values or {},
            errors=errors or {},
            progress=progress(self.survey, self.answers, self.drawn),
            hidden={"page": step.page.name},
            sponsor="Asked by the Example Campaign, 1 Main Street.",
            stop_url="/stop",
            back=bool(trail(self.survey, self.answers, self.drawn)),
        )
        self.sizes.append(len(html.encode()))
        return html

    def next(self):
        return next_step(self.survey, self.answers, self.drawn)

    def post(self, form):
        step = self.next()
        if form.get("go") == ["back"]:
            last = trail(self.survey, self.answers, self.drawn)[-1]
            return self.show(page_at(self.survey, self.answers, self.drawn, last), values=self.answers)
        if step.page.name != form["page"][0]:
            step = page_at(self.survey, self.answers, self.drawn, form["page"][0])
        answers, errors = read_form(step.page, form)
        if errors:
            return self.show(step, values=posted(step.page, form), errors=errors)
        self.answers |= answers
        return self.show(self.next())


@pytest.fixture
def served():
    """An interview behind a real address."""
    interview = Interview()

    class Handler(BaseHTTPRequestHandler):
        def reply(self, html):
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", POLICY)
            self.end_headers()
            self.wfile.write(html.encode())

        def do_GET(self):
            self.reply(interview.show(interview.next()))

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self.reply(interview.post(parse_qs(body, keep_blank_values=True)))

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    interview.url = f"http://127.0.0.1:{server.server_port}/"
    yield interview
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def browser():
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with sync_api.sync_playwright() as play:
        chromium = play.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        yield chromium
        chromium.close()


@pytest.fixture
def show(browser, served):
    """Open the interview; afterwards nothing may have been logged."""
    contexts, problems = [], []

    def opened(**options):
        context = browser.new_context(**({"viewport": PHONE, "java_script_enabled": False} | options))
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: problems.append(message.text))
        # The browser asks for an icon by itself: there is none, and it is not ours to answer.
        page.route("**/favicon.ico", lambda route: route.abort())
        page.goto(served.url)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [said for said in problems if "favicon" not in said] == []


def fill(page, name, value):
    """Answer a question as a finger would: on the label, or by typing."""
    box = page.locator(f"[name='q_{name}'][value='{value}']")
    if box.count() and box.get_attribute("type") != "text":
        page.locator(f"label:has([name='q_{name}'][value='{value}'])").tap()
    else:
        page.locator(f"[name='q_{name}']").first.fill(value)


def test_the_whole_tracker_on_a_phone_without_script(show, served):
    page = show(has_touch=True)
    given = {
        "track": "wrong",
        "issue": "other",
        "issue_other": "Potholes 🙂",
        "early_vote": "plan_day",
        "vote": "a",
        "likely_to_vote": "9",
        "vote_certainty": "very",
        "second_choice": "b",
        "enthusiasm": "very",
        **{f"favourability_{one}": "neutral" for one in ("a", "b", "c_3")},
        "heard_a": "The <debate>",
        "heard_b": "nothing",
        "heard_c_3": "",
        "recalled_theme_a": "campaign",
        **{f"stands_for_{one}": "dont_know" for one in ("a", "b", "c_3")},
        "people_like_you": "all",
        "message_response": "little",
        "age": "44",
        "sex": "F",
        "race": "refused",
        "education": "hs",
    }
    for _ in range(30):
        asked = {name[2:] for name in page.locator("[name^='q_']").evaluate_all("them => them.map(one => one.name)")}
        if not asked:
            break
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        for name in asked:
            if given[name]:
                fill(page, name, given[name])
        with page.expect_navigation():
            page.get_by_role("button", name="Next").tap()
    assert page.locator("h1").inner_text() == "Thank you"
    kept = on_route(served.survey, served.answers, served.drawn)
    assert kept.pop("age") == 44.0
    assert kept.pop("heard_c_3") is None
    assert kept == {name: value for name, value in given.items() if name not in {"age", "heard_c_3"}}
    assert max(served.sizes) < 15_000


def test_by_keyboard_only(show, served):
    page = show()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Next"
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert served.answers == {"track": "wrong"}
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    with page.expect_navigation():
        page.keyboard.press("Enter")  # the first button of a form is Next
    assert served.answers["issue"] in {choice.code for choice in served.survey.question("issue").choices}
    page.get_by_role("button", name="Back").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator("[name=q_issue]:checked").get_attribute("value") == served.answers["issue"]


def test_a_mistake_says_what_to_do(show, served):
    served.answers = {q.name: "x" for q in served.survey.questions if q.name not in {"age", "sex", "race", "education"}}
    page = show()
    fill(page, "age", "12")
    page.get_by_label("Female").check()
    page.get_by_role("button", name="Next").click()
    assert page.title().startswith("Please check")
    links = page.locator("[role=alert] a")
    assert links.count() == 3
    assert "from 18 to 120" in links.first.inner_text()
    assert page.get_by_label("Female").is_checked()
    assert page.locator("input[name=q_age][type=text]").input_value() == "12"
    links.first.click()
    assert page.evaluate("document.activeElement.name") == "q_age"
    assert "age" not in served.answers


def test_nothing_sticks_out_at_320_and_everything_can_be_touched_and_read(show, served):
    page = show(viewport={"width": 320, "height": 640}, reduced_motion="reduce")
    for _ in range(30):
        step = served.next()
        if not isinstance(step, Ask):
            break
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        small = page.locator("label.choice, label.point, button, footer a, select, textarea, [type=text]").evaluate_all(
            "them => them.filter(one => one.getBoundingClientRect().height < 44).map(one => one.outerHTML)"
        )
        assert small == []
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert page.evaluate(WEAK) == []
        served.answers |= {view.name: "a" if view.name == "vote" else "words" for view in step.page.questions}
        page.goto(served.url)
    assert page.locator("h1").inner_text() == "Thank you"


# Text whose contrast to what is behind it is under 4.5 to 1 (WCAG 2.2, 1.4.3).
WEAK = """() => {
  const rgb = text => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(c => c / 255).map(c => c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [.2126, .7152, .0722][i], 0);
  const ground = one => {
    for (; one; one = one.parentElement) {
      const c = rgb(getComputedStyle(one).backgroundColor);
      if (c.length < 4 || c[3] === 1) return c;
    }
    return [255, 255, 255];
  };
  return [...document.querySelectorAll('h1, h2, p, legend, label, span, a, button')].filter(one => {
    if (!one.textContent.trim()) return false;
    const a = light(rgb(getComputedStyle(one).color)), b = light(ground(one));
    return (Math.max(a, b) + .05) / (Math.min(a, b) + .05) < 4.5;
  }).map(one => one.outerHTML);
}"""
