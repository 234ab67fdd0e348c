"""A turnout model of a small store: what it says of itself, and what it refuses."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from hustings.electorate.query import open_electorate
from hustings.engines import connect
from hustings.errors import InputError
from hustings.scores.features import Target, voter_pieces
from hustings.scores.fitted import read_fitted, write_fitted
from hustings.scores.scorecard.boosted import Boosting
from hustings.scores.turnout import fit_turnout
from hustings.scores.turnout.fit import read_shocks
from hustings.scores.turnout.models import check_outcome, predict
from hustings.scores.turnout.newcomers import count_newcomers
from hustings.scores.turnout.report import unseen_shares
from hustings.scores.turnout.rolling import Past, check_missing, comparable_days
from made_electorate import DAYS, decoded

NOW = Target(dt.date(2016, 11, 8), "general", DAYS[2])
FEATURES = ["age", "party", "state", "times_voted_share", "general_2y", "precinct_turnout"]
QUICK = Boosting(pairs=1, bins=16, pair_bins=8, bags=1, learning_rate=0.3)


@pytest.fixture(scope="module")
def electorate(full_store):
    return open_electorate(full_store.store, connect("duckdb"), None)


@pytest.fixture(scope="module")
def fitted(electorate):
    return fit_turnout(electorate, NOW, rng=np.random.default_rng(1), features=FEATURES, settings=QUICK)


def test_past_elections_are_the_comparable_ones(electorate):
    assert comparable_days(electorate, NOW) == [dt.date(2012, 11, 6), dt.date(2008, 11, 4)]


def test_there_is_a_model_of_new_registrants_that_knows_no_ballots(fitted):
    history, new = fitted.models
    assert history.only is None
    assert new.only == ("newly_registered", "yes")
    assert {"times_voted_share", "general_2y"} <= set(history.feature_names)
    assert not {"times_voted_share", "general_2y"} & set(new.feature_names)


def test_the_level_is_that_of_the_past_in_each_group(electorate, fitted):
    rows = pl.concat(
        voter_pieces(electorate, "NC", NOW.earlier(dt.date(2012, 11, 6)), [*FEATURES, "newly_registered"], outcome=True)
    )
    rows = rows.filter(~pl.col("gone"))
    trend = fitted.extra["shocks"]["trend_logit"]
    assert trend == 0  # no trend is told from none before 2016
    said = rows.select("party", "voted", p=pl.Series(predict(fitted.models, rows)))
    assert said["p"].mean() == pytest.approx(said["voted"].mean(), abs=0.02)
    large = said.group_by("party").agg(pl.len(), pl.col("p", "voted").mean()).filter(pl.col("len") > 400)
    assert (large["p"] - large["voted"]).abs().max() < 0.04


def test_the_card_says_what_was_held_out_and_assumed(fitted):
    card = fitted.card
    assert "predicted by a model fitted to 2008-11-04 alone" in " ".join(card.data)
    assert card.measures["n"] == pytest.approx(card.deciles["voters"].sum())
    assert {"state", "party", "age", "newly_registered", "state x party"} <= set(card.calibration["group"])
    assert any("more voters, who vote like new registrants" in one for one in card.assumptions)
    assert any("spread of 0.172 for the nation" in one for one in card.assumptions)


def test_it_is_read_back_as_it_was_written(fitted, tmp_path):
    write_fitted(fitted, tmp_path / "models", made_by={})
    back = read_fitted(tmp_path / "models")
    assert read_shocks(back) == read_shocks(fitted)
    assert back.models[1].only == fitted.models[1].only


def test_newcomers_are_counted_by_hand(electorate):
    then = NOW.earlier(dt.date(2012, 11, 6))
    rows = pl.concat([decoded(electorate.words.snapshots.store, "voters", state) for state in ("NC", "OH")])
    days = rows.filter(pl.col("last_seen").is_null())["registered_on"]
    before, until = (days <= then.as_of).sum(), (days <= then.election).sum()
    found = count_newcomers(electorate, NOW, then)
    assert found.then_share == pytest.approx((until - before) / before)
    assert found.expected_voters == pytest.approx(found.then_share * found.voters_now)


def test_levels_unseen_in_training_are_counted(fitted):
    party = pl.Series("party", ["DEM", "REP", "PIRATE", None])
    rows = pl.DataFrame({"party": party})
    assert unseen_shares(fitted.models, rows) == {"party": 0.25}


def test_without_a_comparable_election_it_says_what_there_is(electorate):
    with pytest.raises(InputError, match=r"no municipal election that compares with that of 2016-11-08.*general 2012"):
        fit_turnout(electorate, replace(NOW, kind="municipal"), rng=np.random.default_rng(1))


def test_a_feature_that_most_states_lack_is_refused():
    rows = pl.DataFrame({"home": ["NC", "OH", "PA"], "party": ["DEM", None, None], "age": [20, 30, None]})
    check_missing(rows, ["age"])
    with pytest.raises(InputError, match="the feature party is missing in 2 of 3 states: OH, PA"):
        check_missing(rows, ["age", "party"])


@pytest.mark.parametrize(
    ("voted", "says"), [([True, True], "everybody voted"), ([False], "nobody voted"), ([], "nobody is registered")]
)
def test_one_class_is_refused(voted, says):
    past = Past(NOW.earlier(dt.date(2012, 11, 6)), pl.DataFrame({"voted": pl.Series(voted, dtype=pl.Boolean)}), 1.0, 2)
    with pytest.raises(InputError, match=f"{says} in the general election of 2012-11-06"):
        check_outcome([past])
