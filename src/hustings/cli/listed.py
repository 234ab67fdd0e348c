"""What `hustings lists show` says of lists: hold-outs, locks, outcomes, what was expected, who was touched."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from hustings.cli.campaign import aligned, electorate_at
from hustings.cli.inputs import some
from hustings.errors import HustingsError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from pathlib import Path

    import polars as pl

    from hustings.scores.persuasion import CutList
    from hustings.store.campaign import Campaign

WIDTH = 80


def counts_of(locked: CutList) -> dict[str, int]:
    """People of each arm, in the order of the shares."""
    counts = dict(locked.rows["arm"].value_counts(name="people").iter_rows())
    return {arm: counts.get(arm, 0) for arm in locked.shares}


def summary(locked: CutList) -> dict[str, Any]:
    """A list as JSON."""
    return {
        "list": locked.name,
        "day": locked.day.isoformat(),
        "voters": locked.rows.height,
        "households": locked.rows["household"].n_unique(),
        "arms": counts_of(locked),
        "shares": dict(locked.shares),
        "costs": dict(locked.costs),
        "election": locked.election.isoformat() if locked.election else None,
        "seed": locked.seed,
    }


def shown_lists(campaign: Campaign, folders: Sequence[Path], day: dt.date) -> list[dict[str, Any]]:
    """Lists as JSON, each with its lock, outcomes, expectation, and held-out people who were contacted."""
    from hustings.plan.lists.signals import read_contacts

    if not folders:
        return []
    with electorate_at(campaign, day.isoformat(), queries=False) as electorate:
        contacts = read_contacts(electorate)
    return [_shown(campaign, folder, day, contacts) for folder in folders]


def _shown(campaign: Campaign, folder: Path, day: dt.date, contacts: pl.DataFrame) -> dict[str, Any]:
    """One list, its lock and its outcomes."""
    from hustings.plan.lists import contamination, read_expectation
    from hustings.scores.persuasion import check_lock, outcome_elections
    from hustings.store.snapshots import Snapshots

    try:
        locked = check_lock(folder)
    except HustingsError as err:
        return {"list": folder.name, "lock": str(err)}
    manifest = Snapshots(campaign.store).latest()
    elections = {state: files.elections for state, files in manifest.states.items()}
    known = outcome_elections(locked, elections, day)
    said = read_expectation(folder)
    return {
        **summary(locked),
        "lock": "intact",
        "outcomes": {state: when.isoformat() for state, (when, _) in known.items()},
        "expected": said and _expected(said),
        "touched": int(contamination([locked], contacts)["touched"].sum()),
    }


def _expected(said: dict[str, Any]) -> dict[str, Any]:
    """What was written down of a list when it was cut."""
    table = said.get("expected_by_the_table")
    believed = said["effect"]["row"] == "believed"
    return {
        "universe": said["universe"],
        **said["expected"],
        "interval": said["interval"],
        "believed": believed,
        "net_votes_by_published_tests": table["net_votes"] if believed and table else None,
    }


def show_lines(shown: list[dict[str, Any]], *, one: bool) -> list[str]:
    """Lists as a table; one list in full."""
    if not shown:
        return ["no list was cut yet: hustings lists cut --help"]
    rows = [["list", "cut on", "voters", "held out", "contacts", "lock", "outcomes"]]
    for found in shown:
        if found["lock"] != "intact":
            rows.append([found["list"], "", "", "", "", "BROKEN", ""])
            continue
        (_, held), *contacts = found["arms"].items()
        share = f"{held:,} ({held / found['voters']:.1%})"
        told = ", ".join(f"{arm} {n:,}" for arm, n in contacts)
        rows.append([found["list"], found["day"], f"{found['voters']:,}", share, told, "intact", _outcomes(found)])
    lines = aligned(rows, right=(2,))
    for found in shown:
        lines += _told(found)
    if one and shown[0]["lock"] == "intact":
        costs = ", ".join(f"{arm} {cost:g}" for arm, cost in shown[0]["costs"].items()) or "not given"
        lines += ["", f"{some(shown[0]['households'], 'household')}; seed {shown[0]['seed']}; costs: {costs}"]
    return lines


def _told(found: dict[str, Any]) -> list[str]:
    """What was expected of a list, and whether its hold-out was touched."""
    said = []
    if expected := found.get("expected"):
        low, mid, high = (expected[name] + 0.0 for name in ("net_votes_low", "net_votes", "net_votes_high"))
        ends = f"{expected['interval']}: {low:,.1f} to {high:,.1f}"
        text = f"{found['list']}: {expected['universe']}, expected {mid:,.1f} net votes ({ends})"
        if expected["believed"]:
            text += " if what was believed is so"
        if (tests := expected["net_votes_by_published_tests"]) is not None:
            text += f", {tests + 0.0:,.1f} by published tests"
        said.append(text)
    if found.get("touched"):
        who = f"{some(found['touched'], 'voter')} of its hold-out were contacted; hustings plan lists --check"
        said.append(f"{found['list']}: CONTAMINATION: {who}")
    return [line for text in said for line in textwrap.wrap(text, WIDTH, subsequent_indent="  ")]


def _outcomes(found: dict[str, Any]) -> str:
    days = sorted(set(found["outcomes"].values()))
    if days:
        return f"votes of {', '.join(days)}"
    return f"not yet: {found['election'] or 'next election'}"
