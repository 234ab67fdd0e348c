"""Stop is stop, however it is written; and an answer that begins with it is an answer."""

from __future__ import annotations

import pytest

from hustings.survey.fieldwork.words import invitation, says_no, wants_help, wants_out


@pytest.mark.parametrize(
    "text",
    ["STOP", "stop", " Stop. ", "🛑 STOP!!! 🛑", "StOp\n", "STOPALL", "stop all", "Unsubscribe", "CANCEL", "end", "Quit!",
     "ＳＴＯＰ", "stop stop STOP", "please stop", "Stop texting me", "opt-out", "REVOKE", "don't text me"],
)  # fmt: skip
def test_stop_is_heard(text):
    assert wants_out(text, strict=True)


@pytest.mark.parametrize("text", ["", "🙂", "1", "Stopped clocks", "they should stop the war", "ending"])
def test_other_words_are_not(text):
    assert not wants_out(text, strict=False)


def test_an_open_answer_may_begin_with_stop():
    assert not wants_out("Stop the nonsense, fix the roads", strict=True)
    assert wants_out("stop bothering me", strict=False)


def test_help_and_no():
    assert wants_help("Help?")
    assert not wants_help("help people")
    assert says_no("No, thanks")
    assert not says_no("not sure")


def test_the_first_text_says_who_that_it_is_voluntary_and_stop():
    text = invitation("Example Research", "sms", "")
    for part in ("Example Research", "voluntary", "STOP"):
        assert part in text
