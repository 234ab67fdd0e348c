"""A questionnaire that was read, held to what can be asked: names, references, and ways that lead somewhere.

Whether a question can ever be asked is decided by trying out: of each question that its conditions look at, only the
answers they can tell apart, through all that decides whether *those* are asked, and past the endings before. Where that
is more than :data:`MOST` cases the check is left out: it proves faults, and is silent when in doubt.
"""

from __future__ import annotations

import difflib
import itertools
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from hustings.errors import ContestError
from hustings.survey.codebook import Choice
from hustings.survey.questionnaire.expressions import Compare, Literal, Ref, Value, comparisons, evaluate
from hustings.survey.questionnaire.model import Condition, Ending, Note, Page, Question, Questionnaire
from hustings.survey.questionnaire.places import Place
from hustings.survey.questionnaire.routing import PLACEHOLDER

MOST = 20_000
"""Cases that are tried for one question."""

_SIZES = {"<", "<=", ">", ">="}


def check(questionnaire: Questionnaire, place: Place) -> None:
    """Hold a questionnaire to its rules.

    Raises
    ------
    InputError
        One is broken; names the question, page or trigger, and what to do.
    """
    _twice((page.name for page in questionnaire.pages), "page", place)
    _twice((question.name for question in questionnaire.questions), "question", place)
    _twice((split.name for split in questionnaire.splits), "split", place)
    if not questionnaire.questions:
        raise place.error("asks no questions")
    if isinstance(questionnaire.pages[-1].elements[-1], Note):
        raise place.at(f"page {questionnaire.pages[-1].name!r}").error(
            "ends the questionnaire with words no question follows", "say them in completedHtml"
        )
    checker = _Checker(questionnaire, place)
    for page in questionnaire.pages:
        checker.page(page)
    checker.endings()


def check_options(questionnaire: Questionnaire, option_ids: Iterable[str]) -> None:
    """Make sure that every option named in a questionnaire is one of the contest's.

    Raises
    ------
    ContestError
        One is not; names the question and the options there are.
    """
    known = tuple(option_ids)
    for question in questionnaire.questions:
        named = [question.option, *(choice.option for choice in question.choices)]
        for option in named:
            if option and option not in known:
                near = difflib.get_close_matches(option, known, n=1)
                raise ContestError(
                    f"question {question.name!r} names the option {option!r}, which the contest does not have",
                    hint=f"did you mean {near[0]}?" if near else f"options: {', '.join(known)}",
                )


def _twice(names: Iterable[str], what: str, place: Place) -> None:
    # A name that differs in case only would be the same column in many programs.
    twice = [name for name, n in Counter(name.casefold() for name in names).items() if n > 1]
    if twice:
        raise place.error(f"{what} {twice[0]!r} stands there twice", "give each a name of its own")


