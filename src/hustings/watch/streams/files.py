"""Rules: files come, are whole, and say nothing that was never said before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import polars as pl

from hustings.store.manifest import StateFiles
from hustings.store.snapshots import Snapshots
from hustings.watch.assumption import Assumption, Claim, Foreseen, Idle, Seen
from hustings.watch.morning import Morning
from hustings.watch.rules import STIRS_AT_SHARE
from hustings.watch.streams.interviewed import interviewed
from hustings.watch.streams.polls import known_polls
from hustings.watch.streams.rows import nothing, rule_rows

ROWS_LIMIT = 0.05
"""Relative change of a state's voters from one file to the next; lists are cleaned, but not overnight."""
UNLINKED_MORE = 0.1
"""By so much the share of interviews that are not linked to a voter may rise."""
RECENT_DAYS = 30
FEWEST = 30
BOOKS = ("party", "race", "ethnicity", "sex", "status", "method", "ballot_status")
"""Columns of the store whose values are few and steady."""

Finding = tuple[str, float, float]
"""What is looked at, what was found, its limit."""


def _register_whole(morning: Morning) -> Foreseen | Idle:
    if morning.campaign is None:
        return Idle("public polls alone have no files")
    known = {book: values for book in BOOKS if (values := _values(morning, book))}
    unlinked = _unlinked(morning)
    return Foreseen(
        ("all",),
        {},
        f"Every file of the inbox is there; states change by {100 * ROWS_LIMIT:.0f} % of their voters at most from file to "
        "file; no code is new; as many interviews are linked to voters as were.",
        {"values": known, "unlinked": unlinked},
    )


def _values(morning: Morning, book: str) -> list[str]:
    electorate = morning.electorate
    return [] if electorate is None else sorted(set(electorate.words.books.values(book)))


def _unlinked(morning: Morning) -> float | None:
    """Share of the last weeks' interviews that are linked to no voter; None where there are too few, or no voters."""
    rows = interviewed(morning)
    if morning.electorate is None or isinstance(rows, Idle):
        return None
    recent = rows.filter(pl.col("day") > morning.as_of - dt.timedelta(days=RECENT_DAYS))
    return recent["voter_id"].null_count() / recent.height if recent.height >= FEWEST else None


def _observe_whole(morning: Morning, claim: Claim, settled: pl.DataFrame) -> Seen:
    del settled
    looks: list[Callable[[Morning, Claim], Iterator[tuple[Finding, str]]]] = [_inbox, _row_counts, _codes, _links]
    found = [one for look in looks for one in look(morning, claim)]
    if not found:
        return nothing()
    rows = [rule_rows([name], [seen], limit, morning.as_of) for (name, seen, limit), _ in found]
    return Seen(pl.concat(rows), nothing().settled, tuple(note for _, note in found if note))


def _inbox(morning: Morning, _: Claim) -> Iterator[tuple[Finding, str]]:
    """Patterns of the inbox that no file has."""
    if morning.campaign is None or not morning.campaign.inbox:
        return
    folder = morning.campaign.folder
    absent = [one.files for one in morning.campaign.inbox if not any(file.is_file() for file in folder.glob(one.files))]
    note = f"no file like {', '.join(absent)}" if absent else ""
    yield ("missing files", float(len(absent)), 0.0), note


def _row_counts(morning: Morning, _: Claim) -> Iterator[tuple[Finding, str]]:
    """Voters of each state against those of the file before."""
    if morning.campaign is None:
        return
    earlier = [one for one in Snapshots(morning.campaign.store).all() if one.date <= morning.as_of]
    for state, files in morning.manifest.states.items():
        before = _file_before([one.states[state] for one in earlier if state in one.states], files)
        if before is not None and before.present:
            change = files.present / before.present - 1
            note = f"{state} had {before.present:,} voters in the file of {before.file_date}, and {files.present:,} in that of {files.file_date}"
            yield (
                (f"voters of {state}", abs(change), ROWS_LIMIT),
                note if abs(change) > STIRS_AT_SHARE * ROWS_LIMIT else "",
            )


