"""Sentences of the board."""

import pytest

from hustings.tables.watch import where
from hustings.watch.words import action_said, filled, odds, people, plain, within_said


class TestActionSaid:
    def test_names_the_segment_where_there_is_one(self):
        said = action_said("ask {n} of the base{in} (`hustings survey draw`)", "state=NC, race=black", 1200)
        assert said == "Ask 1,200 of the base in NC, black (`hustings survey draw`)."

    def test_all_together_is_not_named(self):
        assert action_said("Interview {n} more{of} than planned.", "all", 600) == "Interview 600 more than planned."

    def test_braces_of_others_stay(self):
        assert action_said("send {what} to {segment}", "state=NC", 1) == "Send {what} to NC."

    def test_nothing_stays_nothing(self):
        assert action_said("", "state=NC", 1) == ""


@pytest.mark.parametrize(
    ("segment", "said"),
    [
        ("all", "voters"),
        ("state=NC, race=black", "black voters in NC"),
        ("race=other", "voters (other races)"),
        ("party=DEM", "DEM voters"),
        ("age=65-74", "voters aged 65-74"),
        ("state=NC, sex=F", "women in NC"),
        ("registered=new", "newly registered voters"),
        ("education=college", "voters (education college)"),
        ("WI", "voters in WI"),
    ],
)
def test_who_belongs_to_a_segment(segment: str, said: str) -> None:
    assert people(segment) == said


def test_numbers_of_any_size() -> None:
    assert [plain(number) for number in (0.12345, 3.0, 1518.0, 1e6)] == ["0.1235", "3", "1,518", "1,000,000"]
    assert odds(5.17592).startswith("a bet against it has grown 150,000-fold")
    assert odds(0.2) == "no evidence against it"
    assert odds(39.1).endswith("10^39-fold")


def test_a_rule_that_is_kept_says_how_near_it_is() -> None:
    said = "Nothing is beyond its limit; nearest to it: voters of NC, 0.0033, where 0.05 is the limit"
    assert within_said("voters of NC", 0.0033, 0.05) == said
    assert "nearest to it: 3, where" in within_said("all", 3.0, 14.0)


class TestFilled:
    def test_a_place_is_named(self):
        assert filled("{where}: {observed:.0f} days", "state=NC", 1.0, 16.0, 14.0) == "NC: 16 days"

    def test_all_together_is_not(self):
        assert filled("{where}: {observed:.0f} days", "all", 1.0, 16.0, 14.0) == "16 days"


@pytest.mark.parametrize(
    ("segment", "said"),
    [
        ("registered=new", "new registrants"),
        ("state=NC, sex=F", "NC, women"),
        ("race=unknown", "race not known"),
        ("state=NC, score=high", "NC, turnout score high"),
        ("party=UNKNOWN", "UNKNOWN"),
    ],
)
def test_segments_are_said_in_words(segment: str, said: str) -> None:
    assert where(segment) == said
