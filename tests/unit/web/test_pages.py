"""Pages of the web form as HTML: what stands in them, and that nobody's words become markup."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

import numpy as np
import pytest

from hustings.survey.questionnaire import Ask, assign, next_step
from hustings.web.forms.pages import finished_html, message_html, page_html, posted, read_form, style_source
from made_questionnaires import NOTHING, radio, read, tracker

VOID = {"meta", "input", "br", "link"}


class Tree(HTMLParser):
    """Elements with their attributes; fails where a tag is not closed in its turn."""

    def __init__(self, html):
        super().__init__()
        self.open, self.found = [], []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def all(self, tag, **attrs):
        return [a for t, a in self.found if t == tag and attrs.items() <= a.items()]


def page(survey, answers=None, values=None, errors=None, **more):
    step = next_step(survey, answers or {}, NOTHING)
    kept = {"action": "/w/token", "progress": 0.25, "hidden": {"page": step.page.name}}
    return page_html(survey, step, values=values or {}, errors=errors or {}, **(kept | more))


def test_every_page_of_the_tracker_is_small_whole_and_labelled():
    survey, answers = tracker(), {"early_vote": "plan_day"}
    drawn = assign(survey, np.random.default_rng(5))
    while isinstance(step := next_step(survey, answers, drawn), Ask):
        html = page_html(survey, step, action="/x", values={}, errors={}, progress=0.5, hidden={}, stop_url="/x/stop")
        tree = Tree(html)
        assert len(html.encode()) < 15_000
        assert not tree.all("script")
        assert not re.search(r"https?:|url\(|\son\w+=| style=", html)
        assert len(tree.all("h1")) == 1
        ids = [attrs["id"] for _, attrs in tree.found if "id" in attrs]
        assert len(set(ids)) == len(ids)
        for tag, attrs in tree.found:
            named = [attrs[k] for k in ("for", "aria-labelledby", "aria-describedby") if k in attrs]
            assert set(" ".join(named).split()) <= set(ids), (tag, attrs)
        answers |= {view.name: view.choices[0].code if view.choices else "words" for view in step.page.questions}
        answers |= {"vote": "a"} if "vote" in answers else {}


def test_words_of_others_stay_words():
    bad = '"><script>alert(1)</script>'
    survey = read({"type": "text", "name": "a", "title": bad}, radio("b", bad, title="{a}"), title=bad)
    html = page(survey, values={"a": bad}, errors={"a": bad}, hidden={bad: bad}, action=bad, sponsor=bad, stop_url=bad)
    html += page(survey, {"a": bad}) + message_html(bad, bad)
    assert not Tree(html).all("script")
    assert html.count("&lt;script&gt;") > 8


def test_answers_are_shown_again():
    many = {"type": "checkbox", "name": "m", "choices": ["x", "y"]}
    age = {
        "type": "text",
        "name": "n",
        "inputType": "number",
        "specialChoices": [{"value": "rf", "meaning": "refused"}],
    }
    survey = read([radio("a", "x", "y"), many, age, {"type": "dropdown", "name": "d", "choices": ["x", "y"]}])
    tree = Tree(page(survey, values={"a": "y", "m": ("x", "y"), "n": 41.0, "d": ["y"]}))
    assert [a["value"] for a in tree.all("input", name="q_a") if "checked" in a] == ["y"]
    assert [a["value"] for a in tree.all("input", name="q_m") if "checked" in a] == ["x", "y"]
    assert tree.all("input", name="q_n", type="text")[0]["value"] == "41"
    assert [a["value"] for a in tree.all("option") if "selected" in a] == ["y"]
    refused = Tree(page(survey, values={"a": None, "n": "rf"}))
    assert [a["value"] for a in refused.all("input", name="q_a") if "checked" in a] == [""]
    assert [a["value"] for a in refused.all("input", name="q_n") if "checked" in a] == ["rf"]
    assert refused.all("input", name="q_n", type="text")[0]["value"] == ""


def test_an_error_leads_to_its_input():
    survey = read([radio("a", isRequired=True), {"type": "text", "name": "b"}])
    tree = Tree(page(survey, errors={"a": "Please choose one answer.", "b": "Too long."}))
    ids = {attrs["id"]: tag for tag, attrs in tree.found if "id" in attrs}
    links = [a["href"][1:] for a in tree.all("a")]
    assert [ids[link] for link in links] == ["input", "input"]
    assert tree.all("fieldset", **{"aria-invalid": "true", "aria-describedby": f"{links[0]}-error"})
    assert tree.all("input", name="q_b", **{"aria-invalid": "true"})
    assert len(tree.all("section", role="alert")) == 1
    assert not Tree(page(survey)).all("section")


def test_not_answering_is_offered():
    refusable = radio("a", "x", {"value": "rf", "text": "No say", "meaning": "refused"})
    assert "Prefer not to answer" in page(read(radio("a")))
    assert "Prefer not to answer" not in page(read(radio("a", isRequired=True)))
    assert "Prefer not to answer" not in page(read(refusable))
    assert "Leave it empty" in page(read({"type": "comment", "name": "a"}))


def test_buttons_and_foot():
    html = page(read(radio("a")), sponsor="Asked by Us, 1 Road.", stop_url="/w/token/stop")
    tree = Tree(html)
    assert [b["value"] for b in tree.all("button", name="go")] == ["next", "back"]
    assert [b["value"] for b in Tree(page(read(radio("a")), back=False)).all("button")] == ["next"]
    assert tree.all("a", href="/w/token/stop")
    assert "Asked by Us, 1 Road." in html
    assert "voluntary" in html
    assert tree.all("html", lang="en")
    assert Tree(page(read(radio("a"), locale="es"))).all("html", lang="es")
    assert tree.all("progress", value="25")


def test_a_posted_page_is_read():
    survey = read([radio("a", isRequired=True), radio("b"), {"type": "checkbox", "name": "c", "choices": ["x", "y"]}])
    view = next_step(survey, {}, NOTHING).page
    assert read_form(view, {"q_a": ["yes"], "q_b": [""], "q_c": ["y", "x"], "go": ["next"]}) == (
        {"a": "yes", "b": None, "c": ("x", "y")},
        {},
    )
    assert read_form(view, {"q_b": ["maybe"]}) == (
        {"c": None},
        {"a": "Please choose one answer.", "b": "Please choose one of the answers listed."},
    )
    assert posted(view, {"q_b": ["maybe"], "go": ["next"]}) == {"b": ["maybe"]}


def test_last_words():
    survey = read(radio("a"), completedHtml="Thanks a lot.\n<p>Bye.")
    done = finished_html(survey, next_step(survey, {"a": None}, NOTHING))
    assert "<p>Thanks a lot.</p>" in done
    assert "<p>Bye.</p>" in done
    asked = Tree(message_html("Sure?", "Really.", button="Yes", action="/stop", hidden={"k": "v"}))
    assert asked.all("form", action="/stop")
    assert asked.all("input", name="k", value="v")


@pytest.mark.parametrize("html", [message_html("a", "b"), page(read(radio("a")))])
def test_the_security_policy_names_the_style(html):
    style = re.search("<style>(.*?)</style>", html, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert style_source() == f"'sha256-{digest}'"
