"""The board: all evidence together, every claim quiet, stirring or broken, with one error rate for the whole campaign."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.maths.eprocesses.board import weighted_e_bh
from hustings.store import empty_table
from hustings.tables import EVIDENCE
from hustings.tables.watch import ALL
from hustings.watch.assumption import Claim
from hustings.watch.monitors import Evidence, evidence_of
from hustings.watch.observations import Kept

Array = NDArray[np.float64]

STIRRING_ERROR = 0.5
"""Half of all quiet campaigns see a claim stir once."""


@dataclass(frozen=True)
class Weighed:
    """All claims' evidence, side by side, night after night.

    Parameters
    ----------
    evidence : list of Evidence
        Of every version of every test's claim.
    nights : list of date
        Nights that settled anything.
    which : (row,) list of (int, int)
        Place of the row's evidence, and of its segment.
    shares : (row,) array
        Part of the error budget of each row.
    log_e : (row, night) array
        Log e-value after each night.
    broken, stirring : (row, night) arrays of bool
        Whether e-BH over the whole board rejects the claim there that night, at the campaign's level and at :data:`STIRRING_ERROR`.
    """

    evidence: list[Evidence]
    nights: list[dt.date]
    which: list[tuple[int, int]]
    shares: Array
    log_e: Array
    broken: NDArray[np.bool_]
    stirring: NDArray[np.bool_]

    def first(self, flags: NDArray[np.bool_], row: int) -> dt.date | None:
        """First night of a row's flag."""
        at = np.flatnonzero(flags[row])
        return self.nights[at[0]] if len(at) else None


def weigh(claims: Sequence[Claim], kept: Kept, false_alarm_prob: float) -> Weighed:
    """Weigh every test's claim, and all of them together.

    Each segment's e-value is an e-process for what is known to the whole board; so is their mean with weights that sum
    to 1. Where e-BH at level a rejects anything, that mean is 1/a or more: while all claims hold, this happens in a
    part a of campaigns at most, however often anybody looks (docs/maths/e-bh.md).
    """
    evidence = [evidence_of(claim, kept.of(claim)) for claim in claims if claim.kind != "rule"]
    nights = sorted({night for one in evidence for night in one.nights})
    which = [(i, s) for i, one in enumerate(evidence) for s in range(len(one.claim.foreseen.segments))]
    shares = np.concatenate([shares_of(one.claim) for one in evidence]) if evidence else np.zeros(0)
    log_e = np.concatenate([np.zeros((0, len(nights))), *(_on_nights(one, nights) for one in evidence)])
    return Weighed(
        evidence,
        nights,
        which,
        shares,
        log_e,
        weighted_e_bh(log_e, shares, false_alarm_prob),
        weighted_e_bh(log_e, shares, STIRRING_ERROR),
    )


def shares_of(claim: Claim) -> Array:
    """Part of the error budget of each segment, (segment,): half for all together, the rest even; versions never sum to more.

    Most breaks show overall as well, and there first: what is small in one segment is seen in all of them.
    """
    segments = claim.foreseen.segments
    total = claim.share / (claim.version * (claim.version + 1))
    if segments[0] != ALL or len(segments) == 1:
        return np.full(len(segments), total / len(segments))
    return np.array([total / 2, *[total / 2 / (len(segments) - 1)] * (len(segments) - 1)])


def _on_nights(evidence: Evidence, nights: Sequence[dt.date]) -> Array:
    """Log e-values after each of some nights, (segment, night): those of the last step until then."""
    own, all_ = (np.array(list(days), dtype="datetime64[D]") for days in (evidence.nights, nights))
    paths = np.concatenate([np.zeros((len(evidence.log_e), 1)), evidence.log_e], axis=1)
    return np.asarray(paths[:, np.searchsorted(own, all_, "right")])


def evidence_table(weighed: Weighed) -> pl.DataFrame:
    """Every step of the evidence (``tables.EVIDENCE``)."""
    at = {night: k for k, night in enumerate(weighed.nights)}
    parts = [empty_table(EVIDENCE)]
    schema = parts[0].schema
    for row, (i, s) in enumerate(weighed.which):
        one = weighed.evidence[i]
        n = len(one.nights)
        parts.append(
            pl.DataFrame(
                {
                    "assumption": [one.claim.assumption] * n,
                    "version": [one.claim.version] * n,
                    "segment": [one.claim.foreseen.segments[s]] * n,
                    "step": range(n),
                    "day": one.nights,
                    "log_e": one.log_e[s],
                    "is_rejected": [bool(weighed.broken[row, at[night]]) for night in one.nights],
                },
                schema=schema,
            )
        )
    return pl.concat(parts) if parts else pl.DataFrame(schema=dict.fromkeys(EVIDENCE.column_names, pl.Null))


def by_assumption(weighed: Weighed) -> Mapping[str, list[int]]:
    """Rows of each assumption's last version."""
    last: dict[str, int] = {}
    for one in weighed.evidence:
        last[one.claim.assumption] = max(last.get(one.claim.assumption, 0), one.claim.version)
    found: dict[str, list[int]] = {}
    for row, (i, _) in enumerate(weighed.which):
        claim = weighed.evidence[i].claim
        if claim.version == last[claim.assumption]:
            found.setdefault(claim.assumption, []).append(row)
    return found
