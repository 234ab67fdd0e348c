"""The verdict in words says what the numbers say, and is modest where they are close."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from hustings.brief import gather, sentences


@pytest.fixture
def us(made_runs):
    return gather(made_runs["us"])


def with_chances(brief, *probs):
    options = tuple(replace(option, win_prob=p) for option, p in zip(brief.options, probs, strict=True))
    return replace(brief, options=options, nobody_prob=max(0.0, 1 - sum(probs)))


@pytest.mark.parametrize(
    ("prob", "words"),
    [
        (0.9999, "is all but certain to win: a chance of more than 99 in 100"),
        (0.96, "is very likely to win"),
        (0.8, "is likely to win: a chance of 80 in 100"),
        (0.7, "is favoured to win"),
        (0.55, "has a slight edge"),
        (0.51, "it could go either way between Hillary Clinton and Donald Trump"),
    ],
)
def test_the_words_fit_the_chance(us, prob, words):
    said = sentences.verdict(with_chances(us, prob, 1 - prob))
    assert words in said
    assert said.startswith("As of 7 November 2016, one day before the election, ")
    assert "to win at least 270 of 538 electors" in said


def test_the_second_option_may_lead(us):
    assert "Donald Trump is likely to win" in sentences.verdict(with_chances(us, 0.15, 0.85))


def test_an_upset_is_said_as_a_frequency(us):
    assert "About one election in five" in sentences.others(with_chances(us, 0.8, 0.2))
    assert "close to a coin toss" in sentences.others(with_chances(us, 0.52, 0.48))
    assert "there is a tie" in sentences.others(with_chances(us, 0.7, 0.29))
    assert "other way" not in sentences.others(with_chances(us, 0.999, 0.001))


def test_with_several_nobody_may_be_likeliest(made_runs):
    brief = gather(made_runs["assembly"])
    said = sentences.verdict(with_chances(brief, 0.2, 0.1, 0.0))
    assert "most likely nobody wins outright: 70 in 100" in said
    assert "Heron Alliance comes closest" in said
    assert "it is open: Heron Alliance leads" in sentences.verdict(with_chances(brief, 0.5, 0.3, 0.1))


def test_a_measure_says_what_it_takes(made_runs):
    brief = gather(made_runs["measure"])
    assert "where it takes 60% of the vote" in sentences.verdict(brief)
    assert "The chance that Yes has the most votes and does not win" in sentences.popular(brief)


def test_a_plurality_has_no_second_verdict(made_runs):
    brief = replace(gather(made_runs["measure"]), threshold=None)
    assert sentences.parting(brief) == ""
    assert "to have the most votes" in sentences.verdict(brief)


def test_parting_names_each_side(us):
    first, second = us.options
    brief = replace(
        us, options=(replace(first, popular_win_but_lose_prob=0.09), replace(second, popular_win_but_lose_prob=0.01))
    )
    assert sentences.parting(brief).endswith("is 10 in 100 (Hillary Clinton in 9 and Donald Trump in 1).")
    never = replace(us, options=tuple(replace(o, popular_win_but_lose_prob=0.0) for o in us.options))
    assert "In none of the simulated elections" in sentences.parting(never)


def test_blind_spots_are_named_with_their_neglect(us):
    said = sentences.blind_spots(us)
    assert said.startswith("Nobody has looked here lately: Michigan (last polled 16 days ago, decides in ")
    assert "Wisconsin" in said


def test_no_blind_spots_is_said_too(us):
    seen = replace(us, units=tuple(replace(unit, last_poll=us.as_of) for unit in us.units))
    assert sentences.blind_spots(seen) == "Every place that could decide has been polled within 14 days."


def test_no_polls_is_said(made_runs):
    assert "No poll is used" in sentences.blind_spots(gather(made_runs["no-polls"]))


def test_the_fewest_votes(us):
    assert "81,240 voters" in sentences.flip(us)
    assert "6,140 in New Hampshire" in sentences.flip(us)
    assert sentences.flip(replace(us, flip=None)) == ""


@pytest.mark.parametrize(
    ("days", "said"), [(1, "one day before"), (0, "on election day"), (-2, "two days after"), (40, "40 days before")]
)
def test_time_left(us, days, said):
    assert sentences.time_left(replace(us, as_of=us.election - dt.timedelta(days=days))).startswith(said)
