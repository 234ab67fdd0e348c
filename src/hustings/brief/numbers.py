"""Numbers as people read them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

_LEAST = 0.005
"""Below half a hundredth a chance is said to be less than 1 in 100, never 0: a simulation cannot say never."""

WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def in_100(prob: float) -> str:
    """Say a chance as a natural frequency.

    >>> in_100(0.784), in_100(0.0004), in_100(0.9999)
    ('78 in 100', 'less than 1 in 100', 'more than 99 in 100')
    """
    if prob < _LEAST:
        return "less than 1 in 100"
    if prob > 1 - _LEAST:
        return "more than 99 in 100"
    return f"{round(100 * prob)} in 100"


def short_chance(prob: float) -> str:
    """Say a chance in a table cell, in hundredths.

    >>> short_chance(0.784), short_chance(0.0004), short_chance(0.9999)
    ('78', '<1', '>99')
    """
    if prob < _LEAST:
        return "<1"
    if prob > 1 - _LEAST:
        return ">99"
    return str(round(100 * prob))


def one_in(prob: float) -> str:
    """Say a very small chance, to two figures.

    >>> one_in(8.03e-7), one_in(1 / 23_456_789), one_in(1 / 640_123), one_in(0.0)
    ('1 in 1.2 million', '1 in 23 million', '1 in 640,000', 'never')
    """
    if prob <= 0:
        return "never"
    number = float(f"{1.0 / prob:.1e}")
    for size, name in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if number >= size:
            return f"1 in {number / size:,.{1 if number < 10 * size else 0}f} {name}"
    return f"1 in {number:,.0f}"


def percent(share: float, digits: int = 1) -> str:
    """Say a share.

    >>> percent(0.51627), percent(0.6, 0)
    ('51.6%', '60%')
    """
    return f"{100 * share:.{digits}f}%"


def points(difference: float, digits: int = 1) -> str:
    """Say a difference of shares in percentage points, with a real minus sign.

    >>> points(0.0321), points(-0.0105), points(0.0001)
    ('+3.2', '−1.1', '0.0')
    """
    value = round(100 * difference, digits)
    if value == 0:
        return f"{0:.{digits}f}"
    return f"{'+' if value > 0 else '−'}{abs(value):.{digits}f}"


def whole(number: float) -> str:
    """Say a count.

    >>> whole(77744.2)
    '77,744'
    """
    return f"{round(number):,}"


def day(date: dt.date) -> str:
    """Say a date.

    >>> day(dt.date(2016, 11, 7))
    '7 November 2016'
    """
    return f"{date.day} {date:%B %Y}"


def short_day(date: dt.date) -> str:
    """Say a date without its year.

    >>> short_day(dt.date(2016, 11, 7))
    '7 Nov'
    """
    return f"{date.day} {date:%b}"


def count(number: int, noun: str, plural: str | None = None) -> str:
    """Say how many, in words up to ten.

    >>> count(1, "day"), count(0, "poll"), count(25, "day")
    ('one day', 'no polls', '25 days')
    """
    said = WORDS[number] if 0 <= number < len(WORDS) else whole(number)
    return f"{said} {noun if number == 1 else plural or noun + 's'}"


def listed(items: Sequence[str]) -> str:
    """Join as in a sentence.

    >>> listed(["a", "b", "c"]), listed(["a", "b"])
    ('a, b and c', 'a and b')
    """
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"
