"""From answers so far to what is asked next: pages for the web, one question at a time for texts and calls.

One rule: pages and questions are walked in order, and only answers *on that way* count. Who goes back and changes an
answer leaves the answers of a branch that is no longer taken behind; :func:`on_route` says which count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from hustings.errors import InputError
from hustings.survey.codebook import Choice
from hustings.survey.questionnaire.expressions import Value, evaluate
from hustings.survey.questionnaire.model import (
    LAST,
    Answer,
    Assignment,
    Condition,
    Ending,
    Note,
    Page,
    Question,
    Questionnaire,
)
from hustings.survey.questionnaire.views import PageView, QuestionView

PLACEHOLDER = re.compile(r"\{([A-Za-z_][A-Za-z0-9_.]*)\}")

Answers = Mapping[str, Answer | None]


@dataclass(frozen=True)
class Ask:
    """A page to be shown."""

    page: PageView


@dataclass(frozen=True)
class Finished:
    """Nothing more to ask."""

    kind: Literal["complete", "screened_out"]
    message: str = ""


Step = Ask | Finished


def assign(questionnaire: Questionnaire, rng: np.random.Generator) -> Assignment:
    """Draw arms of splits, orders of choices and of questions on shuffled pages; store it before showing anything."""
    splits = {one.name: one.arms[rng.choice(len(one.arms), p=one.shares)] for one in questionnaire.splits}
    orders = {}
    for question in questionnaire.questions:
        if question.order == "random":
            free = [c.code for c in question.choices if c.meaning not in LAST]
            last = [c.code for c in question.choices if c.meaning in LAST]
            orders[question.name] = (*(free[i] for i in rng.permutation(len(free))), *last)
    pages = {
        page.name: tuple(page.questions[i].name for i in rng.permutation(len(page.questions)))
        for page in questionnaire.pages
        if page.shuffled
    }
    return Assignment(splits, orders, pages)


def next_step(questionnaire: Questionnaire, answers: Answers, assignment: Assignment) -> Step:
    """What to show next on the web.

    Parameters
    ----------
    questionnaire : Questionnaire
        What is asked.
    answers : mapping of str to Answer or None
        Question -> answer, for every question that was shown; None = shown and left empty.
    assignment : Assignment
        What :func:`assign` drew for this respondent.

    Returns
    -------
    Ask or Finished
        The first page with a question that was not shown yet. A question that depends on another one of its page waits
        until that one is answered: the page is then shown again with the rest.
    """
    walk = _Walk(questionnaire, answers, assignment)
    for page in questionnaire.pages:
        views = walk.page(page)
        if views:
            return Ask(_view(walk, page, views))
        if walk.ended:
            return walk.finished()
    return walk.finished()


def next_question(questionnaire: Questionnaire, answers: Answers, assignment: Assignment) -> QuestionView | Finished:
    """What to ask next where one question is asked at a time; as :func:`next_step` otherwise."""
    step = next_step(questionnaire, answers, assignment)
    return step if isinstance(step, Finished) else step.page.questions[0]


def page_at(questionnaire: Questionnaire, answers: Answers, assignment: Assignment, page: str) -> Ask:
    """Show a page again whose questions were answered, as the Back button does.

    Raises
    ------
    InputError
        The page is not on this respondent's way.
    """
    walk = _Walk(questionnaire, answers, assignment)
    for one in questionnaire.pages:
        views = walk.page(one, again=one.name == page)
        if one.name == page and views:
            return Ask(_view(walk, one, views))
    raise InputError(f"page {page!r} is not on the way of these answers", hint="trail() gives the pages that are")


def trail(questionnaire: Questionnaire, answers: Answers, assignment: Assignment) -> tuple[str, ...]:
    """Names of the pages shown so far, in order: the last one is where Back leads to."""
    kept = on_route(questionnaire, answers, assignment)
    return tuple(page.name for page in questionnaire.pages if any(q.name in kept for q in page.questions))


def on_route(questionnaire: Questionnaire, answers: Answers, assignment: Assignment) -> dict[str, Answer | None]:
    """Give the answers that count: those of questions on the way that the answers themselves describe."""
    walk = _Walk(questionnaire, answers, assignment)
    for page in questionnaire.pages:
        if walk.page(page) or walk.ended:
            break
    return walk.kept


def progress(questionnaire: Questionnaire, answers: Answers, assignment: Assignment) -> float:
    """Share (0-1) of the way behind the respondent; questions that will not be asked count as passed."""
    walk = _Walk(questionnaire, answers, assignment)
    before = 0
    for page in questionnaire.pages:
        if walk.page(page):
            before += sum(question.name in walk.kept for question in page.questions)
            return before / len(questionnaire.questions)
        if walk.ended:
            break
        before += len(page.questions)
    return 1.0


class _Walk:
    """One way through the questionnaire; its state is what was passed so far."""

    def __init__(self, questionnaire: Questionnaire, answers: Answers, assignment: Assignment) -> None:
        self.questionnaire = questionnaire
        self.answers = answers
        self.assignment = assignment
        self.kept: dict[str, Answer | None] = {}
        self.notes: list[str] = []
        self.ended: Ending | None = None
        self._pass("")

    def page(self, page: Page, *, again: bool = False) -> list[QuestionView]:
        """Pass a page: keep its answers, and give the questions still to be asked.

        With `again` answered questions are given too. Notes wait for the next question, whichever page it is on.
        """
        views: list[QuestionView] = []
        waiting: set[str] = set()
        held = False
        for element in self._elements(page):
            if self.ended is not None:
                break
            if isinstance(element, Note):
                # A note that depends on an answer of this page holds back what follows it: it is read before.
                held = held or bool(waiting & element.depends_on)
                if not held and self._holds(element.conditions):
                    self.notes.append(self.fill(element.text))
            elif held or waiting & element.depends_on:
                waiting.add(element.name)
            else:
                views += self._meet(element, waiting, again=again)
                if not page.shuffled and not waiting:
                    self._pass(element.name)
        if page.shuffled and not views:
            for question in page.questions:
                self._pass(question.name)
        return views

    def _meet(self, question: Question, waiting: set[str], *, again: bool) -> list[QuestionView]:
        """Keep a question's answer, or ask it, or go past it."""
        if not self._holds(question.conditions):
            return []
        answered = question.name in self.answers
        views = [] if answered and not again else [self._question(question)]
        if answered:
            self.kept[question.name] = self.answers[question.name]
        else:
            waiting.add(question.name)
        self.notes = []
        return views

    def finished(self) -> Finished:
        """How it ended."""
        if self.ended is None:
            return Finished("complete", self.questionnaire.thanks)
        return Finished(
            "complete" if self.ended.kind == "complete" else "screened_out",
            self.ended.message or self.questionnaire.thanks,
        )

    def fill(self, text: str) -> str:
        """Fill ``{question}`` with the words of its answer."""
        return PLACEHOLDER.sub(lambda found: self._words(found[1]), text) if "{" in text else text

    def _elements(self, page: Page) -> Sequence[Question | Note]:
        if not page.shuffled:
            return page.elements
        order = self.assignment.pages.get(page.name, ())
        place = {name: i for i, name in enumerate(order)}
        return (*page.notes, *sorted(page.questions, key=lambda q: place.get(q.name, len(place))))

    def _pass(self, name: str) -> None:
        for ending in self.questionnaire.endings_after.get(name, ()):
            if self.ended is None and self._holds((ending.condition,)):
                self.ended = ending

    def _holds(self, conditions: Sequence[Condition]) -> bool:
        return all(evaluate(one.tree, self._value) for one in conditions)

    def _value(self, name: str) -> Value:
        if name.startswith("split."):
            return self.assignment.splits.get(name.removeprefix("split."))
        return self.kept.get(name)

    def _words(self, name: str) -> str:
        value = self._value(name)
        about = self.questionnaire.by_name.get(name)
        choices = about.by_code if about else {}
        if isinstance(value, float):
            return f"{value:g}"
        given = value if isinstance(value, tuple) else () if value is None else (str(value),)
        return ", ".join(choices[str(code)].label if str(code) in choices else str(code) for code in given)

    def _question(self, question: Question) -> QuestionView:
        """Make a question ready to be shown: words filled in, choices offered and in order."""
        order = self.assignment.orders.get(question.name, ())
        place = {code: i for i, code in enumerate(order)}
        shown: Iterator[Choice] = (
            choice
            for choice in question.choices
            if choice.code not in question.choice_conditions or self._holds((question.choice_conditions[choice.code],))
        )
        ordered = sorted(shown, key=lambda c: place.get(c.code, len(place))) if place else shown
        fill = self.fill
        return QuestionView(
            name=question.name,
            kind=question.kind,
            widget=question.widget,
            wording=fill(question.wording),
            help=fill(question.help),
            intro="\n\n".join(self.notes),
            choices=tuple(replace(c, label=fill(c.label)) if "{" in c.label else c for c in ordered),
            required=question.required or (bool(question.required_if) and self._holds(question.required_if)),
            exclusive=question.exclusive,
            low=question.low,
            high=question.high,
            whole=question.whole,
            ends=question.ends,
            input_type=question.input_type,
            min_selected=question.min_selected,
            max_selected=question.max_selected,
            max_length=question.max_length,
        )


def _view(walk: _Walk, page: Page, views: list[QuestionView]) -> PageView:
    return PageView(page.name, walk.fill(page.title), tuple(views), shuffled=page.shuffled)
