"""The board as a table: one row an assumption, what it says, since when, what to do."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from hustings.store import empty_table
from hustings.tables import BOARD
from hustings.tables.watch import ALL, NOTE, where
from hustings.watch import words
from hustings.watch.acknowledge import Acknowledgement
from hustings.watch.assumption import Assumption, Claim, Idle
from hustings.watch.board import Weighed, by_assumption
from hustings.watch.causes import with_causes
from hustings.watch.nightly import Watched
from hustings.watch.registry import current
from hustings.watch.rules import ruled

ORDER = {"broken": 0, "stirring": 1, "quiet": 2, "idle": 3}
ROUNDING = 1e-9
"""Stakes that lie idle sum to 1 but for this."""
USUAL_INTERVIEWS, DESIGN_EFFECT = 600, 1.5
Row = dict[str, Any]


def board_table(
    assumptions: Sequence[Assumption],
    watched: Watched,
    acknowledged: Mapping[str, Acknowledgement] | None = None,
    consequences: Mapping[str, tuple[float, str]] | None = None,
) -> pl.DataFrame:
    """Lay out the board (``tables.BOARD``): broken ones first; tests by their evidence, then rules by what they could change.

    Parameters
    ----------
    assumptions : sequence of Assumption
    watched : Watched
    acknowledged : mapping, optional
        Assumption -> the last acknowledgement.
    consequences : mapping, optional
        Assumption -> change of the chance to win, and the units whose favourite changes.
    """
    claims = current(watched.claims)
    rows_of = by_assumption(watched.weighed)
    rows = []
    for assumption in assumptions:
        claim = claims.get(assumption.name)
        if claim is None:
            found = _idle(watched.idle.get(assumption.name))
        elif claim.kind == "rule":
            found = _of_rule(assumption, claim, watched)
        else:
            found = _of_test(assumption, claim, watched.weighed, rows_of.get(assumption.name, []))
        found = _finished(assumption, claim, found, watched.notes.get(assumption.name, ()))
        if consequences and assumption.name in consequences:
            found["win_prob_change"], found["units_flipped"] = consequences[assumption.name]
        rows.append(found)
    table = with_acknowledgements(pl.DataFrame(rows, schema=empty_table(BOARD).schema), acknowledged or {})
    order = pl.col("status").replace_strict(ORDER, return_dtype=pl.Int64)
    ordered = table.sort(
        order,
        pl.col("evidence_log10").fill_null(-math.inf),
        pl.col("win_prob_change").abs().fill_null(0.0),
        "assumption",
        descending=[False, True, True, False],
    )
    return with_causes(ordered, assumptions, watched)


def with_acknowledgements(table: pl.DataFrame, acknowledged: Mapping[str, Acknowledgement]) -> pl.DataFrame:
    """The board with who has seen what: of the claim that stands, and of what is still loud."""
    said = []
    for row in table.iter_rows(named=True):
        seen = acknowledged.get(row["assumption"])
        loud = row["status"] in {"broken", "stirring"}
        counts = seen is not None and loud and seen.version == row["version"]
        said.append(seen.said(row["evidence_log10"]) if seen is not None and counts else row["acknowledged"])
    return table.with_columns(acknowledged=pl.Series(said, dtype=pl.String))


def _idle(why: Idle | None) -> Row:
    said = "it has not been registered yet" if why is None else why.why
    hint = "" if why is None else why.hint
    return {"version": 0, "status": "idle", "said": f"Not watched: {said}.", "action": hint or None}


def _of_rule(assumption: Assumption, claim: Claim, watched: Watched) -> Row:
    """A rule's row."""
    found = ruled(claim, watched.kept)
    if found.worst is None:
        return {"status": "quiet", "said": "There is nothing to compare yet."}
    worst = found.rows.row(0, named=True)
    numbers = worst["observed"], worst["predicted"]
    if found.status == "quiet":
        text = words.within_said(found.worst, *numbers)
    elif assumption.says:
        text = words.filled(assumption.says, found.worst, worst["n"], *numbers)
    else:
        text = words.rule_said(found.worst, *numbers)
    others = [name for name in found.broken if name != found.worst]
    beyond = f" Beyond the limit too: {words.few(others)}." if others else ""
    return {
        "status": found.status,
        "since": found.since,
        "segment": found.worst,
        "n": worst["n"],
        "observed": worst["observed"],
        "predicted": worst["predicted"],
        "segments_broken": "; ".join(found.broken) or None,
        "said": f"{text.rstrip('.')}.{beyond}",
    }


