"""Features of a store's voters against the files it was made of, read by the csv module."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest

from hustings.electorate.query import open_electorate
from hustings.engines import connect
from hustings.errors import InputError
from hustings.scores.features import Target, catalogue, coded_pieces, sample_voters, voter_pieces
from hustings.scores.features.precincts import forget_precincts
from hustings.scores.scorecard import Indexed
from made_electorate import DAYS, HISTORY, csv_rows, decoded, pseudonyms, raw_voters

NOW = Target(dt.date(2016, 11, 8), "general", DAYS[2])
THEN = NOW.earlier(dt.date(2012, 11, 6))


@pytest.fixture(scope="module")
def electorate(full_store):
    return open_electorate(full_store.store, connect("duckdb"), None)


@pytest.fixture(scope="module")
def known(electorate):
    return list(catalogue(electorate, NOW))


@pytest.fixture(scope="module")
def now(electorate, known):
    pieces = list(voter_pieces(electorate, "NC", NOW, known, piece_rows=1300, also=("voter_id", "precinct")))
    assert len(pieces) > 3
    return pl.concat(pieces)


def raw_of(store, raw, rows):
    """Raw row by pseudonym, of the last week."""
    voters = raw_voters(raw, 2)
    return dict(zip(pseudonyms(store, voters), voters.values(), strict=True))


def test_one_row_a_slot_in_slot_order_whatever_the_piece(electorate, known, now):
    assert now["slot"].to_list() == list(range(electorate.words.manifest.states["NC"].slots))
    whole = next(iter(voter_pieces(electorate, "NC", NOW, known, also=("voter_id", "precinct"))))
    assert whole.equals(now)
    stored = decoded(electorate.words.snapshots.store, "voters").sort("slot")
    assert now["voter_id"].equals(stored["voter_id"])
    assert now["party"].cast(pl.String).equals(stored["party"])
    assert now["county"].cast(pl.String).equals(("NC " + stored["county"]).alias("county"))


def test_what_the_raw_file_says(full_store, now):
    raw = raw_of(full_store.store, full_store.raw, now)
    looked = 0
    for row in now.filter(~pl.col("gone")).sample(200, seed=1).iter_rows(named=True):
        said = raw[row["voter_id"]]
        month, day, year = map(int, said["registr_dt"].split("/"))
        registered = dt.date(year, month, day)
        born = int(said["birth_year"] or 1900)
        # 1900 is the file's word for a year that it does not know.
        assert row["age"] == (None if born == 1900 else 2016 - born)
        assert row["years_registered"] == pytest.approx(min((NOW.election - registered).days / 365.25, 60), abs=1e-3)
        new = registered > dt.date(2014, 11, 8) or born > 1996
        assert row["newly_registered"] == ("yes" if new else "no")
        looked += 1
    assert looked == 200


def test_ballots_are_those_of_the_history_file(full_store, now):
    voted = {}
    for row in csv_rows(full_store.raw / DAYS[0].isoformat() / HISTORY):
        if row["voting_method"] != "ELIGIBLE DID NOT VOTE":
            voted.setdefault(row["ncid"], set()).add(row["election_lbl"])
    ids = dict(zip(pseudonyms(full_store.store, voted), voted, strict=True))
    for name, day in (("general_2y", "11/04/2014"), ("general_4y", "11/06/2012"), ("primary_0y", "05/03/2016")):
        rows = now.filter(pl.col(name).cast(pl.String).str.starts_with("voted"))
        assert set(rows["voter_id"]) == set(now["voter_id"]) & {k for k, ncid in ids.items() if day in voted[ncid]}


def test_who_is_gone_is_said(now, electorate):
    stored = decoded(electorate.words.snapshots.store, "voters").sort("slot")
    out = stored["last_seen"].is_not_null() | (stored["birth_year"] > 1998).fill_null(value=False)
    assert now["gone"].equals(out.alias("gone"))


def test_nothing_later_than_the_day_enters(electorate, now):
    features = list(catalogue(electorate, THEN))
    assert "general_0y" not in features
    assert {"general_2y", "general_4y", "municipal_1y"} <= set(features)
    then = pl.concat(voter_pieces(electorate, "NC", THEN, features, outcome=True))
    stored = decoded(electorate.words.snapshots.store, "voters").sort("slot")
    late = stored["registered_on"] > THEN.as_of
    assert then.filter(late.fill_null(value=False))["gone"].all()
    # What is two years before 2012 is six before 2016, and the outcome is what 2016 sees four years back.
    assert then["general_2y"].equals(now["general_6y"].alias("general_2y"))
    assert then["voted"].equals(now["general_4y"].cast(pl.String).str.starts_with("voted").alias("voted"))


def test_early_ballots_stand_where_they_stood_on_the_day(electorate, now):
    earlier = Target(NOW.election, "general", dt.date(2016, 10, 1))
    before = pl.concat(voter_pieces(electorate, "NC", earlier, ["early_ballot"]))
    counts = {
        day: dict(rows["early_ballot"].cast(pl.String).value_counts().iter_rows())
        for day, rows in (("then", before), ("now", now))
    }
    log = pl.read_parquet(next((electorate.words.snapshots.store / "early_votes" / "NC").glob("*.parquet")))
    present = log.filter(pl.col("voter_id").is_in(now["voter_id"].implode()))
    asked = present.filter(pl.col("requested_on") <= dt.date(2016, 10, 1))
    assert sum(n for level, n in counts["then"].items() if level != "none") == asked["voter_id"].n_unique()
    assert counts["now"].get("returned", 0) > counts["then"].get("returned", 0)


def test_precincts_vote_as_their_voters_did(now, electorate):
    stored = decoded(electorate.words.snapshots.store, "voters").sort("slot")
    could = now.select("precinct", "precinct_turnout", "general_4y").with_columns(here=stored["last_seen"].is_null())
    could = could.filter(pl.col("here") & (pl.col("general_4y") != "not registered"))
    voted = could["general_4y"].cast(pl.String).str.starts_with("voted")
    state = voted.mean()
    sums = (
        could.with_columns(voted=voted)
        .group_by("precinct")
        .agg(pl.len(), pl.col("voted").sum(), pl.col("precinct_turnout").first())
    )
    expected = (sums["voted"] + 20 * state) / (sums["len"] + 20)
    assert (sums["precinct_turnout"] - expected).abs().max() < 1e-6


def test_numbers_of_few_values_are_beside_their_codes(electorate, known, now):
    piece = next(coded_pieces(electorate, "NC", NOW, known))
    for name in ("age", "years_registered", "times_voted_share", "precinct_turnout"):
        assert isinstance(piece[name], Indexed)
        assert len(piece[name].codes) == now.height
        assert piece[name].series(name).equals(now[name])
    # What is known of precincts is found again, the same, when it was forgotten.
    forget_precincts()
    again = pl.concat(voter_pieces(electorate, "NC", NOW, ["precinct_turnout"], piece_rows=1700))
    assert again["precinct_turnout"].equals(now["precinct_turnout"])


def test_states_lack_what_they_do_not_know_and_share_their_enums(electorate, known, now):
    ohio = pl.concat(voter_pieces(electorate, "OH", NOW, known))
    assert ohio["municipal_1y"].null_count() == ohio["early_ballot"].null_count() == ohio.height
    assert {name: kind for name, kind in ohio.schema.items() if name in known} == {
        name: now.schema[name] for name in known
    }


def test_samples_hold_present_voters_and_their_outcome(electorate):
    drawn = sample_voters(electorate, THEN, ["age"], rng=np.random.default_rng(1), rows=1000)
    assert drawn.states == ("NC", "OH")
    assert 300 < drawn.rows.height < drawn.voters
    assert drawn.rows["age"].min() >= 18
    again = sample_voters(electorate, THEN, ["age"], rng=np.random.default_rng(1), rows=1000)
    assert again.rows.equals(drawn.rows)


@pytest.mark.parametrize(
    ("state", "features", "target", "outcome", "says"),
    [
        ("SC", ["age"], NOW, False, "no voters of 'SC' are stored"),
        ("NC", ["agee"], NOW, False, r"no feature 'agee' for this election \(did you mean age"),
        ("NC", ["age"], NOW, True, "who voted on 2016-11-08 is not in the history of NC"),
    ],
)
def test_what_does_not_exist_is_named(electorate, state, features, target, outcome, says):
    with pytest.raises(InputError, match=says):
        list(voter_pieces(electorate, state, target, features, outcome=outcome))
