"""What is said around the questions, and the words that a voter may always say: stop, help, no."""

from __future__ import annotations

import re
import unicodedata

STOP = frozenset({"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"})
"""Any of these takes the voter off every list (47 CFR 64.1200(a)(10), and the provider's own words)."""
_STOP_PHRASES = frozenset(
    {
        "stop all",
        "opt out",
        "opt me out",
        "please stop",
        "stop please",
        "stop texting",
        "stop texting me",
        "stop it",
        "remove me",
        "remove",
        "take me off",
        "take me off your list",
        "do not text",
        "do not text me",
        "dont text me",
        "do not contact me",
    }
)
HELP = frozenset({"help", "info"})
NO = frozenset({"no", "n", "nope", "no thanks", "no thank you", "not interested", "2"})

STOPPED = "You are off our list and will not hear from us again."
THANKS = "Thank you. That was the last question."
AFTER = "Thank you, the survey is over: nothing more is needed."
REFUSED = "Understood. Thank you, we will not ask you again about this survey."


def wants_out(text: str, *, strict: bool) -> bool:
    """Tell whether somebody asks to be left alone.

    Parameters
    ----------
    text : str
        What was written, with whatever stands around the word.
    strict : bool
        Whether the whole message must say so: the answer to an open question may begin with "stop" or "end".
    """
    words = _words(text)
    if not words:
        return False
    whole = " ".join(words)
    if whole in STOP | _STOP_PHRASES or (len(set(words)) == 1 and words[0] in STOP):
        return True
    return not strict and words[0] in STOP


def wants_help(text: str) -> bool:
    """Tell whether somebody asks who we are."""
    return " ".join(_words(text)) in HELP


def says_no(text: str) -> bool:
    """Tell whether somebody declines the invitation."""
    return " ".join(_words(text)) in NO


def invitation(name: str, mode: str, link: str) -> str:
    """Give the first text: who asks, that it is voluntary, how to be left alone."""
    begin = f"Answer here: {link}" if mode == "web" else "Reply YES to begin."
    return (
        f"{name} is asking voters a few questions about the election. It is voluntary and takes some minutes. "
        f"{begin} Reply STOP and we will not write again."
    )


def about(name: str, contact: str) -> str:
    """Answer HELP."""
    return f"This is a survey by {name}. Taking part is voluntary. Questions: {contact}. Reply STOP to be left alone."


def _words(text: str) -> list[str]:
    """Words without case, signs and emoji; full-width letters are letters."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("'", "").replace("’", "")
    return re.findall(r"[^\W_]+", plain)
