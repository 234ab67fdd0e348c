"""What the board says, in sentences."""

from __future__ import annotations

import math

from hustings.tables.watch import ALL, where

LOG10 = math.log(10.0)
LEAST_SAID = 0.3
"""Log10 of an e-value that is worth a word: a bet that has doubled."""
NOUNS = {("sex", "F"): "women", ("sex", "M"): "men"}


def capitalised(text: str) -> str:
    """A sentence's first letter; names within stay as they are."""
    return text[:1].upper() + text[1:]


def points(share: float) -> str:
    """A difference of shares in points, with its sign."""
    return f"{100 * share:+.1f}".replace("-", "−")


def odds(evidence_log10: float) -> str:
    """An e-value as what a bet against the claim would have made of one coin."""
    if evidence_log10 < LEAST_SAID:
        return "no evidence against it"
    times = float(f"{10 ** min(evidence_log10, 6.0):.2g}")
    said = f"{times:,.0f}" if evidence_log10 < 6 else f"10^{evidence_log10:.0f}"
    return f"a bet against it has grown {said}-fold"


def shares_said(segment: str, n: float, observed: float, predicted: float, gap: tuple[float, float, float]) -> str:
    """Seen against said, of shares."""
    return f"{where(segment)}: {100 * observed:.1f} % where {100 * predicted:.1f} % was predicted, {gap_said(n, gap)}"


def gap_said(n: float, gap: tuple[float, float, float]) -> str:
    """The gap of a share with its interval, and of how many."""
    middle, low, high = gap
    return f"{points(middle)} points ({points(low)} to {points(high)}; {n:,.0f} so far)"


def counts_said(segment: str, observed: float, predicted: float, gap: tuple[float, float, float]) -> str:
    """Seen against said, of counts."""
    low, high = (math.exp(one) if math.isfinite(one) else one for one in gap[1:])
    upper = f"{high:.2f}" if math.isfinite(high) else "any"
    return (
        f"{where(segment)}: {observed:,.0f} where {predicted:,.0f} were predicted, "
        f"{math.exp(gap[0]):.2f} times as many ({max(low, 0):.2f} to {upper})"
    )


def values_said(segment: str, observed: float, predicted: float, gap: tuple[float, float, float]) -> str:
    """Seen against said, of measurements."""
    middle, low, high = gap
    return f"{where(segment)}: {plain(observed)} where {plain(predicted)} was predicted, {middle:+.3g} ({low:+.3g} to {high:+.3g})"


def plain(number: float) -> str:
    """A number of any size, for people."""
    return f"{number:,.0f}" if abs(number) >= 1000 else f"{number:.4g}"


def rule_said(segment: str, observed: float, predicted: float) -> str:
    """What a rule found, where the assumption has no words of its own."""
    return filled(
        f"{{where}}: {plain(observed)}, where {plain(predicted)} is the limit", segment, 1.0, observed, predicted
    )


def within_said(segment: str, observed: float, predicted: float) -> str:
    """A rule that is kept, and where it is nearest to its limit."""
    place = "" if segment == ALL else f" {where(segment)},"
    return (
        f"Nothing is beyond its limit; nearest to it:{place} {plain(observed)}, where {plain(predicted)} is the limit"
    )


def filled(says: str, segment: str, n: float, observed: float, predicted: float, size: str = "") -> str:
    """What was seen, by an assumption's own words; of all together it does not say where."""
    text = says.removeprefix("{where}: ") if segment == ALL else says
    return capitalised(text.format(where=where(segment), n=n, observed=observed, predicted=predicted, size=size))


def people(segment: str) -> str:
    """Who belongs to a segment, as a noun: ``state=NC, race=black`` are black voters in NC."""
    before, noun, after = [], "voters", []
    for part in [] if segment == ALL else segment.split(", "):
        name, is_named, value = part.partition("=")
        if not is_named or name in {"state", "unit"}:
            after.append(f"in {value or name}")
        elif (name, value) in NOUNS:
            noun = NOUNS[name, value]
        elif name == "party" or (name == "race" and value not in {"other", "unknown"}):
            before.append(value)
        elif name == "age":
            after.insert(0, f"aged {value}")
        elif name == "registered":
            before.insert(0, "newly registered")
        else:
            after.insert(0, f"({where(part)})")
    return " ".join([*before, noun, *after])


def action_said(action: str, segment: str, n: int) -> str:
    """What to do, with the segment and the number of interviews, as a sentence.

    Parameters
    ----------
    action : str
        ``{segment}`` is the segment, ``{people}`` who belongs to it; ``{of}`` and ``{in}`` are " of NC" and " in NC", and
        nothing of all together.
    segment : str
    n : int
    """
    named = "" if segment == ALL else where(segment)
    said = action.replace("{of}", f" of {named}" if named else "").replace("{in}", f" in {named}" if named else "")
    said = (
        said.replace("{people}", people(segment)).replace("{segment}", named or "all").replace("{n}", f"{n:,}").strip()
    )
    return f"{capitalised(said).rstrip('.')}." if said else ""


def few(names: tuple[str, ...] | list[str], most: int = 4) -> str:
    """Names of segments, the first few of them."""
    shown = [where(name) for name in names[:most]]
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")
