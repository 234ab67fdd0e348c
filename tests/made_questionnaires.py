"""Small questionnaires for tests."""

from __future__ import annotations

import json

from hustings.survey.questionnaire import Assignment, daily_tracker, parse_questionnaire

OPTIONS = [("a", "Ada Ames"), ("b", "Bo Bell"), ("c-3", "Cleo Carr")]


def radio(name, *codes, **more):
    """A question with one answer."""
    return {"type": "radiogroup", "name": name, "choices": list(codes or ("yes", "no")), **more}


def pages(*elements, **top):
    """A questionnaire of one page for each argument; a list is a page of several elements."""
    made = [
        page
        if isinstance(page, dict) and "elements" in page and page.get("type") != "panel"
        else {"name": f"p{i}", "elements": page if isinstance(page, list) else [page]}
        for i, page in enumerate(elements, start=1)
    ]
    return json.dumps({"title": "Test", "pages": made, **top})


def read(*elements, **top):
    """The same, read."""
    return parse_questionnaire(pages(*elements, **top), file="q.json")


def tracker():
    """The shipped tracker for three options."""
    return parse_questionnaire(daily_tracker(OPTIONS))


NOTHING = Assignment()
