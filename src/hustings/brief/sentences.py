"""The verdict in words. Each function: numbers -> one or two plain sentences.

A chance is said as a frequency out of 100. What is close is said to be close, and no chance is ever said to be
none or all.
"""

from __future__ import annotations

from collections.abc import Sequence

from hustings.brief.gather import STALE_DAYS, Brief, Option, Unit
from hustings.brief.numbers import WORDS, count, day, in_100, listed, percent, whole

SCALE = (
    (0.99, "is all but certain to win"),
    (0.95, "is very likely to win"),
    (0.80, "is likely to win"),
    (0.60, "is favoured to win"),
    (0.53, "has a slight edge"),
)
"""Least chance -> the words for it; below the last it could go either way."""


def time_left(brief: Brief) -> str:
    """Say how far off the election is.

    Returns "one day before the election", "on election day", "two days after the election".
    """
    if brief.days_left == 0:
        return "on election day"
    return f"{count(abs(brief.days_left), 'day')} {'before' if brief.days_left > 0 else 'after'} the election"


def verdict(brief: Brief) -> str:
    """Say who wins, how sure that is, and what winning takes."""
    ranked = _ranked(brief)
    first = ranked[0]
    when = f"As of {day(brief.as_of)}, {time_left(brief)}, "
    if brief.nobody_prob > first.win_prob:
        return (
            f"{when}most likely nobody wins outright: {in_100(brief.nobody_prob)}. "
            f"{first.label} comes closest, with {_chance(brief, first)}."
        )
    words = next((said for least, said in SCALE if first.win_prob >= least), None)
    if words is None:
        rivals = [option for option in ranked if first.win_prob - option.win_prob < 0.1]
        names = listed([option.label for option in rivals])
        if len(rivals) > 1:
            return f"{when}it could go either way between {names}: {first.label} has {_chance(brief, first)}."
        return f"{when}it is open: {first.label} leads with {_chance(brief, first)}."
    return f"{when}{first.label} {words}: {_chance(brief, first)}."


def others(brief: Brief) -> str:
    """Say what the rest have, and how often an election like this one goes the other way."""
    ranked = _ranked(brief)
    said = [f"{option.label} has {in_100(option.win_prob)}" for option in ranked[1:]]
    if brief.nobody_prob > 0.0005:
        said.append(f"in {in_100(brief.nobody_prob)} {_nobody(brief)}")
    text = _capital(f"{listed(said)}.") if said else ""
    upset = 1 - ranked[0].win_prob
    if 0.4 <= upset <= 0.6 and len(ranked) == 2:
        return f"{text} That is close to a coin toss."
    if 0.02 <= upset < 0.4:
        return f"{text} About one election in {_words(round(1 / upset))} with evidence like this goes the other way."
    return text


def popular(brief: Brief) -> str:
    """Say the popular vote beside the verdict, and the chance that the two part."""
    first = max(brief.options, key=lambda option: option.popular_share_mean)
    low, high = brief.popular_range(first)
    whose = "of the vote" if len(brief.options) == 1 else f"of the votes for {_all_options(brief)}"
    text = (
        f"In votes, {first.label} is expected to have {percent(first.popular_share_mean)} {whose} "
        f"(90 in 100: between {percent(low)} and {percent(high)})"
    )
    text += f", and has the most votes in {in_100(first.popular_win_prob)}." if brief.counts_seats else "."
    return f"{text} {parting(brief)}".strip()


def parting(brief: Brief) -> str:
    """Say how often most votes and victory part ways; empty where they cannot."""
    total = sum(option.popular_win_but_lose_prob for option in brief.options)
    if not brief.counts_seats and not brief.threshold:
        return ""
    if total < 0.0005:
        return "In none of the simulated elections does the option with the most votes fail to win."
    parts = [option for option in brief.options if option.popular_win_but_lose_prob >= 0.005]
    if len(parts) == 1 and total - parts[0].popular_win_but_lose_prob < 0.005:
        return f"The chance that {parts[0].label} has the most votes and does not win is {in_100(total)}."
    who = listed([f"{option.label} in {round(100 * option.popular_win_but_lose_prob)}" for option in parts])
    text = f"The chance that whoever has the most votes does not win is {in_100(total)}"
    return f"{text} ({who})." if parts else f"{text}."


def flip(brief: Brief) -> str:
    """Say the fewest votes that would turn the expected result; empty when that is not known."""
    found = brief.flip
    if not found or not found.get("units"):
        return ""
    labels = {option.id: option.label for option in brief.options}
    winner = labels.get(found.get("winner", ""), found.get("winner", ""))
    places = [f"{whole(unit['votes'])} in {brief.names.get(unit['unit'], unit['unit'])}" for unit in found["units"]]
    shown = [*places[:6], f"{count(len(places) - 6, 'more unit')}"] if len(places) > 6 else places
    turned = f"make {winner} the winner of" if winner else "change"
    return f"At the expected result, {whole(found['votes'])} voters who change their minds would {turned} the contest: {listed(shown)}."


def blind_spots(brief: Brief) -> str:
    """Say where nobody has looked of late although it could decide."""
    if brief.n_polls == 0 and brief.sources is not None:
        return "No poll is used. Every number on this page comes from past results and from the campaign’s own voters."
    if brief.n_polls == 0:
        return "No poll is used. Every number on this page comes from past results, with the error that past results have had."
    found = brief.blind_spots
    if not found:
        return f"Every place that could decide has been polled within {STALE_DAYS} days."
    said = [blind_spot(brief, unit) for unit in found[:5]]
    more = f" And {count(len(found) - 5, 'more place')}, marked in the table." if len(found) > 5 else ""
    return f"Nobody has looked here lately: {'; '.join(said)}.{more}"


def blind_spot(brief: Brief, unit: Unit) -> str:
    """Say one place's neglect."""
    days = brief.days_since_poll(unit)
    since = "never polled" if days is None else f"last polled {count(days, 'day')} ago"
    tips = f", decides in {in_100(unit.tipping_prob)}" if unit.tipping_prob >= 0.005 else ""
    return f"{unit.name} ({since}{tips})"


def majority(brief: Brief) -> str:
    """Say what winning takes."""
    return f"{whole(brief.seats_to_win)} of {whole(brief.seats_total)} {brief.noun}"


def _chance(brief: Brief, option: Option) -> str:
    """Say the option's chance, and what it is a chance of."""
    said = f"a chance of {in_100(option.win_prob)}"
    if brief.counts_seats:
        return f"{said} to win at least {majority(brief)}"
    if brief.threshold:
        return f"{said}, where it takes {percent(brief.threshold, 0)} of the vote"
    return f"{said} to have the most votes"


def _nobody(brief: Brief) -> str:
    """Name the outcome in which nobody wins."""
    return "there is a tie" if len(brief.options) == 2 and brief.counts_seats else "nobody wins outright"


def _ranked(brief: Brief) -> Sequence[Option]:
    return sorted(brief.options, key=lambda option: -option.win_prob)


def _all_options(brief: Brief) -> str:
    return {1: "it", 2: "these two"}.get(len(brief.options), f"these {_words(len(brief.options))}")


def _words(number: int) -> str:
    return WORDS[number] if number < len(WORDS) else str(number)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
