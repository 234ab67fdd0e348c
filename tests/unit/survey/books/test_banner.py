from __future__ import annotations

import pytest

from hustings.errors import ConfigError
from hustings.survey.books import make_banners, standard_banners
from hustings.survey.codebook import Choice, Codebook, Item
from made_answers import some


@pytest.fixture(scope="module")
def wave():
    found = some(80)
    return found.wide(), found.codebook


def test_groups_by_answer_file_and_both_crossed(wave):
    table, book = wave
    vote, sex, crossed = make_banners(table, book, ["vote", "file_sex", "vote*sex", "vote"])
    assert vote.columns == (("a", "Ames"), ("b", "Burr"), ("dk", "Don't know"))
    assert vote.groups.sum(axis=0).tolist() == [int((table["vote"] == code).sum()) for code in ("a", "b", "dk")]
    assert crossed.columns[0] == ("a*F", "Ames, F")
    assert (crossed.groups[:, 0] == vote.groups[:, 0] & sex.groups[:, 0]).all()
    assert crossed.groups.any(axis=0).all(), "groups of nobody are left out"


def test_several_answers_make_groups_that_share_people(wave):
    table, book = wave
    (issues,) = make_banners(table, book, ["issues"])
    assert issues.groups.sum(axis=0).tolist() == [
        sum(code in (given or []) for given in table["issues"].to_list()) for code in ("jobs", "law", "war")
    ]
    assert (issues.groups.sum(axis=1) > 1).any()


def test_age_in_groups(wave):
    table, book = wave
    (ages,) = make_banners(table, book, ["age_group"])
    assert dict(zip([code for code, _ in ages.columns], ages.groups.sum(axis=0).tolist(), strict=True)) == {
        "18-29": int((table["age"] < 30).sum()),
        "30-44": int(table["age"].is_between(30, 44).sum()),
        "45-64": int(table["age"].is_between(45, 64).sum()),
        "65+": int((table["age"] >= 65).sum()),
    }


def test_states_and_regions(wave):
    table, book = wave
    (region,) = make_banners(table, book, ["region"])
    assert [label for _, label in region.columns] == ["Midwest", "South"]
    assert standard_banners(table, book) == ["vote", "file_sex", "age_group", "file_sex*age_group", "file_state"]


def test_labels_that_are_alike_stay_apart(wave):
    table, _ = wave
    item = Item("vote", "single", "Who?", (Choice("a", "Smith"), Choice("b", "Smith"), Choice("dk", "Don't know")))
    (found,) = make_banners(table, Codebook("x", (item,)), ["vote"])
    assert [label for _, label in found.columns] == ["Smith (a)", "Smith (b)", "Don't know"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("votes", "did you mean vote"),
        ("age", "of kind numeric"),
        ("file_race", "nobody is in any"),
        ("vote*vot", "did you mean vote"),
    ],
)
def test_what_makes_no_columns(wave, name, said):
    table, book = wave
    with pytest.raises(ConfigError) as caught:
        make_banners(table, book, [name])
    assert said in str(caught.value)


def test_too_many_columns(wave):
    table, _ = wave
    many = Item("vote", "single", "Who?", tuple(Choice(code, code) for code in ("a", "b", "dk")))
    ages = Item("old", "single", "Age?", tuple(Choice(str(k), str(k)) for k in range(18, 90)))
    wide = table.with_columns(old=table["age"].cast(int).cast(str))
    with pytest.raises(ConfigError, match="at most 60"):
        make_banners(wide, Codebook("x", (many, ages)), ["vote*old"])