def _file_before(known: list[StateFiles], now: StateFiles) -> StateFiles | None:
    found = [files for files in known if files.file_date < now.file_date]
    return max(found, key=lambda files: files.file_date, default=None)


def _codes(morning: Morning, claim: Claim) -> Iterator[tuple[Finding, str]]:
    """Values that no file had when the claim was registered."""
    for book, values in claim.foreseen.prediction["values"].items():
        new = sorted(set(_values(morning, book)) - set(values))
        note = f"{book} says {', '.join(new[:5])}, which no file said before: does the layout know it?" if new else ""
        yield (f"codes of {book}", float(len(new)), 0.0), note


def _links(morning: Morning, claim: Claim) -> Iterator[tuple[Finding, str]]:
    """By how much the share of interviews that are linked to no voter has risen; where none ever was, nothing is looked at."""
    before, now = claim.foreseen.prediction["unlinked"], _unlinked(morning)
    if before is not None and before < 1 and now is not None:
        risen = max(now - before, 0.0)
        note = f"{100 * now:.0f} % of the interviews of {RECENT_DAYS} days are linked to no voter, {100 * before:.0f} % were"
        yield ("interviews not linked", risen, UNLINKED_MORE), note if risen > STIRS_AT_SHARE * UNLINKED_MORE else ""


def _ages(morning: Morning) -> dict[str, dt.date]:
    """The newest of each source that there is."""
    found: dict[str, dt.date] = {}
    for state, files in morning.manifest.states.items():
        found[f"voters of {state}"] = dt.date.fromisoformat(files.file_date)
    rows = interviewed(morning)
    if not isinstance(rows, Idle):
        found |= _newest("own interviews", rows, "day")
    polls = known_polls(morning)
    if polls is not None:
        found |= _newest("published polls", polls, "end_date")
    return found


def _newest(name: str, rows: pl.DataFrame, column: str) -> dict[str, dt.date]:
    last = rows[column].max()
    return {name: last} if isinstance(last, dt.date) else {}


def _register_fresh(morning: Morning) -> Foreseen | Idle:
    sources = _ages(morning)
    if not sources:
        return Idle("there is no source yet", "load polls, voters or interviews")
    days = _stale_days(morning)
    return Foreseen(("all",), {}, f"No source is older than {days} days.", {"days": days})


def _stale_days(morning: Morning) -> int:
    return morning.campaign.night.stale_days if morning.campaign is not None else 14


def _observe_fresh(morning: Morning, claim: Claim, settled: pl.DataFrame) -> Seen:
    del settled
    found = _ages(morning)
    ages = [float((morning.as_of - day).days) for day in found.values()]
    return Seen(
        rule_rows(list(found), ages, float(claim.foreseen.prediction["days"]), morning.as_of), nothing().settled
    )


FILES_WHOLE = Assumption(
    name="files-whole",
    claim="Files come, are whole, and say what they always said",
    kind="rule",
    register=_register_whole,
    observe=_observe_whole,
    watches="the inbox and the store",
    if_broken="Numbers rest on half a file, or on words that nobody understood.",
    action="Look at {segment} (`hustings snapshots`), and ask the source for the file again.",
    says="{where} are not what they were",
)
SOURCES_FRESH = Assumption(
    name="sources-fresh",
    claim="Every source is as fresh as it should be",
    kind="rule",
    register=_register_fresh,
    observe=_observe_fresh,
    watches="the newest day of each source",
    if_broken="Numbers are of days that are over.",
    action="Ask for {segment} again, and see that the inbox takes it.",
    says="{where}: the newest are {observed:.0f} days old, where {predicted:.0f} are allowed",
)
FILES = (FILES_WHOLE, SOURCES_FRESH)