class _Checker:
    """References and reachability, page by page: what was passed is what later conditions may look at."""

    def __init__(self, questionnaire: Questionnaire, place: Place) -> None:
        self.questionnaire = questionnaire
        self.place = place
        self.arms = {f"split.{split.name}": split.arms for split in questionnaire.splits}
        self.passed: dict[str, Question] = {}
        self.position = {question.name: i for i, question in enumerate(questionnaire.questions)}
        self.cases = _Cases(questionnaire, self.arms)

    def page(self, page: Page) -> None:
        """Check a page's elements in order."""
        place = self.place.at(f"page {page.name!r}")
        self._words(page.title, place)
        before = dict(self.passed)
        elements: tuple[Question | Note, ...] = (*page.notes, *page.questions) if page.shuffled else page.elements
        for element in elements:
            if page.shuffled:
                self.passed = before
            if isinstance(element, Note):
                self._conditions(element.conditions, place.at("a note"))
                self._words(element.text, place.at("a note"))
            else:
                self._question(element, place.at(f"question {element.name!r}"))
                self.passed = {**self.passed, element.name: element}
        self.passed = {**before, **{question.name: question for question in page.questions}}

    def endings(self) -> None:
        """Check that every trigger can fire, and that not everybody is sent away at once."""
        for i, ending in enumerate(self.questionnaire.endings, start=1):
            place = self.place.at(f"trigger {i}")
            self._conditions((ending.condition,), place)
            if not self.cases.possible((ending.condition,), ()):
                raise place.error(
                    f"no answers ever fulfil {ending.condition.text!r}: it never ends anything",
                    "correct the expression, or leave the trigger out",
                )

    def _question(self, question: Question, place: Place) -> None:
        self._conditions((*question.conditions, *question.required_if), place)
        self._conditions(question.choice_conditions.values(), place)
        for text in (question.wording, question.help, *(choice.label for choice in question.choices)):
            self._words(text, place)
        before = [
            ending
            for ending in self.questionnaire.endings
            if max((self.position.get(name, -1) for name in ending.condition.names), default=-1)
            < self.position[question.name]
        ]
        if not self.cases.possible(question.conditions, before):
            said = " and ".join(condition.text for condition in question.conditions)
            raise place.error(
                "can never be asked: "
                + (f"no answers fulfil {said!r}" if said else "everybody's interview ends before it"),
                "correct its visibleIf, its page's or panel's, or the trigger before it",
            )

    def _conditions(self, conditions: Iterable[Condition], place: Place) -> None:
        for condition in conditions:
            for name in sorted(condition.names):
                self._known(name, f"the condition {condition.text!r}", place)
            for one in comparisons(condition.tree):
                self._codes(one, condition, place)

    def _words(self, text: str, place: Place) -> None:
        for found in PLACEHOLDER.finditer(text):
            self._known(found[1], f"the text {text[:60]!r}", place)

    def _known(self, name: str, where: str, place: Place) -> None:
        if name in self.passed or name in self.arms:
            return
        if name in self.position:
            raise place.error(
                f"{where} looks at {name!r}, which is asked later or in random order beside it",
                "move that question to an earlier place",
            )
        known = (*self.passed, *self.arms)
        near = difflib.get_close_matches(name, known, n=1)
        raise place.error(
            f"{where} looks at {name!r}: there is no such question",
            f"did you mean {near[0]}?" if near else f"before it: {', '.join(known) or 'nothing'}",
        )

    def _codes(self, one: Compare, condition: Condition, place: Place) -> None:
        """Refuse codes that the question does not have."""
        ref, values = _sides(one)
        question = self.questionnaire.by_name.get(ref)
        if (question is not None and question.kind in {"numeric", "open"}) or one.op in _SIZES or not values:
            return
        codes = self.arms.get(ref) or (tuple(question.by_code) if question else ())
        for value in values:
            if not any(evaluate(Compare("=", Literal(code), Literal(value)), _nothing) for code in codes):
                near = difflib.get_close_matches(str(value), codes, n=1)
                raise place.error(
                    f"the condition {condition.text!r} compares {ref!r} with {_shown(value)}, which is none of its codes",
                    f"did you mean {near[0]}?" if near else f"codes: {', '.join(codes[:20])}",
                )


def _nothing(_name: str) -> Value:
    return None


def _shown(value: Value) -> str:
    return f"{value:g}" if isinstance(value, float) else repr(value)


def _sides(one: Compare) -> tuple[str, tuple[str | float | bool, ...]]:
    """The name and the constants of a comparison."""
    ref = next((side.name for side in (one.left, one.right) if isinstance(side, Ref)), "")
    value = next((side.value for side in (one.right, one.left) if isinstance(side, Literal)), None)
    return ref, value if isinstance(value, tuple) else () if value is None else (value,)


