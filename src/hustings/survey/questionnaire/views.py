"""What a respondent is shown: a question with its words filled in and its choices in their drawn order."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from hustings.survey.codebook import Choice


@dataclass(frozen=True)
class QuestionView:
    """A question ready to be shown.

    Parameters
    ----------
    name, kind, widget
        As in :class:`Question`.
    wording, help, intro : str
        Question, what is said below it, and notes that come before it; plain text.
    choices : tuple of Choice
        Those offered, in the order shown.
    required : bool
        Whether something has to be answered; otherwise an empty answer is taken.
    low, high : float, optional
        Range of a number; ``whole`` when it has no decimals.
    """

    name: str
    kind: str
    widget: str
    wording: str
    help: str = ""
    intro: str = ""
    choices: tuple[Choice, ...] = ()
    required: bool = False
    exclusive: frozenset[str] = frozenset()
    low: float | None = None
    high: float | None = None
    whole: bool = False
    ends: tuple[str, str] = ("", "")
    input_type: str = "text"
    min_selected: int = 0
    max_selected: int = 0
    max_length: int = 0

    @property
    def no_answer(self) -> bool:
        """Whether it may be left empty."""
        return not self.required

    @cached_property
    def by_code(self) -> dict[str, Choice]:
        """Offered choices by code."""
        return {choice.code: choice for choice in self.choices}

    @cached_property
    def keys(self) -> dict[str, Choice]:
        """Number to press or text -> choice, in the order they are told.

        A scale's points keep their own numbers; otherwise choices are counted from 1. "Don't know" is 0 where that is
        free.
        """
        numbered = [choice for choice in self.choices if choice.meaning != "dont_know"]
        proper = [choice for choice in numbered if not choice.meaning]
        if self.kind == "numeric":
            # Any number may be the answer: special ones are told in words.
            return {}
        found: dict[str, Choice] = {}
        if self.kind == "scale" and proper and all(choice.code.isdigit() for choice in proper):
            found = {choice.code: choice for choice in proper}
            numbered = [choice for choice in numbered if choice.meaning]
        at = max((int(key) for key in found), default=0)
        for choice in numbered:
            at += 1
            found[str(at)] = choice
        for choice in self.choices:
            if choice.meaning == "dont_know":
                at += 1 if "0" in found else 0
                found["0" if "0" not in found else str(at)] = choice
        return found

    @cached_property
    def points(self) -> tuple[Choice, ...]:
        """Points of a scale that are told by their numbers alone, but for the two ends; empty for other questions."""
        proper = tuple(choice for choice in self.choices if not choice.meaning)
        bare = all(choice.code.isdigit() and choice.label.split(" (")[0] == choice.code for choice in proper)
        return proper if self.kind == "scale" and bare else ()

    @property
    def digits(self) -> int:
        """How many digits an answer by keypad has at most; 0 where it cannot be keyed."""
        if self.kind == "numeric":
            # A keypad has neither minus nor decimal point.
            return len(f"{self.high:.0f}") if self.speakable and self.high is not None else 0
        return max((len(key) for key in self.keys), default=0) if self.speakable else 0

    @property
    def speakable(self) -> bool:
        """Whether it can be answered on a keypad: open questions are recorded or skipped."""
        if self.kind == "numeric":
            return self.high is not None and (self.low is None or self.low >= 0)
        return self.kind != "open" and bool(self.choices)

    @property
    def note(self) -> str:
        """Why it cannot be answered on a keypad; empty where it can."""
        return "" if self.speakable else "asks for words: record or skip it in calls"


@dataclass(frozen=True)
class PageView:
    """A page ready to be shown."""

    name: str
    title: str
    questions: tuple[QuestionView, ...]
    shuffled: bool = False
