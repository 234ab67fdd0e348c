"""The turnout model finds the levels that a made electorate was given."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl

from hustings.electorate.query import open_electorate
from hustings.engines import connect
from hustings.scores.features import Target, voter_pieces
from hustings.scores.scorecard.boosted import Boosting
from hustings.scores.turnout import fit_turnout
from hustings.scores.turnout.models import predict
from made_electorate import DAYS, pseudonyms

NOW = Target(dt.date(2016, 11, 8), "general", DAYS[0])


def test_chances_of_groups_are_those_that_were_planted(first_week):
    electorate = open_electorate(first_week.store, connect("duckdb"), None)
    fitted = fit_turnout(
        electorate, NOW, rng=np.random.default_rng(1), settings=Boosting(pairs=0, bins=32, bags=2, learning_rate=0.2)
    )
    names = list(dict.fromkeys(name for model in fitted.models for name in model.feature_names))
    rows = pl.concat(voter_pieces(electorate, "NC", NOW, names, also=("voter_id",))).filter(~pl.col("gone"))
    truth = pl.read_parquet(first_week.raw / "truth.parquet")
    truth = truth.select(voter_id=pl.Series(pseudonyms(first_week.store, truth["source_id"])), true="turnout_prob")
    said = rows.with_columns(p=pl.Series(predict(fitted.models, rows))).join(truth, on="voter_id")
    # In the made world a chance grows with the years since registration *as of today*, in past elections too: those who were
    # new then are not those who are new now, and no model of the past can find the level of the latter.
    said = said.filter(pl.col("newly_registered") == "no")
    assert said.height > 2000
    # About 1,900 of them were drawn from these chances in 2012: the standard error of their share is .01.
    assert abs(said["p"].mean() - said["true"].mean()) < 0.03
    young = (pl.col("age") < 35).alias("group")
    for group in (pl.col("party"), pl.col("sex"), young):
        cells = said.group_by(group).agg(pl.len(), pl.col("p", "true").mean()).filter(pl.col("len") > 600)
        assert (cells["p"] - cells["true"]).abs().max() < 0.06
    # Chances go with the planted ones, which hold a part of the person that no file shows.
    assert np.corrcoef(said["p"], said["true"])[0, 1] > 0.5
