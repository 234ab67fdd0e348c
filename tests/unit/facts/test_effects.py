"""Published effects: each with its error, and what is computed is computed here again."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from hustings.facts.effects import campaign_effects, contact_costs
from unit.facts.test_sources import SOURCE_DATA


def test_every_effect_has_an_error_a_source_and_a_price():
    table = campaign_effects()
    assert (table["se"] > 0).all()
    assert (table["source"].str.len_chars() > 20).all()
    assert set(table["channel"]) <= set(contact_costs()["channel"])


def test_no_row_rests_on_shame():
    words = table_text(campaign_effects())
    for arm in ("neighbors", "neighbours", "hawthorne", "self"):
        assert arm not in words


def table_text(table):
    return " ".join(table.select(pl.concat_str("effect", "source", separator=" ")).to_series()).lower()


@pytest.mark.parametrize(
    ("effect", "published"), [("door", 1 / 14), ("leaflet", 1 / 66), ("phone", 1 / 38), ("tv", 0.005), ("mail", 0.018)]
)
def test_means_are_those_of_the_literature(effect, published):
    assert campaign_effects().filter(effect=effect)["mean"].item() == pytest.approx(published, rel=0.02)


def test_contact_persuades_nobody_on_average():
    table = campaign_effects().filter(kind="persuasion", per="contact")
    assert table["mean"].to_list() == [0.0] * len(table)


def test_the_mailing_of_2006_from_its_voters():
    path = SOURCE_DATA / "gotv_ggl2006_michigan.parquet"
    if not path.is_file():
        pytest.skip(f"the source data are not at {path}")
    mail = campaign_effects().filter(effect="mail").row(0, named=True)
    rows = pl.read_parquet(path, columns=["randomization_cluster", "voted_aug2006", "treatment"])
    rows = rows.filter(pl.col("treatment").is_in(["Control", "Civic Duty"])).with_columns(
        mailed=pl.col("treatment") == "Civic Duty"
    )
    means = dict(rows.group_by("mailed").agg(pl.col("voted_aug2006").mean()).iter_rows())
    assert means[True] - means[False] == pytest.approx(mail["mean"], abs=5e-5)
    # Blocks of neighbours as clusters: sums of what each adds to the two means.
    size = dict(rows["mailed"].value_counts().iter_rows())
    sign = pl.when("mailed").then(1 / size[True]).otherwise(-1 / size[False])
    rest = pl.col("voted_aug2006") - pl.col("voted_aug2006").mean().over("mailed")
    added = rows.select("randomization_cluster", added=sign * rest).group_by("randomization_cluster").sum()["added"]
    assert np.sqrt((added**2).sum()) == pytest.approx(mail["se"], rel=0.01)