class _Cases:
    """Answers to try out."""

    def __init__(self, questionnaire: Questionnaire, arms: Mapping[str, Sequence[str]]) -> None:
        self.by_name = questionnaire.by_name
        self.arms = arms
        everything: list[Condition] = [ending.condition for ending in questionnaire.endings]
        for page in questionnaire.pages:
            for element in page.elements:
                everything += element.conditions
                everything += [*element.required_if] if isinstance(element, Question) else []
        self.seen: dict[str, list[Compare]] = {}
        for condition in everything:
            for one in comparisons(condition.tree):
                for side in (one.left, one.right):
                    if isinstance(side, Ref):
                        self.seen.setdefault(side.name, []).append(one)

    def possible(self, conditions: Sequence[Condition], before: Sequence[Ending]) -> bool:
        """Whether some answers fulfil all conditions and none of the endings before; True when that is too much to try.

        A question that is asked must be answered where that is required, and has no answer where it is not asked.
        """
        for endings in (before, ()):
            needed = self._closure([*conditions, *(ending.condition for ending in endings)])
            domains = {name: self._answers(name) for name in needed}
            if math.prod(len(answers) for answers in domains.values()) <= MOST:
                return any(
                    self._fits(case, conditions, endings)
                    for values in itertools.product(*domains.values())
                    for case in [dict(zip(domains, values, strict=True))]
                )
        return True

    def _closure(self, conditions: Sequence[Condition]) -> list[str]:
        waiting = [name for condition in conditions for name in condition.names]
        found: dict[str, None] = {}
        while waiting:
            name = waiting.pop()
            if name in found or (name not in self.by_name and name not in self.arms):
                continue
            found[name] = None
            if name in self.by_name:
                waiting += [n for c in self.by_name[name].conditions for n in c.names]
        return list(found)

    def _fits(self, case: dict[str, Value], conditions: Sequence[Condition], endings: Sequence[Ending]) -> bool:
        for name, value in case.items():
            question = self.by_name.get(name)
            if question is None:
                continue
            asked = all(evaluate(condition.tree, case.get) for condition in question.conditions)
            if (not asked and value is not None) or (asked and value is None and question.required):
                return False
        if any(evaluate(ending.condition.tree, case.get) for ending in endings):
            return False
        return all(evaluate(condition.tree, case.get) for condition in conditions)

    def _answers(self, name: str) -> tuple[Value, ...]:
        """Answers that conditions can tell apart, and none."""
        if name in self.arms:
            return tuple(self.arms[name])
        question = self.by_name[name]
        used = self.seen.get(name, [])
        constants = [value for one in used for value in _sides(one)[1]]
        if question.kind == "numeric":
            return (*_numbers(question, constants), *question.by_code, None)
        if question.kind == "open":
            return ("\x01", *(str(value) for value in constants), *question.by_code, None)
        telling = list(_telling(question.choices, used, constants))
        if question.kind != "multiple":
            return (*telling, None)
        sets = itertools.chain.from_iterable(
            itertools.combinations(telling, n) for n in range(1, len(telling) + 1 if len(telling) <= 8 else 3)
        )
        return (*(tuple(one) for one in sets if not question.max_selected or len(one) <= question.max_selected), None)


def _telling(choices: Sequence[Choice], used: Sequence[Compare], constants: Sequence[Value]) -> Iterator[str]:
    """Codes that are named in conditions, and one that stands for all others."""
    between = any(one.op in _SIZES or _two_names(one) for one in used)
    others = 0
    for choice in choices:
        named = any(evaluate(Compare("=", Literal(choice.code), Literal(value)), _nothing) for value in constants)
        if named or between or others < 1:
            yield choice.code
            others += not named


def _two_names(one: Compare) -> bool:
    return isinstance(one.left, Ref) and isinstance(one.right, Ref)


def _numbers(question: Question, constants: Sequence[Value]) -> Iterator[float]:
    """Numbers on, between and beyond the constants that conditions name, within the question's range."""
    low = -math.inf if question.low is None else question.low
    high = math.inf if question.high is None else question.high
    named = sorted({number for number in map(_number, constants) if number is not None})
    points = {*named, *(value + side for value in named for side in (-1.0, 1.0)), question.low, question.high, 0.0}
    if not question.whole:
        points |= {(a + b) / 2 for a, b in itertools.pairwise(named)}
    yield from sorted(value for value in points if value is not None and low <= value <= high)


def _number(value: Value) -> float | None:
    try:
        return None if value is None or isinstance(value, tuple) else float(value)
    except ValueError:
        return None
