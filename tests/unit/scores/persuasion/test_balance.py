from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from hustings.errors import InputError
from hustings.scores.persuasion.balance import check_balance, columns

REAL = Path(__file__).parents[5] / "shared" / "data"
ARMS = ("control", "mail")


def look(arm, frame, clusters=None, share=0.5):
    n = len(arm)
    prob = np.tile([1 - share, share], (n, 1))
    return check_balance("doors", frame, arm, prob, np.arange(n) if clusters is None else clusters, ARMS)


def test_columns():
    names, X = columns(pl.DataFrame({"age": [20.0, None, 40.0], "sex": ["F", "M", "M"], "same": [1, 1, 1]}))
    assert names == ["size", "age", "age not known", "sex = M"]
    np.testing.assert_allclose(X[:, 1], [-np.sqrt(1.5), 0.0, np.sqrt(1.5)])


def test_lots_pass_and_warnings_are_as_rare_as_said():
    rng = np.random.default_rng(3)
    frame = pl.DataFrame({"age": rng.integers(18, 90, 400), "sex": rng.choice(["F", "M"], 400)})
    said = [look(rng.integers(0, 2, 400), frame)[0] for _ in range(300)]
    assert 0 <= sum(one.startswith("WARNING") for one in said) <= 9, "one in a hundred"


def test_those_who_vote_were_chosen():
    rng = np.random.default_rng(4)
    votes = rng.integers(0, 5, 2000)
    arm = (rng.random(2000) < 0.3 + 0.1 * votes).astype(int)
    with pytest.raises(InputError, match=r"not balanced.*most of all votes in mail \(\+"):
        look(arm, pl.DataFrame({"votes": votes}), share=arm.mean())


def test_an_arm_of_another_size_than_drawn():
    rng = np.random.default_rng(5)
    with pytest.raises(InputError, match="most of all size in mail"):
        look((rng.random(2000) < 0.6).astype(int), pl.DataFrame({"x": rng.random(2000)}))


def test_households_that_draw_one_lot():
    """Forty of fifty people each, one lot a household: to take them for two thousand lots would refuse most."""
    rng = np.random.default_rng(6)
    home = np.repeat(np.arange(40), 50)
    frame = pl.DataFrame({"street": rng.normal(size=40)[home]})
    for _ in range(50):
        arm = rng.integers(0, 2, 40)[home]
        assert len(look(arm, frame, clusters=home)) == 1


@pytest.mark.skipif(not REAL.is_dir(), reason="the shared real data are not here")
def test_new_haven_s_calls_are_no_lot_any_more():
    """Imai (APSR 99(2), 2005): in this file those to be called are older and voted more than a lot would have them."""
    rows = pl.read_parquet(REAL / "gotv_newhaven_1998.parquet")
    arm = rows["PHONEGRP"].to_numpy().astype(int)
    with pytest.raises(InputError, match=r"not balanced.*most of all AGE in mail"):
        look(arm, rows.select("AGE", "PERSONS", "MAJORPTY", "VOTE96.1"), share=arm.mean())
