"""What the page says of the night, from tables made by hand."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from hustings.brief import gather, nights, render
from hustings.store import write_csv, write_json
from hustings.tables import SOURCES

FIRST, SECOND = "dem", "rep"


def place(unit, polls, voters, *, polls_win, voters_win, z, tipping, first=FIRST, second=SECOND):
    """Both rows of a place: shares and chances of the first option, the rest the second's."""
    rows = []
    for option, p, v, pw, vw, tips in (
        (first, polls, voters, polls_win, voters_win, tipping),
        (second, 1 - polls, 1 - voters, 1 - polls_win, 1 - voters_win, 0.0),
    ):
        rows.append(
            {
                "unit": unit,
                "option": option,
                "polls_share": p,
                "polls_share_sd": 0.017,
                "voters_share": v,
                "voters_share_sd": 0.035,
                "both_share": p,
                "both_share_sd": 0.016,
                "gap_share": v - p,
                "gap_z": z if option == first else -z,
                "polls_win_prob": pw,
                "voters_win_prob": vw,
                "both_win_prob": pw,
                "tipping_prob": tips,
            }
        )
    return rows


OHIO = place("OH", 0.49, 0.537, polls_win=0.26, voters_win=0.85, z=1.3, tipping=0.03)
FLORIDA = place("FL", 0.50, 0.507, polls_win=0.51, voters_win=0.58, z=0.2, tipping=0.14)
IOWA = place("IA", 0.48, 0.40, polls_win=0.12, voters_win=0.02, z=-2.1, tipping=0.01)


def with_sources(brief, *places):
    return replace(brief, sources=pl.DataFrame([row for one in places for row in one]), polls_alone_prob=0.86)


def with_night(brief, **night):
    return replace(brief, info={**brief.info, "night": night})


@pytest.fixture(scope="module")
def us(made_runs):
    return gather(made_runs["us"])


def source(name, newest, age_days, *, stale=False):
    return {"name": name, "newest": newest, "age_days": age_days, "is_stale": stale}


def test_without_a_night_nothing_is_said(us):
    assert (
        nights.gaps(us) == nights.sources_said(us) == nights.ages(us) == nights.failures(us) == nights.models(us) == []
    )
    assert nights.outdated(us) == ""


def test_within_their_errors_the_widest_gap_is_named_with_its_direction(us):
    alone, widest, leaders = nights.sources_said(with_sources(us, FLORIDA, OHIO))
    assert "By published polls alone Hillary Clinton wins in 86 in 100" in alone
    assert widest == "They part most in Ohio (voters 4.7 points above polls): no more than their errors allow."
    assert leaders == "They name different leaders in Ohio, which decides the contest in 3 in 100."


def test_beyond_their_errors_they_disagree(us):
    said = nights.sources_said(with_sources(us, FLORIDA, IOWA))
    assert said[1:] == ["They disagree by more than their errors allow in Iowa (voters 8.0 points below polls)."]


def test_the_table_begins_with_what_decides_and_marks_who_disagrees(us):
    found = nights.gaps(with_sources(us, OHIO, IOWA, FLORIDA))
    assert [gap.unit for gap in found] == ["FL", "OH", "IA"]
    assert [gap.z_said for gap in found] == ["within their errors", "within their errors", "disagree"]
    assert [gap.parts for gap in found] == [False, True, False]
    assert (found[1].polls, found[1].voters, found[1].decides) == ("49.0 ± 1.7", "53.7 ± 3.5", "3")


def test_among_three_options_leaders_are_those_with_the_best_chance_and_not_with_half(made_runs):
    brief = gather(made_runs["assembly"])
    options, unit = [option.id for option in brief.options], brief.units[0].id
    row = place(unit, 0.4, 0.4, polls_win=0.45, voters_win=0.55, z=0.1, tipping=0.0)[0]
    chances = [(0.45, 0.55), (0.4, 0.3), (0.15, 0.15)]
    rows = [
        {**row, "option": option, "polls_win_prob": polls, "voters_win_prob": voters}
        for option, (polls, voters) in zip(options, chances, strict=False)
    ]
    assert not any(gap.parts for gap in nights.gaps(with_sources(brief, rows)))


