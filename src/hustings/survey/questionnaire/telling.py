"""A question as a text message, and as words read out in a call."""

from __future__ import annotations

import re

from hustings.survey.questionnaire.views import QuestionView


def sms_text(view: QuestionView) -> str:
    """Question and numbered choices as one text message."""
    lines = [part for part in (view.intro, view.wording, view.help) if part]
    if view.kind == "open":
        lines.append("Reply in your own words" + (", or with a number:" if view.keys else "."))
    if view.points:
        lines.append(f"Reply with a number from {_ends(view, '')}.")
    lines += [f"{key} {label}" for key, label in _listed(view).items()]
    if view.kind == "numeric":
        lines.append(f"Reply with a number{_span(view)}{_or([choice.label for choice in view.choices])}.")
    elif view.kind == "multiple":
        most = f", at most {view.max_selected}" if view.max_selected else ""
        lines.append(f"Reply with all numbers that apply{most}, like 1 3.")
    if view.no_answer:
        lines.append("Reply SKIP to leave it out.")
    return "\n".join(lines)


def voice_text(view: QuestionView) -> str:
    """Question and choices as read out: "Press 1 for ..."."""
    said = [_sentence(part) for part in (view.intro, view.wording, view.help) if part]
    if view.kind == "numeric":
        said.append(f"Enter a number{_span(view)}, then press the pound key.")
        if view.choices or view.no_answer:
            said.append("Press star if you would rather not say.")
        return " ".join(said)
    if not view.speakable:
        return " ".join(said)
    if view.kind == "multiple":
        said.append("Press the numbers of all that apply, then the pound key.")
    said += [f"Press a number from {_ends(view, 'spoken')}."] if view.points else []
    said += [f"Press {key} for {label.rstrip('.')}." for key, label in _listed(view).items()]
    if view.digits > 1 and view.kind != "multiple":
        said.append("Then press the pound key.")
    return " ".join(said)


def _listed(view: QuestionView) -> dict[str, str]:
    """Number -> words of the choices that are told one by one: a scale's bare points are told as a span."""
    return {key: choice.label for key, choice in view.keys.items() if choice not in view.points}


def _ends(view: QuestionView, word: str) -> str:
    first, last = view.points[0].code, view.points[-1].code
    low, high = (f", {end}," if end and word else f" ({end})" if end else "" for end in view.ends)
    return f"{first}{low} to {last}{high}".rstrip(",")


def _span(view: QuestionView) -> str:
    if view.low is not None and view.high is not None:
        return f" from {view.low:g} to {view.high:g}"
    return ""


def _or(labels: list[str]) -> str:
    return "".join(f', or "{label}"' for label in labels)


def _sentence(text: str) -> str:
    flat = re.sub(r"\s+", " ", text).strip()
    return flat if flat[-1:] in ".?!:" else f"{flat}."
