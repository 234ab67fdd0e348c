"""Coverage worked by hand: what share of the expected electorate nobody has heard."""

from __future__ import annotations

import polars as pl

from hustings.store import empty_table
from hustings.survey.sample import coverage, unpolled_share
from hustings.tables import COVERAGE, FRAME, RESPONDENTS, SAMPLE


def table(declared, rows):
    """Rows of a declared table; columns that are not given are null, or 'x' where they make cells."""
    blank = empty_table(declared)
    given = pl.DataFrame(rows)
    fill = [
        pl.lit("x" if name.startswith("file_") and kind == pl.String else None, dtype=kind).alias(name)
        for name, kind in blank.schema.items()
        if name not in given.columns
    ]
    return given.with_columns(fill).select(pl.col(name).cast(kind) for name, kind in blank.schema.items())


CELLS = table(
    FRAME,
    {
        "file_state": ["A", "A", "B"],
        "file_party": ["p", "q", "q"],
        "voters": [100, 300, 200],
        "expected_votes": [60.0, 140.0, 50.0],
    },
)
SAMPLED = table(SAMPLE, {"file_state": ["A"] * 4 + ["B"], "file_party": ["p", "q", "q", "q", "q"]})
HEARD = table(
    RESPONDENTS,
    {
        "disposition": ["1.1", "1.1", "1.1", "1.2", "2.1"],
        "file_state": ["A", "A", "A", "B", "B"],
        "file_party": ["q", "q", "p", "q", "q"],
    },
)


def rows_of(found, dimension):
    part = found.filter(pl.col("dimension") == dimension)
    return {row["segment"]: row for row in part.to_dicts()}


def test_by_hand():
    found = coverage(CELLS, SAMPLED, HEARD, state_target=2, segment_target=2)
    assert found.columns == COVERAGE.column_names
    states = rows_of(found, "state")
    assert states["A"] == {
        "dimension": "state",
        "segment": "A",
        "voters": 400,
        "expected_votes": 200.0,
        "expected_share": 0.8,
        "asked": 4,
        "interviews": 3,
        "target": 2,
        "unpolled": False,
    }
    # A partial interview is none: B was asked, and nobody was heard.
    assert (states["B"]["asked"], states["B"]["interviews"], states["B"]["unpolled"]) == (1, 0, True)
    assert unpolled_share(found) == 0.2
    party = rows_of(found, "party")
    assert party["p"]["expected_share"] == 60 / 250
    assert [party[k]["interviews"] for k in "pq"] == [1, 2]
    assert unpolled_share(found, "party") == 60 / 250
    # A column with one value alone makes no segments.
    assert set(found["dimension"]) == {"state", "party"}


def test_states_without_a_voter_file_are_unpolled():
    """A 200 and B 50 of the file's; the contest expects 600, 200 and 200 in A, B and C: 40 % are unheard."""
    expected = {"A": 600.0, "B": 200.0, "C": 200.0}
    found = coverage(CELLS, SAMPLED, HEARD, state_target=3, segment_target=1, expected_by_state=expected)
    states = rows_of(found, "state")
    assert (states["C"]["voters"], states["C"]["asked"], states["C"]["unpolled"]) == (0, 0, True)
    assert states["A"]["expected_share"] == 0.6
    assert unpolled_share(found) == 0.4
    # The largest that nobody hears stands first.
    assert found["segment"].to_list()[:3] == ["B", "C", "A"]


def test_before_anybody_is_asked_everything_is_unpolled():
    found = coverage(CELLS, SAMPLED.clear(), HEARD.clear(), state_target=1, segment_target=1)
    assert unpolled_share(found) == 1.0
    assert found["asked"].sum() == 0
