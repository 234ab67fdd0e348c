"""An interview is the fold of its events."""

from __future__ import annotations

from hustings.survey.fieldwork.interview import fold
from hustings.survey.fieldwork.journal import Event


def at(second):
    return f"2016-10-01T15:00:{second:02d}+00:00"


def events(*told):
    return [Event(f"k{i}", 7, at(i), mode, kind, body) for i, (mode, kind, body) in enumerate(told)]


def test_the_last_answer_counts_and_the_first_assignment():
    state = fold(
        events(
            ("web", "assigned", {"assignment": {"splits": {"m": "a"}}}),
            ("web", "assigned", {"assignment": {"splits": {"m": "b"}}}),
            ("web", "answer", {"answers": {"vote": "ann", "seen": ["tv", "web"]}, "page": "p1", "device": "d1"}),
            ("web", "answer", {"answers": {"age": 44.0}, "page": "p2"}),
            ("web", "answer", {"answers": {"vote": "bob"}, "page": "p1"}),
            ("web", "finished", {"outcome": "complete"}),
            ("sms", "after", {}),
        )
    )[7]
    assert state.assignment == {"splits": {"m": "a"}}
    assert state.answers == {"vote": "bob", "seen": ("tv", "web"), "age": 44.0}
    assert state.changed
    assert state.pages == ("p2", "p1")
    assert (state.started_at, state.last_at, state.device) == (at(2), at(5), "d1")
    assert state.finished == "complete"
    assert state.over


def test_what_a_mode_cannot_ask_is_not_asked_until_it_is():
    told = [("ivr", "begun", {"skipped": ["heard"]}), ("web", "answer", {"answers": {"heard": "ads"}})]
    assert fold(events(told[0]))[7].skipped == {"heard"}
    assert fold(events(*told))[7].skipped == frozenset()


def test_attempts_end_with_the_word_that_says_most():
    told = [
        ("ivr", "sending", {"attempt": 1}),
        ("ivr", "status", {"attempt": 1, "outcome": "machine"}),
        ("ivr", "sent", {"attempt": 1, "provider_id": "CA1"}),
        ("ivr", "status", {"attempt": 1, "outcome": "completed"}),
        ("sms", "sending", {"attempt": 2}),
    ]
    first, second = fold(events(*told))[7].attempts
    assert (first.outcome, first.provider_id, first.mode) == ("machine", "CA1", "ivr")
    assert (second.outcome, second.number) == ("sending", 2)
    assert fold(events(*told))[7].started_at == ""