def test_a_contest_of_votes_alone_has_no_place_that_decides(made_runs):
    brief = gather(made_runs["measure"])
    first, second = (option.id for option in brief.options)
    rows = place(
        brief.units[0].id, 0.49, 0.52, polls_win=0.3, voters_win=0.8, z=0.9, tipping=0.0, first=first, second=second
    )
    assert not brief.counts_seats
    assert nights.sources_said(with_sources(brief, rows))[-1].startswith("They name different leaders in ")
    assert "decide" not in nights.sources_said(with_sources(brief, rows))[-1]


def test_the_stale_come_first_and_what_never_came_last_of_them(us):
    brief = with_night(
        us,
        sources=[
            source("published polls", "2016-11-07", 0),
            source("voters of FL", "2016-10-22", 16, stale=True),
            source("voters of NC", "2016-10-20", 18, stale=True),
            source("early votes", None, None, stale=True),
            source("own interviews", "2016-11-06", 1),
        ],
    )
    rows = nights.ages(brief)
    assert [(row["name"], row["age"]) for row in rows] == [
        ("voters of FL", "16 days"),
        ("voters of NC", "18 days"),
        ("early votes", "–"),
        ("published polls", "today"),
        ("own interviews", "1 day"),
    ]
    assert nights.stale_said(brief) == "Older than the campaign allows: voters of FL and NC and early votes."


def test_nothing_stale_is_said_too(us):
    brief = with_night(us, sources=[source("published polls", "2016-11-07", 0)])
    assert nights.stale_said(brief) == "Every source is as fresh as the campaign asks for."


def test_failures_say_why_and_what_stands_instead(us):
    def step(name, status, said, instead=""):
        return {"name": name, "status": status, "said": said, "instead": instead}

    brief = with_night(
        us,
        steps=[
            step("load", "done", "nothing new"),
            step("polls", "failed", "polls.csv is empty.", "the polls are those that were last read"),
            step("score", "failed", "disk full"),
        ],
    )
    assert nights.failures(brief) == [
        "Polls: polls.csv is empty. Meanwhile the polls are those that were last read.",
        "Score: disk full.",
    ]


def test_a_projection_of_an_earlier_day_is_said_to_be_one(us):
    assert nights.outdated(with_night(us, as_of="2016-11-07", projection_of="2016-11-07")) == ""
    said = nights.outdated(with_night(us, as_of="2016-11-07", projection_of="2016-11-05"))
    assert said == "Tonight’s projection could not be made. Every number here is of 5 November 2016."


def test_models_with_measures_and_since(us):
    measures = {"log_loss": 0.5361, "brier": 0.2, "auc": 0.681}
    model = {"model": "turnout", "as_of": "2016-11-07", "data": [], "measures": measures}
    brief = with_night(us, models=[model, {**model, "model": "persuasion", "measures": {}}], since=["No new poll."])
    assert nights.models(brief)[0] == {
        "name": "turnout",
        "of": "7 November 2016",
        "measures": "log loss 0.536, area under the curve 0.681",
        "card": "models/turnout.md",
    }
    assert nights.models(brief)[1]["measures"] == "see its card"
    assert nights.since_said(brief) == ["No new poll."]


def test_the_page_holds_what_the_night_says(us_run):
    write_csv(pl.DataFrame([*FLORIDA, *OHIO]), us_run / SOURCES.file, SOURCES)
    brief = gather(us_run)
    write_json(
        {**brief.info, "night": {"sources": [source("voters of FL", "2016-10-22", 16, stale=True)]}},
        us_run / "run.json",
    )
    page = render(gather(us_run))
    assert page.count('id="sources"') == page.count('id="fresh"') == 1
    assert "different leaders" in page
    assert 'class="stale"' in page
