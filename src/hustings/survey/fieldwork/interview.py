"""An interview is what its events add up to: a pure fold, the same live, after a restart and in the tables.

==============  ==============================================================
kind of event   means
==============  ==============================================================
``assigned``    splits and orders of options were drawn, before anything is shown
``sending``     an attempt is about to be handed to the provider (never twice)
``sent``        the provider took it: its id
``failed``      the provider refused it, or the number cannot be
``status``      what became of it, in the provider's word
``begun``       the voter opened the link, answered the text, pressed a key
``answer``      answers, all of a page or one; ``skipped``: what the mode cannot ask
``unclear``     a reply that is no answer; the question is repeated once
``after``       a message after the end
``late``        an answer to a question that is no longer asked: kept, not applied
``help``        somebody asked who we are
``refused``     the voter said no
``finished``    complete or screened_out
``stopped``     off the list, for ever
``forged``      a request whose signature is wrong (of no case)
==============  ==============================================================
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from hustings.survey.fieldwork.journal import Event
from hustings.survey.questionnaire import Answer

_NOTHING: Mapping[str, Any] = MappingProxyType({})
_REACHED = frozenset({"begun", "answer", "unclear", "late", "after", "help", "refused", "finished", "stopped"})
"""Kinds that the voter caused."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to reach a voter.

    Parameters
    ----------
    number : int
        1, 2, ... of the case.
    at : str
        When, ISO 8601 in UTC.
    mode : str
        web, sms or ivr.
    outcome : str
        ``sending`` until the provider answered, ``sent``, ``failed``, then the provider's own word.
    reason : str
        Why it failed, in words or the provider's code.
    provider_id : str
        The provider's id of the message or call.
    """

    number: int
    at: str
    mode: str
    outcome: str = "sending"
    reason: str = ""
    provider_id: str = ""


@dataclass(slots=True)
class CaseState:
    """Where the interview of one case stands; whoever is given one reads it only.

    Parameters
    ----------
    case_id : int
        Case of the sample.
    assignment : Mapping, optional
        Splits and orders of options, as JSON; None as long as nothing was assigned.
    answers : Mapping
        Question -> answer as it stands now; None = shown and left empty.
    skipped : frozenset of str
        Questions that the mode could not ask: they count as not asked.
    pages : tuple of str
        Pages answered, in order.
    mode : str
        Mode in which the voter last did something; empty as long as nothing happened.
    device : str
        Keyed mark of the device or line.
    started_at, last_at : str
        First and last thing the voter did, ISO 8601 in UTC; empty for never.
    finished : str
        complete, screened_out, or empty.
    stopped, refused : bool
        Off the list; said no.
    step : int
        How many inputs were taken so far: a form or call says which one it answers.
    unclear : int
        Unclear replies to the question that stands.
    after : int
        Messages after the end.
    changed : bool
        Whether an answer was given anew.
    attempts : tuple of Attempt
        How the voter was tried to be reached.
    """

    case_id: int
    assignment: Mapping[str, Any] | None = None
    answers: Mapping[str, Answer | None] = field(default_factory=lambda: _NOTHING)
    skipped: frozenset[str] = frozenset()
    pages: tuple[str, ...] = ()
    mode: str = ""
    device: str = ""
    started_at: str = ""
    last_at: str = ""
    finished: str = ""
    stopped: bool = False
    refused: bool = False
    step: int = 0
    unclear: int = 0
    after: int = 0
    changed: bool = False
    attempts: tuple[Attempt, ...] = ()

    @property
    def over(self) -> bool:
        """Whether nothing more is asked."""
        return bool(self.finished) or self.stopped or self.refused


def apply(state: CaseState, event: Event) -> CaseState:
    """Give the state after one more event; a kind that says nothing of the interview changes nothing."""
    following = copy(state)
    _advance(following, event)
    return following


def fold(events: Iterable[Event]) -> dict[int, CaseState]:
    """Give the state of every case that something happened to, from all events in their order."""
    states: dict[int, CaseState] = {}
    for event in events:
        if event.case_id:
            state = states.get(event.case_id)
            if state is None:
                state = states[event.case_id] = CaseState(event.case_id)
            # Nobody else has seen it yet: no copy for every event.
            _advance(state, event)
    return states


def _advance(state: CaseState, event: Event) -> None:
    """Change a state by an event; what it holds is replaced, never changed."""
    if event.kind in _REACHED:
        state.mode = event.mode or state.mode
        state.started_at = state.started_at or _start(event)
        state.last_at = state.last_at if state.over else event.at
        state.device = state.device or event.body.get("device", "")
    step = _STEPS.get(event.kind)
    if step:
        step(state, event)


def plain_answers(answers: Mapping[str, Answer | None]) -> dict[str, Any]:
    """Answers as JSON has them."""
    return {name: list(answer) if isinstance(answer, tuple) else answer for name, answer in answers.items()}


def _start(event: Event) -> str:
    """When an interview began by this event: a page is opened before its answers come."""
    return event.body.get("opened_at", event.at) if event.kind in {"begun", "answer"} else ""


def _assigned(state: CaseState, event: Event) -> None:
    # The first one holds: what was shown was shown by it.
    if state.assignment is None:
        state.assignment = event.body["assignment"]


def _answer(state: CaseState, event: Event) -> None:
    body = event.body
    given = {name: tuple(a) if isinstance(a, list) else a for name, a in body.get("answers", _NOTHING).items()}
    skipped, page = frozenset(body.get("skipped", ())), body.get("page", "")
    changed = any(name in state.answers and state.answers[name] != answer for name, answer in given.items())
    state.changed = state.changed or changed
    state.answers = {**state.answers, **given, **dict.fromkeys(skipped)}
    state.skipped = (state.skipped - given.keys()) | skipped
    if page:
        state.pages = (*(one for one in state.pages if one != page), page)
    state.step += 1
    state.unclear = 0


def _unclear(state: CaseState, _event: Event) -> None:
    state.unclear += 1
    state.step += 1


def _sending(state: CaseState, event: Event) -> None:
    state.attempts = (*state.attempts, Attempt(int(event.body["attempt"]), event.at, event.mode))


def _outcome(state: CaseState, event: Event) -> None:
    """Write what became of an attempt."""
    body, number = event.body, int(event.body["attempt"])
    state.attempts = tuple(
        replace(
            one,
            outcome=_later(one.outcome, body.get("outcome", event.kind)),
            reason=body.get("reason", one.reason),
            provider_id=body.get("provider_id", one.provider_id),
        )
        if one.number == number
        else one
        for one in state.attempts
    )


_RANK = {
    "sending": 0,
    "queued": 1,
    "sent": 2,
    "initiated": 2,
    "ringing": 3,
    "in-progress": 4,
    "completed": 5,
    "machine": 9,
}


def _later(known: str, told: str) -> str:
    """Of two words of the provider the one that says more: they may come out of order."""
    return told if _RANK.get(told, 8) >= _RANK.get(known, 8) else known


def _finished(state: CaseState, event: Event) -> None:
    state.finished = event.body["outcome"]


def _stopped(state: CaseState, _event: Event) -> None:
    state.stopped = True


def _refused(state: CaseState, _event: Event) -> None:
    state.refused = True


def _after(state: CaseState, _event: Event) -> None:
    state.after += 1


_STEPS: Mapping[str, Callable[[CaseState, Event], None]] = {
    "assigned": _assigned,
    "begun": _answer,
    "answer": _answer,
    "unclear": _unclear,
    "sending": _sending,
    "sent": _outcome,
    "failed": _outcome,
    "status": _outcome,
    "finished": _finished,
    "stopped": _stopped,
    "refused": _refused,
    "after": _after,
}
