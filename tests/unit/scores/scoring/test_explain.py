"""One voter's scores: the parts sum to the whole."""

from __future__ import annotations

import math

import polars as pl
import pytest

from hustings.errors import InputError
from hustings.scores.features import catalogue, voter_pieces
from hustings.scores.scoring import explain_voter, needed_features
from unit.scores.scoring.making import AGES, MODELS, NOW, PARTIES, opened


@pytest.fixture(scope="module")
def electorate(full_store):
    return opened(full_store.store)


@pytest.fixture(scope="module")
def voters(electorate):
    needed = needed_features(MODELS, list(catalogue(electorate, NOW)))
    return pl.concat(voter_pieces(electorate, "NC", NOW, needed, also=("voter_id",)))


def explained(electorate, row):
    return explain_voter(electorate, "NC", row["voter_id"], MODELS, NOW)


def test_contributions_sum_to_the_score(electorate, voters):
    rows = voters.filter(~pl.col("gone") & (pl.col("early_ballot") != "returned"))
    drawn = [
        *rows.filter(pl.col("newly_registered") == "yes")[:2].iter_rows(named=True),
        *rows[:3].iter_rows(named=True),
    ]
    for row in drawn:
        table = explained(electorate, row)
        for score, parts in table.group_by("score"):
            total = parts["contribution"].sum()
            expected = total if score[0].endswith("_effect") else 1 / (1 + math.exp(-total))
            assert parts["result"].n_unique() == 1
            assert parts["result"][0] == pytest.approx(expected, abs=1e-12)
        first = table.filter(pl.col("score") == "turnout_prob")
        assert first["contribution"][0] == (-0.4 if row["newly_registered"] == "yes" else 0.2)
        size = first["contribution"][1:].abs()
        assert size.equals(size.sort(descending=True))


def test_support_by_hand(electorate, voters):
    row = voters.filter(~pl.col("gone") & (pl.col("party") == "REP") & pl.col("age").is_between(30, 64)).row(
        0, named=True
    )
    parts = explained(electorate, row).filter(pl.col("score") == "support_prob")
    assert parts.select("term", "value", "contribution").rows() == [
        ("average voter", "", 0.1),
        ("party", "REP", PARTIES[2]),
        ("age", str(row["age"]), AGES[2]),
    ]
    assert parts["result"][0] == pytest.approx(1 / (1 + math.exp(-(0.1 + PARTIES[2] + AGES[2]))))


def test_a_ballot_that_is_in_is_said(electorate, voters):
    row = voters.filter(~pl.col("gone") & (pl.col("early_ballot") == "returned")).row(0, named=True)
    table = explained(electorate, row)
    assert table.filter(pl.col("score") == "turnout_prob").rows() == [
        ("turnout_prob", "ballot returned", "returned", 0.0, 1.0)
    ]
    assert table["score"].n_unique() == 3


def test_who_has_no_score_is_said(electorate, voters):
    away = voters.filter("gone").row(0, named=True)
    with pytest.raises(InputError, match="not in the file any more"):
        explained(electorate, away)
    with pytest.raises(InputError, match="no voter of NC has this id"):
        explain_voter(electorate, "NC", -1, MODELS, NOW)
