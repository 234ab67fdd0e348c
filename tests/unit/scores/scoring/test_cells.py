"""Cells against dictionaries of rows."""

from __future__ import annotations

from collections import defaultdict

import polars as pl
import pytest

from hustings.errors import ConfigError
from hustings.scores.features import catalogue, voter_pieces
from hustings.scores.scoring import Scorer, needed_features
from hustings.scores.scoring.cells import count_cells
from hustings.tables import VOTER_CELLS
from unit.scores.scoring.making import MODELS, NEWCOMERS, NOW, SUPPORT, TURNOUT, opened

KEY = ("state", "age", "sex", "race_group", "party", "times_voted_share")


def band(value, cuts):
    return None if value is None else max([0.0, *(cut for cut in cuts if cut <= value)])


def test_cells_hold_every_voter_who_may_vote(full_store):
    electorate = opened(full_store.store)
    told = []
    found = count_cells(electorate, [TURNOUT, NEWCOMERS], NOW, progress=told.append)
    assert told == ["NC", "OH"]
    assert found.columns == VOTER_CELLS.column_names
    features = [*needed_features(MODELS, list(catalogue(electorate, NOW))), *KEY]
    voters, votes = defaultdict(int), defaultdict(float)
    for state in told:
        rows = pl.concat(voter_pieces(electorate, state, NOW, list(dict.fromkeys(features))))
        scores = Scorer([TURNOUT, NEWCOMERS]).scores(rows)["turnout_prob"]
        for row, chance in zip(rows.iter_rows(named=True), scores.tolist(), strict=True):
            if row["gone"]:
                continue
            age = band(row["age"], (25, 35, 45, 55, 65, 75))
            share = band(row["times_voted_share"], (0.01, 0.5, 0.99))
            sure = row["early_ballot"] == "returned"
            key = (row["state"], age, row["sex"], row["race_group"], row["party"], share, sure)
            voters[key] += 1
            votes[key] += chance
    assert len(found) == len(voters) > 100
    assert any(key[-1] for key in voters)
    for row in found.iter_rows():
        assert row[7] == voters[row[:7]]
        assert row[8] == pytest.approx(votes[row[:7]], abs=1e-4)


def test_models_that_do_not_say_who_votes_are_refused(full_store):
    with pytest.raises(ConfigError, match="the models score no turnout_prob"):
        count_cells(opened(full_store.store), [SUPPORT], NOW)
