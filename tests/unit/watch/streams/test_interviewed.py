"""Segments: who belongs to them, and which are watched."""

import polars as pl

from hustings.watch.streams.interviewed import in_segments, segments_of

ROWS = pl.DataFrame(
    {
        "in_state": ["NC"] * 6 + ["OH"] * 4,
        "in_race": ["black", "black", "white", "white", "white", None, "white", "white", "white", "black"],
        "in_party": ["DEM"] * 10,
    }
)


def test_segments_with_enough_people_in_order_of_their_dimensions():
    found = segments_of(ROWS, ("state", "race", "state, race", "party", "age"), fewest=3, most=10)
    # Everybody is of one party: it says nothing that the whole does not; nobody's age is known.
    assert found == (
        "all",
        "state=NC",
        "state=OH",
        "race=white",
        "race=black",
        "state=NC, race=white",
        "state=OH, race=white",
    )
    assert segments_of(ROWS, ("state", "race"), fewest=3, most=3) == ("all", "state=NC", "state=OH")


def test_a_person_stands_once_in_each_of_their_segments():
    found = in_segments(ROWS, ("all", "race=black", "state=NC, race=white"))
    assert dict(found.group_by("segment").len().iter_rows()) == {"all": 10, "race=black": 3, "state=NC, race=white": 3}
