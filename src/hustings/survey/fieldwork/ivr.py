"""An interview by keypad: a pure step from a key to what is stored and what the call says next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hustings.survey.fieldwork import words
from hustings.survey.fieldwork.field import Asker
from hustings.survey.fieldwork.interview import CaseState, plain_answers
from hustings.survey.fieldwork.sms import PATIENCE
from hustings.survey.questionnaire import (
    Answer,
    AnswerError,
    Assignment,
    Finished,
    Questionnaire,
    QuestionView,
    from_keys,
    next_question,
    voice_text,
)

BEGIN, LEAVE = "1", "9"
_CHOICE = f"To begin, press {BEGIN}. To be taken off our list, press {LEAVE}."
SILENCES = 2
"""How often nothing is pressed before the call ends."""
MACHINES = ("machine", "fax")


@dataclass(frozen=True)
class Turn:
    """What a call stores, says and waits for.

    Parameters
    ----------
    said : tuple of str
        Sentences to be read out.
    events : tuple
        Kind and body of each event.
    step : int
        Which input of the interview it waits for; -1 to hang up.
    digits : int
        Keys it waits for; more than one end with the pound key.
    opt_out : bool
        Whether the voter is to be taken off every list first.
    """

    said: tuple[str, ...]
    events: tuple[tuple[str, dict[str, Any]], ...] = ()
    step: int = -1
    digits: int = 1
    opt_out: bool = False


def pick_up(state: CaseState, asker: Asker) -> Turn:
    """Say who calls, when somebody picks up."""
    if state.over:
        return Turn((words.AFTER,))
    return Turn(
        (
            f"Hello. {asker.name} is asking voters a few questions about the election. It is voluntary.",
            _CHOICE,
        ),
        step=state.step,
    )


def keyed(questionnaire: Questionnaire, state: CaseState, assignment: Assignment, digits: str, *, begun: bool) -> Turn:
    """Take what was pressed.

    Parameters
    ----------
    questionnaire, assignment
        What is asked, and what chance decided for the case.
    state : CaseState
        Where the interview stands.
    digits : str
        What was pressed.
    begun : bool
        Whether this call has begun to ask: before, 1 begins and 9 leaves the list.
    """
    kept = {"said": digits}
    if state.over or (not begun and digits != BEGIN):
        return _at_the_door(state, kept)
    if not begun:
        return _next(questionnaire, state, assignment, {}, kept, "begun")
    view = next_question(questionnaire, state.answers, assignment)
    if isinstance(view, Finished):
        return Turn((view.message or words.THANKS,), (("answer", kept), ("finished", {"outcome": view.kind})))
    try:
        answer = from_keys(view, digits)
    except AnswerError:
        if state.unclear < PATIENCE:
            once_more = ("That was not one of the keys.", voice_text(view))
            return Turn(once_more, (("unclear", {**kept, "question": view.name}),), state.step + 1, keys_of(view))
        answer = None
    return _next(questionnaire, state, assignment, {view.name: answer}, kept, "answer")


def _at_the_door(state: CaseState, kept: dict[str, Any]) -> Turn:
    """Take a key that begins nothing."""
    if state.over:
        return Turn((words.AFTER,))
    if kept["said"] == LEAVE:
        return Turn((words.STOPPED,), (("stopped", kept),), opt_out=True)
    if state.unclear >= PATIENCE:
        return Turn(("Goodbye.",), (("unclear", kept),))
    return Turn((_CHOICE,), (("unclear", kept),), step=state.step + 1)


def again(questionnaire: Questionnaire, state: CaseState, assignment: Assignment, asker: Asker, *, begun: bool) -> Turn:
    """Say once more what stands, and store nothing."""
    if state.over or not begun:
        return pick_up(state, asker)
    view = next_question(questionnaire, state.answers, assignment)
    if isinstance(view, Finished):
        return Turn((view.message or words.THANKS,))
    return Turn((voice_text(view),), step=state.step, digits=keys_of(view))


def keys_of(view: QuestionView) -> int:
    """How many keys a question waits for at most."""
    if view.kind == "multiple":
        return 2 * max(1, len(view.choices))
    return max(1, view.digits)


def twiml(turn: Turn, action: str, silence: str) -> str:
    """Put a turn into the provider's language.

    Parameters
    ----------
    turn : Turn
        What is said and waited for.
    action : str
        Where keys are posted.
    silence : str
        Where the call goes when nothing is pressed; empty to hang up.
    """
    from twilio.twiml.voice_response import Gather, VoiceResponse

    response = VoiceResponse()
    place: Any = response
    if turn.step >= 0:
        # Star is a key like others: only pound ends.
        place = Gather(num_digits=turn.digits, action=action, method="POST", timeout=8, finish_on_key="#")
    for sentence in turn.said:
        place.say(_speakable(sentence))
    if turn.step >= 0:
        response.append(place)
        if silence:
            response.redirect(silence, method="POST")
        else:
            response.say("We did not hear a key. Goodbye.")
            response.hangup()
    else:
        response.hangup()
    return str(response)


def _speakable(text: str) -> str:
    """Without characters that XML cannot hold."""
    return "".join(letter for letter in text if letter >= " " or letter in "\t\n")


def _next(
    questionnaire: Questionnaire,
    state: CaseState,
    assignment: Assignment,
    given: Mapping[str, Answer | None],
    kept: dict[str, Any],
    kind: str,
) -> Turn:
    """Store an answer; leave out what cannot be asked by keypad; ask the next question."""
    answers, skipped = {**state.answers, **given}, []
    following = next_question(questionnaire, answers, assignment)
    while not isinstance(following, Finished) and not following.speakable:
        skipped.append(following.name)
        answers[following.name] = None
        following = next_question(questionnaire, answers, assignment)
    body = kept | ({"answers": plain_answers(given)} if given else {}) | ({"skipped": skipped} if skipped else {})
    if isinstance(following, Finished):
        events = ((kind, body), ("finished", {"outcome": following.kind}))
        return Turn((following.message or words.THANKS,), events)
    return Turn((voice_text(following),), ((kind, body),), state.step + 1, keys_of(following))
