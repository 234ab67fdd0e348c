from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from hustings.errors import InputError
from hustings.scores.persuasion import Experiment, check_experiment

N = 600


def rows(seed=1):
    rng = np.random.default_rng(seed)
    arm = rng.permutation(np.repeat(["call", "control", "mail"], N // 3))
    return pl.DataFrame(
        {
            "arm": arm,
            "voted": rng.integers(0, 2, N),
            "age": rng.integers(18, 90, N),
            "voter": np.arange(N),
            "home": np.arange(N) // 2,
            "town": ["east", "west"] * (N // 2),
        }
    )


def make(table=None, **changes):
    said = {"treatment": "arm", "control": "control", "outcome": "voted", "features": ("age",)}
    said |= {"probs": {"call": 1 / 3, "control": 1 / 3, "mail": 1 / 3}}
    return Experiment("doors", "mobilisation", rows() if table is None else table, **{**said, **changes})


def test_what_is_learned_from():
    checked = check_experiment(make(cluster="home", voter="voter"))
    assert checked.arms == ("control", "call", "mail")
    assert np.bincount(checked.arm).tolist() == [200, 200, 200]
    assert checked.clusters.max() == N // 2 - 1
    assert "errors count 300 clusters" in checked.notes[0]


def test_chances_from_blocks():
    town = pl.col("town") == "east"
    table = rows().with_columns(arm=pl.when(town & (pl.col("arm") == "call")).then(pl.lit("mail")).otherwise("arm"))
    table = table.filter(pl.col("arm") != "call")
    checked = check_experiment(make(table, probs=None, block="town"))
    east = (table["town"] == "east").to_numpy()
    mail = ((table["arm"] == "mail").to_numpy())[east].mean()
    np.testing.assert_allclose(checked.prob[east], [[1 - mail, mail]] * east.sum())


ARM, VOTED = pl.col("arm"), pl.col("voted")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"features": ("income",)}, "lacks income"),
        ({"features": ()}, "names no features"),
        ({"features": ("voted",)}, "voted among its features"),
        ({"probs": None}, "no record of its assignment"),
        ({"probs": {"call": 0.5, "control": 0.5}}, "an arm has no chance above 0"),
        ({"probs": {"call": 0.5, "control": 0.5, "mail": 0.5}}, "sum to 1.5"),
        ({"control": "none"}, r"nobody in its control 'none'; found call 200"),
        ({"table": rows().filter(ARM == "control")}, "a control and no treatment"),
        ({"table": rows().filter((ARM != "mail") | (pl.col("voter") < 60))}, "people in 'mail', expected at least 50"),
        ({"table": rows().with_columns(voted=pl.lit(1))}, "everybody's outcome is 1"),
        ({"table": rows().with_columns(voted=VOTED * 2)}, "outside 0-1"),
        ({"voter": "home"}, "300 voters twice: 0 in"),
        ({"cluster": "town"}, "2 clusters, expected at least 20"),
        ({"probs": None, "block": "voter"}, "600 blocks lack an arm"),
        (
            {"table": rows().with_columns(voted=pl.when((ARM != "mail") | (VOTED == 1)).then("voted"))},
            "unknown of different parts of the arms",
        ),
    ],
)
def test_what_is_not_a_test_is_refused(change, said):
    with pytest.raises(InputError, match=said):
        check_experiment(make(**change))


def test_rows_left_out_are_counted():
    table = rows().with_columns(
        arm=pl.when(pl.col("voter") >= 10).then("arm"), voted=pl.when(pl.col("voter") % 100 != 50).then("voted")
    )
    checked = check_experiment(make(table))
    assert len(checked.outcome) == N - 10 - 6
    assert "10 of 600 rows have no arm" in checked.notes[0]
    assert "outcome of 6 of 590 people is unknown" in checked.notes[1]
