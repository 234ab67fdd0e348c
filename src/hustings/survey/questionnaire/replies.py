"""What a respondent typed or pressed, held against the question: an answer, or a sentence that says what is expected."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hustings.survey.codebook import Choice
from hustings.survey.questionnaire.model import Answer, AnswerError, Question
from hustings.survey.questionnaire.views import QuestionView

LONGEST = 5000
"""Characters of an open answer, where the questionnaire says nothing."""

_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?\Z")
_APART = re.compile(r"(?:[\s,;*&/+.]|\band\b)+")
_UNSURE = {
    "dk",
    "idk",
    "dont know",
    "i dont know",
    "do not know",
    "not sure",
    "im not sure",
    "unsure",
    "no idea",
    "undecided",
}
_REFUSED = {"refuse", "refused", "prefer not to say", "prefer not to answer", "rather not say", "no answer"}
_SKIP = {"skip", "pass", "*", "#"}


def check_answer(asked: QuestionView | Question, raw: str | Sequence[str] | None) -> Answer | None:
    """Take what a form posted for a question.

    Parameters
    ----------
    asked : QuestionView or Question
        The question; of a view only the choices offered are taken.
    raw : str, sequence of str, or None
        Codes, a number as typed, or words.

    Returns
    -------
    Answer or None
        None = left empty, where that may be.

    Raises
    ------
    AnswerError
        It is no answer to this question; the message tells the respondent what is expected.
    """
    given = [raw] if isinstance(raw, str) else list(raw or ())
    given = [_clean(one) for one in given]
    given = [one for one in given if one]
    if not given:
        if asked.required:
            raise AnswerError(_expected(asked))
        return None
    if asked.kind == "multiple":
        return _several(asked, given)
    if len(set(given)) > 1:
        raise AnswerError(
            "Please give a number or choose one of the answers below it, not both."
            if asked.kind == "numeric"
            else "Please choose one answer only."
            if asked.kind != "open"
            else "Please write an answer or tick the box below it, not both."
        )
    if given[0] in asked.by_code:
        return given[0]
    if asked.kind == "numeric":
        return _number(asked, given[0])
    if asked.kind == "open":
        return _words(asked, given[0])
    raise AnswerError("Please choose one of the answers listed.")


def from_keys(asked: QuestionView, text: str) -> Answer | None:
    """Take what was texted or keyed: numbers of choices as told, labels typed out, a number, or words.

    Returns
    -------
    Answer or None
        None = skipped ("skip", or star on a keypad), where that may be.

    Raises
    ------
    AnswerError
        It is not clear what was meant; the message tells the respondent what is expected.
    """
    given = _clean(text)
    said = _plain(given)
    special = _special(asked, given, said)
    if special is not None:
        return (special.code,) if asked.kind == "multiple" else special.code
    if (said in _SKIP or given in _SKIP or not given) and not asked.required:
        return None
    if asked.kind == "open":
        return check_answer(asked, given)
    if asked.kind == "numeric":
        numbers = re.findall(r"[+-]?\d+(?:[.,]\d+)*", given)
        # "I am 42" is 42; "42 or 43" is not clear.
        return check_answer(asked, numbers[0] if len(numbers) == 1 else given)
    return check_answer(asked, _codes(asked, given, said))


def _codes(asked: QuestionView, given: str, said: str) -> list[str]:
    """Codes of the choices that were named."""
    whole = _meant(asked, said)
    if whole is not None:
        return [whole.code]
    parts = [part for part in _APART.split(given.casefold()) if part] if asked.kind == "multiple" else []
    if len(parts) == 1 and parts[0].isdigit() and max(map(len, asked.keys)) == 1:
        # "134" where no choice has two digits.
        parts = list(parts[0])
    found = [_meant(asked, _plain(part)) for part in parts]
    codes = [choice.code for choice in found if choice is not None]
    if not found or len(codes) < len(found):
        raise AnswerError(_teach(asked))
    return codes


def answer_rows(
    asked: QuestionView | Question, answer: Answer | None
) -> list[tuple[str | None, float | None, str | None]]:
    """Code, number and words of an answer as the table of answers keeps them: one row for each of several codes."""
    if answer is None or answer == ():
        return [(None, None, None)]
    if isinstance(answer, tuple):
        return [(code, None, None) for code in answer]
    if isinstance(answer, float | int):
        return [(None, float(answer), None)]
    return [(None, None, answer)] if asked.kind == "open" and answer not in asked.by_code else [(answer, None, None)]


def _clean(text: str) -> str:
    """Keep words verbatim but for outer blanks, line ends of other systems, and halves of characters."""
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return whole.replace("\r\n", "\n").replace("\x00", "").strip()


def _plain(text: str) -> str:
    """Lower case, without signs and emoji."""
    bare = text.casefold().replace("'", "").replace("’", "")
    return " ".join(re.findall(r"\w+", bare))


def _special(asked: QuestionView, given: str, said: str) -> Choice | None:
    """Find what was said in the usual words of "don't know" and "prefer not to say"."""
    by_meaning = {choice.meaning: choice for choice in reversed(asked.choices)}
    if asked.kind == "open" and given in asked.keys:
        return asked.keys[given]
    if said in _UNSURE:
        return by_meaning.get("dont_know")
    if said in _REFUSED or (asked.kind in {"numeric", "open"} and given in {"*", "#"}):
        return by_meaning.get("refused") or (by_meaning.get("dont_know") if given in {"*", "#"} else None)
    if asked.kind in {"numeric", "open"}:
        return next((choice for choice in asked.choices if _plain(choice.label) == said and said), None)
    return None


def _meant(asked: QuestionView, said: str) -> Choice | None:
    """Find the one choice that was meant: by its number, its code, its label or the beginning of only one label."""
    said = re.sub(r"^(?:number|option|answer)\s+", "", said)
    if said in asked.keys:
        return asked.keys[said]
    labels = {choice.code: _plain(choice.label) for choice in asked.choices}
    exact = [choice for choice in asked.choices if said and said in {labels[choice.code], choice.code.casefold()}]
    begun = [choice for choice in asked.choices if said and f"{labels[choice.code]} ".startswith(f"{said} ")]
    within = [choice for choice in asked.choices if len(said) >= 3 and f" {said} " in f" {labels[choice.code]} "]
    lead = re.match(r"(\d+)\s+(\D+)\Z", said)
    if lead and lead[1] in asked.keys and labels[asked.keys[lead[1]].code].startswith(lead[2].strip()):
        return asked.keys[lead[1]]
    if len(said) == 1 and not said.isdigit():
        begun = [choice for choice in asked.choices if labels[choice.code].startswith(said)]
    for found in (exact, begun, within):
        if found and not said.isdigit():
            return found[0] if len(found) == 1 else None
    return None


def _several(asked: QuestionView | Question, given: Sequence[str]) -> tuple[str, ...]:
    if any(code not in asked.by_code for code in given):
        raise AnswerError("Please choose from the answers listed.")
    codes = tuple(code for code in asked.by_code if code in set(given))
    alone = [asked.by_code[code].label for code in codes if code in asked.exclusive]
    if alone and len(codes) > 1:
        raise AnswerError(f"“{alone[0]}” cannot be combined with other answers: please choose either.")
    if asked.max_selected and len(codes) > asked.max_selected:
        raise AnswerError(f"Please choose at most {asked.max_selected} answers; you chose {len(codes)}.")
    if not alone and len(codes) < asked.min_selected:
        raise AnswerError(f"Please choose at least {asked.min_selected} answers; you chose {len(codes)}.")
    return codes


def _number(asked: QuestionView | Question, text: str) -> float:
    if not _NUMBER.match(text.replace(" ", "")):
        raise AnswerError(_expected(asked))
    bare = text.replace(" ", "")
    # "1,000" is a thousand, "1,5" one and a half.
    bare = bare.replace(",", "") if re.match(r"[+-]?\d{1,3},\d{3}\Z", bare) else bare.replace(",", ".")
    value = float(bare)
    low = float("-inf") if asked.low is None else asked.low
    high = float("inf") if asked.high is None else asked.high
    if not low <= value <= high or (asked.whole and value != int(value)):
        raise AnswerError(_expected(asked))
    return value


def _words(asked: QuestionView | Question, text: str) -> str:
    most = asked.max_length or LONGEST
    if len(text) > most:
        raise AnswerError(f"Please shorten your answer to {most} characters; it has {len(text)}.")
    return text


def _expected(asked: QuestionView | Question) -> str:
    """Say what is expected on the web."""
    if asked.kind == "numeric":
        number = "a whole number" if asked.whole else "a number"
        bounds = {
            (True, True): f" from {asked.low:g} to {asked.high:g}" if None not in (asked.low, asked.high) else "",
            (True, False): f", {asked.low:g} or more" if asked.low is not None else "",
            (False, True): f", {asked.high:g} or less" if asked.high is not None else "",
            (False, False): "",
        }[asked.low is not None, asked.high is not None]
        rest = ", or choose one of the answers below it" if asked.choices else ""
        return f"Please give {number}{bounds}{rest}."
    if asked.kind == "open":
        return "Please write an answer in your own words."
    return "Please choose at least one answer." if asked.kind == "multiple" else "Please choose one answer."


def _teach(asked: QuestionView) -> str:
    """Say what is expected in a text message."""
    keys = list(asked.keys)
    span = f"{keys[0]}-{keys[-2]}, or {keys[-1]}" if keys[-1] == "0" and len(keys) > 2 else f"{keys[0]}-{keys[-1]}"
    if asked.kind == "multiple":
        most = f" (at most {asked.max_selected})" if asked.max_selected else ""
        return f"Please reply with the numbers of your answers{most}, like {' '.join(keys[:2])}. Numbers: {span}."
    return f"Please reply with one number: {span}."