def _of_test(assumption: Assumption, claim: Claim, weighed: Weighed, rows: Sequence[int]) -> Row:
    """A test's row: that of the segment where the evidence is strongest."""
    if not rows or not weighed.nights:
        return {"status": "quiet", "said": "Nothing has come yet that could speak against it."}
    broken = {row: night for row in rows if (night := weighed.first(weighed.broken, row))}
    stirs = [row for row in rows if weighed.stirring[row, -1]]
    strength = {
        row: float(weighed.log_e[row].max()) if row in broken else float(weighed.log_e[row, -1]) for row in rows
    }
    # Where nothing has come there is nothing to show.
    compared = [
        row
        for row in rows
        if weighed.log_e[row, -1] > ROUNDING or weighed.evidence[weighed.which[row][0]].n[weighed.which[row][1]] > 0
    ]
    among = list(broken) or stirs or compared or rows
    worst = max(among, key=lambda row: strength[row])
    place, s = weighed.which[worst]
    one = weighed.evidence[place]
    name = claim.foreseen.segments[s]
    gap = tuple(float(column[s]) for column in (one.gap, one.gap_low, one.gap_high))
    evidence = float(weighed.log_e[worst, -1]) / words.LOG10
    names = [claim.foreseen.segments[weighed.which[row][1]] for row in sorted(broken, key=lambda row: -strength[row])]
    since = min(broken.values()) if broken else _stirring_since(weighed, stirs)
    n, seen, said = float(one.n[s]), float(one.observed[s]), float(one.predicted[s])
    return {
        "status": "broken" if broken else "stirring" if stirs else "quiet",
        "since": since,
        "segment": name,
        "evidence_log10": evidence,
        "n": n,
        "observed": _known(seen),
        "predicted": _known(said),
        "gap": _known(gap[0]),
        "gap_low": _known(gap[1]),
        "gap_high": _known(gap[2]),
        "segments_broken": "; ".join(names) or None,
        "said": _sentence(assumption, name, (n, seen, said), gap, evidence, _begun(one.start[s])),
    }


def _begun(day: Any) -> str:  # noqa: ANN401 (a date, or none)
    return "" if day is None else f", most likely since {day}"


def _stirring_since(weighed: Weighed, rows: Sequence[int]) -> Any:  # noqa: ANN401 (a date, or none)
    """First night of the present stirring."""
    found = None
    for night in range(len(weighed.nights) - 1, -1, -1):
        if not rows or not any(weighed.stirring[row, night] for row in rows):
            break
        found = weighed.nights[night]
    return found


def _sentence(
    assumption: Assumption,
    segment: str,
    numbers: tuple[float, float, float],
    gap: tuple[float, ...],
    evidence: float,
    begun: str,
) -> str:
    """What is seen where the evidence is strongest."""
    n, seen, said = numbers
    if not n or math.isnan(seen):
        if assumption.kind != "counts" or evidence < words.LEAST_SAID:
            return "Nothing has come yet that could speak against it."
        # That none came is evidence too.
        return (
            f"{words.capitalised(where(segment))}: none came where some were expected; {words.odds(evidence)}{begun}."
        )
    size = (gap[0], gap[1], gap[2])
    if assumption.says:
        text = words.filled(assumption.says, segment, n, seen, said, words.gap_said(n, size))
    elif assumption.kind == "shares":
        text = words.shares_said(segment, n, seen, said, size)
    elif assumption.kind == "counts":
        text = words.counts_said(segment, seen, said, size)
    else:
        text = words.values_said(segment, seen, said, size)
    # A likely start of nothing is none.
    return f"{words.capitalised(text)}; {words.odds(evidence)}{begun if evidence >= words.LEAST_SAID else ''}."


def _known(number: float) -> float | None:
    return number if math.isfinite(number) else None


def interviews_to_ask(gap_share: float | None) -> int:
    """Interviews that show a gap of this size with a chance of 4 in 5 at 5 %, with a design effect of 1.5, in hundreds.

    ``n = deff p (1 - p) ((1.96 + 0.84) / gap)^2`` at even odds; 300-2,000, and 600 (4 points either way) where there is no gap.
    """
    if not gap_share:
        return USUAL_INTERVIEWS
    needed = DESIGN_EFFECT * 0.25 * (2.8 / gap_share) ** 2
    return int(min(max(math.ceil(needed / 100) * 100, 300), 2000))


def _finished(assumption: Assumption, claim: Claim | None, found: Row, notes: Sequence[str]) -> Row:
    """Fill in what is the same for every kind."""
    status = found["status"]
    action = found.get("action")
    if status in {"broken", "stirring"}:
        gap = found.get("gap") if assumption.kind == "shares" else None
        action = words.action_said(assumption.action, found.get("segment") or ALL, interviews_to_ask(gap))
    row: Row = dict.fromkeys(BOARD.column_names)
    row |= {
        "assumption": assumption.name,
        "version": 0 if claim is None else claim.version,
        "kind": assumption.kind,
        "owner": assumption.owner,
        "claim": assumption.claim if claim is None else claim.foreseen.said or assumption.claim,
        **found,
        "action": action or None,
    }
    row["said"] = " ".join([row["said"], *(f"{NOTE}: {note.rstrip('.')}." for note in notes)])
    return row
