from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from hustings.errors import InputError
from hustings.store.writing import check_table
from hustings.survey.books import make_banners, tabulate
from hustings.survey.codebook import Choice, Item
from hustings.survey.weighting import WeightingSpec, unweighted, weigh
from hustings.tables import ESTIMATES
from made_answers import VOTE, interviews, some


def tabulated(found, banners=(), weighting=None, **options):
    table = found.wide()
    weighting = weighting or unweighted(table)
    return tabulate(table, found.codebook, weighting, make_banners(table, found.codebook, banners), **options).estimates


def cell(estimates, question, code, column="Total"):
    return estimates.row(
        by_predicate=(pl.col("question") == question) & (pl.col("code") == code) & (pl.col("column") == column),
        named=True,
    )


def two_columns(first, second):
    """Interviews of women and men: how many of each said a, and how many b."""
    vote = ["a"] * first[0] + ["b"] * first[1] + ["a"] * second[0] + ["b"] * second[1]
    return interviews({"vote": vote}, file_sex=["F"] * sum(first) + ["M"] * sum(second))


def test_two_columns_by_hand():
    """60 of 100 against 45 of 100: z = .15 / sqrt((.24 + .2475) / 100) but for n / (n - 1) = 2.148 and p = .0317."""
    found = tabulated(two_columns((60, 40), (45, 55)), ["sex"])
    ames = cell(found, "vote", "a", "F")
    assert (ames["letter"], ames["higher_than"], ames["n_unweighted"]) == ("A", "B", 100)
    assert ames["estimate"] == pytest.approx(0.6)
    assert ames["se"] == pytest.approx(np.sqrt(0.24 / 100 * 200 / 199))
    assert cell(found, "vote", "b", "M")["higher_than"] == "A"
    assert cell(found, "vote", "b", "F")["higher_than"] == ""


def test_lower_case_between_90_and_95():
    """58 of 100 against 45: z = 1.84."""
    assert 1.645 < 0.13 / np.sqrt((0.2436 + 0.2475) / 100 * 200 / 199) < 1.96
    assert cell(tabulated(two_columns((58, 42), (45, 55)), ["sex"]), "vote", "a", "F")["higher_than"] == "b"


def test_small_bases_are_not_shown_and_not_tested():
    found = tabulated(two_columns((29, 0), (10, 60)), ["sex"])
    few, small = cell(found, "vote", "a", "F"), cell(found, "vote", "a", "M")
    assert (few["flag"], few["estimate"], few["se"], few["low"], few["n_unweighted"]) == (
        "suppressed",
        None,
        None,
        None,
        29,
    )
    assert (small["flag"], small["higher_than"]) == ("small", "")
    assert few["higher_than"] == ""
    assert cell(tabulated(two_columns((30, 0), (10, 60)), ["sex"]), "vote", "a", "F")["higher_than"] == "B"


def test_rows_and_their_bases():
    """Ten people: one was not asked, one said nothing, two do not know."""
    keen = [None, "", "dk", "dk", "1", "2", "3", "3", "3", "3"] * 10
    several = [None, "", *[["jobs", "law"]] * 4, *[["law"]] * 4] * 10
    age = [None, "", *[20.0] * 4, *[60.0] * 4] * 10
    found = tabulated(interviews({"keen": keen, "issues": several, "age": age}))
    check_table(found, ESTIMATES)
    shares = {
        ("keen", "1"): 1 / 9,
        ("keen", "3"): 4 / 9,
        ("keen", "dk"): 2 / 9,
        ("keen", "no_answer"): 1 / 9,
        ("keen", "net:keen"): 4 / 9,
        ("keen", "net:not keen"): 2 / 9,
        ("keen", "mean"): (1 + 2 + 4 * 3) / 6,
        ("issues", "jobs"): 4 / 9,
        ("issues", "law"): 8 / 9,
        ("issues", "war"): 0.0,
        ("issues", "no_answer"): 1 / 9,
        ("age", "mean"): 40.0,
        ("age", "no_answer"): 1 / 9,
    }
    for (question, code), share in shares.items():
        assert cell(found, question, code)["estimate"] == pytest.approx(share), (question, code)
    assert cell(found, "keen", "3")["n_unweighted"] == 90
    assert cell(found, "keen", "mean")["n_unweighted"] == 60


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10_000), st.integers(100, 160))
def test_answers_of_a_single_choice_sum_to_1(seed, n):
    found = some(n, seed)
    table = found.wide()
    base = np.random.default_rng(seed).uniform(0.2, 5, n)
    weighting = weigh(table.with_columns(base_weight=pl.Series(base)), WeightingSpec())
    cells = tabulated(found, ["sex", "issues"], weighting).filter(
        pl.col("question").is_in(["vote", "keen"]) & ~pl.col("code").str.contains("^net:|^mean$")
    )
    sums = cells.group_by("question", "banner", "column").agg(pl.col("estimate").sum(), pl.col("flag").first())
    assert sums.filter(pl.col("flag") != "suppressed")["estimate"].to_list() == pytest.approx(
        [1.0] * sums.filter(pl.col("flag") != "suppressed").height
    )


