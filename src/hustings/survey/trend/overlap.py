"""Imported waves that hold the same interviews: a rolling poll's file of Tuesday has Monday's people in it again.

Waves of our own never share an interview. Of imported ones the files tell: an interview is the same when its id, day, beginning
and length are. Where only the days of the field overlap, nothing says whether people are counted twice; that is said aloud.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

_SAME = ("respondent_id", "field_date", "started_at", "seconds")


@dataclass(frozen=True)
class Overlap:
    """Two imported waves whose field days overlap.

    Parameters
    ----------
    wave, later : str
        Their names; the later one ended later.
    interviews : int
        Interviews that are in both; 0 where none can be seen to be.
    """

    wave: str
    later: str
    interviews: int


def overlaps(waves: Mapping[str, pl.DataFrame]) -> list[Overlap]:
    """Find imported waves whose field days overlap.

    Parameters
    ----------
    waves : mapping of str to pl.DataFrame
        Name -> respondents, as declared in ``tables.RESPONDENTS``.
    """
    imported = {}
    for name, respondents in waves.items():
        dated = respondents.filter(pl.col("case_id").is_null() & pl.col("field_date").is_not_null()).select(_SAME)
        if dated.height:
            imported[name] = dated
    order = sorted(imported, key=lambda name: (imported[name]["field_date"].max(), name))
    found = []
    for k, name in enumerate(order):
        for later in order[k + 1 :]:
            # By their ends the second begins before the first is over, or does not overlap it.
            if imported[later]["field_date"].min() <= imported[name]["field_date"].max():  # type: ignore[operator]
                both = imported[name].join(imported[later], on=_SAME, how="semi", nulls_equal=True).height
                found.append(Overlap(name, later, both))
    return found


def counted_twice(found: Sequence[Overlap]) -> set[str]:
    """Waves to leave out of lines, so that no interview is in two that stay: the latest stay."""
    left_out: set[str] = set()
    # Pairs come by the end of the earlier wave: from the last one backwards every later wave is decided already.
    for one in reversed(found):
        if one.interviews and one.later not in left_out:
            left_out.add(one.wave)
    return left_out


def overlap_notes(found: Sequence[Overlap]) -> list[str]:
    """What to say of them."""
    left_out = counted_twice(found)
    notes = []
    for name in dict.fromkeys(one.wave for one in found):
        with_shared = [one for one in found if one.wave == name and one.interviews]
        if name in left_out:
            said = ", ".join(f"{one.interviews:,} with {one.later}" for one in with_shared)
            notes.append(f"wave {name} shares interviews ({said}): it has a point, and no part in lines")
        notes += [
            f"waves {name} and {one.later} were in the field on the same days; nothing says that they share interviews, and "
            "both count"
            for one in found
            if one.wave == name and not one.interviews
        ]
    return notes
