"""Totals that grow, fall and recover: what is new is what exceeds the highest so far."""

import polars as pl

from hustings.watch.streams.counting import since_last


def test_what_falls_is_owed_until_it_is_made_up():
    settled, found = {}, []
    for total in (100, 100, 90, 95, 103, 110):
        known = pl.DataFrame(
            {"key": list(settled), "amount": list(settled.values())}, schema={"key": pl.String, "amount": pl.Float64}
        )
        counted = since_last(pl.DataFrame({"key": ["NC"], "total": [total]}), known)
        found.append((counted.rows["new"][0], bool(counted.notes)))
        settled |= dict(counted.settled.iter_rows())
    assert found == [(100, False), (0, False), (0, True), (0, True), (3, False), (7, False)]
    assert sum(new for new, _ in found) == 110


def test_many_that_fall_are_counted_in_the_notes():
    keys = [f"s{k}" for k in range(5)]
    settled = pl.DataFrame({"key": keys, "amount": [10.0] * 5})
    counted = since_last(pl.DataFrame({"key": keys, "total": [9] * 5}), settled)
    assert counted.settled.is_empty()
    assert len(counted.notes) == 4
    assert counted.notes[-1] == "and 2 other counts fell"