@pytest.mark.parametrize("correction", ["none", "bonferroni", "fdr"])
def test_letters_go_with_their_columns(correction):
    """Whichever column is first, the same groups are above the same groups."""
    rng = np.random.default_rng(4)
    codes = [f"g{k}" for k in range(5)]
    group = rng.integers(5, size=1500)
    vote = np.where(rng.random(1500) < 0.35 + 0.06 * group, "a", "b").tolist()

    def above(order):
        item = Item("group", "single", "Group?", tuple(Choice(codes[k], codes[k]) for k in order))
        found = interviews({"vote": vote, "group": [codes[k] for k in group]}, items=(VOTE, item))
        cells = tabulated(found, ["group"], correction=correction).filter(
            (pl.col("question") == "vote") & (pl.col("banner") == "group")
        )
        named = dict(cells.select("letter", "column").unique().iter_rows())
        return {
            (one["code"], one["column"], named[mark.upper()], mark.isupper())
            for one in cells.to_dicts()
            for mark in one["higher_than"]
        }

    assert len(above(range(5))) > 4
    assert above([3, 0, 4, 2, 1]) == above(range(5))


def test_columns_that_share_people():
    """Several answers as a banner: those who named both are in both, and the test knows it."""
    rng = np.random.default_rng(2)
    both = [["jobs", "law"]] * 200 + [["jobs"]] * 40 + [["law"]] * 40
    vote = ["a" if rng.random() < 0.5 else "b" for _ in range(200)] + ["a"] * 30 + ["b"] * 10 + ["a"] * 14 + ["b"] * 26
    found = tabulated(interviews({"vote": vote, "issues": both}), ["issues"])
    jobs, law = (cell(found, "vote", "a", name) for name in ("Jobs", "Law"))
    assert (jobs["n_unweighted"], law["n_unweighted"]) == (240, 240)
    apart = jobs["estimate"] - law["estimate"]
    assert apart == pytest.approx(16 / 240)
    assert apart / np.hypot(jobs["se"], law["se"]) < norm.ppf(0.95), "as if they were different people"
    assert jobs["higher_than"] == "B"


def test_weights_of_one_are_no_weights():
    found = some(200)
    plain = tabulated(found, ["sex"])
    alike = weigh(found.wide().with_columns(base_weight=pl.lit(7.0)).drop("stratum"), WeightingSpec())
    weighed = tabulated(found, ["sex"], alike)
    assert plain["n_effective"].to_list() == pytest.approx(plain["n_unweighted"].to_list())
    assert plain.drop("weighting").equals(weighed.drop("weighting")) or all(
        np.allclose(plain[name].drop_nulls(), weighed[name].drop_nulls()) for name in ("estimate", "se", "low", "high")
    )


def test_codes_that_tables_keep_for_themselves():
    item = Item("q", "single", "Q?", (Choice("mean", "Mean"), Choice("kind", "Kind")))
    with pytest.raises(InputError, match="'q' has an answer with the code 'mean'"):
        tabulated(interviews({"q": ["mean", "kind"] * 20}, items=(item,)))


def test_a_wave_of_open_questions_has_no_book():
    with pytest.raises(InputError, match="none of the questions"):
        tabulated(interviews({"ames_for": ["jobs"] * 40}))
